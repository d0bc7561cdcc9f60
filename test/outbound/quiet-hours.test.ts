import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { maySend } from '../../domain/consent/may-send.ts';
import { type QuietHours, quietUntil } from '../../domain/consent/quiet-hours.ts';
import type { Message } from '../../domain/story/message.ts';
import type { Story } from '../../domain/story/story.ts';

const night: QuietHours = { from: '21:00', until: '08:00', holds: ['reminder', 'survey'] };
/** One of them shifts by half an hour, and in the other half of the year. */
const zones = ['America/Chicago', 'Europe/Warsaw', 'Australia/Lord_Howe'];
const zone = fc.constantFrom(...zones);
const year = { min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2027-01-01T00:00:00Z') - 1 };
/** Half of them in the days in which the clocks of one of the zones change. */
const changes = ['2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25', '2026-04-05', '2026-10-04'].map((day) =>
  Date.parse(`${day}T00:00:00Z`),
);
const instant = fc
  .oneof(
    fc.integer(year),
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -36 * 3_600_000, max: 36 * 3_600_000 }))
      .map(([at, by]) => at + by),
  )
  .map((ms) => new Date(ms));
const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);

/** What the wall shows, read by another library. */
const wall = (at: Date, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainTime()
    .toString()
    .slice(0, 5);
const isQuiet = (shown: string, { from, until }: QuietHours): boolean =>
  from > until ? shown >= from || shown < until : shown >= from && shown < until;

describe('quiet hours', () => {
  it('are those of the wall clock, in any zone and on any day', () => {
    fc.assert(
      fc.property(instant, zone, clockTime, clockTime, (at, timeZone, from, until) => {
        const quiet = { from, until, holds: [] };
        expect(quietUntil(at, timeZone, quiet) !== undefined).toBe(isQuiet(wall(at, timeZone), quiet));
      }),
      { numRuns: 3000 },
    );
  });

  it('end when the wall shows their end, and last until then, through nights in which clocks change', () => {
    let changed = 0;
    fc.assert(
      fc.property(instant, zone, (at, timeZone) => {
        const until = quietUntil(at, timeZone, night);
        if (until === undefined) return;
        expect(wall(until, timeZone)).toBe('08:00');
        expect(quietUntil(until, timeZone, night)).toBeUndefined();
        const hours = (until.getTime() - at.getTime()) / 3_600_000;
        expect(hours).toBeGreaterThan(0);
        expect(hours).toBeLessThanOrEqual(12);
        for (let share = 0; share < 1; share += 0.05) {
          const between = new Date(at.getTime() + share * (until.getTime() - at.getTime()));
          expect(isQuiet(wall(between, timeZone), night)).toBe(true);
        }
        const offset = (when: Date) =>
          Temporal.Instant.fromEpochMilliseconds(when.getTime()).toZonedDateTimeISO(timeZone).offsetNanoseconds;
        if (offset(at) !== offset(until)) changed += 1;
      }),
      { numRuns: 3000 },
    );
    expect(changed).toBeGreaterThan(30);
  });

  it('never put off for longer than a day, and never to a quiet time, whatever their hours', () => {
    fc.assert(
      fc.property(instant, zone, clockTime, clockTime, (at, timeZone, from, until) => {
        const quiet = { from, until, holds: [] };
        const end = quietUntil(at, timeZone, quiet);
        if (end === undefined) return;
        expect(end.getTime()).toBeGreaterThan(at.getTime());
        expect(end.getTime() - at.getTime()).toBeLessThanOrEqual(26 * 3_600_000);
        expect(quietUntil(end, timeZone, quiet)).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
  });

  it('take an hour less of sleep in spring and an hour more in autumn', () => {
    const hours = (from: string): number => {
      const at = new Date(Date.parse(from));
      return ((quietUntil(at, 'America/Chicago', night)?.getTime() ?? 0) - at.getTime()) / 3_600_000;
    };
    expect(hours('2026-03-06T22:00:00-06:00')).toBe(10);
    expect(hours('2026-03-07T22:00:00-06:00')).toBe(9);
    expect(hours('2026-10-31T22:00:00-05:00')).toBe(11);
  });
});

describe('may we send now', () => {
  const person: Story['person'] = { firstName: 'Anna', language: 'en', deceased: false, phones: [] };
  const story = { person, consent: { texts: 'allowed' } } as const;
  const clinic = { timeZone: 'America/Chicago', quietHours: night };
  const atNight = new Date('2026-03-03T04:00:00Z');
  const at = (
    priority: Message['priority'],
    channel: Message['channel'] = 'sms',
    who: Pick<Story, 'person' | 'consent'> = story,
  ) => maySend({ blocked: false }, who, { message: { priority, channel }, now: atNight, clinic });
  const morning = { may: 'later', at: new Date('2026-03-03T14:00:00Z') };

  it('holds reminders and surveys at night, and lets what is urgent go', () => {
    expect(at('reminder')).toEqual(morning);
    expect(at('survey')).toEqual(morning);
    expect(at('urgent')).toEqual({ may: true });
  });

  it('rings nobody at night, however urgent', () => {
    expect(at('urgent', 'voice')).toEqual(morning);
  });

  it('goes by the night of the patient where it is known', () => {
    const abroad = { ...story, person: { ...person, timeZone: 'Europe/Warsaw' } };
    // Five in the morning there.
    expect(at('reminder', 'sms', abroad)).toEqual({ may: 'later', at: new Date('2026-03-03T07:00:00Z') });
    const far = { ...story, person: { ...person, timeZone: 'Asia/Tokyo' } };
    expect(at('reminder', 'sms', far)).toEqual({ may: true });
  });

  it('withholds at once, not in the morning, what may not be sent at all', () => {
    expect(at('reminder', 'sms', { person, consent: { texts: 'refused', at: '', how: 'chart' } })).toEqual({
      may: false,
      because: 'patient-refused',
    });
    expect(at('reminder', 'voice', { ...story, person: { ...person, deceased: true } })).toMatchObject({ may: false });
  });

  it('asks nothing of the hour where an answer is given', () => {
    expect(maySend({ blocked: false }, story)).toEqual({ may: true });
  });
});
