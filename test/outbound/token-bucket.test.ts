import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { take } from '../../domain/outbound/token-bucket.ts';
import { type Priority, priorities } from '../../domain/story/message.ts';

const start = Date.parse('2026-03-02T14:00:00.000Z');
const rates = [1, 3, 10, 100];
const rate = fc.constantFrom(...rates);

/** One bucket, asked again and again as time goes by. */
function bucketOf(perSecond: number) {
  let tat: number | undefined;
  let now = start;
  const sends: { at: number; priority: Priority }[] = [];
  return {
    sends,
    passes: (ms: number) => {
      now += ms;
    },
    ask(priority: Priority, count = 1) {
      const granted = take({ tat, perSecond }, now, { priority, count });
      if (granted.admitted > 0) tat = granted.tat;
      for (let n = 0; n < granted.admitted; n++) sends.push({ at: now, priority });
      return { admitted: granted.admitted, waits: granted.again === undefined ? 0 : granted.again - now };
    },
  };
}

const asks = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 1500 }),
    priority: fc.constantFrom(...priorities),
    count: fc.integer({ min: 1, max: 40 }),
  }),
  { maxLength: 60, size: 'max' },
);

describe('the rate of a sender', () => {
  it('is kept over any stretch of time, whoever asks and whenever: a fifth of a second more at most', () => {
    fc.assert(
      fc.property(rate, asks, (perSecond, all) => {
        const bucket = bucketOf(perSecond);
        for (const { after, priority, count } of all) {
          bucket.passes(after);
          bucket.ask(priority, count);
        }
        // In every stretch at once: what has been sent and has not drained at the steady rate is never more than a burst.
        let level = 0;
        let before = start;
        for (const { at } of bucket.sends) {
          level = Math.max(0, level - ((at - before) * perSecond) / 1000) + 1;
          before = at;
          if (level > 1 + perSecond / 5 + 1e-6) throw new Error(`${level} at ${perSecond} a second`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is used up: whoever comes back when they were told loses nothing of it', () => {
    fc.assert(
      fc.property(
        rate,
        fc.constantFrom(...priorities),
        fc.integer({ min: 1, max: 30 }),
        (perSecond, priority, batch) => {
          const bucket = bucketOf(perSecond);
          let elapsed = 0;
          const wanted = perSecond * 20;
          for (let rounds = 0; bucket.sends.length < wanted; rounds++) {
            expect(rounds).toBeLessThan(5000);
            const { waits } = bucket.ask(priority, Math.min(batch, wanted - bucket.sends.length));
            // A batch that was taken whole is followed by the next one at once.
            bucket.passes(waits);
            elapsed += waits;
          }
          expect(elapsed).toBeLessThanOrEqual(20_000);
          expect(elapsed).toBeGreaterThan(19_000 - 1000 / perSecond);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never gives more than was asked for, and says when to come back exactly where something is left', () => {
    fc.assert(
      fc.property(rate, asks, (perSecond, all) => {
        const bucket = bucketOf(perSecond);
        for (const { after, priority, count } of all) {
          bucket.passes(after);
          const { admitted, waits } = bucket.ask(priority, count);
          expect(admitted).toBeLessThanOrEqual(count);
          if (admitted < count) expect(waits).toBeGreaterThan(0);
          else expect(waits).toBe(0);
        }
      }),
    );
  });

  it('lets an urgent send wait one slot at most, however many reminders and surveys are behind and before it', () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 3000 }), (perSecond, untilUrgent) => {
        const bucket = bucketOf(perSecond);
        let elapsed = 0;
        while (elapsed < untilUrgent) {
          const waits = [bucket.ask('survey', 10).waits, bucket.ask('reminder', 10).waits].filter((ms) => ms > 0);
          const step = Math.min(untilUrgent - elapsed, ...waits, 1000 / perSecond);
          bucket.passes(step);
          elapsed += step;
        }
        const first = bucket.ask('urgent');
        if (first.admitted === 1) return;
        expect(first.waits).toBeLessThanOrEqual(Math.ceil(1000 / perSecond));
        // And it is its turn then, though a reminder waits for the same instant and asks first.
        bucket.passes(first.waits);
        expect(bucket.ask('reminder').admitted + bucket.ask('survey').admitted).toBe(0);
        expect(bucket.ask('urgent').admitted).toBe(1);
      }),
    );
  });

  it.each(rates)('lets reminders go before surveys at %i a second', (perSecond) => {
    const bucket = bucketOf(perSecond);
    for (let ms = 0; ms < 10_000; ms += 10) {
      bucket.ask('survey', 5);
      bucket.ask('reminder', 5);
      bucket.passes(10);
    }
    const late = bucket.sends.filter(({ at }) => at > start + 1000);
    expect(late.filter(({ priority }) => priority === 'survey')).toEqual([]);
    expect(late.length).toBeGreaterThanOrEqual(8 * perSecond);
  });

  it('is not held up by a clock that ran ahead', () => {
    const hour = start + 3_600_000;
    for (const perSecond of rates) {
      const { admitted, again } = take({ tat: hour, perSecond }, start, { priority: 'urgent', count: 1 });
      expect(admitted).toBe(0);
      expect((again ?? 0) - start).toBeLessThanOrEqual(Math.ceil(1000 / perSecond));
    }
  });
});
