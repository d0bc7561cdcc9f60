import type { MessageKey } from '../guidance/catalogue.ts';
import type { Answer, Channel } from '../intake/answer.ts';
import { factFor } from '../intake/facts.ts';
import type { Intake, Item } from '../intake/intake.ts';
import { type Slot, slotsOf } from '../intake/slots.ts';
import type { Asked, Conversation, Pending } from '../story/story.ts';
import { formCompleted } from '../visit/form-completed.ts';
import type { Ask, PendingAsk, Progress } from './effects.ts';
import { bounds, isGivenUp, isOpen, type Turn } from './turn.ts';

/**
 * Goes on with a conversation: takes over what is known already, then puts the next question, or ends what has no more questions.
 * On a channel that cannot carry a picture, a question for one waits for a channel that can.
 */
export function goOn(turn: Turn, id: string, channel: Channel | undefined): void {
  takeOverWhatIsKnown(turn, id);
  const conversation = turn.conversation(id);
  const slots = turn.slotsOf(conversation);
  const open = slots.filter((slot) => isOpen(slot, conversation));
  const next = open.find((slot) => canCarry(channel, slot));
  if (next !== undefined) {
    put(turn, id, next, {});
  } else if (open.length > 0) {
    turn.change(id, { asked: undefined });
    turn.do({ do: 'tell', message: 'attachment-waits' });
  } else {
    complete(turn, id, channel);
  }
}

/** Without a word: what is all on file already need not be asked. */
export function completeIfKnown(turn: Turn, id: string): void {
  takeOverWhatIsKnown(turn, id);
  const conversation = turn.conversation(id);
  if (turn.slotsOf(conversation).every((slot) => !isOpen(slot, conversation))) complete(turn, id, undefined);
}

/** Puts a question to the person and remembers that it waits. */
export function put(
  turn: Turn,
  id: string,
  slot: Slot,
  how: { readonly misread?: number; readonly pending?: Pending; readonly correcting?: boolean },
): void {
  const before = turn.conversation(id);
  const pending =
    how.pending ??
    (how.misread === undefined && how.correcting !== true ? confirmationFor(turn, before, slot) : undefined);
  const asked: Asked = {
    slot: slot.key,
    misread: how.misread ?? 0,
    ...(pending === undefined ? {} : { pending }),
    ...(how.correcting === true ? { correcting: true } : {}),
  };
  const conversation = turn.change(id, { asked, turn: before.turn + 1 });
  turn.do(askOf(turn.slotsOf(conversation), conversation, slot));
}

/** Puts the waiting question again, as it stands. */
export function repeat(
  turn: Turn,
  conversation: Conversation,
  channel: Channel | undefined,
  manner?: Ask['manner'],
): void {
  const slot = waitingSlot(turn.intakeOf(conversation), conversation, channel);
  if (slot === undefined || conversation.asked?.slot !== slot.key) {
    goOn(turn, conversation.id, channel);
    return;
  }
  const ask = askOf(turn.slotsOf(conversation), conversation, slot);
  turn.do(manner === undefined ? ask : { ...ask, manner });
}

/** The question that waits in a conversation: the one that was put, while it still stands, or else the first open one. */
export function waitingSlot(
  intake: Intake,
  conversation: Conversation,
  channel: Channel | undefined,
): Slot | undefined {
  const slots = slotsOf(intake, conversation);
  const { asked } = conversation;
  if (asked !== undefined) {
    const put = slots.find((slot) => slot.key === asked.slot);
    if (put !== undefined && canCarry(channel, put) && (asked.correcting === true || isOpen(put, conversation)))
      return put;
  }
  return slots.find((slot) => isOpen(slot, conversation) && canCarry(channel, slot));
}

/** The waiting question as it would be put, without changing anything: what a page shows on GET. */
export function askOf(slots: readonly Slot[], conversation: Conversation, slot: Slot): Ask {
  const { asked } = conversation;
  const current = asked?.slot === slot.key ? asked : undefined;
  const pending = current?.pending === undefined ? undefined : pendingAsk(current.pending);
  return {
    do: 'ask',
    conversation: conversation.id,
    turn: conversation.turn,
    slot,
    manner: (current?.misread ?? 0) > 0 ? 'with-example' : 'plain',
    progress: progressOf(slots, conversation, slot),
    ...(pending === undefined ? {} : { pending }),
  };
}

export function progressOf(slots: readonly Slot[], conversation: Conversation, current?: Slot): Progress {
  const questions = slots.filter((slot) => slot.is === 'question');
  const told = questions.filter((slot) => conversation.told.includes(slot.key) && slot.key !== current?.key);
  const open = questions.filter((slot) => isOpen(slot, conversation) || slot.key === current?.key);
  const place = questions.findIndex((slot) => slot.key === current?.key);
  const before = place < 0 ? told : told.filter((slot) => questions.indexOf(slot) < place);
  const position = conversation.asked?.correcting === true ? before.length + 1 : told.length + 1;
  return {
    position,
    total: Math.max(position, told.length + open.length),
    left: questions.filter((slot) => isOpen(slot, conversation)).length,
  };
}

export function canCarry(channel: Channel | undefined, slot: Slot): boolean {
  if (slot.is !== 'question' || slot.question.type !== 'attachment') return true;
  return channel === 'sms' || channel === 'mms' || channel === undefined;
}

function pendingAsk(pending: Pending): PendingAsk {
  switch (pending.kind) {
    case 'read-back':
      return { kind: 'read-back', values: pending.answer.values };
    case 'which':
      return { kind: 'which', choices: pending.choices };
    case 'confirm':
      return { kind: 'confirm', values: pending.values, shown: pending.source === 'initial' };
  }
}

