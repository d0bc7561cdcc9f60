import type { Turn } from '../conversation/turn.ts';
import type { Channel } from '../intake/answer.ts';
import { askAgain, goOnAfterVisit, mayText } from './asking-visit.ts';
import { when } from './settling.ts';
import { changeVisit, visitOf } from './story-visits.ts';
import type { Moving, PlannedVisit } from './visit.ts';

/** Holds are some three seconds each: nobody waits longer on the phone for what a text can say. */
const mostHolds = 6;
/** Offers heard on a call and not answered there are texted, so that they can be answered after all. */
const timeToChoose = 10 * 60_000;

/** On a call: wait a little, then look whether the result has come. By text nothing: it is said when it comes. */
export function hold(turn: Turn, { appointment }: PlannedVisit, via: 'voice' | 'text'): void {
  const moving = visitOf(turn, appointment)?.moving;
  if (via === 'text' || moving === undefined) return;
  changeVisit(turn, appointment, { moving: { ...moving, holds: (moving.holds ?? 0) + 1 } });
  turn.do({ do: 'hold' });
}

/** The visit for which somebody on a call waits, or of which there is something that they have not heard. */
export function waitsOnCall(turn: Turn): PlannedVisit | undefined {
  return turn.story.visits.find(
    ({ moving }) => moving?.unsaid === true || (moving?.via === 'voice' && isUnderWay(moving)),
  );
}

function isUnderWay({ stage }: Moving): boolean {
  return stage === 'looking' || stage === 'booking';
}

/** A moment has passed on a call: what has come is said, else it goes on waiting, and not for ever. */
export function waitOnCall(turn: Turn, visit: PlannedVisit, channel: Channel): void {
  const { appointment, moving } = visit;
  if (moving === undefined) return;
  if (moving.unsaid === true) {
    sayWhatCame(turn, visit, channel);
    return;
  }
  const holds = moving.holds ?? 0;
  if (holds < mostHolds) {
    if (holds % 3 === 0 && holds > 0) turn.do({ do: 'tell', message: 'slot.still' });
    hold(turn, visit, 'voice');
    return;
  }
  const byText = mayText(turn);
  const { quietUntil: _, ...rest } = moving;
  changeVisit(turn, appointment, { moving: { ...rest, via: 'text' } });
  turn.do({ do: 'plan', appointment });
  if (!byText) turn.do({ do: 'tell-desk', because: 'not-moved', urgency: 'routine', appointment });
  turn.do({ do: 'tell', message: byText ? 'slot.by-text' : 'slot.by-desk' }, { do: 'hang-up' });
}

/** Says what has come of looking or booking, once, on whatever channel hears it first. */
export function sayWhatCame(turn: Turn, visit: PlannedVisit, channel: Channel | undefined): void {
  const { appointment, moving, asked, start } = visit;
  if (moving === undefined) return;
  const { unsaid: _unsaid, lost, ...rest } = moving;
  if (lost === true) turn.do({ do: 'tell', message: 'slot.lost' });
  if (moving.stage === 'offered' && asked !== undefined) {
    changeVisit(turn, appointment, { moving: { ...rest, ...untilTexted(turn, channel) } });
    askAgain(turn, { visit, ask: asked, isFront: true });
    turn.do({ do: 'plan', appointment });
    return;
  }
  if (moving.stage === 'taken') {
    const told = visit.told === undefined ? {} : { told: { ...visit.told, at: turn.now, ...startTold(start) } };
    changeVisit(turn, appointment, { moving: undefined, ...told });
    turn.do({ do: 'tell', message: 'slot.taken', ...when(start) });
  } else if (moving.offer !== undefined) {
    changeVisit(turn, appointment, { moving: undefined });
    turn.do({ do: 'tell', message: 'offer.gone' });
  } else {
    changeVisit(turn, appointment, { moving: undefined });
    turn.do(
      { do: 'tell-desk', because: 'not-moved', urgency: 'routine', appointment },
      { do: 'tell', message: moving.wish === undefined ? 'slot.none' : 'slot.none-then' },
      { do: 'tell', message: 'slot.stays', ...when(start) },
    );
  }
  turn.do({ do: 'plan', appointment });
  goOnAfterVisit(turn, channel);
}

function startTold(start: string | undefined): { readonly start?: string } {
  return start === undefined ? {} : { start };
}

function untilTexted(
  { circumstances: { now } }: Turn,
  channel: Channel | undefined,
): Pick<Moving, 'quietUntil' | 'via'> {
  if (channel !== 'voice-keypad' && channel !== 'voice-speech') return { via: 'text' };
  return { via: 'voice', quietUntil: new Date(now.getTime() + timeToChoose).toISOString() };
}

/** By text; where the patient wants none, what they would have to decide is left to the desk. */
export function textWhatCame(turn: Turn, visit: PlannedVisit): void {
  if (mayText(turn)) {
    sayWhatCame(turn, visit, undefined);
    return;
  }
  const { appointment, asked, moving } = visit;
  changeVisit(turn, appointment, { moving: undefined, asked: asked?.is === 'pick-slot' ? undefined : asked });
  if (moving?.stage !== 'taken' && moving?.offer === undefined && !turn.story.person.deceased)
    turn.do({ do: 'tell-desk', because: 'not-moved', urgency: 'routine', appointment });
}

/**
 * The agenda's time for a move has come: what a call did not get to hear is texted; offers that nobody chose from lapse; and what has come
 * to nothing is left to the desk. The time that the patient has stays theirs.
 */
export function bringOn(turn: Turn, visit: PlannedVisit): void {
  const { appointment, moving, asked, start } = visit;
  if (moving === undefined) return;
  if (moving.unsaid === true || (moving.via === 'voice' && moving.stage === 'offered')) {
    textWhatCame(turn, visit);
    return;
  }
  if (moving.stage === 'giving-up') {
    changeVisit(turn, appointment, { moving: undefined });
    turn.do({ do: 'hand-over', because: 'message', urgency: 'routine' });
    return;
  }
  const stuck = moving.stage !== 'offered';
  const { quietUntil: _, ...rest } = moving;
  if (stuck && moving.via === 'voice') {
    // The call is over and the result still out: from now on it is said by text.
    changeVisit(turn, appointment, { moving: { ...rest, via: 'text' } });
    turn.do({ do: 'plan', appointment });
    return;
  }
  changeVisit(turn, appointment, { moving: undefined, asked: asked?.is === 'pick-slot' ? undefined : asked });
  turn.do({ do: 'plan', appointment }, { do: 'tell-desk', because: 'not-moved', urgency: 'routine', appointment });
  if (mayText(turn))
    turn.do(
      { do: 'tell', message: stuck ? 'slot.stuck' : 'slot.lapsed' },
      { do: 'tell', message: 'slot.stays', ...when(start) },
    );
}
