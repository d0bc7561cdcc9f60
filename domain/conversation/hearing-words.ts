import type { Answer } from '../intake/answer.ts';
import type { Question } from '../intake/intake.ts';
import { readCommand } from '../intake/reading/commands.ts';
import { readConsentWords } from '../intake/reading/consent-words.ts';
import type { Slot } from '../intake/slots.ts';
import type { Value } from '../intake/value.ts';
import { readRedFlags } from '../safety/read-red-flags.ts';
import type { Conversation } from '../story/story.ts';
import { hearVisitWords, isSaidOfVisit } from '../visit/hearing-visit-words.ts';
import { answerWaiting, questionOf, recordIfClear } from './answering.ts';
import { waitingSlot } from './asking.ts';
import { isTexting, obey } from './commands.ts';
import { handOver, raise } from './handing-over.ts';
import type { Heard } from './heard.ts';
import { tellWhatIsOnFile } from './hearing-a-form.ts';
import type { Turn } from './turn.ts';

export type HeardWords = Extract<Heard, { is: 'words' }>;

/**
 * Words, from any channel, in the order that is safe: danger first, then the wish to be left alone, then the words that work anywhere,
 * what is said of a visit among them, then the answer to what was asked; and what fits nothing goes to a person.
 */
export function hearWords(turn: Turn, heard: HeardWords, enteredBy?: string): void {
  const words = heard.words.trim();
  const conversation = turn.current;
  const waiting =
    conversation === undefined ? undefined : waitingSlot(turn.intakeOf(conversation), conversation, heard.channel);
  const said = provenanceOf(turn, heard, enteredBy);

  const elsewhere = answeredElsewhere(turn, waiting, heard);

  const flags = readRedFlags(words, turn.circumstances.clinic.redFlags);
  if (flags.length > 0) {
    const own =
      conversation === undefined || waiting === undefined || elsewhere !== undefined
        ? []
        : recordIfClear(turn, conversation, waiting, words, heard, said);
    raise(
      turn,
      [...flags, ...own.filter(({ code }) => flags.every((flag) => flag.code !== code))],
      words,
      heard.channel,
    );
    // Who is in danger may want to be left alone as well: both are heard.
    if (stopsTexts(heard, words)) optOut(turn);
    return;
  }
  if (words === '') {
    hearNothing(turn, heard, conversation, waiting, said);
    return;
  }
  if (!isSaidOfVisit(turn, words) && hearConsent(turn, heard, words)) return;
  const question = waiting === undefined ? undefined : questionOf(waiting);
  const answersIntake = elsewhere !== undefined || (!isTexting(heard.channel) && heard.meantFor !== undefined);
  if (hearVisitWords(turn, heard, words, { question, answersIntake })) return;
  const understood = readCommand(words, commandOptions(heard, question, conversation));
  const command = understood === 'link' && !isTexting(heard.channel) ? undefined : understood;
  if (elsewhere !== undefined && command === undefined) {
    tellWhatIsOnFile(turn, elsewhere.conversation, elsewhere.slot, words, heard.channel);
    return;
  }
  if (command !== undefined) {
    obey(turn, command, conversation, heard.channel);
    return;
  }
  if ((heard.media ?? []).length > 0) turn.do({ do: 'tell', message: 'media-kept' });
  if (conversation === undefined || waiting === undefined) {
    passOn(turn);
    return;
  }
  if (conversation.paused !== undefined && conversation.asked === undefined) {
    // The question that waited is answered; what is said now is for the person who was asked to step in.
    passOn(turn);
    return;
  }
  answerWaiting(turn, conversation, waiting, words, heard, said, picturesFor(waiting, heard));
}

/** A picture with a word beside it is the picture that was asked for. */
function picturesFor(waiting: Slot, heard: HeardWords): readonly Value[] | undefined {
  const media = heard.media ?? [];
  if (media.length === 0 || waiting.is !== 'question' || waiting.question.type !== 'attachment') return undefined;
  const values = media.map(({ id, contentType }) => ({ kind: 'attachment' as const, media: id, contentType }));
  return waiting.question.repeats ? values : values.slice(0, 1);
}

