import type { Clock } from '../../../domain/ports/clock.ts';
import { type Envelope, eventSource } from '../../../events/envelope.ts';
import { queueKeyOf, type Subscription, wants } from '../../../events/subscriptions.ts';
import type { Database } from '../database.ts';

/**
 * Events on their way out of a transaction. They are written straight to a row per subscribed consumer, in the transaction of whoever
 * sends them: durable with the state that caused them, and one write cheaper than an outbox that is relayed later.
 */
export interface Outbox {
  prepare(events: readonly Envelope[]): Outgoing;
  /** Told of each event once it is durable, in order of commit; for the console's live feed. Must not throw. */
  onPublished(listener: (event: Envelope) => void): () => void;
  /** For the queues. */
  onQueued(listener: (rows: readonly QueuedRow[]) => void): void;
}

export interface Outgoing {
  /** Inside the transaction. */
  enqueue(): readonly QueuedRow[];
  /** After it is durable. */
  announce(rows: readonly QueuedRow[]): void;
}

export interface QueuedRow {
  readonly seq: number;
  /** The queue's name: see `queueKeyOf`. */
  readonly queue: string;
  readonly body: string;
  readonly sent: number;
  readonly visible: number;
}

export function createOutbox(parts: {
  database: Database;
  clock: Clock;
  subscriptions: readonly Subscription[];
}): Outbox {
  const { database, clock } = parts;
  const insert = database.prepare('INSERT INTO queue (consumer, body, sent, visible) VALUES (?, ?, ?, ?)');
  const listening = new Map<string, Subscription[]>();
  for (const subscription of parts.subscriptions) {
    for (const type of subscription.events) {
      listening.set(type, [...(listening.get(type) ?? []), subscription]);
    }
  }
  const onQueued: ((rows: readonly QueuedRow[]) => void)[] = [];
  const onPublished = new Set<(event: Envelope) => void>();

  return {
    prepare(events) {
      const letters = events.flatMap((event) => {
        const consumers = (listening.get(event.type) ?? []).filter((subscription) => wants(subscription, event));
        const body = consumers.length === 0 ? '' : bodyOf(event);
        return consumers.map((subscription) => ({
          queue: queueKeyOf(subscription),
          body,
          delay: (subscription.delaySeconds ?? 0) * 1000,
        }));
      });
      return {
        enqueue() {
          const sent = clock.now().getTime();
          return letters.map(({ queue, body, delay }) => {
            const visible = sent + delay;
            const seq = Number(insert.run(queue, body, sent, visible).lastInsertRowid);
            return { seq, queue, body, sent, visible };
          });
        },
        announce(rows) {
          if (rows.length > 0) for (const listener of onQueued) listener(rows);
          for (const event of events) for (const listener of onPublished) listener(event);
        },
      };
    },
    onPublished(listener) {
      onPublished.add(listener);
      return () => onPublished.delete(listener);
    },
    onQueued: (listener) => {
      onQueued.push(listener);
    },
  };
}

/**
 * The message as an SQS queue behind an EventBridge rule would hold it, so that a consumer cannot tell the two apart.
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
function bodyOf(event: Envelope): string {
  return JSON.stringify({
    version: '0',
    id: event.id,
    'detail-type': event.type,
    source: eventSource,
    account: '000000000000',
    time: event.time,
    region: 'local',
    resources: [],
    detail: event,
  });
}
