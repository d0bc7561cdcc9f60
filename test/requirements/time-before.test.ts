import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { isDuration, timeBefore } from '../../domain/visit/time-before.ts';

const zones = ['America/Chicago', 'Europe/Warsaw', 'Australia/Lord_Howe', 'America/Phoenix', 'Asia/Kathmandu'];
const at = (moment: string, before: string, time: string | undefined, zone: string) =>
  timeBefore(new Date(moment), { before, at: time }, zone).toISOString();

describe('a time before another', () => {
  it('keeps the time of day over days in which clocks change, and counts hours exactly', () => {
    // Clocks in Chicago went forward on March 8, 2026 at 2:00.
    expect(at('2026-03-09T09:00:00-05:00', 'P2D', undefined, 'America/Chicago')).toBe('2026-03-07T15:00:00.000Z');
    expect(at('2026-03-09T09:00:00-05:00', 'PT48H', undefined, 'America/Chicago')).toBe('2026-03-07T14:00:00.000Z');
    expect(at('2026-03-08T09:00:00-05:00', 'PT8H', undefined, 'America/Chicago')).toBe('2026-03-08T06:00:00.000Z');
    expect(at('2026-10-26T08:00:00+01:00', 'P1D', '17:00', 'Europe/Warsaw')).toBe('2026-10-25T16:00:00.000Z');
    expect(at('2026-10-25T08:00:00+01:00', 'P1D', '17:00', 'Europe/Warsaw')).toBe('2026-10-24T15:00:00.000Z');
  });

  it('is at a time of day that the visit’s own day gives, also without days', () => {
    expect(at('2026-03-09T15:30:00-05:00', 'PT0H', '08:00', 'America/Chicago')).toBe('2026-03-09T13:00:00.000Z');
    expect(at('2026-03-09T00:30:00-05:00', 'P1D', '17:00', 'America/Chicago')).toBe('2026-03-08T22:00:00.000Z');
    expect(at('2026-03-09T15:30:00-05:00', 'P1W1DT2H30M', '17:00', 'America/Chicago')).toBe('2026-03-01T20:30:00.000Z');
  });

  it('is what the calendar of Temporal says, in every zone and over every change of clocks', () => {
    const duration = fc.record({ days: fc.nat(40), hours: fc.nat(72), minutes: fc.nat(90) });
    const moment = fc.integer({ min: Date.UTC(2025, 0, 1) / 60_000, max: Date.UTC(2028, 0, 1) / 60_000 });
    fc.assert(
      fc.property(moment, duration, fc.constantFrom(...zones), (minute, { days, hours, minutes }, zone) => {
        const start = new Date(minute * 60_000);
        const zoned = Temporal.Instant.fromEpochMilliseconds(start.getTime()).toZonedDateTimeISO(zone);
        // 'compatible' as in withOffset: the first of an hour that happens twice, an hour that is skipped read as before the change.
        const onDay = days === 0 ? zoned : zoned.toPlainDateTime().subtract({ days }).toZonedDateTime(zone);
        const expected = onDay.toInstant().subtract({ hours, minutes }).epochMilliseconds;
        const before = `P${days}DT${hours}H${minutes}M`;
        expect(timeBefore(start, { before }, zone).getTime(), `${start.toISOString()} ${before} ${zone}`).toBe(
          expected,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['P2D', 'PT4H', 'P1W', 'P1W2DT3H4M', 'PT30M'])('%s is a duration', (text) => {
    expect(isDuration(text)).toBe(true);
  });
  it.each(['', 'P', 'PT', 'P1M', 'P1Y', '2D', 'P-1D', 'PT1S', 'P1.5D', 'P1DT', ' P1D', 'p1d'])('%s is none', (text) => {
    expect(isDuration(text)).toBe(false);
  });
});
