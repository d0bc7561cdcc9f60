import type { Heard } from '../conversation/heard.ts';
import type { Turn } from '../conversation/turn.ts';
import { digestOf, type Requirement, tooLateNow } from '../requirements/requirement.ts';
import { type AgendaEntry, type AgendaItem, dueEntries, nightsOf } from './agenda.ts';
import { askWhetherTheyCome, mayText } from './asking-visit.ts';
import { endVisit } from './planning-visits.ts';
import { bringOn } from './saying-what-came.ts';
import { changeVisit, visitOf } from './story-visits.ts';
import { offerQuestions, tellNews, unsettled } from './telling-needs.ts';
import type { PlannedVisit } from './visit.ts';

/**
 * Carries out whatever the visit's agenda has due by now, each entry once. Of several reminders that are due together only the newest is
 * said: whoever was out of reach for a week is not written to three times.
 */
export function visitTimeCame(
  turn: Turn,
  { appointment, unheard }: Omit<Extract<Heard, { is: 'visit-time' }>, 'is'>,
): void {
  const { clinic, now } = turn.circumstances;
  const before = visitOf(turn, appointment);
  if (before === undefined) return;
  const due = dueEntries(before, now, clinic.timeZone, nightsOf(clinic, turn.story.person));
  if (due.length === 0) return;
  const visit = changeVisit(turn, appointment, { done: [...before.done, ...due.map(({ id }) => id)] });
  const is = (what: AgendaItem['is']) => due.some((entry) => entry.what.is === what);
  if (is('passed')) {
    endVisit(turn, { appointment, because: 'passed' });
    return;
  }
  if (turn.story.person.deceased) return;
  if (is('not-met')) turn.do({ do: 'tell-desk', because: 'needs-missed', urgency: 'urgent', appointment });
  if (is('no-reply') && unheard !== true)
    turn.do({ do: 'tell-desk', because: 'no-reply', urgency: 'urgent', appointment });
  if (is('offer-unanswered') || is('move-stuck')) bringOn(turn, visit);
  const lapsed = due.flatMap(({ what }) => (what.is === 'too-late' ? [what.requirement] : []));
  const current = lapsed.length > 0 ? lapse(turn, visit, lapsed) : visit;
  // News go to staff where the patient wants no texts; a reminder of what they know helps nobody there.
  if (unheard === true) remindNobody(turn, current, due);
  else if (mayText(turn)) remind(turn, current, due);
}

/**
 * Nobody is asked whether they come where the question reaches nobody, and nobody is said not to have answered. It is worded once, when it
 * would have been asked: what is not sent comes to staff, who hear that the patient has stopped our texts.
 */
function remindNobody(turn: Turn, { start, confirmedAt, plan, done }: PlannedVisit, due: readonly AgendaEntry[]): void {
  const asks = due.some(({ what }) => (what.is === 'reminder' && what.asksToConfirm) || what.is === 'no-reply');
  const asking = plan.reminders.filter((each) => each.asksToConfirm === true).map(({ id }) => `reminder/${id}@`);
  const dueNow = new Set(due.map(({ id }) => id));
  const isWorded = done.some((id) => !dueNow.has(id) && asking.some((each) => id.startsWith(each)));
  const reachedDesk = isWorded && !due.some(({ what }) => what.is === 'no-reply');
  if (!asks || reachedDesk || confirmedAt !== undefined || start === undefined || !mayText(turn)) return;
  turn.do({ do: 'tell', message: 'remind.visit', when: start });
}

/** What nobody has begun in time can't be met any more: said at once, not on the day. */
function lapse(turn: Turn, before: PlannedVisit, lapsed: readonly string[]): PlannedVisit {
  const { appointment } = before;
  const requirements = before.requirements.map((need) => (lapsed.includes(need.id) ? tooLateNow(need) : need));
  const visit = changeVisit(turn, appointment, { requirements });
  turn.do({ do: 'plan', appointment });
  tellNews(turn, before, visit);
  return visitOf(turn, appointment) ?? visit;
}

/** The newest reminder, with what is due tomorrow beside it; a call instead of a text where nobody answered one. */
function remind(turn: Turn, visit: PlannedVisit, due: readonly AgendaEntry[]): void {
  const { appointment, start } = visit;
  if (start === undefined) return;
  const reminder = due.findLast(({ what }) => what.is === 'reminder')?.what;
  const byCall = due.some(({ what }) => what.is === 'other-channel');
  const nudged = due.flatMap(({ what }) => (what.is === 'nudge' ? [what.requirement] : []));
  if (reminder?.is !== 'reminder' && !byCall && nudged.length === 0) return;
  const needs = ownNeeds(visit, reminder === undefined && !byCall ? nudged : undefined);
  const asks =
    visit.confirmedAt === undefined &&
    (byCall || (reminder?.is === 'reminder' && reminder.asksToConfirm && isFree(turn, visit)));
  const isLast = reminder?.is === 'reminder' && reminder.near;
  const near = byCall || isLast;
  if (needs.length === 0 && !asks && !near) return;
  if (byCall) turn.do({ do: 'other-channel', appointment });
  turn.do({ do: 'tell', message: isLast ? 'remind.near' : 'remind.visit', when: start });
  if (needs.length > 0) turn.do({ do: 'list-needs', appointment, needs, manner: 'open' });
  if (needs.some(({ kind }) => kind === 'form')) offerQuestions(turn, appointment);
  remember(turn, visit, start);
  if (asks) askWhetherTheyCome(turn, appointment);
}

/** What the patient has to do or keep to. What others see to is told when it is done, or asked for. */
function ownNeeds(visit: PlannedVisit, only: readonly string[] | undefined): readonly Requirement[] {
  return unsettled(visit).filter(({ id, owner }) => owner === 'patient' && (only === undefined || only.includes(id)));
}

/** Whoever is choosing another time, or saying that they can't come, is not asked whether they do. */
function isFree(turn: Turn, { asked, moving }: PlannedVisit): boolean {
  const isPutNow = asked?.at === turn.now;
  return (
    !isPutNow &&
    moving === undefined &&
    asked?.is !== 'pick-slot' &&
    asked?.is !== 'cannot-come' &&
    asked?.is !== 'slot-offer'
  );
}

/** A reminder tells of the visit, too: from now on the patient knows its time. */
function remember(turn: Turn, { appointment, told, requirements }: PlannedVisit, start: string): void {
  if (told !== undefined) return;
  const needs = Object.fromEntries(requirements.map((need) => [need.id, digestOf(need)]));
  changeVisit(turn, appointment, { told: { at: turn.now, start, needs } });
}
