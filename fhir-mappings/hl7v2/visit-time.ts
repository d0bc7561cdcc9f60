import { firstOf, type Message, part, segmentOf, segmentsOf, textAt } from './message.ts';
import { inTable, secondsIn } from './tables.ts';
import { instantOf, readTimestamp } from './timestamp.ts';

export interface VisitTime {
  /** FHIR instants. */
  readonly start: string;
  readonly end: string;
}

/**
 * When a visit is: TQ1 (from 2.5 on), else the timing of SCH-11 (before), else the earliest of its resources. Its end, where none is
 * said, by the first duration that is; where none is, it ends when it begins, because FHIR asks for both. Undefined without a date and hour.
 * @see https://www.hl7.eu/HL7v2x/v251/std251/ch10.html (10.6.1 SCH), https://www.hl7.eu/HL7v2x/v251/std251/ch04.html (4.5.4 TQ1)
 */
export function visitTimeIn(message: Message, timeZone: string): VisitTime | undefined {
  const stated = [fromTq1(message), fromSch(message), fromResources(message)];
  const instant = (text: string | undefined) => {
    const time = readTimestamp(text);
    return time === undefined ? undefined : instantOf(time, timeZone);
  };
  for (const { starts, ends } of stated) {
    const start = instant(starts);
    if (start === undefined) continue;
    const end = instant(ends);
    if (end !== undefined && Date.parse(end) > Date.parse(start)) return { start, end };
    const lasts = stated.map(({ seconds }) => seconds).find((seconds) => seconds !== undefined && seconds > 0);
    return { start, end: later(start, lasts ?? 0) };
  }
  return undefined;
}

interface Stated {
  readonly starts: string | undefined;
  readonly ends: string | undefined;
  readonly seconds: number | undefined;
}

function fromTq1(message: Message): Stated {
  const segments = segmentsOf(message, 'TQ1');
  const segment = segments.find((each) => textAt(message, each, 7) !== undefined) ?? segments[0];
  const lasts = firstOf(message, segment, 6);
  return {
    starts: textAt(message, segment, 7),
    ends: textAt(message, segment, 8),
    seconds: duration(part(lasts, 1), part(lasts, 2)),
  };
}

function fromSch(message: Message): Stated {
  const segment = segmentOf(message, 'SCH');
  const timing = firstOf(message, segment, 11);
  const lasts = /^([A-Za-z])(\d+)$/.exec(part(timing, 3) ?? '');
  return {
    starts: part(timing, 4),
    ends: part(timing, 5),
    seconds: duration(lasts?.[2], lasts?.[1]) ?? duration(textAt(message, segment, 9), textAt(message, segment, 10)),
  };
}

/** Where each resource says when it begins and how long it is needed. */
const resources = [
  { name: 'AIS', start: 4, lasts: 7 },
  { name: 'AIG', start: 8, lasts: 11 },
  { name: 'AIL', start: 6, lasts: 9 },
  { name: 'AIP', start: 6, lasts: 9 },
] as const;

function fromResources(message: Message): Stated {
  const all = resources.flatMap(({ name, start, lasts }) =>
    segmentsOf(message, name).map((segment) => ({
      starts: textAt(message, segment, start),
      seconds: duration(textAt(message, segment, lasts), textAt(message, segment, lasts + 1)),
    })),
  );
  // Compared as they are written: within one message all are written alike.
  const starts = all.flatMap((one) => (readTimestamp(one.starts)?.hour === undefined ? [] : (one.starts ?? [])));
  const lengths = all.flatMap(({ seconds }) => seconds ?? []);
  return {
    starts: starts.sort()[0],
    ends: undefined,
    seconds: lengths.length === 0 ? undefined : Math.max(...lengths),
  };
}

/** In seconds; minutes are meant where no unit is said, and nothing where it is one that we do not know. */
function duration(count: string | undefined, unit: string | undefined): number | undefined {
  const lasts = Number(count);
  const seconds = unit === undefined ? 60 : inTable(secondsIn, unit);
  if (count === undefined || seconds === undefined || !(lasts > 0) || lasts > 100_000) return undefined;
  return lasts * seconds;
}

/** So many seconds after an instant, written with its offset. */
function later(start: string, seconds: number): string {
  if (seconds === 0) return start;
  const offset = /[+-]\d{2}:\d{2}$/.exec(start)?.[0] ?? '+00:00';
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  const east = (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  const wall = new Date(Date.parse(start) + seconds * 1000 + east).toISOString().slice(0, 19);
  return `${wall}${offset}`;
}

export function segmentWithTime(minor: number | undefined): string {
  return minor !== undefined && minor < 5 ? 'SCH^1^11' : 'TQ1^1^7';
}
