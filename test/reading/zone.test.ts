import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallAt } from '../../domain/intake/reading/zone.ts';

const zones = [
  'America/Chicago',
  'Europe/Warsaw',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Africa/Casablanca',
];

function byIntl(instant: Date, timeZone: string) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type);
  return { year: of('year'), month: of('month'), day: of('day'), hour: of('hour'), minute: of('minute') };
}

describe('a clock on the wall', () => {
  it('shows what the zone shows at any instant', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }),
        (zone, instant) => {
          expect(wallAt(instant, zone)).toEqual(byIntl(instant, zone));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['America/Chicago', '2026-03-08T07:00:00Z'],
    ['America/Chicago', '2026-11-01T06:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T14:00:00Z'],
    ['America/St_Johns', '2006-04-02T02:30:00Z'],
  ])('of %s goes on right, minute by minute, when it is set', (zone, from) => {
    for (let minute = 0; minute < 180; minute++) {
      const instant = new Date(Date.parse(from) + minute * 60_000 + 777);
      expect(wallAt(instant, zone)).toEqual(byIntl(instant, zone));
    }
  });
});
