import type { Language } from '../guidance/language.ts';
import type { Channel } from '../intake/answer.ts';
import type { Command } from '../intake/reading/commands.ts';
import type { Conversation } from '../story/story.ts';
import { goOn, goOnAfterCorrection, put, repeat, waitingSlot } from './asking.ts';
import { handOver } from './handing-over.ts';
import { isQuiet } from './quiet.ts';
import type { Turn } from './turn.ts';

/** The words that work anywhere. What began quietly is begun by CONTINUE alone: the others find nothing that was asked. */
export function obey(turn: Turn, command: Command, current: Conversation | undefined, channel: Channel): void {
  const quiet = current !== undefined && isQuiet(current);
  if (quiet && (command === 'repeat' || command === 'skip')) {
    turn.do({ do: 'tell', message: 'need.continue' });
    return;
  }
  const conversation = quiet && onlyOfWhatWasAsked.has(command) ? undefined : current;
  switch (command) {
    case 'back':
      back(turn, conversation, channel);
      return;
    case 'repeat':
      if (conversation === undefined) turn.do({ do: 'tell', message: 'continue.nothing' });
      else repeat(turn, conversation, channel);
      return;
    case 'skip':
      skip(turn, conversation, channel);
      return;
    case 'help':
      turn.do({ do: 'tell', message: conversation === undefined ? 'help' : 'help.question' });
      if (conversation !== undefined && isTexting(channel)) turn.do({ do: 'tell', message: 'help.link' });
      if (conversation !== undefined && conversation.paused === undefined)
        repeat(turn, conversation, channel, 'with-example');
      return;
    case 'person':
      person(turn, conversation);
      return;
    case 'later':
      if (conversation !== undefined && conversation.paused === undefined)
        turn.change(conversation.id, { paused: { since: turn.now, because: 'later' } });
      turn.do({ do: 'tell', message: conversation === undefined ? 'continue.nothing' : 'later' }, { do: 'hang-up' });
      return;
    case 'continue':
      goOnAgain(turn, conversation, channel);
      return;
    case 'more':
      more(turn, conversation, channel);
      return;
    case 'link':
      turn.do({ do: 'tell', message: conversation === undefined ? 'continue.nothing' : 'link' });
      return;
    case 'speak-en':
      speak(turn, 'en', conversation, channel);
      return;
    case 'speak-es':
      speak(turn, 'es', conversation, channel);
      return;
    case 'speak-pl':
      speak(turn, 'pl', conversation, channel);
      return;
  }
}

const onlyOfWhatWasAsked: ReadonlySet<Command> = new Set(['back', 'more', 'speak-en', 'speak-es', 'speak-pl']);

/** Changes the last answer; said again, the one before it. Also after the last question of all. */
function back(turn: Turn, current: Conversation | undefined, channel: Channel): void {
  const conversation = justCompleted(turn, current) ?? current ?? turn.lastCompleted;
  if (conversation === undefined) {
    turn.do({ do: 'tell', message: 'back.nothing' });
    return;
  }
  const slots = turn.slotsOf(conversation);
  const told = conversation.told.filter((key) => slots.some((slot) => slot.key === key));
  const at = conversation.asked?.correcting === true ? told.indexOf(conversation.asked.slot) : told.length;
  const key = told[at - 1];
  const slot = slots.find((each) => each.key === key);
  if (slot === undefined) {
    turn.do({ do: 'tell', message: 'back.nothing' });
    if (current !== undefined) repeat(turn, current, channel);
    return;
  }
  turn.change(conversation.id, { paused: undefined });
  turn.do({ do: 'tell', message: 'back.changing' });
  put(turn, conversation.id, slot, { correcting: true });
}

/** With the first question of the next set still unanswered, the last answer is the one that completed the set before. */
function justCompleted(turn: Turn, current: Conversation | undefined): Conversation | undefined {
  if (current?.status !== 'open' || current.told.length > 0) return undefined;
  const { lastCompleted } = turn;
  const since = turn.circumstances.now.getTime() - Date.parse(lastCompleted?.completedAt ?? '');
  return since < anHour ? lastCompleted : undefined;
}

const anHour = 3_600_000;

function skip(turn: Turn, conversation: Conversation | undefined, channel: Channel): void {
  if (conversation === undefined) {
    turn.do({ do: 'tell', message: 'continue.nothing' });
    return;
  }
  const slot = waitingSlot(turn.intakeOf(conversation), conversation, channel);
  if (slot === undefined) {
    repeat(turn, conversation, channel);
    return;
  }
  if (conversation.asked?.correcting === true) {
    // Leaves the answer as it was.
    const kept = turn.change(conversation.id, { asked: undefined, turn: conversation.turn + 1 });
    if (kept.status === 'completed') {
      turn.do({ do: 'tell', message: 'complete' });
      goOnAfterCorrection(turn, channel);
    } else goOn(turn, conversation.id, channel);
    return;
  }
  if (slot.is === 'another' || slot.question.required) {
    turn.do({ do: 'tell', message: 'skip.required' });
    repeat(turn, conversation, channel);
    return;
  }
  turn.change(conversation.id, {
    skipped: [...conversation.skipped, slot.key],
    asked: undefined,
    turn: conversation.turn + 1,
  });
  turn.do({ do: 'tell', message: 'skip.done' });
  goOn(turn, conversation.id, channel);
}

function person(turn: Turn, conversation: Conversation | undefined): void {
  if (conversation !== undefined) turn.change(conversation.id, { paused: { since: turn.now, because: 'person' } });
  handOver(turn, 'asked', 'routine');
  turn.do({ do: 'tell', message: 'person.coming' }, { do: 'connect', to: 'desk' });
}

function goOnAgain(turn: Turn, conversation: Conversation | undefined, channel: Channel): void {
  if (conversation === undefined) {
    turn.do({ do: 'tell', message: 'continue.nothing' });
    return;
  }
  const resumed =
    conversation.paused === undefined ? conversation : turn.change(conversation.id, { paused: undefined });
  repeat(turn, resumed, channel);
}

function more(turn: Turn, conversation: Conversation | undefined, channel: Channel): void {
  const { more: rest } = turn.story;
  if (rest !== undefined) turn.do({ do: 'say-more', parts: rest.parts });
  else if (conversation !== undefined) repeat(turn, conversation, channel);
  else turn.do({ do: 'tell', message: 'more.nothing' });
}

/** A link to the page is for whoever texts; on a call no address is ever spoken. */
export function isTexting(channel: Channel): boolean {
  return channel === 'sms' || channel === 'mms';
}

function speak(turn: Turn, language: Language, conversation: Conversation | undefined, channel: Channel): void {
  turn.changeStory({ person: { ...turn.story.person, language } });
  turn.do({ do: 'tell', message: 'language' });
  if (conversation !== undefined) repeat(turn, conversation, channel);
}
