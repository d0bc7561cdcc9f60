import { type Kinds, suits } from './kinds.ts';
import { isAt, type OpenTime, type Site } from './open-time.ts';
import type { TimeWish } from './slot.ts';
import { grants, type LocalTime, localTime } from './wish.ts';

/** A visit on the waiting list, as the EHR has it. */
export interface WaitingVisit {
  readonly appointment: string;
  /** The Patient's id. */
  readonly patient: string;
  readonly kinds: Kinds;
  readonly site?: Site;
  readonly practitioner?: string;
  /** When it would suit; any of them is enough, none means always. FHIR dateTimes: instants, or dates on the clinic's calendar. */
  readonly requested: readonly { readonly start?: string; readonly end?: string }[];
  /** ISO instant since when they wait. */
  readonly since: string;
}

/** Who waits for just such a time, longest waiting first. Total and pure; the order does not depend on that of the list. */
export function waitingFor(
  time: OpenTime,
  waiting: readonly WaitingVisit[],
  timeZone: string,
): readonly WaitingVisit[] {
  const start = localTime(time.start, timeZone);
  const end = localTime(time.end, timeZone);
  if (start === undefined || end === undefined) return [];
  return waiting
    .filter((visit) => isForThem(time, visit) && isWithin({ start, end, time }, visit.requested))
    .sort((a, b) => sinceOf(a) - sinceOf(b) || a.appointment.localeCompare(b.appointment));
}

function isForThem(time: OpenTime, { kinds, site, practitioner }: WaitingVisit): boolean {
  if (!isAt(time, site)) return false;
  if (practitioner !== undefined && time.practitioners.length > 0 && !time.practitioners.includes(practitioner))
    return false;
  const fit = suits(time.kinds, kinds);
  return fit === 'yes' || (fit === 'unsaid' && practitioner !== undefined && time.practitioners.includes(practitioner));
}

function isWithin(
  { start, end, time }: { readonly start: LocalTime; readonly end: LocalTime; readonly time: OpenTime },
  periods: WaitingVisit['requested'],
): boolean {
  const fits = (period: WaitingVisit['requested'][number]) =>
    (period.start === undefined || compared(time.start, start, period.start) >= 0) &&
    (period.end === undefined || compared(time.end, end, period.end) <= 0);
  return periods.length === 0 || periods.some(fits);
}

/** Before, at or after a bound; one that is only a date, or part of one, is all of its day, month or year. */
function compared(instant: string, { date }: LocalTime, bound: string): number {
  if (bound.length <= 10) return date.slice(0, bound.length).localeCompare(bound);
  const between = Date.parse(instant) - Date.parse(bound);
  return Number.isNaN(between) ? 0 : between;
}

/** Nobody knows since when: behind all others. */
function sinceOf({ since }: WaitingVisit): number {
  const at = Date.parse(since);
  return Number.isNaN(at) ? Number.MAX_VALUE : at;
}

/** What of a person decides whether they are asked. */
export interface WaitingPerson {
  /** There is a number to write to, and we may. */
  readonly reachable: boolean;
  /** What they said would suit. */
  readonly wish?: TimeWish;
}

/** Whether somebody who waits for such a time is asked about this one. */
export function mayBeAsked(time: OpenTime, person: WaitingPerson, timeZone: string): boolean {
  const start = localTime(time.start, timeZone);
  if (!person.reachable || start === undefined) return false;
  return person.wish === undefined || grants(person.wish, start);
}
