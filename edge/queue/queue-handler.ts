import type { SQSEvent } from 'aws-lambda';
import { Fault } from '../../domain/errors/errors.ts';
import type { BatchAnswer } from '../../domain/ports/batch-answer.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Envelope } from '../../events/envelope.ts';
import { envelopeSchema } from '../../events/envelope-schema.ts';

export type QueueHandler = (event: SQSEvent) => Promise<BatchAnswer>;

/** An event a consumer knows, by type: its major version, its shape, and what to do. */
export interface Listener {
  readonly version: number;
  /** Checks the data and follows it. */
  readonly follow: (envelope: Envelope) => Promise<void>;
  /** What a message asks for; of several in a batch that ask for the same, one is followed. */
  readonly same?: (envelope: Envelope) => string;
}

/**
 * Asked once for a whole batch before any of it is followed: how many of its messages may be now, and when to ask for the rest, in epoch
 * milliseconds. The first ones are followed, in their order; the others go back to their queue and have not failed.
 */
export type Admit = (
  envelopes: readonly Envelope[],
) => Promise<{ readonly admitted: number; readonly again?: number | undefined }>;

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
  same?: (envelope: Envelope) => string,
): readonly [string, Listener] {
  return [
    definition.type,
    {
      version: definition.version,
      ...(same === undefined ? {} : { same }),
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
 * until they reach the dead letters. Messages about one patient are followed in their order; different patients side by side. Where a
 * listener says that two messages ask for the same, only the newer is followed, for both.
 */
export function queueHandler(
  log: Log,
  consumer: string,
  listeners: readonly (readonly [string, Listener])[],
  admit: Admit | undefined = undefined,
): QueueHandler {
  const byType = new Map(listeners);
  const listenerOf = (envelope: Envelope): Listener => {
    const listener = byType.get(envelope.type);
    if (listener !== undefined && listener.version === envelope.version) return listener;
    log.error('EVENT_UNKNOWN_VERSION', { consumer, type: envelope.type, version: envelope.version });
    throw new Fault('EVENT_UNREADABLE', 'An event of a type or major version that this consumer does not know');
  };
  return async ({ Records }) => {
    const failed: string[] = [];
    const readable: Delivered[] = [];
    for (const { messageId, body } of Records) {
      try {
        const envelope = envelopeIn(body);
        const listener = listenerOf(envelope);
        readable.push({ messageIds: [messageId], envelope, listener, same: listener.same?.(envelope) });
      } catch (error) {
        log.warn('EVENT_FAILED', { consumer, message: messageId }, error);
        failed.push(messageId);
      }
    }
    const granted = readable.length === 0 ? undefined : await admit?.(readable.map(({ envelope }) => envelope));
    const waiting = granted?.again === undefined ? [] : readable.splice(granted.admitted);
    const groups = Map.groupBy(readable, ({ envelope, same }) => envelope.patient ?? same ?? envelope.id);
    await Promise.all(
      [...groups.values()].map(async (deliveries) => {
        for (const { messageIds, envelope, listener } of withoutRepeats(deliveries)) {
          try {
            await followed(listener, envelope);
          } catch (error) {
            log.warn('EVENT_FAILED', { consumer, event: envelope.type, messages: messageIds.length }, error);
            failed.push(...messageIds);
          }
        }
      }),
    );
    log.info('EVENT_HANDLED', {
      consumer,
      messages: Records.length - waiting.length,
      failed: failed.length,
      ...(waiting.length === 0 ? {} : { waiting: waiting.length }),
    });
    const batchItemFailures = failed.map((itemIdentifier) => ({ itemIdentifier }));
    if (granted?.again === undefined) return { batchItemFailures };
    const items = waiting.flatMap(({ messageIds }) => messageIds.map((itemIdentifier) => ({ itemIdentifier })));
    return { batchItemFailures, waiting: { until: new Date(granted.again).toISOString(), items } };
  };
}

const mostTries = 4;
const races: ReadonlySet<Fault['code']> = new Set(['CHANGED_MEANWHILE', 'TURN_KEEPS_CONFLICTING'] as const);

/** What somebody else changed meanwhile is followed again at once: as a failure, SQS would give it out again only after minutes. */
async function followed(listener: Listener, envelope: Envelope): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await listener.follow(envelope);
    } catch (error) {
      if (!(error instanceof Fault) || !races.has(error.code) || tries >= mostTries) throw error;
      // Whoever was faster may still be about it.
      await new Promise((resolve) => setTimeout(resolve, 25 * 4 ** tries * (0.5 + Math.random())));
    }
  }
}

interface Delivered {
  readonly messageIds: readonly string[];
  readonly envelope: Envelope;
  readonly listener: Listener;
  readonly same: string | undefined;
}

function withoutRepeats(deliveries: readonly Delivered[]): readonly Delivered[] {
  const kept: Delivered[] = [];
  for (const delivery of deliveries) {
    const at = delivery.same === undefined ? -1 : kept.findIndex((other) => other.same === delivery.same);
    const before = kept[at];
    if (before === undefined) kept.push(delivery);
    else {
      kept.splice(at, 1);
      kept.push({ ...delivery, messageIds: [...before.messageIds, ...delivery.messageIds] });
    }
  }
  return kept;
}

/** The envelope in a message: EventBridge's event carries it as `detail`. */
export function envelopeIn(body: string): Envelope {
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
