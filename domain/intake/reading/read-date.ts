import type { Question } from '../intake.ts';
import type { Value } from '../value.ts';
import { datePhrases, dateSign } from './date-words.ts';
import { isFiller } from './filler.ts';
import { type Piece, readPieces } from './numbers.ts';
import type { Reading, ReadingContext } from './reading.ts';
import { addDays, addMonths, exists, isoDate, two, type Wall, wallAt, weekdayOf, withOffset } from './zone.ts';

/**
 * Dates as people say them, in three languages by one table: our own, because chrono-node (46 kB, 42 ms at the first parse) has no Polish
 * and takes a Spanish "martes pasado" for the coming Tuesday. A test holds the English to chrono-node's reading.
 */

export interface SaidDate {
  /** YYYY, YYYY-MM or YYYY-MM-DD: as precise as it was said, no more. */
  readonly date: string;
  /** FHIR dateTime where hours or minutes were said ("two hours ago"). */
  readonly instant?: string;
}

/** What a text may mean as a date. `near` marks digits read in the clinic's order that could be read in the other. */
export interface SaidDates {
  readonly dates: readonly SaidDate[];
  readonly near?: boolean;
}

type Day = Pick<Wall, 'year' | 'month' | 'day'>;

/** A date, asked back where it may be two; a part of one (1985, March 2020) stays a part. */
export function readDate(folded: string, question: Question, context: ReadingContext): Reading {
  const said = saidDates(folded, context);
  if (!said) return { is: 'unreadable', why: 'not-understood' };
  return withinBounds(
    said.dates.map(({ date }) => ({ kind: 'date', value: date })),
    question,
    said.near === true,
  );
}

/** The readings that the question's bounds allow. */
export function withinBounds(values: readonly DatedValue[], question: Question, near: boolean): Reading {
  const distinct = values.filter((value, at) => values.findIndex((other) => other.value === value.value) === at);
  const allowed = distinct.filter((value) => brokenBound(value.value, question) === undefined);
  const first = allowed[0];
  if (!first) {
    const limit = distinct[0] && brokenBound(distinct[0].value, question);
    return limit === undefined
      ? { is: 'unreadable', why: 'not-understood' }
      : { is: 'unreadable', why: 'out-of-range', limit };
  }
  if (allowed.length > 1) return { is: 'ambiguous', choices: allowed.map((value) => ({ values: [value] })) };
  return near ? { is: 'values', values: [first], near: true } : { is: 'values', values: [first] };
}

type DatedValue = Extract<Value, { kind: 'date' | 'dateTime' | 'time' }>;

/** Compared as far as both are precise; instants as instants. */
function brokenBound(value: string, question: Question): string | undefined {
  const { min, max } = question;
  if (typeof min === 'string' && min !== '' && compare(value, min) < 0) return min;
  if (typeof max === 'string' && max !== '' && compare(value, max) > 0) return max;
  return undefined;
}

