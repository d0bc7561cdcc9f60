import { afterEach, describe, expect, it } from 'vitest';
import type { Priority } from '../../domain/story/message.ts';
import { createSendRate } from '../../edge/queue/send-rate.ts';
import { type Subscription, subscriptions } from '../../events/subscriptions.ts';
import { openSending, type SendingHouse, type SendingOptions } from './sending-house.ts';

let house: SendingHouse | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});
const sending = (options: SendingOptions = {}): SendingHouse => {
  house = openSending(options);
  return house;
};
const fewAttempts: readonly Subscription[] = subscriptions.map((each) => ({ ...each, attempts: 2 }));

async function queueMany(into: SendingHouse, priority: Priority, count: number, mark = ''): Promise<void> {
  const phone = { id: 'phone-of-everybody', number: '+13125550142' };
  for (let n = 0; n < count; n++)
    await into.queue(`${priority}${mark}-${n}`, { phone: phone.id, to: phone.number, priority });
}
const sentAt = (from: SendingHouse, priority: Priority): readonly number[] => {
  const [first] = from.texts;
  return from.texts
    .filter(({ body }) => body.startsWith(`Text ${priority}`))
    .map(({ at }) => at - (first?.at ?? 0))
    .sort((a, b) => a - b);
};

describe('the rate of the sender', () => {
  it.each([
    [1, 60],
    [3, 100],
    [100, 600],
  ])('at %i a second is kept by all lanes together, and used', async (perSecond, each) => {
    const from = sending({ perSecond });
    for (const priority of ['urgent', 'reminder', 'survey'] as const) await queueMany(from, priority, each);
    await from.pass(4_000_000);
    expect(from.texts).toHaveLength(3 * each);
    const times = from.texts.map(({ at }) => at).sort((a, b) => a - b);
    const took = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(took / 1000).toBeGreaterThanOrEqual((3 * each) / perSecond - 1.3);
    expect(took / 1000).toBeLessThan(((3 * each) / perSecond) * 1.1 + 1);
  });

  it('costs a message none of its attempts, however long it waits', async () => {
    const from = sending({ perSecond: 1, subscriptions: fewAttempts });
    await queueMany(from, 'reminder', 300);
    await from.pass(310_000);
    expect(from.texts).toHaveLength(300);
    expect(from.house.queues.deadLetters()).toEqual([]);
    // Nor is everything handed out over and over to hear that it is not its turn.
    const { atOnce = 0, batch = 0 } = fewAttempts.find(({ lane }) => lane === 'reminder') ?? {};
    expect(from.deliveries()).toBeLessThanOrEqual(300 * (atOnce * batch + 1));
  });

  it('is one write for a delivery of ten, not one for each text', async () => {
    const from = sending();
    const queued = Array.from({ length: 10 }, (_, n) => from.queue(`urgent-${n}`, { to: '+13125550142' }));
    await Promise.all(queued);
    await from.pass(0);
    expect(from.texts).toHaveLength(10);
    expect((await from.house.records.get('send-rate', '+13125550199'))?.version).toBe(1);
  });

  it('keeps the order in which reminders were queued', async () => {
    const from = sending({ perSecond: 10 });
    await queueMany(from, 'reminder', 100);
    await from.pass(60_000);
    const order = from.texts.map(({ body }) => Number(body.split('-')[1]));
    // Several batches are under way at once, so neighbours may change places; nobody goes to the end of the line.
    for (const [at, n] of order.entries()) expect(Math.abs(at - n)).toBeLessThanOrEqual(45);
  });

  it('is shared by many processes: together they never take more than there is', async () => {
    const from = sending();
    const { records } = from.house;
    const perSecond = 20;
    const processes = Array.from({ length: 12 }, () =>
      createSendRate({ records, clock: from.clock, sender: 'shared', perSecond }),
    );
    let admitted = 0;
    for (let tenth = 0; tenth < 20; tenth++) {
      const asked = await Promise.all(processes.map((each) => each.reserve('urgent', 5)));
      admitted += asked.reduce((sum, each) => sum + each.admitted, 0);
      for (const each of asked)
        if (each.admitted < 5) expect(each.again).toBeGreaterThan(from.clock.now().getTime() - 1);
      from.clock.advance(100);
    }
    expect(admitted).toBeLessThanOrEqual(1 + perSecond / 5 + perSecond * 1.9);
    expect(admitted).toBeGreaterThanOrEqual(perSecond * 1.8);
  });

  it('gives up after a few tries where others are always first, and asks again soon', async () => {
    const from = sending();
    const { records } = from.house;
    let tries = 0;
    const crowded = createSendRate({
      records: {
        ...records,
        put: async () => {
          tries += 1;
          return 'conflict' as const;
        },
      },
      clock: from.clock,
      sender: 'crowded',
      perSecond: 1,
    });
    const { admitted, again = 0 } = await crowded.reserve('urgent', 1);
    expect([admitted, tries <= 10, again - from.clock.now().getTime()]).toEqual([0, true, 50]);
  });
});

describe('a class that does not wait for another', () => {
  it.each([1, 3, 100])('urgent texts go by thousands of reminders in a slot at %i a second', async (perSecond) => {
    const from = sending({ perSecond });
    await queueMany(from, 'reminder', 400);
    await queueMany(from, 'survey', 100);
    await from.pass(777);
    const asked: number[] = [];
    for (let n = 0; n < 5; n++) {
      asked.push(from.clock.now().getTime());
      await from.queue(`urgent-${n}`, { phone: 'phone', to: '+13125550142', priority: 'urgent' });
      await from.pass(2_500);
    }
    const waits = from.texts
      .filter(({ body }) => body.startsWith('Text urgent'))
      .map(({ at }, n) => at - (asked[n] ?? 0));
    expect(waits).toHaveLength(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(Math.ceil(1000 / perSecond));
  });

  it('reminders go before surveys that were queued first', async () => {
    const from = sending({ perSecond: 10 });
    await queueMany(from, 'survey', 50);
    await queueMany(from, 'reminder', 50);
    await from.pass(60_000);
    const [reminders, surveys] = [sentAt(from, 'reminder'), sentAt(from, 'survey')];
    expect([reminders.length, surveys.length]).toEqual([50, 50]);
    const before = surveys.filter((at) => at < (reminders.at(-1) ?? 0));
    expect(before.length).toBeLessThanOrEqual(5);
  });

  it('what is broken in one lane holds up no other', async () => {
    const from = sending({
      between: (ports) => ({
        ...ports,
        carrier: {
          ...ports.carrier,
          send: async (text) => {
            if (text.body.startsWith('Text reminder')) throw new Error('never');
            return ports.carrier.send(text);
          },
        },
      }),
    });
    await queueMany(from, 'reminder', 100);
    await queueMany(from, 'urgent', 20);
    await from.pass(1_000);
    expect(from.texts).toHaveLength(20);
  });
});
