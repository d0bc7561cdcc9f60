import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBus } from '../../../adapters/embedded/bus/bus.ts';
import { createDueHeap } from '../../../adapters/embedded/bus/due-heap.ts';
import { createOutbox } from '../../../adapters/embedded/bus/outbox.ts';
import { createQueues, type Deliver } from '../../../adapters/embedded/bus/queues.ts';
import { type Database, openDatabase } from '../../../adapters/embedded/database.ts';
import type { Subscription } from '../../../events/subscriptions.ts';
import { eventOfType } from '../../contracts/samples.ts';
import { createHandClock, dataFolder, eventsIn, type House, openHouse } from './house.ts';

const subscription: Subscription = { consumer: 'listener', events: ['said'], does: 'Listens.', attempts: 3, batch: 4 };
let folder: ReturnType<typeof dataFolder>;
let house: House | undefined;
beforeEach(() => {
  folder = dataFolder();
});
afterEach(async () => {
  await house?.close();
  house = undefined;
  folder.remove();
});

function open(deliver: Deliver, more: Partial<Parameters<typeof openHouse>[0]> = {}): House {
  house = openHouse({ path: folder.path, subscriptions: [subscription], deliver, ...more });
  house.queues.start();
  return house;
}
const said = (...ids: string[]) => ids.map((id) => eventOfType('said', id));
const causesOf = (batch: Parameters<typeof eventsIn>[0]) => eventsIn(batch).map(({ cause }) => cause);

