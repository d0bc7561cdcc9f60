import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { createBus } from '../../../adapters/embedded/bus/bus.ts';
import { createOutbox } from '../../../adapters/embedded/bus/outbox.ts';
import { createQueues, type Deliver } from '../../../adapters/embedded/bus/queues.ts';
import { openDatabase } from '../../../adapters/embedded/database.ts';
import { createRecords } from '../../../adapters/embedded/records.ts';
import { createScheduler } from '../../../adapters/embedded/scheduler.ts';
import { createStoryStore } from '../../../adapters/embedded/story-store.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { type Subscription, subscriptions } from '../../../events/subscriptions.ts';

/** A folder that is gone after the test. */
export function dataFolder(): { readonly path: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'told-once-'));
  return { path: join(folder, 'data.db'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A clock that moves only when told. */
export function createHandClock(start = Date.parse('2026-03-02T07:00:00.000Z')) {
  let now = start;
  return {
    now: () => new Date(now),
    advance: (ms: number) => {
      now += ms;
    },
  };
}

export type House = ReturnType<typeof openHouse>;

/** All embedded adapters on one file, wired as the host wires them. */
export function openHouse(options: {
  readonly path: string;
  readonly deliver?: Deliver;
  readonly cacheBytes?: number;
  readonly clock?: ReturnType<typeof createHandClock>;
  readonly subscriptions?: readonly Subscription[];
  readonly concurrency?: Readonly<Record<string, number>>;
}) {
  const clock = options.clock ?? createHandClock();
  const database = openDatabase(options.path);
  const listening = options.subscriptions ?? subscriptions;
  const outbox = createOutbox({ database, clock, subscriptions: listening });
  const published: Envelope[] = [];
  outbox.onPublished((event) => published.push(event));
  const queues = createQueues({
    database,
    clock,
    outbox,
    subscriptions: listening,
    deliver: options.deliver ?? (async () => ({ batchItemFailures: [] })),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  });
  const { cacheBytes } = options;
  const scheduler = createScheduler({ database, clock, outbox });
  const house = {
    clock,
    database,
    published,
    queues,
    scheduler,
    bus: createBus({ database, outbox }),
    records: createRecords({ database, clock, outbox }),
    store: createStoryStore({ database, clock, outbox, ...(cacheBytes === undefined ? {} : { cacheBytes }) }),
    /** Waits until nothing that is due is unfinished. */
    async settle() {
      for (let quiet = 0; quiet < 3; ) {
        await new Promise((resolve) => setImmediate(resolve));
        scheduler.settling.wake();
        queues.settling.wake();
        quiet = scheduler.settling.busy() || queues.settling.busy() || database.busy() ? 0 : quiet + 1;
      }
    },
    /** Moves the clock from one due time to the next, as the host's clock does. */
    async pass(ms: number) {
      const until = clock.now().getTime() + ms;
      for (;;) {
        await house.settle();
        const due = [scheduler.settling.nextDue(), queues.settling.nextDue()].flatMap((at) =>
          at === undefined ? [] : [at.getTime()],
        );
        const next = Math.min(until, ...due);
        clock.advance(next - clock.now().getTime());
        if (next >= until) break;
      }
      await house.settle();
    },
    async close() {
      scheduler.stop();
      await queues.stop();
      database.close();
    },
  };
  return house;
}

/** The envelopes in a batch, as a consumer reads them. */
export function eventsIn(event: SQSEvent): readonly Envelope[] {
  return event.Records.map(({ body }) => (JSON.parse(body) as { detail: Envelope }).detail);
}
