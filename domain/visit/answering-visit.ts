import { handOver } from '../conversation/handing-over.ts';
import type { HeardWords } from '../conversation/hearing-words.ts';
import type { Turn } from '../conversation/turn.ts';
import type { TimeWish } from '../scheduling/slot.ts';
import { type AskedVisit, askAgain, putVisitAsk } from './asking-visit.ts';
import { chooseSlot, lookForTimes, viaOf } from './moving.ts';
import { markDone } from './needs.ts';
import type { VisitAnswer } from './reading/read-visit-answer.ts';
import { confirmVisit, giveUpVisit, keepVisit, passOn } from './settling.ts';
import { changeVisit } from './story-visits.ts';
import type { VisitChoice } from './visit.ts';
import { declineOffer } from './waiting-list.ts';

/** What was chosen happens. A choice that cannot be taken back easily and was barely heard is asked for again. */
export function answerVisitAsk(
  turn: Turn,
  asked: AskedVisit,
  answer: Exclude<VisitAnswer, { is: 'words' }>,
  heard: HeardWords,
): void {
  if (answer.is === 'some') {
    askWhichOf(turn, asked, answer);
    return;
  }
  const { choice, wish } = answer;
  if (weighty.has(choice.is) && barelyHeard(turn, heard)) misreadVisit(turn, asked);
  else choose(turn, asked, choice, wish, heard);
}

const weighty: ReadonlySet<VisitChoice['is']> = new Set(['slot', 'give-up', 'accept', 'decline']);

function barelyHeard(turn: Turn, { channel, confidence }: HeardWords): boolean {
  return channel === 'voice-speech' && confidence !== undefined && confidence < turn.circumstances.clinic.readBackBelow;
}

/** "Tuesday", where two of the times are on one: only these are asked about. */
function askWhichOf(turn: Turn, { visit, ask }: AskedVisit, { slots }: Extract<VisitAnswer, { is: 'some' }>): void {
  const others = ask.choices.filter(({ is }) => is !== 'slot');
  const choices = [...slots.map((slot) => ({ is: 'slot' as const, slot })), ...others];
  putVisitAsk(turn, visit.appointment, ask.is, choices);
}

function choose(
  turn: Turn,
  { visit, ask }: AskedVisit,
  choice: VisitChoice,
  wish: TimeWish | undefined,
  { channel }: HeardWords,
): void {
  const via = viaOf(channel);
  switch (choice.is) {
    case 'come':
      confirmVisit(turn, visit);
      return;
    case 'keep':
      keepVisit(turn, visit);
      return;
    case 'another-time':
    case 'other-times':
      lookForTimes(turn, visit, wish, via);
      return;
    case 'give-up':
      giveUpVisit(turn, visit, via);
      return;
    case 'slot':
      chooseSlot(turn, visit, choice.slot, via);
      return;
    case 'accept':
      if (ask.slot !== undefined) chooseSlot(turn, visit, ask.slot, via, ask.offer);
      return;
    case 'decline':
      declineOffer(turn, visit);
      return;
    case 'need':
      markDone(turn, choice.requirement);
      return;
  }
}

/** Two misreadings bring the choices again with an example, a third a person; what comes after that is for the person, too: never a loop. */
export function misreadVisit(turn: Turn, { visit, ask }: AskedVisit): void {
  const { appointment } = visit;
  const misread = ask.misread + 1;
  if (misread > 3) {
    passOn(turn);
    return;
  }
  const again = { ...ask, misread };
  changeVisit(turn, appointment, { asked: again });
  if (misread === 3) {
    handOver(turn, 'misread', 'routine');
    turn.do({ do: 'tell', message: 'person.misread' }, { do: 'connect', to: 'desk' });
    return;
  }
  turn.do({ do: 'tell', message: 'misread.not-understood' });
  askAgain(turn, { visit, ask: again, isFront: true }, 'with-example');
}
