import { wordsIn } from '../guidance/language.ts';
import type { Answer } from '../intake/answer.ts';
import type { Question } from '../intake/intake.ts';
import { readAnswer } from '../intake/reading/read-answer.ts';
import type { Reading } from '../intake/reading/reading.ts';
import type { Slot } from '../intake/slots.ts';
import { sameValue, type Value } from '../intake/value.ts';
import { readRedFlags } from '../safety/read-red-flags.ts';
import type { RaisedFlag } from '../safety/red-flags.ts';
import type { Conversation, Pending } from '../story/story.ts';
import { goOn, put, waitingSlot } from './asking.ts';
import { raise } from './handing-over.ts';
import type { HeardWords } from './hearing-words.ts';
import { kept, misheard, misread } from './misreading.ts';
import { readingContext } from './reading-context.ts';
import { record } from './recording.ts';
import type { Turn } from './turn.ts';

type Said = Answer['provenance'];

/** Takes words as an answer to the waiting question, or to what was asked back about it. */
export function answerWaiting(
  turn: Turn,
  conversation: Conversation,
  slot: Slot,
  words: string,
  heard: HeardWords,
  said: Said,
  attached?: readonly Value[],
): void {
  if (attached !== undefined) {
    settle(turn, conversation, slot, { values: attached, provenance: said }, [], heard, words);
    return;
  }
  const pending = conversation.asked?.slot === slot.key ? conversation.asked.pending : undefined;
  if (pending !== undefined && answerPending(turn, conversation, slot, pending, words, heard, said)) return;
  take(
    turn,
    conversation,
    slot,
    readAnswer(words, questionOf(slot), readingContext(turn, heard.via)),
    words,
    heard,
    said,
  );
}

/** With a red flag in the words: put on file what plainly answers the question, say nothing of it, ask nothing. Returns what the answer itself raises. */
export function recordIfClear(
  turn: Turn,
  conversation: Conversation,
  slot: Slot,
  words: string,
  heard: HeardWords,
  said: Said,
): readonly RaisedFlag[] {
  if (slot.is !== 'question' || conversation.asked?.pending !== undefined || conversation.asked?.slot !== slot.key)
    return [];
  const plain = plainPart(turn, slot.question, words);
  if (plain === undefined || mustReadBack(turn, slot, heard)) return [];
  const reading = readAnswer(plain, slot.question, readingContext(turn, heard.via));
  return reading.is === 'values' && reading.near !== true
    ? record(turn, conversation.id, slot, { values: reading.values, provenance: said })
    : [];
}

/**
 * Where an answer may be prose, all of it; else only what was said before the danger, as in "yes, and my chest hurts". "I can't breathe"
 * begins like a no and is none.
 */
function plainPart(turn: Turn, { type }: Question, words: string): string | undefined {
  if (type === 'string' || type === 'text' || type === 'open-choice') return words;
  const [first = ''] = words.split(/[,.;:!?\n]|\s(?:and|but|y|pero|i|ale)\s/);
  return readRedFlags(first, turn.circumstances.clinic.redFlags).length > 0 ? undefined : first;
}

function take(
  turn: Turn,
  conversation: Conversation,
  slot: Slot,
  reading: Reading,
  words: string,
  heard: HeardWords,
  said: Said,
): void {
  switch (reading.is) {
    case 'values': {
      const answer: Answer = { values: reading.values, provenance: said };
      if (mustReadBack(turn, slot, heard))
        put(turn, conversation.id, slot, {
          ...kept(conversation),
          pending: { kind: 'read-back', answer, also: reading.also ?? [] },
        });
      else {
        if (reading.near === true) turn.do({ do: 'tell', message: 'taken-as', value: { slot, answer } });
        settle(turn, conversation, slot, answer, reading.also ?? [], heard, words);
      }
      return;
    }
    case 'absent':
      settle(turn, conversation, slot, { values: [], absent: reading.reason, provenance: said }, [], heard, words);
      return;
    case 'ambiguous': {
      if (conversation.asked?.slot === slot.key && conversation.asked.pending?.kind === 'which') {
        // Asked which, and it is open still: never a loop.
        misread(turn, conversation, slot, { is: 'unreadable', why: 'not-understood' }, words);
        return;
      }
      const choices = reading.choices.map((choice) => choice.values);
      put(turn, conversation.id, slot, {
        ...kept(conversation),
        pending: { kind: 'which', choices, answer: { provenance: said } },
      });
      return;
    }
    case 'unreadable':
      misread(turn, conversation, slot, reading, words);
      return;
  }
}

