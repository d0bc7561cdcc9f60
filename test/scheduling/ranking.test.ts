import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../domain/requirements/requirement.ts';
import { noKinds } from '../../domain/scheduling/kinds.ts';
import type { OpenTime } from '../../domain/scheduling/open-time.ts';
import { rank, type WantedTime } from '../../domain/scheduling/ranking.ts';
import { soonestStart } from '../../domain/scheduling/soonest.ts';
import { localTime } from '../../domain/scheduling/wish.ts';

const timeZone = 'America/Chicago';
const now = new Date('2026-03-02T14:00:00.000Z');
const scan = { ...noKinds, services: ['http://snomed.info/sct|113091000'] };
const heart = { ...noKinds, specialties: ['http://snomed.info/sct|394579002'] };

const open = (slot: string, start: string, more: Partial<OpenTime> = {}): OpenTime => ({
  slot,
  start,
  end: new Date(Date.parse(start) + 1_800_000).toISOString(),
  kinds: scan,
  sites: ['imaging', 'main'],
  practitioners: [],
  schedule: 'room',
  location: 'imaging',
  ...more,
});
const wanted = (more: Partial<WantedTime> = {}): WantedTime => ({
  kinds: scan,
  schedules: [],
  without: [],
  soonest: now,
  ...more,
});
const slotsOf = (times: readonly OpenTime[], want: WantedTime, most = 3) =>
  rank(times, want, { now, timeZone, most }).map(({ slot }) => slot);

