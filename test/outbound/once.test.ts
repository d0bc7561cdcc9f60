import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { sqsEventOf } from '../../adapters/embedded/bus/sqs-event.ts';
import type { Message } from '../../domain/story/message.ts';
import { queuedAgain } from '../../edge/queue/what-became.ts';
import { dyingAt } from './dying.ts';
import { openSending, type Ports, type SendingHouse, type SendingOptions } from './sending-house.ts';

let open: SendingHouse[] = [];
const sending = (options: SendingOptions = {}): SendingHouse => {
  const house = openSending(options);
  open.push(house);
  return house;
};
afterEach(async () => {
  for (const house of open) await house.close();
  open = [];
});
const minutes = 60_000;

describe('killed at any step, a message goes out once', () => {
  const kinds: readonly (readonly [string, Partial<Message>])[] = [
    ['a text', {}],
    ['a call', { channel: 'voice', about: { appointment: 'visit' } }],
    ['a reminder put off to the morning', { priority: 'reminder', notBefore: '2026-03-02T17:00:00.000Z' }],
  ];
  it.each(kinds)('%s', async (_, kind) => {
    let everyStep = 0;
    for (const when of ['before', 'after'] as const) {
      for (let step = 1; ; step++) {
        const dying = dyingAt(step, when);
        const house = sending({ lagMs: 15_000, between: dying.between });
        const phone = await house.patient('anna');
        const message = await house.queue('m1', { story: 'anna', phone: phone.id, to: phone.number, ...kind });
        await house.pass(kind.notBefore === undefined ? 0 : 62 * minutes);
        const died = dying.died();
        // The next process, with nothing of what the first one knew.
        house.use(house.worker((ports) => ports));
        await house.pass(120 * minutes);
        const out = kind.channel === 'voice' ? house.calls : house.texts;
        expect([when, step, out.length]).toEqual([when, step, 1]);
        expect(out[0]?.to).toBe(message.to);
        const { state, sid } = await house.message('m1');
        expect([when, step, state, sid]).toEqual([when, step, 'sent', out[0]?.sid]);
        expect(house.house.queues.deadLetters()).toEqual([]);
        if (!died) break;
        everyStep += 1;
      }
    }
    // Reads, the rate, the mark, the carrier, the outcome: it was killed at all of them.
    expect(everyStep).toBeGreaterThan(12);
  });

  it('and one that the carrier may or may not have taken is found though the list shows it late', async () => {
    const house = sending({
      lagMs: 19_000,
      between: (ports: Ports) => ({
        ...ports,
        carrier: {
          ...ports.carrier,
          send: async (text) => {
            await ports.carrier.send(text);
            return { is: 'later', afterSeconds: 10, doubt: true };
          },
        },
      }),
    });
    const phone = await house.patient('anna');
    await house.queue('m1', { story: 'anna', phone: phone.id, to: phone.number });
    await house.pass(29_000);
    // Not looked for before the attempt has run out: until then the list proves nothing.
    expect(house.looks()).toBe(0);
    await house.pass(5 * minutes);
    expect(house.looks()).toBe(1);
    expect(house.texts).toHaveLength(1);
    expect(await house.stateOf('m1')).toBe('sent');
  });

  it('and one that was surely not taken is sent without being looked for', async () => {
    const house = sending();
    house.refusals.push({ is: 'later', afterSeconds: 2, doubt: false });
    const phone = await house.patient('anna');
    await house.queue('m1', { story: 'anna', phone: phone.id, to: phone.number });
    await house.pass(2_000);
    expect(house.looks()).toBe(0);
    expect(house.texts).toHaveLength(1);
    expect(await house.stateOf('m1')).toBe('sent');
  });
});

