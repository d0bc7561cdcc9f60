import type { Reading } from '../intake/reading/reading.ts';
import type { Slot } from '../intake/slots.ts';
import type { Conversation } from '../story/story.ts';
import { put } from './asking.ts';
import { handOver } from './handing-over.ts';
import type { Turn } from './turn.ts';

/** Two misreadings bring other words with an example, a third brings a person: never a loop. */
export function misread(
  turn: Turn,
  conversation: Conversation,
  slot: Slot,
  reading: Extract<Reading, { is: 'unreadable' }>,
  words: string,
): void {
  const times = (conversation.asked?.slot === slot.key ? conversation.asked.misread : 0) + 1;
  if (conversation.paused !== undefined && conversation.paused.because !== 'later') {
    // A person is already expected: what is no plain answer is for them.
    handOver(turn, 'message', 'routine');
    turn.do({ do: 'tell', message: 'message-passed' });
    return;
  }
  if (times >= 3) {
    giveUp(turn, conversation, slot);
    return;
  }
  turn.do({
    do: 'tell',
    message: `misread.${reading.why}`,
    blanks: { limit: reading.limit ?? '', words: words.slice(0, 40) },
  });
  put(turn, conversation.id, slot, { ...kept(conversation), misread: times });
}

/** What was read back was wrong: that counts as a misreading, so that a recogniser that never gets it ends with a person too. */
export function misheard(turn: Turn, conversation: Conversation, slot: Slot): void {
  const times = (conversation.asked?.misread ?? 0) + 1;
  if (times >= 3) {
    giveUp(turn, conversation, slot);
    return;
  }
  turn.do({ do: 'tell', message: 'read-back.again' });
  put(turn, conversation.id, slot, { ...kept(conversation), misread: times });
}

function giveUp(turn: Turn, conversation: Conversation, slot: Slot): void {
  turn.change(conversation.id, {
    asked: { slot: slot.key, misread: 0, ...(conversation.asked?.correcting === true ? { correcting: true } : {}) },
    paused: { since: turn.now, because: 'misread' },
    turn: conversation.turn + 1,
  });
  handOver(turn, 'misread', 'routine');
  turn.do({ do: 'tell', message: 'person.misread' }, { do: 'connect', to: 'desk' });
}

/** What stays true of a question when it is put again. */
export function kept(conversation: Conversation): { correcting?: true; misread?: number } {
  const { asked } = conversation;
  return { ...(asked?.correcting === true ? { correcting: true as const } : {}), misread: asked?.misread ?? 0 };
}
