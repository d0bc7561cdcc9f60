import { Fault } from '../../domain/errors/errors.ts';
import type { Envelope } from '../../events/envelope.ts';
import { envelopeSchema } from '../../events/envelope-schema.ts';
import { outboxPrefix } from './keys.ts';

/** A stream record as Lambda hands it over, as far as it is read here. */
export interface StreamRecord {
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | { readonly NewImage?: Readonly<Record<string, { readonly S?: string | undefined }>> | undefined }
    | undefined;
}

/** For the event source mapping: only outbox items reach the relay, and not their expiry. */
export const outboxFilter = {
  eventName: ['INSERT', 'MODIFY'],
  dynamodb: { NewImage: { pk: { S: [{ prefix: outboxPrefix }] } } },
} as const;

/**
 * The events in a stream record, none for any other item.
 * @throws Fault EVENT_UNREADABLE for an outbox item that does not hold events: it must reach the dead letters, not be skipped.
 */
export function eventsOf(record: StreamRecord): readonly Envelope[] {
  const image = record.dynamodb?.NewImage;
  if (record.eventName === 'REMOVE' || image?.pk?.S?.startsWith(outboxPrefix) !== true) return [];
  const events = parsed(image.body?.S ?? '');
  if (!Array.isArray(events)) throw unreadable();
  return events.map((event: unknown) => {
    const envelope = envelopeSchema.safeParse(event);
    if (!envelope.success) throw unreadable(envelope.error.issues[0]?.code);
    // As it was written: the relay adds, drops and renames nothing.
    return event as Envelope;
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's message quotes the text.
    throw unreadable('json');
  }
}

function unreadable(why?: string): Fault {
  return new Fault('EVENT_UNREADABLE', 'An outbox item does not hold events.', { cause: why });
}
