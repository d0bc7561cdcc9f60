import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Fault } from '../../domain/errors/errors.ts';
import type { Log } from '../../domain/ports/log.ts';
import { type Envelope, envelopeSchema } from '../../events/envelope.ts';

export type QueueHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** An event a consumer knows, by type: its major version, its shape, and what to do. */
export interface Listener {
  readonly version: number;
  /** Checks the data and follows it. */
  readonly follow: (envelope: Envelope) => Promise<void>;
}

interface Definition<Data> {
  readonly type: string;
  readonly version: number;
  readonly data: {
    safeParse(data: unknown): { readonly success: true; readonly data: Data } | { readonly success: false };
  };
}

/** Ties an event's definition to what a consumer does with it. */
export function on<Data>(
  definition: Definition<Data>,
  follow: (data: Data, envelope: Envelope) => Promise<void>,
): readonly [string, Listener] {
  return [
    definition.type,
    {
      version: definition.version,
      follow: (envelope) => {
        const parsed = definition.data.safeParse(envelope.data);
        if (!parsed.success) throw new Fault('EVENT_UNREADABLE', 'The data of an event does not have its shape');
        return follow(parsed.data, envelope);
      },
    },
  ];
}

/**
 * A consumer of the bus: each message on its own, failures named one by one so that only they come again, unknown major versions refused
 * until they reach the dead letters. Messages about one patient are followed in their order; different patients side by side.
 */
export function queueHandler(
  log: Log,
  consumer: string,
  listeners: readonly (readonly [string, Listener])[],
): QueueHandler {
  const byType = new Map(listeners);
  const handleOne = async (body: string): Promise<void> => {
    const envelope = envelopeIn(body);
    const listener = byType.get(envelope.type);
    if (listener === undefined || listener.version !== envelope.version) {
      log.error('EVENT_UNKNOWN_VERSION', { consumer, type: envelope.type, version: envelope.version });
      throw new Fault('EVENT_UNREADABLE', 'An event of a type or major version that this consumer does not know');
    }
    await listener.follow(envelope);
    log.info('EVENT_HANDLED', { consumer, event: envelope.type });
  };
  return async ({ Records }) => {
    const failed: { itemIdentifier: string }[] = [];
    const groups = Map.groupBy(Records, ({ body }) => patientIn(body));
    await Promise.all(
      [...groups.values()].map(async (records) => {
        for (const { messageId, body } of records) {
          try {
            await handleOne(body);
          } catch (error) {
            log.warn('EVENT_FAILED', { consumer, message: messageId }, error);
            failed.push({ itemIdentifier: messageId });
          }
        }
      }),
    );
    return { batchItemFailures: failed };
  };
}

/** The envelope in a message: EventBridge's event carries it as `detail`. */
function envelopeIn(body: string): Envelope {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new Fault('EVENT_UNREADABLE', 'A message on the queue is not JSON');
  }
  const detail = typeof parsed === 'object' && parsed !== null && 'detail' in parsed ? parsed.detail : parsed;
  const envelope = envelopeSchema.safeParse(detail);
  if (!envelope.success) throw new Fault('EVENT_UNREADABLE', 'A message on the queue carries no event');
  return envelope.data;
}

function patientIn(body: string): string {
  try {
    const { patient, id } = envelopeIn(body);
    return patient ?? id;
  } catch {
    return body;
  }
}
