import type { Delimiters } from './message.ts';

/**
 * A text without its escape sequences. What a sequence of a known kind says is put in its place; formatting becomes line breaks or
 * nothing; highlighting, other character sets and local sequences are left out; what is no sequence stays as it was written, so that a
 * lone backslash in an address loses nothing. Never throws.
 * @see https://www.hl7.eu/HL7v2x/v251/std251/ch02.html (2.7, use of escape sequences in text fields)
 */
export function unescaped(text: string, delimiters: Delimiters): string {
  const { escape: mark } = delimiters;
  if (mark === undefined || !text.includes(mark)) return text;
  let read = '';
  let at = 0;
  while (at < text.length) {
    const begins = text.indexOf(mark, at);
    const ends = begins < 0 ? -1 : text.indexOf(mark, begins + 1);
    if (ends < 0) return read + text.slice(at);
    read += text.slice(at, begins);
    const meant = meaningOf(text.slice(begins + 1, ends), delimiters);
    // What closes no sequence may open the next one.
    read += meant ?? text.slice(begins, ends);
    at = meant === undefined ? ends : ends + 1;
  }
  return read;
}

/** Undefined for what is no sequence. */
function meaningOf(sequence: string, delimiters: Delimiters): string | undefined {
  switch (sequence) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent ?? '&';
    case 'R':
      return delimiters.repetition ?? '~';
    case 'E':
      return delimiters.escape ?? '\\';
    case 'P':
      return delimiters.truncation ?? '#';
    // Highlighting begins and ends.
    case 'H':
    case 'N':
      return '';
  }
  if (/^X(?:[0-9A-Fa-f]{2})+$/.test(sequence)) return bytesOf(sequence.slice(1));
  const lines = /^\.(?:br|ce|sp(?: ?[+-]?(\d{1,2}))?)$/.exec(sequence);
  if (lines !== null) return '\n'.repeat(Math.max(1, Number(lines[1] ?? 1)));
  const blanks = /^\.sk ?[+-]?(\d{1,2})$/.exec(sequence);
  if (blanks !== null) return ' '.repeat(Number(blanks[1]));
  if (/^\.(?:fi|nf|in ?[+-]?\d{0,3}|ti ?[+-]?\d{0,3})$/.test(sequence)) return '';
  // Another character set, or what two systems agreed on between them: nothing that could be shown.
  return /^(?:C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4,6}|Z[0-9A-Za-z]{1,12})$/.test(sequence) ? '' : undefined;
}

function bytesOf(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: each byte is the character of that number, as in ISO 8859-1.
    return String.fromCharCode(...bytes);
  }
}

/** A text as it may stand in a field: delimiters escaped, or blanked where there is no escape character; line breaks as `\.br\`. */
export function escaped(text: string, delimiters: Delimiters): string {
  const { field, component, repetition, subcomponent, escape: mark } = delimiters;
  const letters = new Map<string | undefined, string>([
    [subcomponent, 'T'],
    [repetition, 'R'],
    [component, 'S'],
    [field, 'F'],
    [mark, 'E'],
  ]);
  return [...text.replaceAll(/\r\n|\r|\n/g, '\n')]
    .map((character) => {
      const letter = character === '\n' ? '.br' : letters.get(character);
      if (letter === undefined) return character;
      return mark === undefined ? ' ' : `${mark}${letter}${mark}`;
    })
    .join('');
}
