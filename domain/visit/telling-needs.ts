import { isQuiet } from '../conversation/quiet.ts';
import type { Turn } from '../conversation/turn.ts';
import { digestOf, isSettled, type Requirement } from '../requirements/requirement.ts';
import { alike } from './alike.ts';
import { putVisitAsk } from './asking-visit.ts';
import { isSameTime } from './merging.ts';
import { needNews } from './need-news.ts';
import { changeVisit } from './story-visits.ts';
import type { PlannedVisit } from './visit.ts';

/**
 * Says what is new of a booked visit: the first time all it needs, in one piece; later its new time, and of the needs what changed and
 * concerns the patient. What can't be met in time any more is said at once, with a choice, and the desk hears of it too.
 * `introduced`: a conversation's own first message tells of the visit. `ownMove`: the patient chose the new time and is told by that.
 */
export function tellNews(
  turn: Turn,
  before: PlannedVisit | undefined,
  visit: PlannedVisit,
  how: { readonly introduced?: boolean; readonly ownMove?: boolean } = {},
): void {
  const { appointment, start, told, state } = visit;
  if (state !== 'booked' || start === undefined || Date.parse(start) <= turn.circumstances.now.getTime()) return;
  if (turn.story.person.deceased) return;
  const late = newlyTooLate(before, visit);
  if (late) turn.do({ do: 'tell-desk', because: 'cannot-be-met', urgency: 'urgent', appointment });
  const isMoved =
    told !== undefined &&
    how.ownMove !== true &&
    before !== undefined &&
    !isSameTime(before.start, start) &&
    !isSameTime(told.start, start);
  if (told === undefined) tellFirst(turn, visit, start, how.introduced === true);
  else
    tellChanges(turn, visit, told, {
      start,
      was: isMoved ? (told.start ?? before?.start) : undefined,
      before: before?.requirements ?? [],
    });
  if (late) putVisitAsk(turn, appointment, 'keep-or-move', keepOrMove);
  else if (isMoved) putVisitAsk(turn, appointment, 'moved', keepOrMove);
}

const keepOrMove = [{ is: 'keep' }, { is: 'another-time' }] as const;

/** The patient's own first: what somebody else does is good to know, and can wait behind it. */
export function inOrder(needs: readonly Requirement[]): readonly Requirement[] {
  const own = (need: Requirement) => need.owner === 'patient';
  return [...needs.filter(own), ...needs.filter((need) => !own(need))];
}

export function unsettled({ requirements }: PlannedVisit): readonly Requirement[] {
  return inOrder(requirements.filter(({ state }) => !isSettled[state]));
}

/** Questions that wait quietly are offered where the visit is spoken of. */
export function offerQuestions(turn: Turn, appointment: string): void {
  const waits = turn.story.conversations.some((each) => each.visit?.appointment === appointment && isQuiet(each));
  if (waits) turn.do({ do: 'tell', message: 'need.continue' });
}

/** Where a conversation's first message tells of the visit, only what goes beyond its questions is left to say. */
function tellFirst(turn: Turn, visit: PlannedVisit, start: string, introduced: boolean): void {
  const { appointment, requirements } = visit;
  if (requirements.length === 0 && !introduced) return;
  const needs = unsettled(visit).filter(({ kind }) => !introduced || kind !== 'form');
  if (needs.length > 0 || !introduced) turn.do({ do: 'list-needs', appointment, needs, manner: 'first' });
  offerQuestions(turn, appointment);
  const heard = Object.fromEntries(requirements.map((need) => [need.id, digestOf(need)]));
  changeVisit(turn, appointment, { told: { at: turn.now, start, needs: heard } });
}

function tellChanges(
  turn: Turn,
  { appointment, requirements }: PlannedVisit,
  told: NonNullable<PlannedVisit['told']>,
  {
    start,
    was,
    before,
  }: { readonly start: string; readonly was: string | undefined; readonly before: readonly Requirement[] },
): void {
  const news = needNews(told.needs, before, requirements);
  if (was === undefined && alike(news.told, told.needs) && isSameTime(told.start, start)) return;
  if (was !== undefined) turn.do({ do: 'tell', message: 'remind.moved', was, when: start });
  else if (news.say.length > 0) turn.do({ do: 'tell', message: 'need.about', when: start });
  if (news.say.length > 0) turn.do({ do: 'list-needs', appointment, needs: inOrder(news.say), manner: 'changed' });
  changeVisit(turn, appointment, { told: { at: turn.now, start, needs: news.told } });
}

function newlyTooLate(before: PlannedVisit | undefined, { requirements }: PlannedVisit): boolean {
  const was = (id: string) => before?.requirements.find((need) => need.id === id)?.tooLate === true;
  return requirements.some((need) => need.tooLate === true && !isSettled[need.state] && !was(need.id));
}