describe('the times that are offered', () => {
  it('are the soonest, on different days first', () => {
    const times = [
      open('tue-9', '2026-03-03T15:00:00Z'),
      open('tue-10', '2026-03-03T16:00:00Z'),
      open('wed', '2026-03-04T15:00:00Z'),
      open('thu', '2026-03-05T15:00:00Z'),
    ];
    expect(slotsOf(times, wanted())).toEqual(['tue-9', 'wed', 'thu']);
    expect(slotsOf(times.slice(0, 2), wanted())).toEqual(['tue-9', 'tue-10']);
    expect(slotsOf([...times].reverse(), wanted())).toEqual(['tue-9', 'wed', 'thu']);
  });

  it('are with the same practitioner before others, and as usual before unusual', () => {
    const times = [
      open('other', '2026-03-03T15:00:00Z', { practitioners: ['dr-b'] }),
      open('early', '2026-03-04T15:00:00Z', { practitioners: ['dr-a'] }),
      open('late', '2026-03-05T21:00:00Z', { practitioners: ['dr-a'] }),
    ];
    expect(slotsOf(times, wanted({ practitioner: 'dr-a' }))).toEqual(['early', 'late', 'other']);
    expect(slotsOf(times, wanted({ practitioner: 'dr-a', prefers: { after: '15:00' } }))).toEqual([
      'late',
      'early',
      'other',
    ]);
  });

  it('are of the same kind and place: where both sides say what it is for, they agree', () => {
    const times = [
      open('scan', '2026-03-03T15:00:00Z'),
      open('heart', '2026-03-04T15:00:00Z', { kinds: { ...heart, services: ['s|other'] } }),
      open('far', '2026-03-05T15:00:00Z', { sites: ['elsewhere'], location: 'elsewhere' }),
      open('unsaid', '2026-03-06T15:00:00Z', { kinds: noKinds, schedule: 'another' }),
    ];
    expect(slotsOf(times, wanted({ site: { location: 'main', within: [] } }))).toEqual(['scan']);
    expect(slotsOf(times, wanted({ site: { location: 'imaging', within: ['main'] } }))).toEqual(['scan']);
  });

  it('are of the same calendar or practitioner where nothing says what they are for, and long enough', () => {
    const half = { start: '2026-03-02T16:00:00Z', end: '2026-03-02T16:30:00Z' };
    const hour = { start: '2026-03-02T16:00:00Z', end: '2026-03-02T17:00:00Z' };
    const times = [
      open('same', '2026-03-03T15:00:00Z', { kinds: noKinds, schedule: 'lee' }),
      open('other', '2026-03-04T15:00:00Z', { kinds: noKinds, schedule: 'kim' }),
      open('hers', '2026-03-05T15:00:00Z', { kinds: noKinds, schedule: 'lee-2', practitioners: ['lee'] }),
    ];
    const visit = { kinds: noKinds, schedules: ['lee'], practitioner: 'lee' };
    expect(slotsOf(times, wanted({ ...visit, ...half }))).toEqual(['hers', 'same']);
    expect(slotsOf(times, wanted({ ...visit, ...hour }))).toEqual([]);
  });

  it('are not another slot at the very time the visit has, nor two that nobody could tell apart', () => {
    const times = [
      open('room-1', '2026-03-03T15:00:00Z'),
      open('room-2', '2026-03-03T09:00:00-06:00', { schedule: 'room-2' }),
      open('later', '2026-03-03T16:00:00Z'),
    ];
    expect(slotsOf(times, wanted())).toEqual(['room-1', 'later']);
    expect(slotsOf(times, wanted({ start: '2026-03-03T15:00:00Z' }))).toEqual(['later']);
  });

  it('are as wished on the clinic’s wall, on both sides of a change of clocks', () => {
    // Clocks go forward on Sunday, March 8: nine o'clock is 15:00Z before and 14:00Z after.
    const nine = (date: string) =>
      Temporal.PlainDateTime.from(`${date}T09:00`).toZonedDateTime(timeZone).toInstant().toString();
    const times = [
      open('fri-9', nine('2026-03-06')),
      open('mon-9', nine('2026-03-09')),
      open('mon-8', '2026-03-09T13:00:00Z'),
      open('tue-9', nine('2026-03-10')),
    ];
    expect(slotsOf(times, wanted({ wish: { after: '09:00', before: '09:01' } }))).toEqual(['fri-9', 'mon-9', 'tue-9']);
    expect(slotsOf(times, wanted({ wish: { weekdays: [1], after: '09:00' } }))).toEqual(['mon-9']);
    expect(slotsOf(times, wanted({ wish: { from: '2026-03-09', until: '2026-03-09' } }))).toEqual(['mon-8', 'mon-9']);
  });

  it('leave what the visit still needs its time', () => {
    const need = (more: Partial<Requirement>): Requirement => ({
      id: 'mri-authorisation',
      kind: 'authorisation',
      owner: 'payer-team',
      due: '2026-03-07T15:00:00Z',
      state: 'waiting',
      says: { default: 'We are getting the authorisation.' },
      because: 'payer',
      content: 'mri-authorisation@1',
      ...more,
    });
    const start = '2026-03-10T15:00:00Z';
    const hoursAhead = (...requirements: readonly Requirement[]) =>
      (soonestStart({ start, requirements }, now).getTime() - now.getTime()) / 3_600_000;
    expect(hoursAhead(need({}))).toBe(72);
    expect(hoursAhead(need({ state: 'met' }))).toBe(0);
    expect(hoursAhead(need({ kind: 'form', due: '2026-03-01T00:00:00Z' }))).toBe(0);
    expect(hoursAhead(need({ kind: 'preparation', due: start, from: '2026-03-08T15:00:00Z' }), need({}))).toBe(72);
    const startBy = '2026-03-05T15:00:00Z';
    expect(hoursAhead(need({ state: 'open', startBy }))).toBe(120);
    // Somebody is on it.
    expect(hoursAhead(need({ startBy }))).toBe(72);
    expect(hoursAhead(need({ due: 'soon' }))).toBe(0);
    expect(soonestStart({ requirements: [need({})] }, now)).toEqual(now);
  });
});

const instants = fc
  .integer({ min: Date.parse('2026-02-01T00:00:00Z'), max: Date.parse('2026-12-01T00:00:00Z') })
  .map((ms) => new Date(ms).toISOString());
const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const kinds = fc.record({
  services: fc.subarray(['s|1', 's|2']),
  specialties: fc.subarray(['p|1', 'p|2']),
  styles: fc.subarray(['t|1']),
  offeredBy: fc.subarray(['h1', 'h2']),
});
/** Mostly times as EHRs have them; now and then anything at all. */
const spans = fc.oneof(
  { arbitrary: fc.tuple(instants, fc.constantFrom(30, 60)), weight: 9 },
  { arbitrary: fc.tuple(fc.oneof(instants, fc.string()), fc.string()), weight: 1 },
);
const anyTime: fc.Arbitrary<OpenTime> = fc
  .tuple(
    spans,
    fc.record(
      {
        slot: fc.oneof(ids, fc.string()),
        kinds,
        sites: fc.subarray(['x', 'y']),
        practitioners: fc.subarray(['p', 'q']),
        schedule: ids,
        location: fc.constantFrom('x', 'y'),
        practitioner: fc.constantFrom('p', 'q'),
      },
      { requiredKeys: ['slot', 'kinds', 'sites', 'practitioners'] },
    ),
  )
  .map(([[start, end], rest]) => ({
    ...rest,
    start,
    end: typeof end === 'string' ? end : new Date(Date.parse(start) + end * 60_000).toISOString(),
  }));
