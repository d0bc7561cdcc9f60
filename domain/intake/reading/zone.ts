/** A wall-clock date and time, without a zone. Months count from 1. */
export interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** What a clock on the wall in a zone shows at an instant. */
export function wallAt(instant: Date, timeZone: string): Wall {
  const at = instant.getTime();
  if (at < byQuartersSince) return wallByFormat(instant, timeZone);
  const wall = new Date(at + offsetFrom(at, timeZone));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
  };
}

function wallByFormat(instant: Date, timeZone: string): Wall {
  const wall = { year: 0, month: 1, day: 1, hour: 0, minute: 0 };
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) {
    if (type === 'year' || type === 'month' || type === 'day' || type === 'hour' || type === 'minute')
      wall[type] = Number(value);
  }
  return wall;
}

/** From then on every zone changes at a quarter of an hour; before, some did so a minute after midnight. */
const byQuartersSince = Date.UTC(2016, 0, 1);
const quarter = 900_000;
const mostQuarters = 4_000;
const offsets = new Map<string, Map<number, number>>();

/** Milliseconds to add to UTC. Formatting costs a hundred times more than remembering, and a clinic's times are few. */
function offsetFrom(at: number, timeZone: string): number {
  const known = offsets.get(timeZone) ?? new Map<number, number>();
  offsets.set(timeZone, known);
  const begins = Math.floor(at / quarter) * quarter;
  const before = known.get(begins);
  if (before !== undefined) return before;
  const offset = asUtc(wallByFormat(new Date(begins), timeZone)) - begins;
  if (known.size >= mostQuarters) known.clear();
  known.set(begins, offset);
  return offset;
}

function asUtc(wall: Wall): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
}

function offsetAt(instant: number, timeZone: string): number {
  return Math.round((asUtc(wallAt(new Date(instant), timeZone)) - Math.floor(instant / 60_000) * 60_000) / 60_000);
}

/**
 * A FHIR dateTime with the offset the zone has at that wall time. In the hour that happens twice the first is meant; an hour that is
 * skipped is read with the offset before the change.
 */
export function withOffset(wall: Wall, timeZone: string): string {
  const local = asUtc(wall);
  const before = offsetAt(local - 86_400_000, timeZone);
  const fits = offsetAt(local - before * 60_000, timeZone) === before;
  const after = offsetAt(local + 86_400_000, timeZone);
  const offset = fits || offsetAt(local - after * 60_000, timeZone) !== after ? before : after;
  const sign = offset < 0 ? '-' : '+';
  const size = Math.abs(offset);
  return `${isoDate(wall)}T${two(wall.hour)}:${two(wall.minute)}:00${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

export function two(number: number): string {
  return String(number).padStart(2, '0');
}

export function isoDate(wall: Pick<Wall, 'year' | 'month' | 'day'>): string {
  return `${String(wall.year).padStart(4, '0')}-${two(wall.month)}-${two(wall.day)}`;
}

/** A date so many days later. */
export function addDays(
  date: Pick<Wall, 'year' | 'month' | 'day'>,
  days: number,
): { year: number; month: number; day: number } {
  const moved = new Date(Date.UTC(date.year, date.month - 1, date.day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** A month so many months later. */
export function addMonths(date: Pick<Wall, 'year' | 'month'>, months: number): { year: number; month: number } {
  const count = date.year * 12 + date.month - 1 + months;
  return { year: Math.floor(count / 12), month: (((count % 12) + 12) % 12) + 1 };
}

/** Sunday is 0. */
export function weekdayOf(date: Pick<Wall, 'year' | 'month' | 'day'>): number {
  return new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDay();
}

export function exists(year: number, month: number, day: number): boolean {
  if (year < 1850 || year > 2200 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
