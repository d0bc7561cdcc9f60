import { repeat } from '../conversation/asking.ts';
import type { Choose } from '../conversation/effects.ts';
import { passesAt } from '../conversation/passing.ts';
import type { Turn } from '../conversation/turn.ts';
import type { Channel } from '../intake/answer.ts';
import { changeVisit, visitOf } from './story-visits.ts';
import { isAhead, type PlannedVisit, type VisitAsk, type VisitChoice } from './visit.ts';

/** Puts a question about a visit to the patient and remembers that it waits. Nothing is asked of the dead. */
export function putVisitAsk(
  turn: Turn,
  appointment: string,
  is: VisitAsk['is'],
  choices: readonly VisitChoice[],
  manner: Choose['manner'] = 'plain',
  more: Pick<VisitAsk, 'offer' | 'slot' | 'until'> = {},
): void {
  if (turn.story.person.deceased) return;
  const ask: VisitAsk = { is, at: turn.now, choices, misread: 0, ...more };
  changeVisit(turn, appointment, { asked: ask });
  turn.do({ do: 'choose', appointment, ask, manner });
}

export function askWhetherTheyCome(turn: Turn, appointment: string): void {
  putVisitAsk(turn, appointment, 'confirm', [{ is: 'come' }, { is: 'another-time' }, { is: 'give-up' }]);
}

/** Whether anything may be texted at all: not to the dead, nor to whoever wants to be left alone. */
export function mayText({ story }: Turn): boolean {
  return !story.person.deceased && story.consent.texts === 'allowed';
}

/** Puts it again as it stands. */
export function askAgain(turn: Turn, { visit, ask }: AskedVisit, manner: Choose['manner'] = 'plain'): void {
  turn.do({ do: 'choose', appointment: visit.appointment, ask, manner });
}

/** A visit with its question that waits. */
export interface AskedVisit {
  readonly visit: PlannedVisit;
  readonly ask: VisitAsk;
  /** It was put last of all: a bare number or yes is meant for it. */
  readonly isFront: boolean;
}

/** The visit's question that waits: the one put last or, behind a question of an intake, the newest. */
export function waitingVisitAsk(turn: Turn): AskedVisit | undefined {
  const asked = turn.story.visits.filter((visit) => visit.asked !== undefined && canBeAnswered(turn, visit));
  const last = asked.find(({ appointment }) => appointment === turn.story.asking);
  const visit =
    last ??
    asked.reduce<PlannedVisit | undefined>((newest, each) => (isNewer(each, newest) ? each : newest), undefined);
  if (visit?.asked === undefined) return undefined;
  return { visit, ask: visit.asked, isFront: last !== undefined || !questionWaits(turn) };
}

function isNewer(visit: PlannedVisit, than: PlannedVisit | undefined): boolean {
  return than === undefined || (visit.asked?.at ?? '') >= (than.asked?.at ?? '');
}

function canBeAnswered(turn: Turn, visit: PlannedVisit): boolean {
  return visit.asked?.is === 'missed' || isStillAhead(turn, visit);
}

/** Ahead, or just now: until somewhat after its end. */
export function isStillAhead(turn: Turn, visit: PlannedVisit): boolean {
  const passes = passesAt(visit);
  return isAhead[visit.state] && (passes === undefined || passes.getTime() > turn.circumstances.now.getTime());
}

/** Whether a question of an intake was put and waits, with nobody else stepping in. */
export function questionWaits(turn: Turn): boolean {
  const { current } = turn;
  return current?.asked !== undefined && current.paused === undefined;
}

/** What was put last is what a bare number answers from now on. */
export function noteWhatWasPut(turn: Turn): void {
  const last = turn.effects.findLast((effect) => effect.do === 'ask' || effect.do === 'choose');
  if (last?.do === 'choose') turn.putLast(last.appointment);
  else if (last?.do === 'ask' || turn.story.visits.every(({ asked }) => asked === undefined)) turn.putLast(undefined);
}

/** A visit's matter is settled: the question of an intake that it came between is put again, so that nobody has to remember it. */
export function goOnAfterVisit(turn: Turn, channel: Channel | undefined): void {
  const { current } = turn;
  const goesOnItself = turn.effects.some(({ do: what }) => what === 'choose' || what === 'ask' || what === 'hold');
  if (current === undefined || goesOnItself || !questionWaits(turn)) return;
  repeat(turn, current, channel);
}

/** The next visit: the one that is asked about, else the soonest that has a time; one on the waiting list where there is no other. */
export function visitMeant(turn: Turn): PlannedVisit | undefined {
  const asked = waitingVisitAsk(turn);
  if (asked?.isFront === true && isStillAhead(turn, asked.visit)) return visitOf(turn, asked.visit.appointment);
  return soonest(turn);
}

/** The soonest visit ahead, or under way. */
export function soonest(turn: Turn): (PlannedVisit & { readonly start: string }) | undefined {
  return turn.story.visits
    .flatMap((visit) => {
      const { start, state } = visit;
      return start !== undefined && state !== 'wished' && isStillAhead(turn, visit) ? [{ ...visit, start }] : [];
    })
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start))[0];
}
