import type { Question } from '../intake.ts';
import { readAbsent, readAbsentAtStart } from './absent.ts';
import { withoutPoliteness } from './filler.ts';
import { fold, wordsOf } from './fold.ts';
import { readBoolean } from './read-boolean.ts';
import { readDate, withinBounds } from './read-date.ts';
import { readNumber } from './read-number.ts';
import { readOptions } from './read-options.ts';
import { readQuantity } from './read-quantity.ts';
import { asWritten, readText, readUrl } from './read-text.ts';
import { datesBesideTime, readDateTime, readTime } from './read-time.ts';
import type { ReadAnswer, Reading, ReadingContext } from './reading.ts';

/** More than this is no answer to a question with a short one; the texts people send are ten times shorter. */
const longestShortAnswer = 400;

/** Reads a person's words as an answer to a question, the same way on every channel. Never throws, whatever the words. */
export const readAnswer: ReadAnswer = (words, question, context) => {
  if (question.type === 'attachment') return { is: 'unreadable', why: 'needs-attachment' };
  if (question.type === 'reference') return { is: 'unreadable', why: 'not-understood' };
  if (asWritten(words) === '') return { is: 'unreadable', why: 'empty' };
  if (question.type === 'choice' || question.type === 'open-choice') return chosen(words, question, context);
  const folded = fold(words);
  const said = withoutPoliteness(wordsOf(folded));
  const absent = readAbsent(said);
  if (absent) return { is: 'absent', reason: absent };
  if (question.type === 'string' || question.type === 'text') return readText(words, question);
  if (question.type === 'url') return readUrl(words, question);
  if (folded.length > longestShortAnswer) return { is: 'unreadable', why: 'not-understood' };
  const reading = readShort(folded, said, question, context);
  if (reading.is !== 'unreadable' || reading.why !== 'not-understood') return reading;
  const atStart = readAbsentAtStart(said);
  return atStart ? { is: 'absent', reason: atStart } : reading;
};

function chosen(words: string, question: Question, context: ReadingContext): Reading {
  if (question.type === 'choice' && words.length > longestShortAnswer)
    return { is: 'unreadable', why: 'not-an-option', limit: String(question.options.length) };
  return readOptions(words, question, context);
}

function readShort(folded: string, said: readonly string[], question: Question, context: ReadingContext): Reading {
  switch (question.type) {
    case 'boolean': {
      // "no sé, pregunte a mi hija" begins with a no and is none.
      const absent = readAbsentAtStart(said);
      return absent ? { is: 'absent', reason: absent } : readBoolean(said, context.language, context.via === 'speech');
    }
    case 'integer':
    case 'decimal':
      return readNumber(folded, question, context);
    case 'quantity':
      return readQuantity(folded, question, context);
    case 'time':
      return readTime(folded, question, context);
    case 'dateTime':
      return readDateTime(folded, question, context);
    case 'date':
      return dateAlone(folded, question, context);
    default:
      return { is: 'unreadable', why: 'not-understood' };
  }
}

function dateAlone(folded: string, question: Question, context: ReadingContext): Reading {
  const reading = readDate(folded, question, context);
  if (reading.is !== 'unreadable' || reading.why !== 'not-understood') return reading;
  const dates = datesBesideTime(folded, context);
  return dates.length > 0
    ? withinBounds(
        dates.map((value) => ({ kind: 'date', value })),
        question,
        false,
      )
    : reading;
}
