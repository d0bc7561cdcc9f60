import {
  type Delimiters,
  type Field,
  firstOf,
  linesOf,
  type Message,
  part,
  type Segment,
  segmentOf,
  usualDelimiters,
} from './message.ts';
import { inTable, type Trigger, triggers } from './tables.ts';

/** MSH, as the door and the order of messages need it. Fields named `raw` are as they were written, for the answer to echo. */
export interface Header {
  readonly raw: {
    readonly sendingApplication: string;
    readonly sendingFacility: string;
    readonly receivingApplication: string;
    readonly receivingFacility: string;
    readonly control: string;
    readonly processing: string;
    readonly version: string;
  };
  /** MSH-10. */
  readonly control: string | undefined;
  /** MSH-7 as it was written. */
  readonly time: string | undefined;
  /** `SIU`, `ADT`. */
  readonly type: string | undefined;
  /** `S12`, `A08`. */
  readonly event: string | undefined;
  /** `2.5.1`. */
  readonly version: string | undefined;
  readonly sender: Field | undefined;
}

/** @see https://www.hl7.eu/HL7v2x/v251/std251/ch02.html (2.15.9, MSH) */
export function headerOf(message: Message): Header {
  const segment = segmentOf(message, 'MSH');
  const field = (number: number) => firstOf(message, segment, number);
  return {
    raw: rawOf(segment),
    control: part(field(10)),
    time: part(field(7)),
    type: part(field(9), 1),
    event: part(field(9), 2),
    version: part(field(12)),
    // Whoever assigns numbers without naming an authority is the facility, or the application.
    sender: field(4) ?? field(3),
  };
}

function rawOf(segment: Segment | undefined): Header['raw'] {
  const raw = (number: number) => segment?.fields[number]?.split('\n', 1)[0]?.trim() ?? '';
  return {
    sendingApplication: raw(3),
    sendingFacility: raw(4),
    receivingApplication: raw(5),
    receivingFacility: raw(6),
    control: raw(10),
    processing: raw(11),
    version: raw(12),
  };
}

/** What can be told of a message that could not be read: enough to answer it under its own control id. */
export function salvagedHeader(text: string): { readonly raw: Header['raw']; readonly delimiters: Delimiters } {
  const line = linesOf(text)[0]?.trim();
  const separator = line?.startsWith('MSH') ? (line.charAt(3) ?? '') : '';
  const fields = separator === '' || /[A-Za-z0-9\s]/.test(separator) ? [] : (line ?? '').split(separator);
  // Written with the usual delimiters: whatever could part the answer in the wrong place is left out.
  const plain = fields.map((field) => field.replaceAll(/[|^~\\&]/g, '').slice(0, 199));
  return { raw: rawOf({ name: 'MSH', fields: ['MSH', separator, ...plain.slice(1)] }), delimiters: usualDelimiters };
}

/** What the event of a message asks for; undefined for one that is not taken. */
export function triggerOf({ type, event }: Pick<Header, 'type' | 'event'>): Trigger | undefined {
  return inTable<Trigger>(triggers, `${type ?? ''}${event ?? ''}`);
}

const versions = /^2\.(\d+)(?:\.\d+)*$/;

/** The second number of a version 2.x; undefined for what is none. */
export function minorOf(version: string | undefined): number | undefined {
  const minor = versions.exec(version ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}