describe('two workers at the same message', () => {
  it('send it once, whatever the order in which their steps interleave', async () => {
    const met = { overlaps: 0, gaveBack: 0 };
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (schedule, workers) => {
        const house = sending({ lagMs: 15_000 });
        let underWay = 0;
        const slowly = ({ records, store, carrier, scheduler }: Ports): Ports => ({
          scheduler,
          store: { ...store, phone: (id) => schedule.schedule(store.phone(id)) },
          records: {
            ...records,
            get: (kind, id) => schedule.schedule(records.get(kind, id)),
            put: async (put, events) => {
              await schedule.schedule(Promise.resolve());
              return records.put(put, events);
            },
          },
          carrier: {
            ...carrier,
            send: async (text) => {
              underWay += 1;
              met.overlaps = Math.max(met.overlaps, underWay);
              await schedule.schedule(Promise.resolve());
              underWay -= 1;
              return carrier.send(text);
            },
            find: async (to, body, since) => {
              if (underWay > 0) met.overlaps = 99;
              return carrier.find(to, body, since);
            },
          },
        });
        const phone = await house.patient('anna');
        const message = await house.keep('m1', { story: 'anna', phone: phone.id, to: phone.number });
        const all = Array.from({ length: workers }, () => house.attempt('m1', slowly));
        const answers = await schedule.waitFor(Promise.allSettled(all));
        expect(house.texts).toHaveLength(1);
        met.gaveBack += answers.filter(({ status }) => status === 'rejected').length;
        // And as the queue brings it again to whoever gave it back.
        await house.house.bus.publish([queuedAgain('lakeside', message, message.createdAt)]);
        await house.pass(2 * minutes);
        expect(house.texts).toHaveLength(1);
        expect(await house.stateOf('m1')).toBe('sent');
        await house.close();
        open = [];
      }),
      { numRuns: 40 },
    );
    expect(met.overlaps).toBe(1);
    expect(met.gaveBack).toBeGreaterThan(40);
  });

  it('say who has it and until when, and the other comes again later', async () => {
    const house = sending();
    const phone = await house.patient('anna');
    const message = await house.keep('m1', { story: 'anna', phone: phone.id, to: phone.number });
    const body = JSON.stringify({ detail: queuedAgain('lakeside', message, message.createdAt) });
    const batch = sqsEventOf('message-due-urgent', [{ seq: 1, body, sent: 0, attempt: 1 }], 0);
    let release: () => void = () => undefined;
    const stuck = house.worker((ports) => ({
      ...ports,
      carrier: {
        ...ports.carrier,
        send: async (text) => {
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          return ports.carrier.send(text);
        },
      },
    }));
    const first = stuck(batch);
    while ((await house.message('m1')).attempt === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect((await house.message('m1')).attempt).toEqual({
      by: 'worker-2',
      at: '2026-03-02T16:00:00.000Z',
      until: '2026-03-02T16:00:30.000Z',
    });
    const second = await house.worker()(batch);
    expect(second.batchItemFailures).toEqual([{ itemIdentifier: '1' }]);
    release();
    expect((await first).batchItemFailures).toEqual([]);
    expect((await house.worker()(batch)).batchItemFailures).toEqual([]);
    expect(house.texts).toHaveLength(1);
  });

  it('who slept too long between its mark and the carrier sends nothing', async () => {
    const house = sending({
      between: (ports) => ({
        ...ports,
        records: {
          ...ports.records,
          put: async (put, events) => {
            const saved = await ports.records.put(put, events);
            if (put.kind === 'message') house.clock.advance(25_000);
            return saved;
          },
        },
      }),
    });
    const phone = await house.patient('anna');
    await house.queue('m1', { story: 'anna', phone: phone.id, to: phone.number });
    await house.pass(0);
    expect(house.texts).toHaveLength(0);
    house.use(house.worker((ports) => ports));
    await house.pass(5 * minutes);
    expect(house.texts).toHaveLength(1);
  });
});

describe('a lost reply', () => {
  it('is looked for before it is sent, also by who has never tried', async () => {
    const house = sending();
    const phone = await house.patient('anna');
    const rode = await house.queue('m1', { kind: 'reply', phone: phone.id, to: phone.number });
    await house.carrier.send({ to: rode.to, body: rode.body, statusCallback: '' });
    await house.pass(0);
    expect(house.texts).toHaveLength(1);
    expect(await house.stateOf('m1')).toBe('sent');
  });
});
