import type { Language } from '../../guidance/language.ts';
import { type NumberWord, numberWords } from './number-words.ts';

/** A piece of a folded text: a number with what it can mean, a word, or a mark. */
export type Piece =
  | { readonly is: 'number'; readonly values: readonly number[]; readonly written: string; readonly ordinal: boolean }
  | { readonly is: 'word'; readonly text: string }
  | { readonly is: 'mark'; readonly text: string };

export interface NumberOptions {
  readonly language: Language;
  /** "third", "trzeciego": for dates, times and options. */
  readonly ordinals?: boolean;
  /** "one twenty" is 120, as people say a blood pressure; off where "nine thirty" is a time. */
  readonly spokenHundreds?: boolean;
}

const lexeme = /\d+(?:[.,]\d+)+|\d{1,3}(?: 000)+(?!\d)|\d{1,2}(?: \d{3})+(?!\d)|\d+|[a-z]+(?:'[a-z]+)*|[^\s]/g;

const hyphenInWord = /(?<=[a-z])-(?=[a-z])/g;

/** The raw words, digits and marks of a folded text, digits with their separators as written. */
export function lexemes(folded: string): string[] {
  return folded.replace(hyphenInWord, ' ').match(lexeme) ?? [];
}

/**
 * What digits with separators mean. A comma or a point before three digits is a thousand in one country and a fraction in the next;
 * where the language does not settle it, both are returned.
 */
export function literalValues(written: string, language: Language): number[] {
  if (/^\d+$/.test(written)) return [Number(written)];
  if (/^\d{1,3}( \d{3})+$/.test(written)) return [Number(written.replaceAll(' ', ''))];
  const grouped = /^[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*$/.exec(written);
  if (grouped) {
    const whole = Number(written.replace(/[.,]/g, ''));
    const several = written.replace(/\d/g, '').length > 1;
    if (several) return [whole];
    const fraction = Number(written.replace(',', '.'));
    if (language === 'en') return grouped[1] === ',' ? [whole] : [fraction];
    if (language === 'es' && grouped[1] === ',') return [whole];
    return grouped[1] === ',' ? [fraction, whole] : [whole, fraction];
  }
  const mixed = /^(\d{1,3}(?:[.,]\d{3})+)([.,])(\d+)$/.exec(written);
  if (mixed?.[1] && !mixed[1].includes(mixed[2] ?? '')) return [Number(`${mixed[1].replace(/[.,]/g, '')}.${mixed[3]}`)];
  if (/^\d+[.,]\d+$/.test(written)) return [Number(written.replace(',', '.'))];
  return [];
}

interface Run {
  readonly values: readonly number[];
  readonly next: number;
  readonly ordinal: boolean;
}

const pointWords = new Set(['point', 'punto', 'coma', 'przecinek', 'kropka']);
const andWords = new Set(['and', 'y', 'i', 'e', '&']);
const articles = new Set(['a', 'an', 'un', 'una']);

class Scanner {
  private readonly words: readonly string[];
  private readonly options: NumberOptions;
  private readonly table: ReturnType<typeof numberWords>;

  constructor(words: readonly string[], options: NumberOptions) {
    this.words = words;
    this.options = options;
    this.table = numberWords(options.language);
  }

  private look(at: number): { word: NumberWord; ordinal: boolean } | undefined {
    const text = this.words[at];
    if (text === undefined) return undefined;
    const word = this.table.cardinals.get(text);
    if (word) return { word, ordinal: false };
    if (!this.options.ordinals) return undefined;
    const ordinal = this.table.ordinals.get(text);
    return ordinal && { word: ordinal, ordinal: true };
  }

  /** The number that begins here, or undefined. */
  at(start: number): Run | undefined {
    const first = this.words[start];
    if (first === undefined) return undefined;
    if (/^\d/.test(first)) return this.literal(start, first);
    if (articles.has(first)) {
      const after = this.look(start + 1)?.word;
      if (after && (after.kind === 'scale' || after.kind === 'part')) return this.inWords(start + 1);
    }
    return this.inWords(start);
  }

  private literal(start: number, first: string): Run | undefined {
    let values: readonly number[] = literalValues(first, this.options.language);
    if (values.length === 0) return undefined;
    let next = start + 1;
    const fraction = this.fraction(start);
    if (fraction !== undefined) return { values: [fraction], next: start + 3, ordinal: false };
    const mixed = this.fraction(next);
    if (mixed !== undefined) {
      values = values.map((value) => value + mixed);
      return { values, next: next + 3, ordinal: false };
    }
    const ordinal = this.options.ordinals === true && /^(?:st|nd|rd|th)$/.test(this.words[next] ?? '');
    if (ordinal) return { values, next: next + 1, ordinal: true };
    const scale = this.look(next)?.word;
    if (scale?.kind === 'scale') {
      values = values.map((value) => value * scale.value);
      next += 1;
    }
    return this.withPart({ values, next, ordinal: false });
  }

  /** "1/2": only the fractions that people write, so that 130/85 and 3/12 stay what they are. */
  private fraction(at: number): number | undefined {
    if (this.words[at + 1] !== '/' || this.words[at + 3] === '/') return undefined;
    const over = /^[1-7]$/.exec(this.words[at] ?? '');
    const under = /^[2348]$/.exec(this.words[at + 2] ?? '');
    if (!over || !under) return undefined;
    const value = Number(over[0]) / Number(under[0]);
    return value < 1 ? value : undefined;
  }

  private inWords(start: number): Run | undefined {
    let at = start;
    let total = 0;
    let current = 0;
    let room = 10_000;
    let said = false;
    let ordinal = false;
    for (;;) {
      const joined = said && andWords.has(this.words[at] ?? '') && this.mayJoin(this.words[at] ?? '', room);
      const found = this.look(joined ? at + 1 : at);
      // "dwudziestego pierwszego": in Polish both words of an ordinal are ordinals.
      if (!found || (ordinal && !(found.ordinal && room === 10 && found.word.kind === 'unit'))) break;
      const { word } = found;
      if (word.kind === 'part') {
        if (said) break;
        return this.leadingPart(word, at + 1);
      }
      if (word.kind === 'scale') {
        if (joined || room < 1 || (word.value === 12 && total > 0)) break;
        if (word.value === 1000) {
          if (total > 0) break;
          total = (said ? current : 1) * 1000;
          current = 0;
          room = 1000;
        } else {
          if (current >= 100) break;
          current = (said ? current : 1) * word.value;
          room = word.value === 100 ? 100 : 1;
        }
      } else {
        const size = word.kind === 'unit' ? 1 : word.kind === 'teen' ? 2 : word.kind === 'ten' ? 10 : 100;
        if (!this.fits(size, room, current, word.value)) break;
        if (joined && room === 1000 && size === 100) break;
        current += word.value;
        room = size === 2 ? 1 : size;
      }
      said = true;
      ordinal = found.ordinal;
      at = joined ? at + 2 : at + 1;
    }
    if (!said) return undefined;
    const run = { values: [total + current], next: at, ordinal };
    if (ordinal) return run;
    return this.withPart(this.hundreds(this.withPoint(run), start));
  }

  private fits(size: number, room: number, current: number, value: number): boolean {
    if (value === 0) return room === 10_000;
    if (size === 1) return room >= 10 && !(room === 10_000 && current > 0);
    if (size === 2 || size === 10) return room >= 100;
    return room >= 1000;
  }

  /** "a hundred and five", "ochenta y cinco", but not "three and four" or "twenty and five". */
  private mayJoin(word: string, room: number): boolean {
    if (word === 'y') return room === 10;
    return word === 'and' && (room === 100 || room === 1000);
  }

  /** "half a dozen" is six, "half" a half, "half an hour" half of what follows. */
  private leadingPart(word: NumberWord, next: number): Run {
    const skip = articles.has(this.words[next] ?? '') ? 1 : 0;
    const scale = this.look(next + skip)?.word;
    if (scale?.kind === 'scale') return { values: [word.value * scale.value], next: next + skip + 1, ordinal: false };
    return { values: [word.value], next, ordinal: false };
  }

  private withPoint(run: Run): Run {
    if (!pointWords.has(this.words[run.next] ?? '')) return run;
    let digits = '';
    let at = run.next + 1;
    for (;;) {
      const text = this.words[at] ?? '';
      const word = this.table.cardinals.get(text);
      const found = /^\d+$/.test(text)
        ? text
        : word && word.value < 100 && word.kind !== 'part' && word.kind !== 'scale'
          ? `${word.value}`
          : '';
      if (found === '') break;
      digits += found;
      at += 1;
    }
    if (digits === '') return run;
    return { values: run.values.map((value) => Number(`${value}.${digits}`)), next: at, ordinal: false };
  }

  /** "one twenty", "one oh five". */
  private hundreds(run: Run, start: number): Run {
    const hundreds = run.values[0] ?? 0;
    if (
      !this.options.spokenHundreds ||
      run.next !== start + 1 ||
      !Number.isInteger(hundreds) ||
      hundreds < 1 ||
      hundreds > 9
    )
      return run;
    const next = this.words[run.next];
    const oh = next === 'oh' || (next === 'o' && this.options.language === 'en');
    const rest = this.inWords(run.next + (oh ? 1 : 0));
    const value = rest?.values[0] ?? 0;
    if (!rest || (oh ? value < 1 || value > 9 : value < 10 || value > 99)) return run;
    return { values: [hundreds * 100 + value], next: rest.next, ordinal: false };
  }

  /** "two and a half", "dos y media", "dwa i pol". */
  private withPart(run: Run): Run {
    if (!andWords.has(this.words[run.next] ?? '')) return run;
    const skip = articles.has(this.words[run.next + 1] ?? '') ? 2 : 1;
    const part = this.look(run.next + skip);
    if (part?.word.kind !== 'part' || part.word.value >= 1) return run;
    const whole = this.fraction(run.next + skip);
    return {
      values: run.values.map((value) => value + (whole ?? part.word.value)),
      next: run.next + skip + 1,
      ordinal: false,
    };
  }
}

/** Folded text in pieces, with every number in it read, in digits or words. "minus" directly before a number belongs to it. */
export function readPieces(folded: string, options: NumberOptions): Piece[] {
  return piecesOf(lexemes(folded), options);
}

export function piecesOf(raw: readonly string[], options: NumberOptions): Piece[] {
  const words = raw.map((text) => (text.length > 1 && text.includes("'") ? text.replaceAll("'", '') : text));
  const scanner = new Scanner(words, options);
  const pieces: Piece[] = [];
  let at = 0;
  while (at < words.length) {
    const text = words[at] ?? '';
    const negative = isMinus(text, words[at - 1]);
    const run = scanner.at(negative ? at + 1 : at);
    if (run) {
      const values = negative ? run.values.map((value) => -value) : run.values;
      const written = words.slice(at, run.next).join(' ');
      pieces.push({ is: 'number', values, written, ordinal: run.ordinal });
      at = run.next;
    } else {
      pieces.push(/^[a-z]/.test(text) ? { is: 'word', text } : { is: 'mark', text });
      at += 1;
    }
  }
  return pieces;
}

function isMinus(text: string, before: string | undefined): boolean {
  if (text === 'minus' || text === 'negative' || text === 'menos')
    return before === undefined || !/^[a-z]|^\d/.test(before);
  return text === '-' && (before === undefined || !/[\da-z]$/.test(before));
}
