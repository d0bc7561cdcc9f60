import { languages } from '../guidance/language.ts';
import { fold, wordsOf } from '../intake/reading/fold.ts';
import { slipsBetween } from '../intake/reading/near-miss.ts';
import { type Heard, isDenied, isLongAgo } from './denial.ts';
import type { RaisedFlag, RedFlag, RedFlagList } from './red-flags.ts';

/**
 * Phrases of the list, in a notation that a nurse can read and write:
 *
 * - `chest pain`      these words, one after the other
 * - `tight|tightness` either word
 * - `tight*`          every word that begins so
 * - `cant _ breathe`  up to three other words between
 * - `talk !now|later` not where one of these words comes next (last in the phrase)
 * - `{chest pain}`    these words in any order, within nine words
 *
 * Words are compared folded (no case, accents or apostrophes: `cant`), and a word of five letters or more is also known with one slip of
 * spelling, a shorter one with two neighbours swapped ("chest pian"). A phrase that is denied ("no chest pain") does not raise; a denial
 * that is part of the phrase ("cant breathe") does. In doubt a flag is raised: `denial.ts` lists what counts as plain.
 */

interface Slot {
  readonly words: readonly string[];
  readonly prefixes: readonly string[];
}

interface Pattern {
  readonly flag: number;
  readonly slots: readonly Slot[];
  /** Words that may stand before each slot. */
  readonly gaps: readonly number[];
  readonly anyOrder: boolean;
  /** Words that may not come next. */
  readonly notBefore: readonly string[];
}

interface Compiled {
  readonly flags: readonly RedFlag[];
  /** Patterns by each way their first slot can be met. */
  readonly byWord: ReadonlyMap<string, readonly Pattern[]>;
  readonly byPrefix: readonly (readonly [string, readonly Pattern[]])[];
  /** What single words were found to be; people use the same few thousand. */
  readonly known: Map<string, Known>;
  /** Every word of the list that may be misspelt, by what is left of it with one letter gone. */
  readonly misspellings: ReadonlyMap<string, readonly string[]>;
  readonly vocabulary: ReadonlySet<string>;
}

/** What a word may be a misspelling of, and the patterns that may begin with it. */
interface Known {
  readonly meant: readonly string[];
  readonly begins: readonly Pattern[];
}

const knownAtMost = 4096;
const longestWord = 24;
const gapAllowed = 3;
const window = 9;
const longestRead = 2000;
const compiled = new WeakMap<RedFlagList, Compiled>();

/** Real words one slip away from a word of danger, and common enough to raise it every day. */
const realWords = new Set(
  (
    'heat hearth heard heard head hears earth cooking chocking chicken chest chess cheat cheats cheap checks check cheese strike stripe strokes smoke ' +
    'spoke stuck threat treat tread though thought through thorough spelling smelling selling telling dwelling feeding reading breeding bending needing ' +
    'drying trying laying staying saying playing trouble double pulls bills polls pillow skills spills wall walk pretty please pressed stomach breast breed bread ' +
    'nights night right light sight might fight eight weight height tights taken token shirt short shot shoot hurry worry sunday living loving leaving life live ' +
    'slept sleep asleep weekly weak week weeks brother bother breather face faces fast place lace pace race pecha pedo pecho peso muero miro muerto morir mover ' +
    'sangre sangro sangria bebe bebo debe cara cada casa carta brazo abrazo placa parte klasa klatka kawa krew krewni zycia zycie zyczenie umowa umiec umiera bol ' +
    'dalam dziecka dziecko niemowle serca serce serve server server anyone anymore overdue swallow swollen shallow killer wiling willing filling killing falling ' +
    'chosen choice closing clothing choosing loosing losing'
  ).split(' '),
);

