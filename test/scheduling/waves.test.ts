import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { waitingListPlan } from '../../content/scheduling.ts';
import type { SlotOfferRecord } from '../../domain/ports/records.ts';
import {
  type Candidate,
  lastWave,
  nextStep,
  sizeOf,
  type WavePlan,
  waveDeclined,
} from '../../domain/scheduling/waves.ts';

const plan: WavePlan = {
  firstWave: 2,
  growsBy: 2,
  paceMinutes: 15,
  askUntilMinutesBefore: 120,
  quiet: { from: '21:00', until: '08:00' },
};
const timeZone = 'America/Chicago';
const start = '2026-03-05T15:00:00Z';
const record = (more: Partial<SlotOfferRecord> = {}): SlotOfferRecord => ({
  offer: 'offer/slot/1',
  slot: { slot: 'slot', start, end: '2026-03-05T16:00:00Z' },
  offered: [],
  declined: [],
  ...more,
});
const people = (count: number, zone?: string): readonly Candidate[] =>
  Array.from({ length: count }, (_, index) => ({
    story: `p${index}`,
    appointment: `a${index}`,
    ...(zone === undefined ? {} : { timeZone: zone }),
  }));
const at = (instant: string) => ({ now: new Date(instant), timeZone });
const noon = '2026-03-03T18:00:00Z';

describe('the waves of an offer', () => {
  it('grow as content says, each after its pace, and ask nobody twice', () => {
    let kept = record();
    const sizes: number[] = [];
    for (let now = Date.parse(noon); ; ) {
      const step = nextStep(kept, people(9), plan, { now: new Date(now), timeZone });
      if (step.is !== 'ask') {
        expect(step).toEqual({ is: 'wait', next: new Date('2026-03-05T13:00:00Z') });
        break;
      }
      const wave = lastWave(kept) + 1;
      sizes.push(step.candidates.length);
      kept = { ...kept, offered: [...kept.offered, ...step.candidates.map((each) => ({ ...each, wave }))] };
      if (sizes.length < 3) expect(step.next.getTime() - now).toBe(15 * 60_000);
      now = step.next.getTime() < Date.parse('2026-03-05T13:00:00Z') ? step.next.getTime() : now;
    }
    expect(sizes).toEqual([2, 4, 3]);
    expect(kept.offered.map(({ appointment }) => appointment)).toEqual(people(9).map(({ appointment }) => appointment));
  });

  it('end where nobody is left who might say yes, or when it is too late to come', () => {
    const offered = people(2).map((each) => ({ ...each, wave: 1 }));
    expect(nextStep(record(), [], plan, at(noon))).toEqual({ is: 'close' });
    expect(nextStep(record({ offered, declined: ['a0', 'a1'] }), people(2), plan, at(noon))).toEqual({ is: 'close' });
    expect(nextStep(record({ offered, declined: ['a0'] }), people(2), plan, at(noon)).is).toBe('wait');
    expect(nextStep(record(), people(5), plan, at('2026-03-05T13:00:00Z'))).toEqual({ is: 'close' });
    expect(nextStep(record(), people(5), plan, at('2026-03-05T14:59:59Z'))).toEqual({ is: 'close' });
  });

  it('need not wait where all of the last one have said no', () => {
    const offered = [...people(2).map((each) => ({ ...each, wave: 1 })), { story: 'x', appointment: 'x', wave: 2 }];
    expect(waveDeclined({ offered, declined: ['x'] })).toBe(true);
    expect(waveDeclined({ offered, declined: ['a0', 'a1'] })).toBe(false);
  });

  it('pass over who is asked about another time, and come back to them', () => {
    const [first, second] = people(2);
    if (first === undefined || second === undefined) throw new Error('nobody');
    const step = nextStep(record(), [{ ...first, busy: true }, second], plan, at(noon));
    expect(step).toMatchObject({
      is: 'ask',
      candidates: [{ appointment: 'a1' }],
      next: new Date('2026-03-03T18:15:00Z'),
    });
    expect(nextStep(record(), [{ ...first, busy: true }], plan, at(noon))).toEqual({
      is: 'wait',
      next: new Date('2026-03-03T20:00:00Z'),
    });
  });

  it('go on with those who are awake, and in the morning with those who slept', () => {
    // 23:30 in Chicago, 06:30 in Warsaw, 21:30 in Los Angeles, 19:30 in Honolulu.
    const now = at('2026-03-04T05:30:00Z');
    const [chicago, warsaw, honolulu] = ['America/Chicago', 'Europe/Warsaw', 'Pacific/Honolulu'].map((zone, index) => ({
      story: `p${index}`,
      appointment: `a${index}`,
      timeZone: zone,
    }));
    if (chicago === undefined || warsaw === undefined || honolulu === undefined) throw new Error('nobody');
    expect(nextStep(record(), [chicago, warsaw, honolulu], plan, now)).toMatchObject({
      is: 'ask',
      candidates: [{ appointment: 'a2' }],
    });
    expect(nextStep(record(), [chicago, warsaw], plan, now)).toEqual({
      is: 'wait',
      next: new Date('2026-03-04T07:00:00Z'),
    });
    expect(nextStep(record(), [chicago], plan, now)).toEqual({ is: 'wait', next: new Date('2026-03-04T14:00:00Z') });
    expect(nextStep(record(), [{ ...chicago, timeZone: 'no/zone' }], plan, now).is).toBe('wait');
  });

  it('are sized and paced by content that is checked', () => {
    expect(sizeOf(waitingListPlan(), 1)).toBeGreaterThan(0);
    expect(() => waitingListPlan({ ...plan, firstWave: 0 })).toThrow('firstWave');
    expect(() => waitingListPlan({ ...plan, quiet: { from: '9pm', until: '08:00' } })).toThrow('quiet.from');
  });
});