function compare(value: string, bound: string): number {
  if (value.length > 16 && bound.length > 16) {
    const apart = Date.parse(value) - Date.parse(bound);
    if (Number.isFinite(apart)) return apart;
  }
  const length = Math.min(value.length, bound.length, value.includes('-') && value.length > 10 ? 10 : 10);
  const a = value.slice(0, length);
  const b = bound.slice(0, length);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Everything a text may mean as a date, or undefined when it is none. */
export function saidDates(folded: string, context: ReadingContext): SaidDates | undefined {
  let text = folded.replace(/(\d)t(\d)/g, '$1 $2');
  const digits = text.replace(/[.#\s]+$/, '');
  if (/^\d{4,8}$/.test(digits)) return runTogether(digits, context);
  const numeric = inDigits(text, context);
  if (numeric) return numeric.dates.length > 0 ? numeric : undefined;
  for (const [pattern, word] of datePhrases) text = text.replace(pattern, word);
  text = text.replace(/(\d),(?=\s?\d{4}\b)/g, '$1 ');
  const pieces = readPieces(text, { language: context.language, ordinals: true });
  return inWords(pieces, context, /'\d\d\b/.test(text));
}

function today(context: ReadingContext): Day {
  return wallAt(context.now, context.timeZone);
}

function day(year: number, month: number, date: number): SaidDate[] {
  return exists(year, month, date) ? [{ date: isoDate({ year, month, day: date }) }] : [];
}

function month(year: number, number: number): SaidDate[] {
  return number >= 1 && number <= 12 && year >= 1850 && year <= 2200 ? [{ date: `${year}-${two(number)}` }] : [];
}

/** Two digits of a year: this century as far as it has come, else the last. */
function fullYear(year: number, context: ReadingContext): number {
  if (year >= 100) return year;
  const now = today(context).year;
  const century = Math.floor(now / 100) * 100;
  return year <= now - century ? century + year : century - 100 + year;
}

/** "03041985" on a keypad is in the clinic's order; in a text it may also be year first. */
function runTogether(digits: string, context: ReadingContext): SaidDates | undefined {
  const number = (from: number, to: number): number => Number(digits.slice(from, to));
  if (digits.length === 4) {
    const year = Number(digits);
    return year >= 1850 && year <= 2200 ? { dates: [{ date: digits }] } : undefined;
  }
  if (digits.length !== 8 && !(digits.length === 6 && context.via === 'keypad')) return undefined;
  const year = fullYear(number(4, digits.length), context);
  const monthFirst = day(year, number(0, 2), number(2, 4));
  const dayFirst = day(year, number(2, 4), number(0, 2));
  const [own, other] = context.dateOrder === 'month-first' ? [monthFirst, dayFirst] : [dayFirst, monthFirst];
  const yearFirst = digits.length === 8 ? day(number(0, 4), number(4, 6), number(6, 8)) : [];
  if (context.via === 'keypad') {
    if (own.length > 0) return { dates: own };
    const rest = other.length > 0 ? other : yearFirst;
    return rest.length > 0 ? { dates: rest, near: true } : undefined;
  }
  const dates = [...yearFirst, ...(own.length > 0 ? own : other)];
  return dates.length > 0 ? { dates, near: yearFirst.length === 0 } : undefined;
}

const yearFirst = /(?<![\d/.-])(\d{4})\s?[-/.\s]\s?(\d{1,2})\s?[-/.\s]\s?(\d{1,2})(?![\d/])/;
const yearLast = /(?<![\d/.-])(\d{1,2})\s?[-/.\s]\s?(\d{1,2})\s?[-/.,\s]\s?'?(\d{4}|\d{2})(?![\d/])/;
const monthYear = /^(?:in |on |w |en )?(\d{1,2})\s?[-/.]\s?(\d{4})$/;
const yearMonth = /^(?:in |on |w |en )?(\d{4})\s?[-/.]\s?(\d{1,2})$/;
const noYear = /^(?:on |the |el |w dniu )?(\d{1,2})\s?[-/.]\s?(\d{1,2})\.?$/;

/** Dates in digits and marks. No dates in the result: it looked like one and is none (30 February). */
function inDigits(text: string, context: ReadingContext): SaidDates | undefined {
  const iso = yearFirst.exec(text);
  if (iso) return alone(text, iso[0]) ? { dates: day(Number(iso[1]), Number(iso[2]), Number(iso[3])) } : { dates: [] };
  const full = yearLast.exec(text);
  if (full) {
    if (!alone(text, full[0])) return { dates: [] };
    const year = fullYear(Number(full[3]), context);
    return ordered((m, d) => day(year, m, d), Number(full[1]), Number(full[2]), full[0].includes('.'), context);
  }
  const my = monthYear.exec(text);
  if (my) return { dates: month(Number(my[2]), Number(my[1])) };
  const ym = yearMonth.exec(text);
  if (ym) return { dates: month(Number(ym[1]), Number(ym[2])) };
  const short = noYear.exec(text);
  if (short)
    return ordered(
      (m, d) => withoutYear(m, d, context),
      Number(short[1]),
      Number(short[2]),
      text.includes('.'),
      context,
    );
  return undefined;
}

/** Nothing else in the text is a number, and nothing bounds or denies the date. */
function alone(text: string, date: string): boolean {
  const rest = text.replace(date, ' ');
  return !/\d/.test(rest) && !rest.split(/[^a-z]+/).some((word) => dateSign(word) === 'NOT');
}

/** Two numbers that are day and month in some order. Where both orders make a date, it is asked back. */
function ordered(
  make: (month: number, day: number) => SaidDate[],
  a: number,
  b: number,
  dotted: boolean,
  context: ReadingContext,
): SaidDates {
  const monthFirst = make(a, b);
  const dayFirst = make(b, a);
  if (a === b || dayFirst.length === 0) return { dates: monthFirst };
  if (monthFirst.length === 0) return { dates: dayFirst };
  const habit = context.language === 'en' ? context.dateOrder : 'day-first';
  if (dotted && context.language !== 'en') return { dates: dayFirst };
  if (habit !== context.dateOrder) return { dates: [...monthFirst, ...dayFirst] };
  // Nobody can tell which was meant: it is asked back, the clinic's own order first.
  return { dates: context.dateOrder === 'month-first' ? [...monthFirst, ...dayFirst] : [...dayFirst, ...monthFirst] };
}

/** The last and the coming one; the question's bounds or the person say which. */
function withoutYear(number: number, date: number, context: ReadingContext): SaidDate[] {
  const now = today(context);
  const at = isoDate(now);
  const found = [now.year - 1, now.year, now.year + 1].flatMap((year) => day(year, number, date));
  if (found.length === 0) return [-4, -3, -2, 2, 3, 4].flatMap((away) => day(now.year + away, number, date)).slice(-2);
  const same = found.find((one) => one.date === at);
  if (same) return [same];
  const past = found.findLast((one) => one.date < at);
  const future = found.find((one) => one.date > at);
  return [past, future].flatMap((one) => one ?? []);
}

interface Signs {
  readonly shape: string;
  readonly numbers: readonly number[];
}

/** The signs of a text; undefined when it holds what no date holds. */
function signsOf(pieces: readonly Piece[], context: ReadingContext): Signs | undefined {
  const shape: string[] = [];
  const numbers: number[] = [];
  let strange = 0;
  for (const [at, piece] of pieces.entries()) {
    if (piece.is === 'number') {
      const value = piece.values[0] ?? 0;
      const before = pieces[at - 1];
      const century = numbers.at(-1) ?? 0;
      const spelt = /^[a-z]/.test(piece.written);
      const follows = before?.is === 'number' || (before?.is === 'word' && /^(?:oh|o)$/.test(before.text));
      // "nineteen eighty five"
      if (spelt && follows && shape.at(-1) === 'N' && century >= 18 && century <= 20 && value < 100) {
        numbers[numbers.length - 1] = century * 100 + value;
        continue;
      }
      numbers.push(value);
      shape.push('N');
      continue;
    }
    if (piece.is === 'mark') continue;
    const sign = piece.text === 'o' && context.language === 'pl' ? undefined : dateSign(piece.text);
    if (sign === undefined) {
      if (!isFiller(piece.text)) strange += 1;
      continue;
    }
    shape.push(sign);
  }
  return strange > 6 ? undefined : { shape: shape.join(' '), numbers };
}

function inWords(pieces: readonly Piece[], context: ReadingContext, shortYear: boolean): SaidDates | undefined {
  const signs = signsOf(pieces, context);
  if (!signs) return undefined;
  const halves = signs.shape.split(' OR ');
  if (halves.length === 2) {
    const count = (halves[0] ?? '').split(' ').filter((sign) => sign === 'N').length;
    const first = fromSigns({ shape: halves[0] ?? '', numbers: signs.numbers.slice(0, count) }, context, shortYear);
    const second = fromSigns({ shape: halves[1] ?? '', numbers: signs.numbers.slice(count) }, context, shortYear);
    return first.length > 0 && second.length > 0 ? { dates: [...first, ...second] } : undefined;
  }
  const dates = fromSigns(signs, context, shortYear);
  const roughly = /^(?:LAST UWEEK|UWEEK LAST)$/.test(tidy(signs));
  return dates.length > 0 ? { dates, ...(roughly ? { near: true } : {}) } : undefined;
}

function tidy({ shape, numbers }: Signs): string {
  let text = shape;
  if (numbers.some((number) => number >= 1850)) text = text.replace(/N UYEAR/g, 'N').replace(/UYEAR N/g, 'N');
  if (/M\d+/.test(text) && /N/.test(text)) text = text.replace(/(?:(?:THIS|LAST|NEXT) )?W\d ?/g, '').trim();
  if (/M\d/.test(text) && /N/.test(text)) text = text.replace(/\b(?:UDAY|UMONTH) ?/g, '').trim();
  if (!/U(?:DAY|WEEK|MONTH|YEAR|HOUR|MINUTE)/.test(text)) text = text.replace(/\bIN ?/g, '').trim();
  return text.replace(/^THIS (TODAY)/, '$1').replace(/^IN (?=LAST|NEXT|THIS|N$|M)/, '');
}

function fromSigns(signs: Signs, context: ReadingContext, shortYear: boolean): SaidDate[] {
  const shape = tidy(signs);
  const now = today(context);
  const [a = 0, b = 0] = signs.numbers;
  const simple = relativeDays[shape];
  if (simple !== undefined) return [{ date: isoDate(addDays(now, simple)) }];
  if (shape === 'NOW')
    return [{ date: isoDate(now), instant: withOffset(wallAt(context.now, context.timeZone), context.timeZone) }];
  const ago = /^(?:(N )?U(\w+) AGO|AGO (N )?U(\w+)|IN (N )?U(\w+))$/.exec(shape);
  if (ago) {
    const unit = ago[2] ?? ago[4] ?? ago[6] ?? '';
    const amount = ago[1] || ago[3] || ago[5] ? a : 1;
    return away(ago[6] ? amount : -amount, unit, context);
  }
  const period = /^(?:(LAST|NEXT|THIS) U(\w+)|U(\w+) (LAST|NEXT|THIS))$/.exec(shape);
  if (period) return periodOf(period[1] ?? period[4] ?? '', period[2] ?? period[3] ?? '', now);
  const weekday = /^(?:(LAST|NEXT|THIS) )?W(\d)(?: (LAST|NEXT|THIS))?$/.exec(shape);
  if (weekday) return weekdays(Number(weekday[2]), weekday[1] ?? weekday[3], now);
  return withMonth(shape, a, b, signs.numbers.length, context, shortYear);
}

const relativeDays: Readonly<Record<string, number>> = {
  TODAY: 0,
  YESTERDAY: -1,
  TOMORROW: 1,
  BEFOREYESTERDAY: -2,
  AFTERTOMORROW: 2,
};

/** So far from now; as precise as the unit: months ago is a month, years ago a year. */
function away(amount: number, unit: string, context: ReadingContext): SaidDate[] {
  const now = today(context);
  if (Math.abs(amount) > 50_000) return [];
  if (unit === 'HOUR' || unit === 'MINUTE') {
    const moved = wallAt(
      new Date(context.now.getTime() + amount * (unit === 'HOUR' ? 3_600_000 : 60_000)),
      context.timeZone,
    );
    return [{ date: isoDate(moved), instant: withOffset(moved, context.timeZone) }];
  }
  if (unit === 'YEAR' && !Number.isInteger(amount)) return away(amount * 12, 'MONTH', context);
  if (!Number.isInteger(amount)) return [];
  if (unit === 'DAY' || unit === 'WEEK') {
    const moved = addDays(now, amount * (unit === 'WEEK' ? 7 : 1));
    return day(moved.year, moved.month, moved.day);
  }
  const moved = addMonths(now, amount * (unit === 'YEAR' ? 12 : 1));
  if (unit === 'MONTH') return month(moved.year, moved.month);
  return moved.year >= 1850 && moved.year <= 2200 ? [{ date: String(moved.year) }] : [];
}

/** "last month", "this year". "Last week" is taken as seven days ago and said back; another week is asked for a day. */
function periodOf(which: string, unit: string, now: Day): SaidDate[] {
  const step = which === 'LAST' ? -1 : which === 'NEXT' ? 1 : 0;
  if (unit === 'YEAR') return [{ date: String(now.year + step) }];
  if (unit === 'WEEK' && which === 'LAST') return [{ date: isoDate(addDays(now, -7)) }];
  if (unit !== 'MONTH') return [];
  const moved = addMonths(now, step);
  return month(moved.year, moved.month);
}

/** "last Tuesday" is the latest before today; "Tuesday" alone may be the last or the coming one. */
function weekdays(weekday: number, which: string | undefined, now: Day): SaidDate[] {
  const ahead = (weekday - weekdayOf(now) + 7) % 7;
  const at = (days: number): SaidDate => ({ date: isoDate(addDays(now, days)) });
  const last = at(ahead === 0 ? -7 : ahead - 7);
  const next = at(ahead === 0 ? 7 : ahead);
  if (which === 'LAST') return [last];
  if (which === 'NEXT') return [next];
  if (ahead === 0) return which === 'THIS' ? [at(0)] : [at(0), last];
  return which === 'THIS' ? [next] : [last, next];
}

function withMonth(
  shape: string,
  a: number,
  b: number,
  count: number,
  context: ReadingContext,
  shortYear: boolean,
): SaidDate[] {
  const now = today(context);
  if (shape === 'N') {
    if (count !== 1) return [];
    if (a >= 1850 && a <= 2200 && Number.isInteger(a)) return [{ date: String(a) }];
    return shortYear && a < 100 ? [{ date: String(fullYear(a, context)) }] : [];
  }
  const found = /M(\d+)/.exec(shape);
  if (!found) return [];
  const number = Number(found[1]);
  const pattern = shape.replace(/M\d+/, 'M');
  if (!Number.isInteger(a) || !Number.isInteger(b)) return [];
  switch (pattern) {
    case 'N M N':
      return a > 31 ? day(a, number, b) : day(fullYear(b, context), number, a);
    case 'M N N':
      return day(fullYear(b, context), number, a);
    case 'N N M':
      return day(a, number, b);
    case 'M N':
      return a > 31 || shortYear ? month(fullYear(a, context), number) : withoutYear(number, a, context);
    case 'N M':
      return a > 31 ? month(fullYear(a, context), number) : withoutYear(number, a, context);
    case 'M LAST UYEAR':
    case 'M UYEAR LAST':
      return month(now.year - 1, number);
    case 'M THIS UYEAR':
    case 'THIS M':
    case 'M THIS':
      return month(now.year, number);
    case 'M NEXT UYEAR':
    case 'M UYEAR NEXT':
      return month(now.year + 1, number);
    case 'LAST M':
    case 'M LAST':
      return month(number < now.month ? now.year : now.year - 1, number);
    case 'NEXT M':
    case 'M NEXT':
      return month(number > now.month ? now.year : now.year + 1, number);
    case 'M':
      return number === now.month
        ? month(now.year, number)
        : [
            ...month(number < now.month ? now.year : now.year - 1, number),
            ...month(number > now.month ? now.year : now.year + 1, number),
          ];
    default:
      return [];
  }
}