function parse(phrase: string, flag: number): Pattern | undefined {
  const anyOrder = phrase.startsWith('{');
  const slots: Slot[] = [];
  const gaps: number[] = [];
  let gap = 0;
  let notBefore: readonly string[] = [];
  for (const part of phrase.replace(/[{}]/g, ' ').trim().split(/\s+/)) {
    if (part === '_') {
      gap = gapAllowed;
      continue;
    }
    if (part.startsWith('!')) {
      notBefore = part.slice(1).split('|');
      continue;
    }
    const words: string[] = [];
    const prefixes: string[] = [];
    for (const choice of part.split('|')) {
      const folded = wordsOf(fold(choice.replace('*', ''))).join('');
      if (folded === '') continue;
      (choice.endsWith('*') ? prefixes : words).push(folded);
    }
    slots.push({ words, prefixes });
    gaps.push(gap);
    gap = 0;
  }
  return slots.length === 0 ? undefined : { flag, slots, gaps, anyOrder, notBefore };
}

function withoutOneLetter(word: string): string[] {
  const left: string[] = [];
  for (let at = 0; at < word.length; at += 1) left.push(word.slice(0, at) + word.slice(at + 1));
  return left;
}

function compile(list: RedFlagList): Compiled {
  const byWord = new Map<string, Pattern[]>();
  const byPrefix = new Map<string, Pattern[]>();
  const vocabulary = new Set<string>();
  const add = (index: Map<string, Pattern[]>, key: string, pattern: Pattern): void => {
    const there = index.get(key);
    if (there) there.push(pattern);
    else index.set(key, [pattern]);
  };
  list.flags.forEach((flag, at) => {
    for (const phrase of languages.flatMap((language) => flag.phrases[language])) {
      const pattern = parse(phrase, at);
      const first = pattern?.slots[0];
      if (!pattern || !first) continue;
      for (const word of first.words) add(byWord, word, pattern);
      for (const prefix of first.prefixes) add(byPrefix, prefix, pattern);
      for (const slot of pattern.slots) for (const word of slot.words) vocabulary.add(word);
    }
  });
  const misspellings = new Map<string, string[]>();
  for (const word of vocabulary) {
    if (word.length < 4) continue;
    for (const left of [word, ...withoutOneLetter(word)]) {
      const there = misspellings.get(left);
      if (there) there.push(word);
      else misspellings.set(left, [word]);
    }
  }
  return { flags: list.flags, byWord, byPrefix: [...byPrefix], known: new Map(), misspellings, vocabulary };
}

/** The words that a misspelt word may have been meant for. The first letter is kept: people seldom miss that one. */
function meantBy(word: string, list: Compiled): readonly string[] {
  if (word.length < 4 || word.length > longestWord || list.vocabulary.has(word) || realWords.has(word)) return [];
  const meant = new Set<string>();
  for (const left of [word, ...withoutOneLetter(word)]) {
    for (const candidate of list.misspellings.get(left) ?? []) {
      if (candidate.charCodeAt(0) !== word.charCodeAt(0)) continue;
      const swapped = candidate.length === word.length && [...candidate].sort().join('') === [...word].sort().join('');
      if ((candidate.length >= 5 || swapped) && slipsBetween(word, candidate, 1) === 1) meant.add(candidate);
    }
  }
  return [...meant];
}

const partEnds = new Set('but however although except though pero aunque sino ale lecz jednak chociaz'.split(' '));
const merged = new Map([
  ['can not', 'cannot'],
  ['do not', 'dont'],
  ['does not', 'doesnt'],
  ['did not', 'didnt'],
  ['will not', 'wont'],
  ['is not', 'isnt'],
  ['are not', 'arent'],
  ['have not', 'havent'],
  ['has not', 'hasnt'],
  ['was not', 'wasnt'],
  ['could not', 'couldnt'],
  ['would not', 'wouldnt'],
]);

function hear(text: string, list: Compiled): Heard {
  const words: string[] = [];
  const part: number[] = [];
  const asked = new Set<number>();
  let at = 0;
  for (const piece of fold(text.slice(0, longestRead)).match(/[^.,;:!?()]+|[.,;:!?()]+/g) ?? []) {
    if (/^[.,;:!?()]/.test(piece)) {
      if (piece.includes('?')) asked.add(at);
      at += 1;
      continue;
    }
    for (const word of wordsOf(piece)) {
      if (partEnds.has(word)) at += 1;
      const joined = merged.get(`${words.at(-1) ?? ''} ${word}`);
      if (joined !== undefined && part.at(-1) === at) {
        words[words.length - 1] = joined;
        continue;
      }
      words.push(word);
      part.push(at);
    }
  }
  return { words, meant: words.map((word) => knownWord(word, list).meant), part, asked };
}

