import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type AgendaEntry, agendaOf, dueEntries, nextEntry } from '../../domain/visit/agenda.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { clinic } from '../engine/conversation.ts';
import { day, hour, known, monday, need, start, theirs, weekTwoDaysAndDay } from './visit-world.ts';

function visit(more: Partial<PlannedVisit> = {}): PlannedVisit {
  return {
    ...known(more.start === undefined ? {} : { start: more.start }),
    requirements: [],
    done: [],
    changedAt: monday,
    plan: weekTwoDaysAndDay,
    ...more,
  };
}

/** `reminder 2026-03-06T16:00Z`, earliest first. */
function lines(entries: readonly AgendaEntry[]): readonly string[] {
  return entries.map(({ at, what }) => `${what.is} ${at.toISOString().slice(0, 16)}Z`);
}

function wallTime(at: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString()
    .slice(0, 16);
}

describe('the agenda of a visit', () => {
  test('has its reminders at the clinic’s time of day, before and after the clocks change, and its end', () => {
    expect(lines(agendaOf(visit(), 'America/Chicago'))).toEqual([
      'reminder 2026-03-06T16:00Z', // 10:00, winter time
      'reminder 2026-03-11T15:00Z', // 10:00, summer time
      'reminder 2026-03-12T22:00Z', // 17:00
      'passed 2026-03-13T19:10Z',
    ]);
  });

  test.each(['wished', 'cancelled', 'passed', 'missed'] as const)('is empty for one that is %s', (state) => {
    expect(agendaOf(visit({ state, requirements: [theirs('a')] }), 'America/Chicago')).toEqual([]);
  });

  test('only waits for the end once the patient is there', () => {
    expect(lines(agendaOf(visit({ state: 'arrived', requirements: [theirs('a')] }), 'America/Chicago'))).toEqual([
      'passed 2026-03-13T19:10Z',
    ]);
  });

  test('nudges about what is due before any reminder speaks of it, and tells the desk what others have not met', () => {
    const requirements = [
      need('form', { kind: 'form', due: '2026-03-09T22:00:00.000Z' }),
      need('card', { due: start }),
      need('fasting', { kind: 'preparation', from: start }),
      theirs('approval', { due: '2026-03-12T17:00:00.000Z' }),
      theirs('too late', { tooLate: true }),
      need('done', { state: 'met', due: '2026-03-05T22:00:00.000Z' }),
    ];
    const agenda = agendaOf(visit({ requirements }), 'America/Chicago');
    expect(lines(agenda.filter(({ what }) => what.is !== 'reminder' && what.is !== 'passed'))).toEqual([
      'nudge 2026-03-08T22:00Z',
      'not-met 2026-03-12T17:00Z',
    ]);
  });

  test('has the moment from which nobody can begin any more', () => {
    const slow = theirs('approval', { startBy: '2026-03-09T17:00:00.000Z' });
    expect(lines(agendaOf(visit({ requirements: [slow] }), 'America/Chicago'))).toContain('too-late 2026-03-09T17:00Z');
    for (const settled of [
      { ...slow, state: 'waiting' as const },
      { ...slow, tooLate: true },
    ])
      expect(lines(agendaOf(visit({ requirements: [settled] }), 'America/Chicago')).join()).not.toContain('too-late');
  });

  test('waits for an answer only after a reminder has asked, and while the question stands', () => {
    const [asking] = agendaOf(visit(), 'America/Chicago').slice(1, 2);
    const done = [asking?.id ?? ''];
    const asked = { is: 'confirm', at: '2026-03-11T15:00:00.000Z', choices: [], misread: 0 } as const;
    const waiting = agendaOf(visit({ done, asked }), 'America/Chicago');
    expect(lines(waiting.filter(({ what }) => what.is === 'other-channel' || what.is === 'no-reply'))).toEqual([
      'other-channel 2026-03-12T14:40Z',
      'no-reply 2026-03-12T18:40Z',
    ]);
    for (const answered of [visit({ done }), visit({ done, asked, confirmedAt: monday }), visit({ asked })])
      expect(lines(agendaOf(answered, 'America/Chicago')).join()).not.toMatch(/other|reply/);
  });

  test('gives an answer an hour, however late it was asked for', () => {
    const [asking] = agendaOf(visit(), 'America/Chicago').slice(2, 3);
    const asked = { is: 'confirm', at: '2026-03-12T22:00:00.000Z', choices: [], misread: 0 } as const;
    const waiting = agendaOf(visit({ done: [asking?.id ?? ''], asked }), 'America/Chicago');
    expect(lines(waiting.filter(({ what }) => what.is === 'other-channel'))).toEqual([
      'other-channel 2026-03-12T23:00Z',
    ]);
  });

  test('goes on from what was carried out', () => {
    const [first, second] = agendaOf(visit(), 'America/Chicago');
    expect(nextEntry(visit(), 'America/Chicago')?.id).toBe(first?.id);
    const done = [first?.id ?? ''];
    expect(nextEntry(visit({ done }), 'America/Chicago')?.id).toBe(second?.id);
    expect(dueEntries(visit({ done }), new Date('2026-03-11T15:00:00.000Z'), 'America/Chicago')).toHaveLength(1);
    expect(dueEntries(visit({ done }), new Date('2026-03-11T14:59:59.999Z'), 'America/Chicago')).toEqual([]);
  });

  test('names an entry the same as long as the visit is at the same time', () => {
    const ids = (more: Partial<PlannedVisit>) => agendaOf(visit(more), 'America/Chicago').map(({ id }) => id);
    expect(ids({ start: '2026-03-13T09:40:00-05:00' })).toEqual(ids({}));
    const moved = ids({ start: '2026-03-14T14:40:00.000Z' });
    expect(moved.filter((id) => ids({}).includes(id))).toEqual([]);
  });
});