const clockTimes = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const dates = instants.map((instant) => instant.slice(0, 10));
const wishes = fc.record(
  {
    weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7]),
    after: clockTimes,
    before: clockTimes,
    from: dates,
    until: dates,
  },
  { requiredKeys: [] },
);
const anyWanted: fc.Arbitrary<WantedTime> = fc.record(
  {
    kinds,
    schedules: fc.array(ids, { maxLength: 2 }),
    without: fc.array(ids, { maxLength: 3 }),
    soonest: fc.constantFrom(0, 1, 3).map((months) => new Date(Date.UTC(2026, months, 1))),
    site: fc.constant({ location: 'x', within: ['y'] }),
    practitioner: fc.constantFrom('p', 'q'),
    start: fc.oneof(instants, fc.string()),
    end: instants,
    wish: wishes,
    prefers: wishes,
  },
  { requiredKeys: ['kinds', 'schedules', 'without', 'soonest'] },
);
const zones = fc.constantFrom('America/Chicago', 'Europe/Warsaw', 'Europe/Madrid', 'America/Phoenix', 'no/zone');

describe('whatever is given', () => {
  it('nothing past, too soon, passed over, unwished or twice is offered, and never more than asked for', () => {
    let offeredAtAll = 0;
    fc.assert(
      fc.property(
        fc.array(anyTime, { maxLength: 12 }),
        anyWanted,
        instants,
        zones,
        fc.integer({ min: 0, max: 4 }),
        (times, want, at, zone, most) => {
          const offered = rank(times, want, { now: new Date(at), timeZone: zone, most });
          offeredAtAll += offered.length;
          expect(offered.length).toBeLessThanOrEqual(most);
          expect(new Set(offered.map(({ start }) => Date.parse(start))).size).toBe(offered.length);
          for (const { slot, start } of offered) {
            expect(Date.parse(start)).toBeGreaterThan(Date.parse(at));
            expect(Date.parse(start)).toBeGreaterThanOrEqual(want.soonest.getTime());
            expect(want.without).not.toContain(slot);
            // Read by another calendar than ours.
            const wall = Temporal.Instant.from(start).toZonedDateTimeISO(zone);
            const { weekdays = [], after, before, from, until } = want.wish ?? {};
            if (weekdays.length > 0) expect(weekdays).toContain(wall.dayOfWeek);
            const shown = wall.toPlainTime().toString().slice(0, 5);
            if (after !== undefined) expect(shown >= after).toBe(true);
            if (before !== undefined) expect(shown < before).toBe(true);
            const date = wall.toPlainDate().toString();
            if (from !== undefined) expect(date >= from).toBe(true);
            if (until !== undefined) expect(date <= until).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(offeredAtAll).toBeGreaterThan(200);
  });

  it('the order of what was found does not matter where ids differ', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyTime, { selector: ({ slot }) => slot, maxLength: 8 }),
        anyWanted,
        instants,
        (times, want, at) => {
          const circumstances = { now: new Date(at), timeZone, most: 3 };
          expect(rank([...times].reverse(), want, circumstances)).toEqual(rank(times, want, circumstances));
        },
      ),
    );
  });

  it('a local time is that of the wall, or none', () => {
    fc.assert(
      fc.property(fc.oneof(instants, fc.string()), zones, (instant, zone) => {
        const local = localTime(instant, zone);
        if (zone === 'no/zone' || Number.isNaN(Date.parse(instant))) expect(local).toBeUndefined();
        else
          expect(local?.date).toBe(
            Temporal.Instant.fromEpochMilliseconds(Date.parse(instant))
              .toZonedDateTimeISO(zone)
              .toPlainDate()
              .toString(),
          );
      }),
    );
  });
});
