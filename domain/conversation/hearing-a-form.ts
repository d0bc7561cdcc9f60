import type { Channel } from '../intake/answer.ts';
import { readAnswer } from '../intake/reading/read-answer.ts';
import type { Slot } from '../intake/slots.ts';
import { sameValue } from '../intake/value.ts';
import type { Conversation } from '../story/story.ts';
import { repeat, waitingSlot } from './asking.ts';
import type { Heard } from './heard.ts';
import { hearWords } from './hearing-words.ts';
import { readingContext } from './reading-context.ts';
import type { Turn } from './turn.ts';

/** A page's or the desk's form: taken for the question it shows, never for one that has meanwhile come to wait. */
export function hearForm(turn: Turn, heard: Extract<Heard, { is: 'form' }>): void {
  const { current } = turn;
  const { channel, enteredBy } = heard;
  if (current === undefined) {
    const { lastCompleted } = turn;
    if (lastCompleted?.answers[heard.slot] === undefined) turn.do({ do: 'tell', message: 'continue.nothing' });
    else tellWhatIsOnFile(turn, lastCompleted, heard.slot, heard.words, channel);
    return;
  }
  const conversation = current.paused === undefined ? current : turn.change(current.id, { paused: undefined });
  const waiting = waitingSlot(turn.intakeOf(conversation), conversation, channel);
  // The form showed the question as it stood at its turn: what has since been asked back, or is being changed, is not what it answers.
  const { asked } = conversation;
  const askedOtherwise =
    heard.turn !== conversation.turn && (asked?.pending !== undefined || asked?.correcting === true);
  if (waiting?.key !== heard.slot || askedOtherwise) {
    tellWhatIsOnFile(turn, conversation, heard.slot, heard.words, channel);
    return;
  }
  hearWords(turn, { is: 'words', words: heard.words, channel, via: 'text' }, enteredBy);
}

/** Somebody was faster on another channel: what is on file stays; what was said now is kept beside it, and the waiting question put. */
export function tellWhatIsOnFile(
  turn: Turn,
  conversation: Conversation,
  slotKey: string,
  words: string,
  channel: Channel,
): void {
  const { current } = turn;
  const slot = turn.slotsOf(conversation).find((each) => each.key === slotKey);
  if (slot === undefined || !saysTheSame(turn, conversation, slot, words)) {
    turn.do({ do: 'keep-unused', conversation: conversation.id, slot: slotKey, words, channel });
  }
  if (conversation.answers[slotKey] !== undefined) turn.do({ do: 'tell', message: 'already-on-file' });
  if (current !== undefined) repeat(turn, current, channel);
}

function saysTheSame(turn: Turn, conversation: Conversation, slot: Slot, words: string): boolean {
  const onFile = conversation.answers[slot.key];
  if (onFile === undefined || slot.is !== 'question') return false;
  const reading = readAnswer(words, slot.question, readingContext(turn, 'text'));
  if (reading.is !== 'values' || reading.values.length !== onFile.values.length) return false;
  return reading.values.every((value) => onFile.values.some((other) => sameValue(value, other)));
}