describe('at night', () => {
  const zones = ['America/Chicago', 'Europe/Warsaw', 'Australia/Lord_Howe'] as const;
  /** Around the changes of clocks of all three in one year, and anywhere in it. */
  const changes = ['2026-03-08T08:00:00Z', '2026-03-29T01:00:00Z', '2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z'];
  const moments = fc.oneof(
    fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2026-12-31T00:00:00Z') }),
    fc
      .tuple(
        fc.constantFrom(...changes, '2026-10-25T01:00:00Z', '2026-11-01T07:00:00Z'),
        fc.integer({ min: -36, max: 36 }),
      )
      .map(([change, quarters]) => Date.parse(change) + quarters * 900_000),
  );

  it('nobody is asked, in three zones and across their changes of clocks, and the next look is when somebody wakes', () => {
    fc.assert(
      fc.property(
        moments,
        fc.array(fc.constantFrom(...zones), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...zones),
        (ms, homes, clinicZone) => {
          const now = new Date(ms);
          const left = homes.map((zone, index) => ({ story: `p${index}`, appointment: `a${index}`, timeZone: zone }));
          const far = record({
            slot: { slot: 'slot', start: new Date(ms + 30 * 86_400_000).toISOString(), end: start },
          });
          const step = nextStep(far, left, plan, { now, timeZone: clinicZone });
          const hourIn = (instant: Date, zone: string) =>
            Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).hour;
          const isNight = (instant: Date, zone: string) => hourIn(instant, zone) >= 21 || hourIn(instant, zone) < 8;
          const awake = left.filter(({ timeZone: zone }) => !isNight(now, zone));
          if (step.is === 'ask') {
            expect(step.candidates.length).toBeGreaterThan(0);
            for (const { timeZone: zone = '' } of step.candidates) expect(isNight(now, zone)).toBe(false);
          } else {
            expect(awake).toEqual([]);
            if (step.is !== 'wait') throw new Error('given up though somebody waits');
            expect(step.next.getTime()).toBeGreaterThan(ms);
            expect(homes.some((zone) => !isNight(step.next, zone))).toBe(true);
          }
        },
      ),
      { numRuns: 1_500 },
    );
  });
});
