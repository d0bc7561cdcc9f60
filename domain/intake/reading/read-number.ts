import type { Question } from '../intake.ts';
import type { Value } from '../value.ts';
import { isFiller } from './filler.ts';
import { type Piece, readPieces } from './numbers.ts';
import type { Reading, ReadingContext } from './reading.ts';

/** How numbers stand to each other in a sentence. */
export interface Numbers {
  /** One entry per number said, each with what it can mean. */
  readonly found: readonly (readonly number[])[];
  readonly joined: 'one' | 'or' | 'and' | 'over';
  /** Words that are neither numbers nor filler. */
  readonly others: readonly string[];
}

const orWords = new Set([
  'or',
  'o',
  'u',
  'lub',
  'albo',
  'czy',
  'to',
  'a',
  'hasta',
  'do',
  'between',
  'entre',
  'miedzy',
  '-',
  'through',
  'bis',
]);
const overWords = new Set(['over', 'na', 'sobre', '/', 'upon', 'przez', 'por']);
const bounding = new Set(
  (
    'than least most under above below over fewer less up until not isnt never without except before after minimum maximum max min menos mas menor mayor menores ' +
    'mayores antes despues hasta sin excepto ponad ponizej powyzej mniej wiecej niz co najmniej najwyzej przed nie bez'
  ).split(' '),
);
const bounded =
  /\b(less than|more than|fewer than|at least|at most|under|below|above|up to|not|isnt|isn't|minimum|maximum|menos de|mas de|al menos|por lo menos|como mucho|no menos|sin|ponad|ponizej|powyzej|mniej niz|wiecej niz|co najmniej|najwyzej|nie)\b/;

/** True for a message that bounds or denies its number ("less than 5", "not 3"): that is not a value. */
export function boundsItsNumber(folded: string): boolean {
  return bounded.test(folded) && !/\bmas o menos\b|\bmniej wiecej\b/.test(folded);
}

const homophones = new Map(
  Object.entries({
    to: 'two',
    too: 'two',
    tu: 'two',
    for: 'four',
    fore: 'four',
    won: 'one',
    ate: 'eight',
    tree: 'three',
    sex: 'six',
    sick: 'six',
    nein: 'nine',
    tin: 'ten',
  }),
);

/** What a recogniser writes for a lone number it misheard as a word. */
export function withoutHomophones(folded: string, context: Pick<ReadingContext, 'via' | 'language'>): string {
  if (context.via !== 'speech') return folded;
  const words = folded
    .replace(/[.!?,]+/g, ' ')
    .trim()
    .split(' ')
    .filter((word) => !isFiller(word) || homophones.has(word));
  if (context.language !== 'en' && words.length !== 1) return folded;
  const last = words.at(-1) ?? '';
  if (words.length > 2 || (words.length === 2 && !/^(?:option|number|answer)$/.test(words[0] ?? ''))) return folded;
  return homophones.get(last) ?? folded;
}

export function numbersIn(pieces: readonly Piece[]): Numbers {
  const found: (readonly number[])[] = [];
  const others: string[] = [];
  let joined: Numbers['joined'] = 'one';
  let between: string[] = [];
  for (const piece of pieces) {
    if (piece.is !== 'number') {
      between.push(piece.text);
      continue;
    }
    if (found.length > 0) joined = howJoined(joined, between);
    collect(others, between, found.length > 0);
    between = [];
    found.push(piece.values);
  }
  collect(others, between, false);
  return { found, joined, others };
}

function collect(others: string[], between: readonly string[], joining: boolean): void {
  for (const text of between) {
    if (!/^[a-z]/.test(text) || isFiller(text)) continue;
    if (joining && (orWords.has(text) || overWords.has(text))) continue;
    others.push(text);
  }
}

function howJoined(before: Numbers['joined'], between: readonly string[]): Numbers['joined'] {
  if (between.some((text) => overWords.has(text)) && before !== 'or') return 'over';
  if (between.some((text) => orWords.has(text))) return 'or';
  return before === 'one' ? 'and' : before;
}

const noneWords = new Set(
  'none never nothing nil nope zilch nada nunca ninguno ninguna ningun nigdy nic zaden zadne zadnych wcale cero'.split(
    ' ',
  ),
);

const notEvenOne = /\b(?:not (?:even )?(?:one|once|a single one)|ni un[oa]?|ani (?:jednego|jednej|razu|raz))$/;

/** "none", "I never do": zero, where a count was asked. */
export function saysNone(others: readonly string[]): boolean {
  return others.length <= 3 && others.some((word) => noneWords.has(word));
}

/** A whole or decimal number in digits or words. Two joined by "or" are asked back; "130 over 85" gives the second to the next question. */
export function readNumber(folded: string, question: Question, context: ReadingContext): Reading {
  const text = withoutHomophones(context.via === 'keypad' ? keypadDecimal(folded) : folded, context);
  const pieces = readPieces(text, { language: context.language, spokenHundreds: true });
  const { found, joined, others } = numbersIn(pieces);
  if (notEvenOne.test(text)) return accept([0], question);
  if (found.length === 0) {
    if (saysNone(others)) return accept([0], question);
    return { is: 'unreadable', why: 'not-understood' };
  }
  if (boundsItsNumber(text) && joined !== 'over') return { is: 'unreadable', why: 'not-understood' };
  if (others.length > 6 || others.some((word) => bounding.has(word) && joined === 'one'))
    return { is: 'unreadable', why: 'not-understood' };
  const first = found[0] ?? [];
  const second = found[1];
  if (!second) return oneOf(first, question);
  if (found.length === 2 && isPressure(joined, first, second))
    return over(oneOf(first, question), second[0] ?? 0, question);
  if (question.repeats && joined !== 'or') return each(found, question);
  return oneOf(found.flat(), question);
}

/** A keypad has no point and no stroke: `*` stands for either, `37*5` and `130*85`. */
export function keypadDecimal(keys: string): string {
  const parts = /^(\d+)\*(\d+)$/.exec(keys);
  if (!parts) return keys;
  const pressure = isPressure('and', [Number(parts[1])], [Number(parts[2])]);
  return pressure ? `${parts[1]} / ${parts[2]}` : `${parts[1]}.${parts[2]}`;
}

/** "130 over 85", "130/85", and on a phone often just "130 85". */
export function isPressure(joined: Numbers['joined'], first: readonly number[], second: readonly number[]): boolean {
  const high = first[0] ?? 0;
  const low = second[0] ?? 0;
  if (joined === 'over') return true;
  return joined === 'and' && high >= 70 && high <= 260 && low >= 30 && low <= 150 && low < high;
}

export function over(reading: Reading, second: number, question: Question): Reading {
  if (reading.is !== 'values') return reading;
  return { ...reading, also: [valueFor(second, question)] };
}

function each(found: readonly (readonly number[])[], question: Question): Reading {
  const values: Value[] = [];
  for (const numbers of found) {
    const one = oneOf(numbers, question);
    if (one.is !== 'values') return one;
    values.push(...one.values);
  }
  return { is: 'values', values };
}

/** One of these was meant: those that are allowed, or why none is. */
function oneOf(numbers: readonly number[], question: Question): Reading {
  const distinct = [...new Set(numbers)];
  const readings = distinct.map((number) => accept([number], question));
  const good = readings.filter((reading) => reading.is === 'values');
  const only = good[0];
  if (good.length === 1 && only) return only;
  if (good.length > 1 && good.length <= 6) return { is: 'ambiguous', choices: good.map(({ values }) => ({ values })) };
  return readings[0] ?? { is: 'unreadable', why: 'not-understood' };
}

function valueFor(number: number, question: Question): Value {
  if (question.type === 'integer') return { kind: 'integer', value: number };
  return { kind: 'decimal', value: number };
}

function accept(numbers: readonly number[], question: Question): Reading {
  for (const number of numbers) {
    if (!Number.isFinite(number) || Math.abs(number) > 1e12) return { is: 'unreadable', why: 'not-understood' };
    if (question.type === 'integer' && !Number.isInteger(number))
      return { is: 'unreadable', why: 'not-a-whole-number' };
    const limit = outOfRange(number, question);
    if (limit !== undefined) return { is: 'unreadable', why: 'out-of-range', limit };
  }
  return { is: 'values', values: numbers.map((number) => valueFor(number === 0 ? 0 : number, question)) };
}

/** The bound a number breaks, as text, or undefined. */
export function outOfRange(number: number, question: Pick<Question, 'min' | 'max'>): string | undefined {
  if (typeof question.min === 'number' && number < question.min) return String(question.min);
  if (typeof question.max === 'number' && number > question.max) return String(question.max);
  return undefined;
}