it('delivers in batches, and again only what a partial response names', async () => {
  const batches: string[][] = [];
  const { bus, pass, queues } = open(async (_, batch) => {
    batches.push(causesOf(batch));
    const again = batch.Records.filter(
      (record, index) => causesOf(batch)[index] === 'c' && record.attributes.ApproximateReceiveCount === '1',
    );
    return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  await bus.publish(said('a', 'b', 'c', 'd', 'e'));
  await pass(0);
  expect(batches).toEqual([['a', 'b', 'c', 'd'], ['e']]);
  expect(queues.settling.busy()).toBe(false);
  await pass(999);
  expect(batches).toHaveLength(2);
  await pass(1);
  expect(batches.slice(2)).toEqual([['c']]);
  expect(queues.settling.nextDue()).toBeUndefined();
});

it('backs off 1, 2, 4 … seconds, at most five minutes, by the clock it is given', async () => {
  const times: number[] = [];
  const clock = createHandClock(0);
  const { bus, pass } = open(
    async () => {
      times.push(clock.now().getTime() / 1000);
      throw new Error('no');
    },
    { clock, subscriptions: [{ ...subscription, attempts: 12 }] },
  );
  await bus.publish(said('a'));
  await pass(3_600_000);
  const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

it('buries a message after its attempts, with a reason without words, and delivers it anew when redriven', async () => {
  let broken = true;
  let deliveries = 0;
  const { bus, pass, queues } = open(async () => {
    deliveries += 1;
    if (broken) throw Object.assign(new TypeError('Anna said: my chest hurts'), { code: 'E_BROKEN' });
    return { batchItemFailures: [] };
  });
  await bus.publish(said('a'));
  await pass(60_000);
  expect(deliveries).toBe(3);
  const [letter] = queues.deadLetters();
  expect(letter).toMatchObject({ consumer: 'listener', attempts: 3, reason: 'TypeError E_BROKEN' });
  expect(queues.settling.nextDue()).toBeUndefined();
  broken = false;
  expect(await queues.redrive(letter?.id ?? '')).toBe(true);
  await pass(0);
  expect(deliveries).toBe(4);
  expect(queues.deadLetters()).toEqual([]);
  expect(await queues.redrive(letter?.id ?? '')).toBe(false);
  expect(await queues.redrive('nonsense')).toBe(false);
});

it('holds a message back for its delay and shows when it is due', async () => {
  const got: string[] = [];
  const { bus, pass, queues, clock } = open(
    async (_, batch) => {
      got.push(...causesOf(batch));
      return undefined;
    },
    { subscriptions: [{ ...subscription, delaySeconds: 60 }] },
  );
  const due = clock.now().getTime() + 60_000;
  await bus.publish(said('a'));
  await pass(59_999);
  expect(got).toEqual([]);
  expect(queues.settling.nextDue()?.getTime()).toBe(due);
  await pass(1);
  expect(got).toEqual(['a']);
});

it('fails the whole batch where a response names a message it was not given', async () => {
  let deliveries = 0;
  const { bus, pass } = open(async (_, batch) => {
    deliveries += batch.Records.length;
    return { batchItemFailures: deliveries > 3 ? [] : [{ itemIdentifier: '4711' }] };
  });
  await bus.publish(said('a', 'b', 'c'));
  await pass(10_000);
  expect(deliveries).toBe(6);
});

it('never gives one message to two deliveries at once, and reaches its concurrency', async () => {
  const underWay = new Set<string>();
  const done: string[] = [];
  let most = 0;
  let tries = 0;
  const { bus, pass } = open(
    async (_, batch) => {
      const ids = batch.Records.map(({ messageId }) => messageId);
      for (const id of ids) expect(underWay).not.toContain(id);
      for (const id of ids) underWay.add(id);
      most = Math.max(most, underWay.size);
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (const id of ids) underWay.delete(id);
      tries += 1;
      if (tries % 5 === 0) throw new Error('now and then');
      done.push(...causesOf(batch));
      return { batchItemFailures: [] };
    },
    { concurrency: { listener: 3 }, subscriptions: [{ ...subscription, attempts: 50 }] },
  );
  const ids = Array.from({ length: 200 }, (_, n) => String(n));
  for (const id of ids) await bus.publish(said(id));
  await pass(3_600_000);
  expect(most).toBeGreaterThan(subscription.batch);
  expect(most).toBeLessThanOrEqual(3 * subscription.batch);
  expect(done.sort()).toEqual(ids.sort());
});

it('delivers again, after a restart, what was under way when the process died', async () => {
  let arrived: (() => void) | undefined;
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const first = openHouse({
    path: folder.path,
    subscriptions: [subscription],
    deliver: () => {
      arrived?.();
      return new Promise(() => undefined);
    },
  });
  first.queues.start();
  await first.bus.publish(said('a'));
  await reached;
  first.database.close();
  const got: string[] = [];
  const { pass } = open(async (_, batch) => {
    got.push(...causesOf(batch));
    return undefined;
  });
  await pass(0);
  expect(got).toEqual(['a']);
});

it('keeps the rows of a consumer that is gone until a build has it again', async () => {
  const first = openHouse({ path: folder.path, subscriptions: [subscription] });
  await first.bus.publish(said('a'));
  await first.close();
  const second = openHouse({ path: folder.path, subscriptions: [] });
  second.queues.start();
  await second.pass(0);
  await second.close();
  const got: string[] = [];
  const { pass } = open(async (_, batch) => {
    got.push(...causesOf(batch));
    return undefined;
  });
  await pass(0);
  expect(got).toEqual(['a']);
});

it('delivers a backlog larger than it keeps in memory, in order', async () => {
  const ids = Array.from({ length: 2_500 }, (_, n) => String(n).padStart(5, '0'));
  const first = openHouse({ path: folder.path, subscriptions: [subscription] });
  await first.bus.publish(said(...ids));
  const got: string[] = [];
  await first.close();
  const { pass, bus } = open(
    async (_, batch) => {
      got.push(...causesOf(batch));
      return undefined;
    },
    { concurrency: { listener: 1 }, subscriptions: [{ ...subscription, batch: 500 }] },
  );
  await bus.publish(said('99999'));
  await pass(0);
  expect(got).toEqual([...ids, '99999']);
});

it('counts a message as not delivered where the store does not take the outcome', async () => {
  const database = openDatabase(folder.path);
  const clock = createHandClock();
  let refusals = 1;
  const moody: Database = {
    ...database,
    write: (work, applied) => (refusals-- > 0 ? Promise.reject(new Error('disk full')) : database.write(work, applied)),
  };
  const outbox = createOutbox({ database, clock, subscriptions: [subscription] });
  const got: string[] = [];
  const parts = { clock, outbox, subscriptions: [subscription] };
  const deliver: Deliver = async (_, batch) => {
    got.push(...causesOf(batch));
    return undefined;
  };
  const queues = createQueues({ ...parts, database: moody, deliver });
  queues.start();
  await createBus({ database, outbox }).publish(said('a'));
  const settle = async () => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (queues.settling.busy());
  };
  await settle();
  expect(got).toEqual(['a']);
  clock.advance(1_000);
  queues.settling.wake();
  await settle();
  expect(got).toEqual(['a', 'a']);
  expect(queues.settling.nextDue()).toBeUndefined();
  await queues.stop();
  expect(database.prepare('SELECT count(*) AS n FROM queue').get()).toEqual({ n: 0 });
  database.close();
});

it('tells listeners of each event after it is durable, in order of commit, until they leave', async () => {
  const database = openDatabase(folder.path);
  const outbox = createOutbox({ database, clock: createHandClock(), subscriptions: [subscription] });
  const bus = createBus({ database, outbox });
  const heard: string[] = [];
  const leave = outbox.onPublished(({ cause }) => {
    heard.push(`${cause} of ${String(database.prepare('SELECT count(*) AS n FROM queue').get()?.n)}`);
  });
  await Promise.all([bus.publish(said('a', 'b')), bus.publish(said('c'))]);
  expect(heard).toEqual(['a of 3', 'b of 3', 'c of 3']);
  leave();
  await bus.publish(said('d'));
  expect(heard).toHaveLength(3);
  database.close();
});

it('orders what waits by time and then by arrival, like sorting', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ visible: fc.nat(8), pop: fc.boolean() }), { maxLength: 40 }), (steps) => {
      const heap = createDueHeap<{ seq: number; visible: number }>();
      const model: { seq: number; visible: number }[] = [];
      for (const [seq, { visible, pop }] of steps.entries()) {
        heap.push({ seq, visible });
        model.push({ seq, visible });
        model.sort((a, b) => a.visible - b.visible || a.seq - b.seq);
        expect(heap.peek()).toEqual(model[0]);
        if (pop) expect(heap.pop()).toEqual(model.shift());
        expect(heap.size).toBe(model.length);
      }
      while (model.length > 0) expect(heap.pop()).toEqual(model.shift());
      expect(heap.pop()).toBeUndefined();
    }),
  );
});

