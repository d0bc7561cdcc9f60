import { type Kinds, suits } from './kinds.ts';
import { isAt, type OpenTime, offerOf, type Site } from './open-time.ts';
import type { SlotOffer, TimeWish } from './slot.ts';
import { grants, localTime } from './wish.ts';

/** What another time for a visit must and should be. */
export interface WantedTime {
  readonly kinds: Kinds;
  readonly site?: Site;
  readonly practitioner?: string;
  /** The Schedules of the slots that it has now. */
  readonly schedules: readonly string[];
  /** Of the visit as it is. ISO instants. */
  readonly start?: string;
  readonly end?: string;
  /** Asked for: nothing else is offered. */
  readonly wish?: TimeWish;
  /** Learnt: comes first, but is not held against anybody. */
  readonly prefers?: TimeWish;
  /** Slots not to be offered: those it has, and those passed over. */
  readonly without: readonly string[];
  /** It may not begin before. */
  readonly soonest: Date;
}

/** How other times are looked for, as the clinic's content says. */
export interface LookingPlan {
  /** How many are offered at once. */
  readonly offered: number;
  /** How far ahead, from now or from the first day that was wished. */
  readonly daysAhead: number;
  /** Nobody gets here sooner. */
  readonly soonestMinutes: number;
}

interface Judged {
  readonly time: OpenTime;
  readonly start: number;
  readonly day: string;
  readonly rank: number;
}

/**
 * The free times to offer for a visit, best first and at most so many: of the same kind and place, as wished, not what was passed over,
 * not in the past nor sooner than can be. The same practitioner and what usually suits come first, then the soonest; different days before
 * a second time on one. Total: whatever it is given, what cannot be read is not offered.
 */
export function rank(
  open: readonly OpenTime[],
  wanted: WantedTime,
  { now, timeZone, most }: { readonly now: Date; readonly timeZone: string; readonly most: number },
): readonly SlotOffer[] {
  const judged = open
    .flatMap((time): Judged[] => {
      const local = localTime(time.start, timeZone);
      const start = Date.parse(time.start);
      if (local === undefined || start <= now.getTime() || start < wanted.soonest.getTime()) return [];
      if (!isFor(time, wanted) || (wanted.wish !== undefined && !grants(wanted.wish, local))) return [];
      const stranger = wanted.practitioner !== undefined && !time.practitioners.includes(wanted.practitioner);
      const unusual = wanted.prefers !== undefined && !grants(wanted.prefers, local);
      return [{ time, start, day: local.date, rank: (stranger ? 2 : 0) + (unusual ? 1 : 0) }];
    })
    .sort((a, b) => a.rank - b.rank || a.start - b.start || a.time.slot.localeCompare(b.time.slot));
  return spread(judged, most).map(({ time }) => offerOf(time));
}

function isFor(time: OpenTime, wanted: WantedTime): boolean {
  if (wanted.without.includes(time.slot)) return false;
  const minutes = Date.parse(time.end) - Date.parse(time.start);
  if (!(minutes > 0)) return false;
  // Another slot at the very time that the patient has is no other time.
  if (Date.parse(time.start) === Date.parse(wanted.start ?? '')) return false;
  const same = time.schedule !== undefined && wanted.schedules.includes(time.schedule);
  if (!same && !isAt(time, wanted.site)) return false;
  const fit = suits(time.kinds, wanted.kinds);
  if (fit !== 'unsaid') return fit === 'yes';
  // Nothing says what the time is for: then it must be the same calendar, or the same practitioner, and long enough.
  const practitioner = wanted.practitioner !== undefined && time.practitioners.includes(wanted.practitioner);
  const needed = Date.parse(wanted.end ?? '') - Date.parse(wanted.start ?? '');
  return (same || practitioner) && !(minutes < needed);
}

/** The first of each day, as long as there are days; then what is left, in order; no two at the same time, which nobody could tell apart. */
function spread(judged: readonly Judged[], most: number): readonly Judged[] {
  const chosen: Judged[] = [];
  for (const newDaysOnly of [true, false])
    for (const each of judged) {
      if (chosen.length >= most) return chosen;
      const taken = chosen.some(({ day, start }) => start === each.start || (newDaysOnly && day === each.day));
      if (!taken) chosen.push(each);
    }
  return chosen;
}
