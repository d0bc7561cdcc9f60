import type { Turn } from '../conversation/turn.ts';
import { agendaOf, nightsOf, remindsPatient } from './agenda.ts';
import { isSameTime } from './merging.ts';
import type { PlannedVisit } from './visit.ts';

/** A reminder whose time was over before anybody knew of the visit, or comes right after what is said now, is not sent. */
export function passOverWhatIsPast(
  turn: Turn,
  before: PlannedVisit | undefined,
  visit: PlannedVisit,
  isToldNow: boolean,
): PlannedVisit {
  const { clinic, now } = turn.circumstances;
  const nights = nightsOf(clinic, turn.story.person);
  const isNew = before === undefined || !isSameTime(before.start, visit.start);
  const until = now.getTime() + (isNew && isToldNow ? rightAfter : 0);
  const due = agendaOf(visit, clinic.timeZone, nights)
    .filter(({ at, what }) => remindsPatient[what.is] && at.getTime() <= until)
    .map(({ id }) => id);
  if (due.length === 0) return visit;
  const coming = new Set(isNew ? [] : agendaOf(before, clinic.timeZone, nights).map(({ id }) => id));
  const past = due.filter((id) => !coming.has(id));
  return past.length === 0 ? visit : { ...visit, done: [...new Set([...visit.done, ...past])] };
}

const rightAfter = 2 * 3_600_000;