export function provenanceOf(turn: Turn, heard: HeardWords, enteredBy: string | undefined): Answer['provenance'] {
  return {
    channel: heard.channel,
    at: turn.now,
    ...(heard.confidence === undefined ? {} : { confidence: heard.confidence }),
    ...(enteredBy === undefined ? {} : { enteredBy }),
  };
}

function commandOptions(
  heard: HeardWords,
  question: Question | undefined,
  conversation: Conversation | undefined,
): Parameters<typeof readCommand>[1] {
  const numeric = question?.type === 'integer' || question?.type === 'decimal' || question?.type === 'quantity';
  const zeroIsAnswer = numeric && conversation?.asked?.pending === undefined;
  return { via: heard.via, zeroIsAnswer, ...(question === undefined ? {} : { question }) };
}

/** Only media, or nothing at all. */
function hearNothing(
  turn: Turn,
  heard: HeardWords,
  conversation: Conversation | undefined,
  waiting: Slot | undefined,
  said: Answer['provenance'],
): void {
  const media = heard.media ?? [];
  const pictures = waiting === undefined ? undefined : picturesFor(waiting, heard);
  if (media.length === 0) {
    turn.do({ do: 'tell', message: 'empty' });
  } else if (conversation !== undefined && waiting !== undefined && pictures !== undefined) {
    answerWaiting(turn, conversation, waiting, '', heard, said, pictures);
    return;
  } else {
    turn.do({ do: 'tell', message: 'media-kept' });
  }
  if (conversation !== undefined && conversation.paused === undefined)
    obey(turn, 'repeat', conversation, heard.channel);
  else if (media.length > 0) handOver(turn, 'message', 'routine');
}

/** STOP and its kin in words. The carrier's own keywords are dealt with before: they concern the number, not one patient. */
function hearConsent(turn: Turn, heard: HeardWords, words: string): boolean {
  if (heard.channel === 'desk') return false;
  if (stopsTexts(heard, words)) {
    optOut(turn);
    return true;
  }
  const consent = readConsentWords(words);
  if (consent === 'carrier-start' && turn.story.consent.texts === 'refused') {
    turn.changeStory({ consent: { texts: 'allowed' } });
    turn.do({ do: 'opt-in', scope: 'patient' }, { do: 'tell', message: 'opt-in.done' });
    const { current } = turn;
    if (current !== undefined) obey(turn, 'continue', current, heard.channel);
    return true;
  }
  if (consent === 'maybe-opt-out') {
    turn.do({ do: 'tell', message: 'maybe-opt-out' });
    return true;
  }
  return false;
}

/** On the phone and the page the word itself is enough; "end", "quit" and "cancel" mean other things there. */
function stopsTexts(heard: HeardWords, words: string): boolean {
  if (heard.channel === 'desk') return false;
  return (
    readConsentWords(words) === 'opt-out-in-words' ||
    (!isTexting(heard.channel) && /^\s*(?:stop|stop ?all|unsubscribe|opt ?out)[.!]?\s*$/i.test(words))
  );
}

function optOut(turn: Turn): void {
  turn.changeStory({ consent: { texts: 'refused', at: turn.now, how: 'in-words' } });
  turn.do(
    { do: 'opt-out', scope: 'patient', how: 'in-words' },
    { do: 'tell', message: 'opt-out.done' },
    { do: 'hang-up' },
  );
}

/** Where these words were sent while another question waited, which another channel has answered in the meantime: maybe the last of all. */
function answeredElsewhere(
  turn: Turn,
  waiting: Slot | undefined,
  { meantFor }: HeardWords,
): { readonly conversation: Conversation; readonly slot: string } | undefined {
  if (meantFor === undefined || meantFor === waiting?.key) return undefined;
  const conversation = [turn.current, turn.lastCompleted].find((each) => each?.answers[meantFor] !== undefined);
  return conversation === undefined ? undefined : { conversation, slot: meantFor };
}

/** No dead end: what fits no question goes to a person, who is told so. */
function passOn(turn: Turn): void {
  handOver(turn, 'message', 'routine');
  turn.do({ do: 'tell', message: 'message-passed' });
}