/** A yes, a no or a choice about something said before. False: the words are to be read as an answer of their own. */
function answerPending(
  turn: Turn,
  conversation: Conversation,
  slot: Slot,
  pending: Pending,
  words: string,
  heard: HeardWords,
  said: Said,
): boolean {
  if (pending.kind === 'which') {
    const chosen = choiceOf(pending.choices, words, slot, turn, heard);
    if (chosen === undefined) return false;
    settle(turn, conversation, slot, { ...pending.answer, values: chosen, provenance: said }, [], heard, words);
    return true;
  }
  const verdict = readAnswer(words, yesNo, readingContext(turn, heard.via));
  if (verdict.is !== 'values' || verdict.near === true) return false;
  const yes = verdict.values.some((value) => value.kind === 'boolean' && value.value);
  if (!yes && pending.kind === 'read-back') {
    misheard(turn, conversation, slot);
    return true;
  }
  if (!yes) {
    put(turn, conversation.id, slot, { ...kept(conversation), misread: conversation.asked?.misread ?? 0 });
    return true;
  }
  if (pending.kind === 'read-back') {
    const answer = { ...pending.answer, provenance: { ...pending.answer.provenance, readBack: true } };
    settle(turn, conversation, slot, answer, pending.also, heard, words);
  } else {
    settle(
      turn,
      conversation,
      slot,
      { values: pending.values, provenance: { ...said, source: pending.source } },
      [],
      heard,
      words,
    );
  }
  return true;
}

function choiceOf(
  choices: readonly (readonly Value[])[],
  words: string,
  slot: Slot,
  turn: Turn,
  heard: HeardWords,
): readonly Value[] | undefined {
  const question: Question = {
    ...yesNo,
    type: 'choice',
    options: choices.map((values, index) => ({
      value: { kind: 'integer', value: index },
      label: {
        default: values
          .map((value) => ('value' in value ? String(value.value) : 'display' in value ? (value.display ?? '') : ''))
          .join(', '),
      },
      exclusive: false,
    })),
  };
  // A choice may be said as its label too, where the choices are options of the question.
  const labels = choices.map((values) =>
    values
      .map((value) => questionOf(slot).options.find((option) => sameValue(option.value, value))?.label)
      .map((label) => (label === undefined ? '' : wordsIn(label, turn.story.person.language)))
      .join(', '),
  );
  const labelled: Question = {
    ...question,
    options: question.options.map((option, index) =>
      labels[index] === '' ? option : { ...option, label: { default: labels[index] ?? '' } },
    ),
  };
  const reading = readAnswer(words, labelled, readingContext(turn, heard.via));
  if (reading.is !== 'values') return undefined;
  const [first] = reading.values;
  return first?.kind === 'integer' ? choices[first.value] : undefined;
}

/** Puts an answer on file and goes on: to what was said in the same breath, to the next question, or, while a person is expected, no further. */
function settle(
  turn: Turn,
  conversation: Conversation,
  slot: Slot,
  answer: Answer,
  then: readonly Value[],
  heard: HeardWords,
  words: string,
): void {
  const { id, paused } = conversation;
  const flags = record(turn, id, slot, answer);
  if (then.length > 0) recordSameBreath(turn, id, then, answer, heard);
  if (flags.length > 0) {
    raise(turn, flags, words, heard.channel);
    return;
  }
  const waitsForPerson = conversation.status === 'open' && paused !== undefined && paused.because !== 'later';
  if (waitsForPerson && heard.channel !== 'page' && heard.channel !== 'desk') {
    turn.do({ do: 'tell', message: 'noted-paused' });
    return;
  }
  if (paused !== undefined) turn.change(id, { paused: undefined });
  goOn(turn, id, heard.channel);
}

/** "130 over 85": the second value answers the next question, if it can. */
function recordSameBreath(turn: Turn, id: string, values: readonly Value[], first: Answer, heard: HeardWords): void {
  const conversation = turn.conversation(id);
  const next = waitingSlot(turn.intakeOf(conversation), conversation, heard.channel);
  const [value] = values;
  if (next?.is !== 'question' || value === undefined || !takesNumbers(next.question)) return;
  const fitting =
    'value' in value ? readAnswer(String(value.value), next.question, readingContext(turn, 'text')) : undefined;
  if (fitting?.is === 'values') record(turn, id, next, { values: fitting.values, provenance: first.provenance });
}

/** "85" says nothing about medicines or a yes: only a question for a number takes it. */
function takesNumbers({ type }: Question): boolean {
  return type === 'integer' || type === 'decimal' || type === 'quantity';
}

/** Speech that was heard with little confidence is read back before it is recorded. */
function mustReadBack(turn: Turn, slot: Slot, heard: HeardWords): boolean {
  return (
    slot.is === 'question' &&
    heard.channel === 'voice-speech' &&
    heard.confidence !== undefined &&
    heard.confidence < turn.circumstances.clinic.readBackBelow
  );
}

/** What is being asked, as a question: the one of the form, or whether there is another round. */
export function questionOf(slot: Slot): Question {
  return slot.is === 'question' ? slot.question : { ...yesNo, linkId: slot.key, text: slot.group.text };
}

const yesNo: Question = {
  kind: 'question',
  linkId: '?',
  text: { default: '' },
  codes: [],
  hidden: false,
  type: 'boolean',
  required: true,
  repeats: false,
  readOnly: false,
  options: [],
  units: [],
  initial: [],
  selfHarm: false,
  items: [],
};
