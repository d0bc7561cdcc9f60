import type { AbsentReason } from '../answer.ts';
import type { Option, Question } from '../intake.ts';
import type { Value } from '../value.ts';
import { readAbsent } from './absent.ts';
import { isFiller, withoutPoliteness } from './filler.ts';
import { fold, wordsOf } from './fold.ts';
import { slipsAllowed, slipsBetween } from './near-miss.ts';
import { numberWords } from './number-words.ts';
import { piecesOf } from './numbers.ts';
import { readPolarity } from './read-boolean.ts';
import { withoutHomophones } from './read-number.ts';
import type { Reading, ReadingContext } from './reading.ts';

/** An option with every way it is written, folded once per reading. */
interface Offered {
  readonly option: Option;
  readonly labels: readonly (readonly string[])[];
  readonly letter?: string;
}

const lettered = /^\(?([a-z])[).:]\s+(.+)$/;

function offered(question: Question): Offered[] {
  return question.options.map((option) => {
    const written = [option.label.default, ...Object.values(option.label.byLanguage ?? {})];
    if (option.value.kind === 'coding' && option.value.display) written.push(option.value.display);
    if (option.value.kind === 'string') written.push(option.value.value);
    let letter: string | undefined;
    const labels: string[][] = [];
    for (const text of new Set(written)) {
      const folded = fold(text);
      const marked = lettered.exec(folded);
      if (marked?.[1] && marked[2]) {
        letter ??= marked[1];
        labels.push(wordsOf(marked[2]));
      }
      labels.push(wordsOf(folded));
    }
    const usable = labels.filter((label) => label.length > 0);
    return letter === undefined ? { option, labels: usable } : { option, labels: usable, letter };
  });
}

/** True when the words are exactly one of the question's options, by label or number: then they are an answer, never a command. */
export function isExactlyAnOption(words: readonly string[], question: Question): boolean {
  if (question.options.length === 0) return false;
  const text = words.join(' ');
  if (/^\d+$/.test(text)) return Number(text) >= 1 && Number(text) <= question.options.length;
  return offered(question).some((one) => one.letter === text || one.labels.some((label) => label.join(' ') === text));
}

interface Found {
  readonly options: readonly Offered[];
  readonly near: boolean;
}

/** Several options equally close, or both a number and another option's label. */
interface Torn {
  readonly between: readonly Offered[];
}

type Piece = Found | Torn | 'beyond' | undefined;

/**
 * Options by number, letter, label in any language, the beginning of a label, or a near miss. Digits run together ("13") are one number
 * where there are that many options; else, where several may be chosen and there are at most nine options, each digit is one.
 */
export function readOptions(words: string, question: Question, context: ReadingContext): Reading {
  const options = offered(question);
  const folded = withoutHomophones(fold(words), context);
  const said = withoutPoliteness(wordsOf(folded));
  const whole = exact(said, options, context);
  if (whole) return answer(whole, question, words);
  const absent = readAbsent(said);
  if (absent) return absentOrOption(absent, options, question, words);
  const several = readSeveral(folded, said, options, question, context);
  if (several) return several === 'beyond' ? notAnOption(question) : answer(several, question, words);
  return freeText(words, question);
}

/** An option that itself says "don't know" or "rather not say" is meant by those words. */
function absentOrOption(reason: AbsentReason, options: readonly Offered[], question: Question, words: string): Reading {
  const own = options.filter(({ labels }) => labels.some((label) => readAbsent(label) === reason));
  if (own.length === 1) return answer({ options: own, near: false }, question, words);
  return { is: 'absent', reason };
}

function notAnOption(question: Question): Reading {
  return { is: 'unreadable', why: 'not-an-option', limit: String(question.options.length) };
}