describe('at night', () => {
  const nights = (timeZone: string) => ({ timeZone, hours: clinic.quietHours });

  test('a reminder comes the evening before', () => {
    const early = visit({
      plan: { reminders: [{ id: 'morning', before: 'PT3H' }] },
      start: '2026-03-13T13:00:00.000Z',
    });
    expect(lines(agendaOf(early, 'America/Chicago', nights('America/Chicago')))[0]).toBe('reminder 2026-03-13T01:30Z');
    expect(lines(agendaOf(early, 'America/Chicago'))[0]).toBe('reminder 2026-03-13T10:00Z');
  });

  test('is where the patient is, not where the clinic is', () => {
    const evening = visit({ plan: { reminders: [{ id: 'day', before: 'P1D', at: '17:00' }] } });
    // 17:00 in Chicago is 23:00 in Warsaw: it comes at half past eight there.
    const [first] = agendaOf(evening, 'America/Chicago', nights('Europe/Warsaw'));
    expect(wallTime(first?.at ?? new Date(0), 'Europe/Warsaw')).toBe('2026-03-12T20:30');
  });

  test('a second try waits for the morning where the evening is over', () => {
    const [asking] = agendaOf(visit(), 'America/Chicago').slice(1, 2);
    const asked = { is: 'confirm', at: '2026-03-12T01:40:00.000Z', choices: [], misread: 0 } as const;
    const plan = { ...weekTwoDaysAndDay, otherChannelBefore: 'PT36H' };
    const late = agendaOf(
      visit({ plan, done: [asking?.id ?? ''], asked }),
      'America/Chicago',
      nights('America/Chicago'),
    );
    expect(lines(late.filter(({ what }) => what.is === 'other-channel'))).toEqual(['other-channel 2026-03-12T13:00Z']);
  });
});

describe('local times', () => {
  const zones = ['America/Chicago', 'Europe/Warsaw', 'Australia/Lord_Howe'] as const;
  /** Within a week before a visit around each change of clocks of 2026 in each zone. */
  const changes: Record<(typeof zones)[number], readonly string[]> = {
    'America/Chicago': ['2026-03-08', '2026-11-01'],
    'Europe/Warsaw': ['2026-03-29', '2026-10-25'],
    'Australia/Lord_Howe': ['2026-04-05', '2026-10-04'],
  };
  const cases = zones.flatMap((zone) => changes[zone].map((date) => [zone, date] as const));

  test.each(cases)('are right across the change of clocks in %s on %s', (zone, date) => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1, max: 9 }),
        fc.integer({ min: 0, max: 23 * 60 + 59 }),
        fc.integer({ min: 0, max: 14 }),
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom('00', '15', '30', '45'),
        (after, minute, days, atHour, atMinute) => {
          const local = Temporal.PlainDate.from(date)
            .add({ days: after })
            .toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
          const begins = local.toZonedDateTime(zone);
          const at = `${String(atHour).padStart(2, '0')}:${atMinute}`;
          const plan = { reminders: [{ id: 'r', before: `P${days}D`, at }] };
          const [first] = agendaOf(visit({ start: begins.toInstant().toString(), plan }), zone);
          const wanted = begins.toPlainDate().subtract({ days }).toPlainDateTime(Temporal.PlainTime.from(at));
          // In an hour that is skipped, Temporal too goes by the offset before; of one that comes twice it takes the first.
          const right = wanted.toZonedDateTime(zone, { disambiguation: 'compatible' });
          if (right.epochMilliseconds >= begins.epochMilliseconds) expect(first?.what.is).toBe('passed');
          else expect(first?.at.toISOString()).toBe(new Date(right.epochMilliseconds).toISOString());
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each(zones)('of day by day before the visit show the same on the wall in %s, all year', (zone) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 364 }), fc.integer({ min: 6, max: 20 }), (dayOfYear, atHour) => {
        const begins = Temporal.PlainDate.from('2026-01-01')
          .add({ days: dayOfYear })
          .toZonedDateTime({ timeZone: zone, plainTime: '21:30' });
        const at = `${String(atHour).padStart(2, '0')}:00`;
        const [first] = agendaOf(
          visit({ start: begins.toInstant().toString(), plan: { reminders: [{ id: 'd', before: 'P1D', at }] } }),
          zone,
        );
        expect(wallTime(first?.at ?? new Date(0), zone)).toBe(`${begins.toPlainDate().subtract({ days: 1 })}T${at}`);
      }),
    );
  });

  test('no patient is reminded at night, wherever they are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...zones, 'Asia/Kolkata', 'Pacific/Honolulu'),
        fc.integer({ min: 0, max: 364 * 24 }),
        fc.constantFrom('P1D', 'P7D', 'PT3H', 'P2DT5H'),
        fc.option(fc.constantFrom('00:00', '07:30', '17:00', '23:45'), { nil: undefined }),
        (zone, home, hours, before, at) => {
          const begins = new Date(Date.parse('2026-01-01T00:30:00Z') + hours * hour);
          const reminder = { id: 'r', before, ...(at === undefined ? {} : { at }) };
          const entries = agendaOf(visit({ start: begins.toISOString(), plan: { reminders: [reminder] } }), zone, {
            timeZone: home,
            hours: clinic.quietHours,
          });
          for (const { at: when } of entries.filter(({ what }) => what.is === 'reminder')) {
            const shown = wallTime(when, home).slice(11);
            expect(shown >= '08:00' && shown < '21:00').toBe(true);
            expect(begins.getTime() - when.getTime()).toBeLessThan(9 * day);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