it('lets wait what its consumer lets wait: unattempted, in its place, and its lane rests until then', async () => {
  const given: string[][] = [];
  const clock = createHandClock(0);
  const until = 60_000;
  const { bus, pass, queues } = open(
    async (_, batch) => {
      given.push([
        clock.now().getTime().toString(),
        ...causesOf(batch),
        ...batch.Records.map(({ attributes }) => attributes.ApproximateReceiveCount),
      ]);
      if (clock.now().getTime() >= until) return { batchItemFailures: [] };
      const items = batch.Records.slice(1).map(({ messageId }) => ({ itemIdentifier: messageId }));
      return { batchItemFailures: [], waiting: { until: new Date(until).toISOString(), items } };
    },
    { clock, concurrency: { listener: 1 }, subscriptions: [{ ...subscription, batch: 3 }] },
  );
  await bus.publish(said('a', 'b', 'c', 'd'));
  await pass(until - 1);
  expect(given).toEqual([['0', 'a', 'b', 'c', '1', '1', '1']]);
  expect([queues.settling.busy(), queues.settling.nextDue()?.getTime()]).toEqual([false, until]);
  await pass(1);
  expect(given.slice(1)).toEqual([[String(until), 'b', 'c', 'd', '1', '1', '1']]);
  expect(queues.settling.nextDue()).toBeUndefined();
});

it('counts as failed what is named as both, and passes over what was not given', async () => {
  const { bus, pass, queues } = open(async (_, { Records }) => ({
    batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
    waiting: {
      until: '1970-01-01T00:00:00.000Z',
      items: [...Records, { messageId: '4711' }].map(({ messageId }) => ({ itemIdentifier: messageId })),
    },
  }));
  await bus.publish(said('a'));
  await pass(60_000);
  expect(queues.deadLetters()).toMatchObject([{ consumer: 'listener', attempts: 3 }]);
});

it('gives each lane of a consumer its own queue, and what was queued before there were lanes to the first', async () => {
  const lanes: readonly Subscription[] = [
    { ...subscription, lane: 'fast', where: { message: ['a', 'b'] } },
    { ...subscription, lane: 'slow', where: { message: ['c'] } },
  ];
  const before = openHouse({ path: folder.path, subscriptions: [subscription] });
  await before.bus.publish(said('a'));
  await before.close();
  const given: string[] = [];
  const { bus, pass } = open(
    async (consumer, batch) => {
      const [queue] = batch.Records.map(({ eventSourceARN }) => eventSourceARN.split(':').at(-1));
      given.push(`${consumer} ${queue} ${causesOf(batch).join()}`);
      if (queue === 'listener-slow') await new Promise((resolve) => setTimeout(resolve, 5));
      return undefined;
    },
    { subscriptions: lanes },
  );
  await bus.publish(said('c', 'b', 'nobody'));
  await pass(0);
  expect(given.sort()).toEqual(['listener listener-fast a', 'listener listener-fast b', 'listener listener-slow c']);
});

it('lets what stands behind another consumer wait while that one is at work, but not for long', async () => {
  const given: string[] = [];
  const working: (() => void)[] = [];
  const { bus, settle, clock, queues } = open(
    (consumer) => {
      given.push(consumer);
      if (consumer === 'first') return new Promise((resolve) => working.push(() => resolve(undefined)));
      return Promise.resolve(undefined);
    },
    {
      subscriptions: [
        { ...subscription, consumer: 'behind', behind: ['first'] },
        { ...subscription, consumer: 'first', batch: 1, atOnce: 1 },
      ],
    },
  );
  const turns = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  await bus.publish(said('a', 'b'));
  await turns();
  expect(given).toEqual(['first']);
  expect(queues.settling.busy()).toBe(true);
  // Between two batches it still waits.
  working.shift()?.();
  await turns();
  expect(given).toEqual(['first', 'first']);
  clock.advance(4_999);
  queues.settling.wake();
  await turns();
  expect(given).toEqual(['first', 'first']);
  expect(queues.settling.nextDue()?.getTime()).toBe(clock.now().getTime() + 1);
  clock.advance(1);
  queues.settling.wake();
  await turns();
  expect(given).toEqual(['first', 'first', 'behind']);
  working.shift()?.();
  await settle();
  // The first one is done: what else comes for it has a moment to come, and then the other's turn comes by itself.
  given.length = 0;
  await bus.publish(said('c'));
  await turns();
  const { now } = performance;
  const then = now.call(performance);
  performance.now = () => then;
  working.shift()?.();
  await turns();
  performance.now = now;
  expect(given).toEqual(['first']);
  await settle();
  expect(given).toEqual(['first', 'behind']);
});