function freeText(words: string, question: Question): Reading {
  if (question.type !== 'open-choice' || !/[^\s\d!-/:-@[-`{-~]/.test(words)) return notAnOption(question);
  const value = words.trim();
  if (question.maxLength !== undefined && [...value].length > question.maxLength) {
    return { is: 'unreadable', why: 'too-long', limit: String(question.maxLength) };
  }
  return { is: 'values', values: [{ kind: 'string', value }] };
}

function answer(found: Found | Torn, question: Question, words: string): Reading {
  if ('between' in found) {
    return { is: 'ambiguous', choices: found.between.map(({ option }) => ({ values: [option.value] })) };
  }
  const chosen = found.options.filter((one, at) => found.options.indexOf(one) === at);
  if (chosen.length === 0) return freeText(words, question);
  const exclusive = chosen.filter(({ option }) => option.exclusive);
  if (exclusive.length > 0 && chosen.length > 1) {
    const others = chosen.filter(({ option }) => !option.exclusive).map(({ option }) => option.value);
    const choices = exclusive.map(({ option }) => ({ values: [option.value] }));
    return { is: 'ambiguous', choices: others.length > 0 ? [...choices, { values: others }] : choices };
  }
  if (chosen.length > 1 && !question.repeats) return { is: 'unreadable', why: 'too-many', limit: '1' };
  const values: Value[] = chosen.map(({ option }) => option.value);
  return found.near ? { is: 'values', values, near: true } : { is: 'values', values };
}

/** The whole message is one option: by label, letter or number. Where the options are numbers themselves, label and number may disagree. */
function exact(
  said: readonly string[],
  options: readonly Offered[],
  context: ReadingContext,
): Found | Torn | undefined {
  const text = said.join(' ');
  if (text === '') return undefined;
  // Where labels begin with numbers ("2 or more"), a number may be meant either way.
  const digits = /^\d+$/.test(text);
  const numbered = digits ? options[Number(text) - 1] : undefined;
  if (numbered && context.via === 'keypad') return { options: [numbered], near: false };
  const labelled = options.filter(
    ({ labels, letter }) =>
      letter === text || labels.some((label) => label.join(' ') === text || (digits && label[0] === text)),
  );
  const meant = numbered && !labelled.includes(numbered) ? [numbered, ...labelled] : labelled;
  if (meant.length === 0) return undefined;
  return meant.length === 1 ? { options: meant, near: false } : { between: meant };
}

const allOfThem =
  /^(?:all|all of (?:them|these|those|the above)|every one|everything|every one of them|both|both of them|todos|todas|todo|todos ellos|todas ellas|ambos|ambas|los dos|las dos|wszystkie|wszystko|wszystkie z nich|oba|obie|oboje)$/;
const noneOfThem =
  /^(?:no|nope|none|nothing|none of (?:them|these|those|the above)|not any|neither|i have none|i dont have any|no i dont|ninguno|ninguna|nada|ninguno de (?:ellos|estos|esos)|ninguna de (?:ellas|estas|esas)|nie|zaden|zadne|zadna|nic|zadne z (?:nich|tych|powyzszych)|zaden z (?:nich|tych))$/;
const saysNone = /^(?:none|no|nothing|ninguno|ninguna|nada|zaden|zadne|zadna|nic|brak|neither)\b/;

function readSeveral(
  folded: string,
  said: readonly string[],
  options: readonly Offered[],
  question: Question,
  context: ReadingContext,
): Found | Torn | 'beyond' | undefined {
  const text = said.join(' ');
  if (allOfThem.test(text) && question.repeats) {
    const everyone = options.filter(({ option }) => !option.exclusive);
    if (!/^(?:both|ambos|ambas|los dos|las dos|oba|obie|oboje)/.test(text) || everyone.length === 2)
      return { options: everyone, near: false };
  }
  if (noneOfThem.test(text)) {
    const none = options.filter(
      ({ labels, option }) =>
        (question.repeats ? option.exclusive : true) && labels.some((label) => saysNone.test(label.join(' '))),
    );
    if (none.length === 1) return { options: none, near: false };
  }
  const run = digitsRunTogether(folded, options.length, question.repeats, context.via);
  if (run === 'beyond') return 'beyond';
  if (run)
    return { options: run.flatMap((n) => options[n - 1] ?? []), near: run.length > 1 && context.via !== 'keypad' };
  const contained = byContainedLabels(said, options, question);
  if (contained === 'prose') return undefined;
  const pieces = contained ? contained.rest : split(folded, question.repeats);
  const choosing = contained?.found.length ? [...contained.found] : [];
  let near = false;
  for (const piece of pieces) {
    const one =
      contained && !question.repeats ? readOptionNumber(piece, options, context) : readPiece(piece, options, context);
    if (one === 'beyond') return 'beyond';
    if (one === undefined) {
      if (choosing.length > 0 && question.type === 'choice' && !question.repeats) continue;
      if (contained && question.type === 'choice' && !piece.some((word) => /\d/.test(word))) continue;
      return choosing.length === 0 ? byPolarity(said, options, context) : undefined;
    }
    if ('between' in one) return choosing.length === 0 && pieces.length === 1 ? one : undefined;
    near ||= one.near;
    choosing.push(...one.options);
  }
  const joinedByOr = /\b(?:or|o|u|lub|albo|czy)\b/.test(folded);
  const distinct = [...new Set(choosing)];
  if (distinct.length > 1 && joinedByOr && !question.repeats) return { between: distinct };
  return distinct.length > 0 ? { options: distinct, near } : byPolarity(said, options, context);
}

/** "13" on a keypad or in a text; see readOptions. */
function digitsRunTogether(
  folded: string,
  count: number,
  repeats: boolean,
  via: ReadingContext['via'],
): number[] | 'beyond' | undefined {
  const digits = folded.replace(/[.!#\s]+$/, '');
  if (via === 'keypad' && /^\d+(?:\*\d+)+$/.test(digits)) {
    const numbers = digits.split('*').map(Number);
    if (!repeats) return 'beyond';
    return numbers.every((n) => n >= 1 && n <= count) ? numbers : 'beyond';
  }
  if (!/^\d+$/.test(digits)) return undefined;
  const number = Number(digits);
  if (number >= 1 && number <= count) return [number];
  const each = [...digits].map(Number);
  const splittable = repeats && count <= 9 && each.length > 1 && new Set(each).size === each.length;
  return splittable && each.every((n) => n >= 1 && n <= count) ? each : 'beyond';
}

const negators = new Set('not no never except without isnt dont nie bez sin excepto'.split(' '));
const joiners = new Set('and or plus also y e o u i oraz tez lub albo tambien & then with both'.split(' '));

/** Labels found word for word inside a longer message, the longest first, and what is left of it. */
function byContainedLabels(
  said: readonly string[],
  options: readonly Offered[],
  question: Question,
): { found: Offered[]; rest: string[][] } | 'prose' | undefined {
  if (said.length < 2) return undefined;
  const labels = options
    .flatMap((one) => one.labels.map((label) => ({ one, label })))
    .filter(
      ({ label }) =>
        label.length < said.length &&
        (label.length > 1 || (label[0]?.length ?? 0) > 1) &&
        !/^\d+$/.test(label.join('')),
    )
    .sort((a, b) => b.label.length - a.label.length);
  const taken = new Array<boolean>(said.length).fill(false);
  const found: Offered[] = [];
  let denied = false;
  for (const { one, label } of labels) {
    for (let at = 0; at + label.length <= said.length; at += 1) {
      if (!label.every((word, i) => !taken[at + i] && said[at + i] === word)) continue;
      taken.fill(true, at, at + label.length);
      if (negators.has(said[at - 1] ?? '')) denied = true;
      else found.push(one);
    }
  }
  if (denied) return 'prose';
  if (found.length === 0) return undefined;
  const rest: string[][] = [];
  let piece: string[] = [];
  said.forEach((word, at) => {
    if (taken[at] || joiners.has(word)) {
      if (piece.length > 0) rest.push(piece);
      piece = [];
    } else if (!isFiller(word)) piece.push(word);
  });
  if (piece.length > 0) rest.push(piece);
  // Prose around a label may say more than the label does: an open question keeps all of it.
  if (question.type === 'open-choice' && rest.some((words) => words.length > 2)) return 'prose';
  return { found, rest };
}

/** A message in the parts that may each be an option. */
function split(folded: string, repeats: boolean): string[][] {
  const parts = folded.split(/[,;+&/\n]+|\s(?:and|or|y|e|o|u|i|oraz|lub|albo|plus)\s/).map((part) => wordsOf(part));
  const full = parts.filter((part) => part.length > 0);
  if (repeats && full.every((part) => part.every((word) => /^\d+$/.test(word))))
    return full.flat().map((word) => [word]);
  return full;
}

const beforeNumber = new Set(
  'option number no nr numer opcja opcion numero choice answer odpowiedz respuesta press pick'.split(' '),
);
const afterNumber = new Set('one option answer please st nd rd th opcja opcion uno'.split(' '));
const lastWords = new Set('last ultimo ultima ostatni ostatnia ostatnie'.split(' '));

function readPiece(words: readonly string[], options: readonly Offered[], context: ReadingContext): Piece {
  const byNumber = readOptionNumber(words, options, context);
  if (byNumber) return byNumber;
  const label = words.filter((word) => !isFiller(word));
  const core = label.length > 0 ? label : words;
  const exactly = exact(words, options, context) ?? exact(core, options, context);
  if (exactly) return exactly;
  return (
    byBeginning(core, options) ??
    byNearMiss(core, options) ??
    (core.length === words.length ? undefined : byNearMiss(words, options))
  );
}

/** "2", "option two", "the second one", "2 peanuts", "the last one". */
function readOptionNumber(words: readonly string[], options: readonly Offered[], context: ReadingContext): Piece {
  const core = words.filter((word) => !isFiller(word) || beforeNumber.has(word));
  const start = beforeNumber.has(core[0] ?? '') && core.length > 1 ? 1 : 0;
  const first = core[start];
  if (first === undefined) return undefined;
  if (lastWords.has(first) && core.slice(start + 1).every((word) => afterNumber.has(word))) {
    const last = options.at(-1);
    return last && { options: [last], near: false };
  }
  if (
    !/^\d/.test(first) &&
    !numberWords(context.language).cardinals.has(first) &&
    !numberWords(context.language).ordinals.has(first)
  )
    return undefined;
  const numbered = core.slice(start);
  // "the second one": the last word counts nothing.
  if (/^(?:one|uno|una)$/.test(numbered[1] ?? '') && numberWords(context.language).ordinals.has(first))
    numbered.splice(1, 1);
  const pieces = piecesOf(numbered, { language: context.language, ordinals: true });
  const number = pieces[0];
  if (number?.is !== 'number' || !Number.isInteger(number.values[0])) return undefined;
  const meant = options[(number.values[0] ?? 0) - 1];
  const others = pieces
    .slice(1)
    .flatMap((piece) => (piece.is === 'word' && !afterNumber.has(piece.text) ? [piece.text] : []));
  if (pieces.slice(1).some((piece) => piece.is === 'number')) return undefined;
  if (others.length === 0) return meant ? { options: [meant], near: false } : 'beyond';
  const named = exact(others, options, context) ?? byBeginning(others, options) ?? byNearMiss(others, options);
  if (!named || !meant) return undefined;
  return 'options' in named && named.options[0] === meant ? { options: [meant], near: false } : undefined;
}

/** The beginning of one label, or words that only one label has. */
function byBeginning(words: readonly string[], options: readonly Offered[]): Found | Torn | undefined {
  const text = words.join(' ');
  if (text.length < 3) return undefined;
  const begins = options.filter(({ labels }) => labels.some((label) => label.join(' ').startsWith(text)));
  if (begins.length > 0) return begins.length === 1 ? { options: begins, near: true } : { between: begins };
  const within = options.filter(({ labels }) => labels.some((label) => words.every((word) => label.includes(word))));
  if (within.length === 0) return undefined;
  return within.length === 1 ? { options: within, near: true } : { between: within };
}

/** Slips between two words, or more than any limit. */
function slipsWithin(a: string, b: string, limit: number): number {
  const slips = slipsBetween(a, b, limit);
  return slips > limit ? Number.POSITIVE_INFINITY : slips;
}

/** The label with the fewest slips of spelling, if it is the only one that close. */
function byNearMiss(words: readonly string[], options: readonly Offered[]): Found | Torn | undefined {
  const text = words.join(' ');
  const limit = slipsAllowed(text.length);
  if (limit === 0) return undefined;
  let best = limit;
  let closest: Offered[] = [];
  for (const one of options) {
    let slips = Number.POSITIVE_INFINITY;
    for (const label of one.labels) {
      slips = Math.min(slips, slipsWithin(text, label.join(' '), best));
      // One word of a longer label, or one label word inside a few words said.
      if (words.length === 1 && label.length > 1) {
        for (const word of label)
          if (word.length >= 4)
            slips = Math.min(slips, slipsWithin(text, word, Math.min(best, slipsAllowed(word.length))));
      }
      if (words.length > 1 && words.length <= 4 && label.length === 1) {
        const only = label[0] ?? '';
        for (const word of words)
          if (word.length >= 5)
            slips = Math.min(slips, slipsWithin(word, only, Math.min(best, slipsAllowed(only.length))));
      }
    }
    if (slips > limit || slips > best) continue;
    if (slips < best) closest = [];
    best = slips;
    closest.push(one);
  }
  if (closest.length === 0) return undefined;
  return closest.length === 1 ? { options: closest, near: true } : { between: closest };
}

/** "yes I do" where one option says yes. */
function byPolarity(
  said: readonly string[],
  options: readonly Offered[],
  context: ReadingContext,
): Found | Torn | undefined {
  const polarity = readPolarity(said, context.via === 'speech');
  if (polarity === undefined) return undefined;
  const same = options.filter(({ labels }) =>
    labels.some((label) => !readAbsent(label) && readPolarity(label, false) === polarity),
  );
  if (same.length === 0) return undefined;
  return same.length === 1 ? { options: same, near: false } : { between: same };
}
