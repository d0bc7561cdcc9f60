import type { HeardWords } from '../conversation/hearing-words.ts';
import { readingContext } from '../conversation/reading-context.ts';
import type { Turn } from '../conversation/turn.ts';
import type { Question } from '../intake/intake.ts';
import { readCommand } from '../intake/reading/commands.ts';
import { readConsentWords } from '../intake/reading/consent-words.ts';
import { fold, wordsOf } from '../intake/reading/fold.ts';
import { readPolarity } from '../intake/reading/read-boolean.ts';
import { isExactlyAnOption } from '../intake/reading/read-options.ts';
import { actOnWords } from './acting-on-words.ts';
import { answerVisitAsk, misreadVisit } from './answering-visit.ts';
import {
  type AskedVisit,
  goOnAfterVisit,
  isStillAhead,
  questionWaits,
  soonest,
  waitingVisitAsk,
} from './asking-visit.ts';
import { hearDoneWith } from './hearing-done.ts';
import { viaOf } from './moving.ts';
import { readVisitAnswer } from './reading/read-visit-answer.ts';
import { readVisitWords, type VisitWords } from './reading/read-visit-words.ts';
import { sayWhatCame } from './saying-what-came.ts';
import { passOn } from './settling.ts';
import { obeyAtVisit } from './visit-commands.ts';

/**
 * Words about a visit: an answer to its question, or something said unasked. True where they were, and all is decided; false where they
 * are for the intake or a person. `question`: the one of an intake that waits. Its options are answers, and what can mean two things is
 * its, unless the visit's question was put after it. `answersIntake`: these words were said to a question of an intake, whatever was put since.
 */
export function hearVisitWords(
  turn: Turn,
  heard: HeardWords,
  words: string,
  { question, answersIntake }: { readonly question: Question | undefined; readonly answersIntake: boolean },
): boolean {
  const { channel, via } = heard;
  if (channel === 'page' || channel === 'desk') return false;
  const waits = questionWaits(turn);
  const asked = waitingVisitAsk(turn);
  const isFront = asked?.isFront === true && !answersIntake;
  const own = (asked?.visit ?? soonest(turn))?.start;
  const context = { ...readingContext(turn, via), isFront, own };
  if (viaOf(channel) === 'text' && saysWhatTheCallDidNot(turn, heard, words)) return true;
  if (question !== undefined && waits && !isFront && isExactlyAnOption(wordsOf(fold(words)), question)) return false;

  const answer = asked === undefined ? undefined : readVisitAnswer(words, asked.ask, context);
  if (asked !== undefined && answer !== undefined && answer.is !== 'words') {
    answerVisitAsk(turn, asked, answer, heard);
    return settled(turn, heard);
  }
  const said = answer?.is === 'words' ? answer.words : readVisitWords(words, context);
  const isMeant = said !== undefined && (said.clear || !waits || (isFront && said.is !== 'thanks'));
  const command = readCommand(words, { via, ...(question === undefined || isFront ? {} : { question }) });
  // What is as well a command ("not today", "another time") is one while a question of an intake waits.
  const isBoth = said !== undefined && !said.clear && (waits && !isFront ? true : !orLater.has(said.is));
  if (command !== undefined && (!isMeant || isBoth))
    return isFront && asked !== undefined && obeyAtVisit(turn, asked, command, channel);
  if (said !== undefined && isMeant && actOnWords(turn, said, channel)) return settled(turn, heard, said);
  if (!waits && hearDoneWith(turn, words)) return settled(turn, heard);
  if (!waits && asked === undefined && answersOfferTooLate(turn, words, heard)) return true;
  return isFront && asked !== undefined && !waits && notUnderstood(turn, asked, words);
}

/** A yes or no to a freed time that went to somebody else in the meantime: they wait on, and need nobody to tell them. */
function answersOfferTooLate(turn: Turn, words: string, heard: HeardWords): boolean {
  const waitsForTime = turn.story.visits.some(
    (visit) => visit.state === 'wished' && visit.moving === undefined && isStillAhead(turn, visit),
  );
  const said = waitsForTime ? readPolarity(wordsOf(fold(words)), heard.via === 'speech') : undefined;
  if (said !== undefined) turn.do({ do: 'tell', message: said ? 'offer.gone' : 'offer.declined' });
  return said !== undefined;
}

const orLater: ReadonlySet<VisitWords['is']> = new Set(['another-time', 'cannot-come']);

/** A question of their own, or a letter, is for a person; anything else was meant as an answer. */
function notUnderstood(turn: Turn, asked: AskedVisit, words: string): true {
  if (words.includes('?') || wordsOf(fold(words)).length > mostWordsOfAnswer) passOn(turn);
  else misreadVisit(turn, asked);
  return true;
}

const mostWordsOfAnswer = 12;

/** Whether words that stop texts elsewhere are said of a visit here: "I give it up", or "not interested", to a question about one. */
export function isSaidOfVisit(turn: Turn, words: string): boolean {
  const asked = waitingVisitAsk(turn);
  if (asked?.isFront !== true) return false;
  const text = wordsOf(fold(words)).join(' ');
  const consent = readConsentWords(words);
  if (consent === 'maybe-opt-out') return asked.ask.is === 'slot-offer' && /interes/.test(text);
  return consent === 'opt-out-in-words' && /^(?:rezygnuje|rezygnacja)$/.test(text);
}

/** What was looked for on a call that broke off is said first: nobody answers what they have not heard. A person is not kept from them by it. */
function saysWhatTheCallDidNot(turn: Turn, { channel, via }: HeardWords, words: string): boolean {
  const visit = turn.story.visits.find(({ moving }) => moving?.unsaid === true);
  if (visit === undefined || !isStillAhead(turn, visit) || readCommand(words, { via }) === 'person') return false;
  if (wordsOf(fold(words)).length > mostWordsOfAnswer) passOn(turn);
  sayWhatCame(turn, visit, channel);
  return true;
}

/** The question that the visit came between is put again; what else was asked in the same breath goes to a person. */
function settled(turn: Turn, heard: HeardWords, said?: VisitWords): true {
  if ((heard.media ?? []).length > 0) turn.effects.unshift({ do: 'tell', message: 'media-kept' });
  if (said?.asks === true) passOn(turn);
  goOnAfterVisit(turn, heard.channel);
  return true;
}
