import { isDeepStrictEqual } from 'node:util';
import type { Temporal } from 'temporal-polyfill';

/** Prints what happens as a screenplay, and holds every line against what it should be. */
export interface Screenplay {
  scene(at: Temporal.ZonedDateTime, place: string): void;
  /** Somebody says something on a channel. */
  line(who: string, how: string, words: string): void;
  /** What happens beside the talk. */
  aside(words: string): void;
  /** Lines that we said, and what they should have been. */
  heard(who: string, how: string, actual: readonly string[], expected: readonly string[]): void;
  /** Anything else that must hold; printed in its own words. */
  check(what: string, actual: unknown, expected: unknown): void;
  readonly checks: number;
  readonly differences: readonly string[];
}

const width = 100;
const indent = ' '.repeat(30);

export function createScreenplay(print: (line: string) => void): Screenplay {
  const differences: string[] = [];
  let checks = 0;
  let place = '';

  const wrapped = (words: string): string =>
    words
      .split('\n')
      .flatMap((line) => wrap(line, width - indent.length))
      .join(`\n${indent}`);
  const line = (who: string, how: string, words: string) =>
    print(`${`  ${who}, ${how}`.padEnd(indent.length - 1)} ${wrapped(words)}`);
  const compare = (what: string, actual: unknown, expected: unknown): boolean => {
    checks++;
    if (isDeepStrictEqual(actual, expected)) return true;
    const difference = `${what} (${place})\n    expected  ${shown(expected)}\n    but was   ${shown(actual)}`;
    differences.push(difference);
    print(`  DIFFERENT: ${difference}`);
    return false;
  };

  return {
    scene: (at, where) => {
      place = `${at.toPlainTime().toString({ smallestUnit: 'minute' })}, ${where}`;
      print(`\n${`${at.toPlainDate().toString()}  ${place}  `.padEnd(width, '─')}\n`);
    },
    line,
    aside: (words) => print(`  (${wrapped(words).replaceAll(indent, '   ')})`),
    heard: (who, how, actual, expected) => {
      for (const words of actual) line(who, how, words);
      if (actual.length === 0) print(`  (${who} says nothing.)`);
      compare(`What ${who} said ${how}`, actual, expected);
    },
    check: (what, actual, expected) => {
      if (compare(what, actual, expected)) print(`  ✓ ${what}`);
    },
    get checks() {
      return checks;
    },
    differences,
  };
}

function shown(value: unknown): string {
  return (JSON.stringify(value, null, 2) ?? 'nothing').replaceAll('\n', '\n              ');
}

function wrap(line: string, most: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > most) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
