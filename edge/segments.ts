/**
 * How many segments a text takes on the air, and how to part it without cutting a word.
 * @see https://www.twilio.com/docs/glossary/what-sms-character-limit
 */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extended = new Set('\f^{}\\[~]|€');

/** Whether a text is all of GSM's alphabet; a single other letter makes each segment hold less than half. */
export function isSmallAlphabet(text: string): boolean {
  return [...text].every((character) => basic.has(character) || extended.has(character));
}

export function segmentsOf(text: string): number {
  if (text === '') return 0;
  let septets = 0;
  for (const character of text) {
    if (basic.has(character)) septets += 1;
    else if (extended.has(character)) septets += 2;
    else return text.length <= 70 ? 1 : unicodeSegments(text);
  }
  return septets <= 160 ? 1 : septetSegments(text);
}

/** A character of the extension table is never split over two segments. */
function septetSegments(text: string): number {
  let segments = 1;
  let used = 0;
  for (const character of text) {
    const width = extended.has(character) ? 2 : 1;
    if (used + width > 153) {
      segments++;
      used = 0;
    }
    used += width;
  }
  return segments;
}

/** A surrogate pair is never split over two segments. */
function unicodeSegments(text: string): number {
  let segments = 1;
  let used = 0;
  for (const character of text) {
    if (used + character.length > 67) {
      segments++;
      used = 0;
    }
    used += character.length;
  }
  return segments;
}

/**
 * Parts a text so that each part takes at most `most` segments, each but the last with `tail` appended. Parts end at line ends or between
 * words; a single word longer than a part is cut, unless it is a web address: half of one leads nowhere, so it stays whole however long.
 */
export function partText(text: string, most: number, tail: string): readonly string[] {
  if (segmentsOf(text) <= most) return [text];
  const parts: string[] = [];
  let rest = text;
  while (segmentsOf(rest) > most) {
    const parted = partOff(rest, most, tail);
    parts.push(parted.part);
    rest = parted.rest;
  }
  if (rest !== '') parts.push(rest);
  return parts;
}

/** The first part of a text that is too long, with `tail` appended, and what is left of it. */
export function partOff(text: string, most: number, tail: string): { readonly part: string; readonly rest: string } {
  const cut = cutBefore(text, most, tail);
  return { part: `${text.slice(0, cut).trimEnd()}${tail}`, rest: text.slice(cut).trimStart() };
}

/** Where to part; before a heading (it ends in a colon), never between it and what it stands over. */
function beforeHeading(text: string, end: number): number {
  const before = text.lastIndexOf('\n', end - 1);
  return end > 0 && before > 0 && text.slice(before, end).trimEnd().endsWith(':') ? before : end;
}

function cutBefore(text: string, most: number, tail: string): number {
  const fits = (end: number) => segmentsOf(`${text.slice(0, end).trimEnd()}${tail}`) <= most;
  let low = 1;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  const head = text.slice(0, low);
  const line = head.lastIndexOf('\n');
  const word = Math.max(head.lastIndexOf(' '), line);
  if (line > low / 2) return beforeHeading(text, line);
  if (word > 0) return beforeHeading(text, word);
  const address = /^https?:\/\/\S+/.exec(text)?.[0].length;
  if (address !== undefined) return address;
  // Never between the halves of a surrogate pair.
  const last = text.charCodeAt(low - 1);
  return last >= 0xd800 && last <= 0xdbff && low > 1 ? low - 1 : low;
}
