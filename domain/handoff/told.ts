import type { Answer } from '../intake/answer.ts';
import type { Intake, Question } from '../intake/intake.ts';
import { type Slot, slotsOf } from '../intake/slots.ts';
import { valuesInWords } from '../intake/words.ts';
import type { Conversation } from '../story/story.ts';
import { sayHow } from './how.ts';
import { sayWhen } from './when.ts';

export interface TellingContext {
  readonly now: Date;
  readonly timeZone: string;
  /** ISO instant; what came later is new to the reader. */
  readonly since?: string | undefined;
}

/** One answer as staff read it. */
export interface HandoffAnswer {
  readonly slot: string;
  /** As it was asked. */
  readonly question: string;
  /** In two or three words, for a summary. */
  readonly label: string;
  readonly answer: string;
  readonly how: string;
  readonly at: string;
  readonly when: string;
  /** The staff member who typed it, as a FHIR reference. */
  readonly enteredBy?: string;
  /** What stood there before, newest last. */
  readonly corrected: readonly { readonly was: string; readonly when?: string; readonly how?: string }[];
  readonly isNew: boolean;
}

export interface OpenQuestion {
  readonly slot: string;
  readonly question: string;
  readonly label: string;
}

/** Where the questions of a conversation stand; each enabled one is in exactly one list. */
export interface ToldSoFar {
  readonly total: number;
  /** Told in this conversation. */
  readonly told: readonly HandoffAnswer[];
  /** Known from another occasion, the chart or the form, and not asked again. */
  readonly earlier: readonly HandoffAnswer[];
  /** Asked; the patient doesn't know or would rather not say. */
  readonly notKnown: readonly HandoffAnswer[];
  /** Optional ones that the patient passed over. */
  readonly passedOver: readonly OpenQuestion[];
  readonly open: readonly OpenQuestion[];
}

/** Sorts the questions that are enabled now by what is known of each. */
export function tellSoFar(conversation: Conversation, intake: Intake | undefined, context: TellingContext): ToldSoFar {
  const told: HandoffAnswer[] = [];
  const earlier: HandoffAnswer[] = [];
  const notKnown: HandoffAnswer[] = [];
  const passedOver: OpenQuestion[] = [];
  const open: OpenQuestion[] = [];
  const slots = intake === undefined ? [] : slotsOf(intake, conversation).filter((slot) => slot.is === 'question');
  for (const slot of slots) {
    const answer = conversation.answers[slot.key];
    const name = { slot: slot.key, question: questionWords(slot), label: labelOf(slot) };
    if (answer === undefined) {
      (conversation.skipped.includes(slot.key) ? passedOver : open).push(name);
      continue;
    }
    const list = answer.absent !== undefined ? notKnown : toldHere(conversation, slot, answer) ? told : earlier;
    list.push({ ...name, ...answerWords(conversation, slot, answer, context) });
  }
  return { total: slots.length, told, earlier, notKnown, passedOver, open };
}

type QuestionSlot = Extract<Slot, { is: 'question' }>;

/** The person answered or confirmed it here; what was taken over without a word is known from earlier. */
function toldHere({ told }: Conversation, slot: QuestionSlot, { provenance }: Answer): boolean {
  return provenance.source === undefined || told.includes(slot.key);
}

function answerWords(
  conversation: Conversation,
  slot: QuestionSlot,
  answer: Answer,
  { now, timeZone, since }: TellingContext,
): Pick<HandoffAnswer, 'answer' | 'how' | 'at' | 'when' | 'enteredBy' | 'corrected' | 'isNew'> {
  const { provenance } = answer;
  const { at, enteredBy } = provenance;
  const confirmed = provenance.source !== undefined && toldHere(conversation, slot, answer);
  const how = sayHow(provenance);
  return {
    answer: valuesInWords(slot.question, answer),
    how: confirmed ? `was on file, confirmed ${how}` : how,
    at,
    when: sayWhen(at, now, timeZone),
    ...(enteredBy === undefined ? {} : { enteredBy }),
    corrected: correctionsOf(conversation, slot, answer, now, timeZone),
    isNew: since !== undefined && Date.parse(at) > Date.parse(since) && (provenance.source === undefined || confirmed),
  };
}

/** The history is bounded and belongs to this conversation; an answer known from elsewhere, or an old correction, still says what it replaced. */
function correctionsOf(
  { history }: Conversation,
  slot: QuestionSlot,
  { provenance }: Answer,
  now: Date,
  timeZone: string,
): HandoffAnswer['corrected'] {
  const kept = history
    .filter((correction) => correction.slot === slot.key)
    .map(({ answer }) => ({
      was: valuesInWords(slot.question, answer),
      when: sayWhen(answer.provenance.at, now, timeZone),
      how: sayHow(answer.provenance),
    }));
  if (kept.length > 0 || provenance.corrects === undefined) return kept;
  return [{ was: provenance.corrects }];
}

function questionWords({ question, rounds }: QuestionSlot): string {
  const words = question.text.default.trim();
  return rounds.length === 0 ? words : `${words} (${rounds.join('.')})`;
}

/** A coding's name where it is short enough to stand in a list, else the question itself, shortened. */
function labelOf({ question, rounds }: QuestionSlot): string {
  const round = rounds.length === 0 ? '' : ` (${rounds.join('.')})`;
  const named = question.codes
    .map(({ display }) => display?.replace(/ (?:Narrative|Document|- Reported)$|\s*\[[^\]]*\]/g, '').trim() ?? '')
    .find((display) => display !== '' && display.length <= longestLabel);
  return `${named === undefined ? shortQuestion(question) : named.replace(/\b\p{Lu}(?=\p{Ll})/gu, lower)}${round}`;
}

const longestLabel = 32;
const lower = (letter: string): string => letter.toLowerCase();

function shortQuestion({ text, linkId }: Question): string {
  const [first = ''] = text.default.trim().split(/(?<=[?.!])\s/);
  const words = first === '' ? linkId : first.replace(/[?.!:]+$/, '');
  return words.length <= longestLabel ? words : `${words.slice(0, longestLabel - 1).replace(/[,;:]*\s+\S*$/, '')}…`;
}
