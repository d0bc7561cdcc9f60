import { unescaped } from './escapes.ts';

/** The characters that part a message, as its own MSH-1 and MSH-2 name them. */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string | undefined;
  readonly escape: string | undefined;
  readonly subcomponent: string | undefined;
  /** From 2.7 on. */
  readonly truncation: string | undefined;
}

export const usualDelimiters: Delimiters = {
  field: '|',
  component: '^',
  repetition: '~',
  escape: '\\',
  subcomponent: '&',
  truncation: undefined,
};

/** `fields[n]` is field n as it was written, escapes included; `fields[0]` the name. */
export interface Segment {
  readonly name: string;
  readonly fields: readonly string[];
}

export interface Message {
  readonly delimiters: Delimiters;
  /** In their order; the first is MSH. */
  readonly segments: readonly Segment[];
}

export type Unreadable =
  | 'empty'
  /** It does not begin with MSH. */
  | 'no-header'
  /** MSH-1 and MSH-2 do not name delimiters that could part anything. */
  | 'delimiters'
  /** FHS or BHS: a file or batch of messages. */
  | 'batch'
  /** More than one MSH. */
  | 'several'
  /** Bytes that were not in the character set that was said: reading on would put spoilt names into the chart. */
  | 'undecodable';

export type ParsedMessage =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly why: Unreadable };

const segmentName = /^[A-Z][A-Z0-9]{2}$/;

/**
 * A message of any version 2.x, taken apart as far as its segments and fields. Tolerates CR, LF and CRLF, a byte order mark, the
 * framing of MLLP, blank lines anywhere. A line that begins no segment belongs to the segment before it (a note with a raw line break
 * in it), so that nothing is left out. Never throws.
 * @see https://www.hl7.eu/HL7v2x/v251/std251/ch02.html (2.6, message construction rules)
 */
export function parseMessage(text: string): ParsedMessage {
  const lines = linesOf(text);
  const [first] = lines;
  if (first === undefined) return { ok: false, why: 'empty' };
  const header = first.trimStart();
  if (/^[FB]HS[^A-Za-z0-9]/.test(header)) return { ok: false, why: 'batch' };
  if (!header.startsWith('MSH')) return { ok: false, why: 'no-header' };
  const delimiters = delimitersOf(header);
  if (delimiters === undefined) return { ok: false, why: 'delimiters' };
  if (text.includes('\ufffd')) return { ok: false, why: 'undecodable' };
  const segments = segmentsIn([header, ...lines.slice(1)], delimiters.field);
  if (segments.filter(({ name }) => name === 'MSH').length > 1) return { ok: false, why: 'several' };
  return { ok: true, message: { delimiters, segments } };
}

/** The lines of a text that are not blank, however they end. MLLP puts VT before a message, FS and CR behind it. */
export function linesOf(text: string): readonly string[] {
  const unframed = text
    .replaceAll(/[\ufeff\0]/g, '')
    .replaceAll('\v', '\r')
    .replaceAll('\u001c', '\r');
  return unframed.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
}

function delimitersOf(header: string): Delimiters | undefined {
  const field = header.charAt(3);
  const encoding = header.slice(4).split(field, 1)[0] ?? '';
  const marks = [field, ...encoding];
  // Letters, digits, quotes and blanks stand in texts: a message parted by them could be read in two ways.
  if (encoding.length > 5 || marks.some((mark) => !/^[!#-/:-@[-`{-~]$/.test(mark))) return undefined;
  if (new Set(marks).size !== marks.length) return undefined;
  const [component, repetition, mark, subcomponent, truncation] = encoding;
  return component === undefined ? undefined : { field, component, repetition, escape: mark, subcomponent, truncation };
}

function segmentsIn(lines: readonly string[], separator: string): readonly Segment[] {
  const segments: { name: string; fields: string[] }[] = [];
  for (const line of lines) {
    const [name = '', ...rest] = line.split(separator);
    const before = segments.at(-1);
    if (segmentName.test(name)) {
      // MSH-1 is the separator itself.
      segments.push({ name, fields: name === 'MSH' ? [name, separator, ...rest] : [name, ...rest] });
    } else if (before !== undefined) {
      const last = before.fields.length - 1;
      const [continued = '', ...others] = [name, ...rest];
      before.fields[last] = `${before.fields[last] ?? ''}\n${continued}`;
      before.fields.push(...others);
    }
  }
  return segments;
}

/** One repetition of a field: its components, each with its subcomponents, unescaped. */
export type Field = readonly (readonly string[])[];

/** Every repetition of a field that says something. */
export function repetitions({ delimiters }: Message, segment: Segment | undefined, field: number): readonly Field[] {
  const raw = segment?.fields[field] ?? '';
  if (raw.trim() === '') return [];
  const { component, repetition, subcomponent } = delimiters;
  const parted = (text: string, by: string | undefined) => (by === undefined ? [text] : text.split(by));
  return parted(raw, repetition)
    .map((repeat) =>
      parted(repeat, component).map((one) => parted(one, subcomponent).map((part) => unescaped(part, delimiters))),
    )
    .filter((repeat) => repeat.some((one) => one.some((part) => part.trim() !== '')));
}

export function firstOf(message: Message, segment: Segment | undefined, field: number): Field | undefined {
  return repetitions(message, segment, field)[0];
}

/** What a component says, trimmed and without characters that no FHIR string may hold; undefined where it says nothing or `""`. */
export function part(field: Field | undefined, component = 1, subcomponent = 1): string | undefined {
  const text = printable(field?.[component - 1]?.[subcomponent - 1] ?? '').trim();
  return text === '' || text === '""' ? undefined : text;
}

/** All subcomponents of a component, as one who reads them would have them. */
export function wholePart(field: Field | undefined, component = 1): string | undefined {
  const parts = (field?.[component - 1] ?? []).map((text) => printable(text).trim()).filter((text) => text !== '');
  const text = parts.join(' ');
  return text === '' || text === '""' ? undefined : text;
}

/** What the first component of a field's first repetition says: a code, a number, a time. */
export function textAt(message: Message, segment: Segment | undefined, field: number): string | undefined {
  return part(firstOf(message, segment, field));
}

/** The sender says that there is none any more, by the value `""`. An empty field says nothing. @see https://www.hl7.eu/HL7v2x/v251/std251/ch02.html (2.5.3) */
export function isDeleted(segment: Segment | undefined, field: number): boolean {
  return segment?.fields[field]?.trim() === '""';
}

export function segmentsOf({ segments }: Message, name: string): readonly Segment[] {
  return segments.filter((segment) => segment.name === name);
}

export function segmentOf(message: Message, name: string): Segment | undefined {
  return message.segments.find((segment) => segment.name === name);
}

/** @see https://hl7.org/fhir/R4/datatypes.html#string (no control characters but tab and line breaks) */
function printable(text: string): string {
  const clean = text.replaceAll(/\r\n?/g, '\n');
  return [...clean].every(isPrintable) ? clean.toWellFormed() : [...clean].filter(isPrintable).join('').toWellFormed();
}

function isPrintable(character: string): boolean {
  return character >= ' ' || character === '\n' || character === '\t';
}
