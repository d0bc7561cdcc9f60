import type { Turn } from '../conversation/turn.ts';
import { digestOf, metNow, type Requirement } from '../requirements/requirement.ts';
import { putVisitAsk } from './asking-visit.ts';
import { changeVisit, visitOf, visitsAhead } from './story-visits.ts';
import { offerQuestions, unsettled } from './telling-needs.ts';
import type { PlannedVisit } from './visit.ts';

/** Visits told of in one answer; whoever has more than these ahead asks again later. */
const mostTold = 3;

/** "What do I still need?": the next visit and what is open for it, others' part too; and any later visit that needs something. */
export function tellOpenNeeds(turn: Turn): void {
  const [next, ...later] = visitsAhead(turn.story, turn.circumstances.now);
  if (next === undefined) {
    turn.do({ do: 'tell', message: 'need.no-visit' });
    return;
  }
  const shown = [next, ...later.filter((visit) => unsettled(visit).length > 0)].slice(0, mostTold);
  for (const visit of shown) tellVisit(turn, visit);
}

/** A visit's time and what is open for it; where it never needed anything, its time alone. */
export function tellVisit(turn: Turn, visit: PlannedVisit & { readonly start: string }): void {
  const needs = unsettled(visit);
  turn.do({ do: 'tell', message: 'need.next-visit', when: visit.start });
  if (needs.length === 0) turn.do({ do: 'tell', message: 'need.nothing-left' });
  else turn.do({ do: 'list-needs', appointment: visit.appointment, needs, manner: 'open' });
  remember(turn, visit, needs);
  offerQuestions(turn, visit.appointment);
}

/** What was said now is not news later. */
function remember(turn: Turn, { appointment, start, told }: PlannedVisit, needs: readonly Requirement[]): void {
  const heard = { ...told?.needs, ...Object.fromEntries(needs.map((need) => [need.id, digestOf(need)])) };
  changeVisit(turn, appointment, {
    told: { at: turn.now, ...(start === undefined ? {} : { start }), needs: heard },
  });
}

/**
 * "Done": what the patient has seen to is met. Of several things they say which, by its id or by its number in the list of what is open. A form is done by
 * answering it, and what is kept to on the day can't be done before.
 */
export function markDone(turn: Turn, which?: string | number): void {
  const { now } = turn.circumstances;
  const visit = visitsAhead(turn.story, now).find((each) => doable(each, now).length > 0);
  if (visit === undefined) {
    tellOpenNeeds(turn);
    return;
  }
  const { appointment } = visit;
  const needs = doable(visit, now);
  const listed = visit.listed ?? unsettled(visit).map(({ id }) => id);
  const meant = typeof which === 'number' ? listed[which - 1] : which;
  const done = which === undefined && needs.length === 1 ? needs[0] : needs.find(({ id }) => id === meant);
  if (done === undefined) {
    askWhichNeed(turn, visit, needs);
    return;
  }
  const requirements = visit.requirements.map((need) =>
    need.id === done.id ? metNow(need, { setBy: 'patient', evidence: 'patient' }) : need,
  );
  const after = changeVisit(turn, appointment, {
    requirements,
    asked: visit.asked?.is === 'which-need' ? undefined : visit.asked,
  });
  turn.do({ do: 'plan', appointment }, { do: 'tell', message: 'noted' });
  const left = unsettled(after);
  if (left.length === 0) turn.do({ do: 'tell', message: 'need.nothing-left' });
  else turn.do({ do: 'list-needs', appointment, needs: left, manner: 'open' });
}

export function askWhichNeed(turn: Turn, { appointment }: PlannedVisit, needs: readonly Requirement[]): void {
  const choices = needs.map(({ id }) => ({ is: 'need', requirement: id }) as const);
  putVisitAsk(turn, appointment, 'which-need', choices);
}

/** A number said later counts the list that was heard last, not one that has grown shorter since. */
export function noteWhatWasListed(turn: Turn): void {
  for (const effect of turn.effects) {
    if (effect.do !== 'list-needs') continue;
    const visit = visitOf(turn, effect.appointment);
    const listed = effect.needs.map(({ id }) => id);
    if (visit !== undefined) changeVisit(turn, effect.appointment, { listed, changedAt: visit.changedAt });
  }
}

/** What the patient can see to, and say that they have. */
export function doable(visit: PlannedVisit, now: Date): readonly Requirement[] {
  return unsettled(visit).filter(
    ({ owner, kind, from }) =>
      owner === 'patient' &&
      kind !== 'form' &&
      kind !== 'arrival' &&
      (from === undefined || Date.parse(from) <= now.getTime()),
  );
}
