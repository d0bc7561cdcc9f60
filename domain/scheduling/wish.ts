import { isoDate, two, wallAt, weekdayOf, withOffset } from '../intake/reading/zone.ts';
import type { TimeWish } from './slot.ts';

/** An instant as a clock on the wall of a zone shows it. */
export interface LocalTime {
  /** ISO. */
  readonly date: string;
  /** `HH:MM`. */
  readonly time: string;
  /** 1 Monday … 7 Sunday. */
  readonly weekday: number;
}

/** Undefined for what is no instant, or no zone. */
export function localTime(instant: string, timeZone: string): LocalTime | undefined {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return undefined;
  try {
    const wall = wallAt(at, timeZone);
    return { date: isoDate(wall), time: `${two(wall.hour)}:${two(wall.minute)}`, weekday: weekdayOf(wall) || 7 };
  } catch {
    return undefined;
  }
}

/** Whether a start suits a wish, on the clinic's wall. "After 3" begins at three; "before 11" begins before it. */
export function grants({ weekdays, after, before, from, until }: TimeWish, start: LocalTime): boolean {
  if (weekdays !== undefined && weekdays.length > 0 && !weekdays.includes(start.weekday)) return false;
  if (after !== undefined && start.time < after) return false;
  if (before !== undefined && start.time >= before) return false;
  if (from !== undefined && start.date < from) return false;
  return until === undefined || start.date <= until;
}

/** The first instant of a day on the clinic's wall; undefined for what is no date. */
export function dayBegins(date: string, timeZone: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  if (year === undefined) return undefined;
  const wall = { year: Number(year), month: Number(month), day: Number(day), hour: 0, minute: 0 };
  const at = new Date(withOffset(wall, timeZone));
  return Number.isNaN(at.getTime()) ? undefined : at;
}