function meets(slot: Slot, heard: Heard, at: number): boolean {
  const word = heard.words[at];
  if (word === undefined) return false;
  if (slot.words.includes(word)) return true;
  if (slot.prefixes.some((prefix) => word.startsWith(prefix))) return true;
  return heard.meant[at]?.some((meant) => slot.words.includes(meant)) === true;
}

/** Where a pattern's words stand, beginning at a word that meets its first slot; every way to place them. */
function placements(pattern: Pattern, heard: Heard, start: number): number[][] {
  return pattern.anyOrder ? inAnyOrder(pattern, heard, start) : inOrder(pattern, heard, start);
}

function inOrder(pattern: Pattern, heard: Heard, start: number): number[][] {
  const places = [start];
  for (let slot = 1; slot < pattern.slots.length; slot += 1) {
    const from = (places.at(-1) ?? start) + 1;
    const wanted = pattern.slots[slot];
    let found = -1;
    for (let at = from; at <= from + (pattern.gaps[slot] ?? 0) && found < 0; at += 1) {
      if (wanted && meets(wanted, heard, at)) found = at;
    }
    if (found < 0) return [];
    places.push(found);
  }
  const last = places.at(-1) ?? start;
  const next = heard.part[last + 1] === heard.part[last] ? (heard.words[last + 1] ?? '') : '';
  return pattern.notBefore.includes(next) ? [] : [places];
}

/** Each occurrence of the other words on either side, the nearest per side: a denied one must not hide one that is not. */
function inAnyOrder(pattern: Pattern, heard: Heard, start: number): number[][] {
  let ways: number[][] = [[start]];
  for (const slot of pattern.slots.slice(1)) {
    const near: number[] = [];
    for (let away = 1; away < window; away += 1) {
      if (meets(slot, heard, start + away)) near.push(start + away);
      if (meets(slot, heard, start - away)) near.push(start - away);
    }
    const next = ways.flatMap((way) => near.filter((at) => !way.includes(at)).map((at) => [...way, at]));
    ways = next.filter((way) => Math.max(...way) - Math.min(...way) < window).slice(0, 24);
  }
  return ways;
}

/** The red flags in someone's words, each once, in the list's order. Reads all languages at once; never throws. */
export function readRedFlags(words: string, list: RedFlagList): RaisedFlag[] {
  let ready = compiled.get(list);
  if (!ready) {
    ready = compile(list);
    compiled.set(list, ready);
  }
  const heard = hear(words, ready);
  const raised = new Set<number>();
  heard.words.forEach((word, at) => {
    for (const pattern of knownWord(word, ready).begins) {
      if (raised.has(pattern.flag)) continue;
      const plain = placements(pattern, heard, at).some((places) => !isDenied(heard, places));
      if (plain && !(ready.flags[pattern.flag]?.kind === 'emergency' && isLongAgo(heard, at))) raised.add(pattern.flag);
    }
  });
  return ready.flags.flatMap(({ code, kind, label }, at) => (raised.has(at) ? [{ code, kind, label }] : []));
}

function knownWord(word: string, list: Compiled): Known {
  const there = list.known.get(word);
  if (there) return there;
  const meant = meantBy(word, list);
  const begins = [word, ...meant].flatMap((one) => list.byWord.get(one) ?? []);
  for (const [prefix, patterns] of list.byPrefix) if (word.startsWith(prefix)) begins.push(...patterns);
  const found = { meant, begins: [...new Set(begins)] };
  if (list.known.size >= knownAtMost) list.known.clear();
  if (word.length <= longestWord) list.known.set(word, found);
  return found;
}
