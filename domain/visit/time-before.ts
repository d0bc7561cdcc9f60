import { addDays, type Wall, wallAt, withOffset } from '../intake/reading/zone.ts';

/** A moment before another, as content says it: two days before, at 17:00; four hours before. */
export interface TimeBefore {
  /** ISO 8601 duration of weeks, days, hours and minutes: `P2D`, `PT4H`, `P1DT2H`. */
  readonly before: string;
  /** Time of day (`HH:MM`) on the day that the days lead to; without it the time of day stays as it is. */
  readonly at?: string | undefined;
}

const pattern = /^P(?=\d|T\d)(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?$/;

/** Whether it is an ISO 8601 duration that can be counted back here; years and months are of no fixed length and are not. */
export function isDuration(text: string): boolean {
  return pattern.test(text);
}

/**
 * Days are days of the calendar where the clinic is, so that "two days before, at 17:00" is 17:00 also where clocks change in between;
 * hours and minutes are counted exactly. What is no duration counts as nothing.
 */
export function timeBefore(moment: Date, time: TimeBefore, timeZone: string): Date {
  const key = `${moment.getTime()} ${time.before} ${time.at ?? ''} ${timeZone}`;
  const known = reckoned.get(key);
  if (known !== undefined) return new Date(known);
  const found = reckon(moment, time, timeZone);
  if (reckoned.size >= most) reckoned.clear();
  reckoned.set(key, found);
  return new Date(found);
}

/** What a calendar says is slow to find out, and most visits of a clinic begin at the same few times with the same rules. */
const reckoned = new Map<string, number>();
const most = 10_000;

function reckon(moment: Date, { before, at }: TimeBefore, timeZone: string): number {
  const [, weeks = '0', days = '0', hours = '0', minutes = '0'] = pattern.exec(before) ?? [];
  const exact = (Number(hours) * 60 + Number(minutes)) * 60_000;
  const back = Number(weeks) * 7 + Number(days);
  if (back === 0 && at === undefined) return moment.getTime() - exact;
  const wall = wallAt(moment, timeZone);
  const onDay = withOffset({ ...addDays(wall, -back), ...timeOf(at, wall) }, timeZone);
  // A wall clock shows minutes; the seconds of the moment are kept.
  const seconds = at === undefined ? moment.getTime() % 60_000 : 0;
  return Date.parse(onDay) + seconds - exact;
}

function timeOf(at: string | undefined, wall: Wall): Pick<Wall, 'hour' | 'minute'> {
  const [hour = wall.hour, minute = wall.minute] = at?.split(':').map(Number) ?? [];
  return { hour, minute };
}