/** What is already on file and still valid is not asked: it is taken over, unless content wants it confirmed. */
function takeOverWhatIsKnown(turn: Turn, id: string): void {
  const { clinic, now } = turn.circumstances;
  for (let rounds = 0; rounds < 50; rounds++) {
    const conversation = turn.conversation(id);
    const intake = turn.intakeOf(conversation);
    const taken: Record<string, Answer> = {};
    for (const slot of turn.slotsOf(conversation)) {
      if (slot.is !== 'question' || slot.rounds.length > 0 || !isOpen(slot, conversation)) continue;
      const known = factFor(intake, slot.question, turn.story.facts, now, clinic.facts);
      if (known === undefined || known.confirm) continue;
      const { fact } = known;
      taken[slot.key] = {
        values: fact.values,
        ...(fact.absent === undefined ? {} : { absent: fact.absent }),
        provenance: { ...fact.provenance, source: 'fact' },
      };
    }
    if (Object.keys(taken).length === 0) return;
    turn.change(id, { answers: { ...conversation.answers, ...taken } });
  }
}

/** Hidden and readOnly items with a value of their own are recorded without a word. */
export function recordSilently(turn: Turn, id: string): void {
  const conversation = turn.conversation(id);
  const silent: Record<string, Answer> = {};
  const visit = (items: readonly Item[], hidden: boolean): void => {
    for (const item of items) {
      if (item.kind === 'question' && (hidden || item.hidden || item.readOnly) && item.initial.length > 0) {
        silent[item.linkId] = {
          values: item.initial,
          provenance: { at: turn.now, source: item.initialFromChart === true ? 'chart' : 'initial' },
        };
      }
      if (item.kind === 'group' && item.repeats) continue;
      if (item.kind !== 'display') visit(item.items, hidden || item.hidden);
    }
  };
  visit(turn.intakeOf(conversation).items, false);
  turn.change(id, { answers: { ...silent, ...conversation.answers } });
}

/** A fact that content wants confirmed, or the form's own initial value: one turn, instead of a question. */
function confirmationFor(turn: Turn, conversation: Conversation, slot: Slot): Pending | undefined {
  if (slot.is !== 'question' || conversation.answers[slot.key] !== undefined) return undefined;
  const { question } = slot;
  const { clinic, now } = turn.circumstances;
  const known =
    slot.rounds.length > 0
      ? undefined
      : factFor(turn.intakeOf(conversation), question, turn.story.facts, now, clinic.facts);
  if (known !== undefined && known.fact.absent === undefined)
    return { kind: 'confirm', values: known.fact.values, source: 'fact', fact: known.fact };
  if (question.initial.length === 0) return undefined;
  return {
    kind: 'confirm',
    values: question.initial,
    source: question.initialFromChart === true ? 'chart' : 'initial',
  };
}

function complete(turn: Turn, id: string, channel: Channel | undefined): void {
  const before = turn.conversation(id);
  const amended = before.completedAt !== undefined;
  turn.change(id, {
    status: 'completed',
    completedAt: before.completedAt ?? turn.now,
    amended,
    asked: undefined,
    paused: undefined,
  });
  turn.do({ do: 'complete', conversation: id, amended });
  formCompleted(turn, before);
  // Where everything was known already, nobody is thanked for answers they did not give just now.
  const answered = before.told.length > 0 || before.skipped.length > 0;
  const silentSoFar = channel !== undefined && turn.effects.every(({ do: what }) => what !== 'tell');
  if (answered || silentSoFar) turn.do({ do: 'tell', message: amended ? 'complete.amended' : 'complete' });
  if (amended) goOnAfterCorrection(turn, channel);
  else openNext(turn, channel);
}

/** What waited while an answer was being changed is put again, so that nobody has to remember it. */
export function goOnAfterCorrection(turn: Turn, channel: Channel | undefined): void {
  const { current } = turn;
  if (current === undefined) openNext(turn, channel);
  else if (current.paused === undefined) repeat(turn, current, channel);
}

/** A correction that was begun and left lying holds up nothing that is to be asked now; the answer on file stands. */
export function leaveCorrection(turn: Turn): void {
  const { current } = turn;
  if (current?.status === 'completed') turn.change(current.id, { asked: undefined, turn: current.turn + 1 });
}

/** Opens the story's next queued conversation, if nothing else is being asked, and forgets the oldest ended ones. */
export function openNext(turn: Turn, channel: Channel | undefined): void {
  forgetOldest(turn);
  if (turn.current !== undefined) return;
  const next = turn.story.conversations.find(
    (conversation) => conversation.status === 'queued' && !isGivenUp(turn.story, conversation),
  );
  if (next === undefined) return;
  turn.change(next.id, { status: 'open' });
  // Of what began quietly nothing is said until the patient asks for it.
  if (next.paused?.because === 'later') return;
  announce(turn, 'intake.next', () => goOn(turn, next.id, channel));
}

/** Says that questions follow, before them, if one does. */
export function announce(turn: Turn, message: MessageKey, questions: () => void): void {
  const before = turn.effects.length;
  questions();
  if (turn.effects.slice(before).some((effect) => effect.do === 'ask'))
    turn.effects.splice(before, 0, { do: 'tell', message });
}

function forgetOldest(turn: Turn): void {
  const { conversations } = turn.story;
  const ended = conversations.filter(
    (conversation) => conversation.status !== 'open' && conversation.status !== 'queued',
  );
  const surplus = ended.slice(0, Math.max(0, ended.length - bounds.ended));
  if (surplus.length > 0) turn.forget(surplus);
}
