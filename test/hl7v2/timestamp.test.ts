import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateOf, dateTimeOf, instantOf, readTimestamp, spanOf } from '../../fhir-mappings/hl7v2/timestamp.ts';

const zones = ['America/Chicago', 'Europe/Warsaw', 'Australia/Lord_Howe'] as const;
const instant = (text: string, zone: string) => {
  const time = readTimestamp(text);
  return time === undefined ? undefined : instantOf(time, zone);
};

describe('a time', () => {
  test.each([
    ['20261124093000-0600', '2026-11-24T09:30:00-06:00'],
    ['202611240930+0215', '2026-11-24T09:30:00+02:15'],
    ['20261124093000.1234', '2026-11-24T09:30:00.123-06:00'],
    ['2026112409', '2026-11-24T09:00:00-06:00'],
    ['20261124093060', '2026-11-24T09:30:59-06:00'],
    ['20260704093000', '2026-07-04T09:30:00-05:00'],
    [' 20261124093000 ', '2026-11-24T09:30:00-06:00'],
  ])('%s is %s in Chicago', (text, meant) => {
    expect(instant(text, 'America/Chicago')).toBe(meant);
  });

  test.each(['20261124', '202611', '2026'])('%s has no hour, so it is a date', (text) => {
    const time = readTimestamp(text);
    expect(time && instantOf(time, 'America/Chicago')).toBeUndefined();
    expect(time && dateTimeOf(time, 'America/Chicago').replaceAll('-', '')).toBe(text);
  });

  test.each([
    undefined,
    '',
    'soon',
    '20261301',
    '20260230',
    '2026112425',
    '202611240961',
    '00000000',
    '20261124+1500',
    '20261124T0930',
    '99999999',
  ])('%j is none', (text) => {
    expect(readTimestamp(text)).toBeUndefined();
  });

  test('keeps the day as it was written, whatever its offset', () => {
    const time = readTimestamp('198604122330+0200');
    expect(time && dateOf(time)).toBe('1986-04-12');
  });
});

describe('where the clocks change', () => {
  test.each([
    [
      'in Chicago the hour that happens twice is the first',
      '20261101013000',
      'America/Chicago',
      '2026-11-01T01:30:00-05:00',
    ],
    [
      'in Chicago the hour that is skipped is read with the offset before',
      '20260308023000',
      'America/Chicago',
      '2026-03-08T02:30:00-06:00',
    ],
    ['in Warsaw the day of the change, before', '20261025013000', 'Europe/Warsaw', '2026-10-25T01:30:00+02:00'],
    ['in Warsaw the day of the change, after', '20261025033000', 'Europe/Warsaw', '2026-10-25T03:30:00+01:00'],
    ['on Lord Howe Island by half an hour', '20261004030000', 'Australia/Lord_Howe', '2026-10-04T03:00:00+11:00'],
  ])('%s', (_, text, zone, meant) => {
    expect(instant(text, zone)).toBe(meant);
  });

  test('a wall time comes back as the same wall time on that zone’s clocks, if it exists there', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.date({ min: new Date('2025-01-01T00:00:00Z'), max: new Date('2030-12-31T23:59:00Z'), noInvalidDate: true }),
        (zone, date) => {
          const shown = new Intl.DateTimeFormat('sv-SE', {
            timeZone: zone,
            dateStyle: 'short',
            timeStyle: 'medium',
          }).format(date);
          const read = instant(shown.replaceAll(/\D/g, ''), zone) ?? '';
          const back = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
          expect(back.format(new Date(read))).toBe(shown);
          // The first of the two, in the hour that happens twice.
          expect(Date.parse(read)).toBeLessThanOrEqual(Math.floor(date.getTime() / 1000) * 1000);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the span that may be meant', () => {
  const minutes = (text: string, zone = 'America/Chicago') => {
    const time = readTimestamp(text);
    const span = time && spanOf(time, zone);
    return span && (span.until + 1 - span.from) / 60_000;
  };
  test.each([
    ['20261124093000', 1 / 60],
    ['202611240930', 1],
    ['2026112409', 60],
    ['20261124', 1440],
    ['20261101', 1500],
    ['20260308', 1380],
    ['202611', 43260],
    ['2027', 525600],
    ['20261231', 1440],
  ])('of %s is %d minutes', (text, long) => {
    expect(minutes(text)).toBeCloseTo(long, 6);
  });
});
