import { exists, two, withOffset } from '../../domain/intake/reading/zone.ts';

/** An HL7 time as far as it was written. Months count from 1. */
export interface Timestamp {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  /** Digits of the second's fraction. */
  readonly fraction?: string;
  /** Minutes east of UTC; without it the sender means its own wall clock. */
  readonly offset?: number;
}

const written =
  /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,4}))?)?)?)?)?)?(?:([+-])(\d{2})(\d{2}))?$/;

/**
 * `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`; undefined for what is no time. Never throws.
 * @see https://www.hl7.eu/HL7v2x/v251/std251/ch02a.html (TS, DTM)
 */
export function readTimestamp(text: string | undefined): Timestamp | undefined {
  const match = written.exec((text ?? '').trim());
  if (match === null) return undefined;
  const [year = Number.NaN, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((digits) => (digits === undefined ? undefined : Number(digits)));
  const [, , , , , , , fraction, sign, hours, minutes] = match;
  if (!exists(year, month ?? 1, day ?? 1)) return undefined;
  // A leap second is counted by some clocks.
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 60) return undefined;
  if (Number(hours ?? 0) > 14 || Number(minutes ?? 0) > 59) return undefined;
  const east = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return {
    year,
    ...(month === undefined ? {} : { month }),
    ...(day === undefined ? {} : { day }),
    ...(hour === undefined ? {} : { hour }),
    ...(minute === undefined ? {} : { minute }),
    ...(second === undefined ? {} : { second: Math.min(second, 59) }),
    ...(fraction === undefined ? {} : { fraction }),
    ...(sign === undefined ? {} : { offset: sign === '-' ? -east : east }),
  };
}

/** The date as far as it was written, as FHIR has it: `1986`, `1986-04`, `1986-04-12`. The day is the one that was written, whatever the offset. */
export function dateOf({ year, month, day }: Timestamp): string {
  const months = month === undefined ? '' : `-${two(month)}`;
  const days = month === undefined || day === undefined ? '' : `-${two(day)}`;
  return `${String(year).padStart(4, '0')}${months}${days}`;
}

/** A FHIR instant; undefined where no hour was written. `timeZone` is what is meant where no offset was. */
export function instantOf(time: Timestamp, timeZone: string): string | undefined {
  return time.hour === undefined ? undefined : startOf(time, timeZone);
}

/** A FHIR dateTime, as exact as it was written. */
export function dateTimeOf(time: Timestamp, timeZone: string): string {
  return instantOf(time, timeZone) ?? dateOf(time);
}

/** The first and the last millisecond (since 1970) that may be meant: a time to the minute is any of its sixty seconds. */
export function spanOf(time: Timestamp, timeZone: string): { readonly from: number; readonly until: number } {
  const from = Date.parse(startOf(time, timeZone));
  const { year, month, day, hour, minute, second, fraction } = time;
  if (fraction !== undefined) return { from, until: from };
  if (second !== undefined) return { from, until: from + 999 };
  if (minute !== undefined) return { from, until: from + 59_999 };
  if (hour !== undefined) return { from, until: from + 3_599_999 };
  const next = new Date(
    month === undefined
      ? Date.UTC(year + 1, 0, 1)
      : day === undefined
        ? Date.UTC(year, month, 1)
        : Date.UTC(year, month - 1, day + 1),
  );
  const following: Timestamp = {
    year: next.getUTCFullYear(),
    month: next.getUTCMonth() + 1,
    day: next.getUTCDate(),
    ...(time.offset === undefined ? {} : { offset: time.offset }),
  };
  return { from, until: Date.parse(startOf(following, timeZone)) - 1 };
}

function startOf(time: Timestamp, timeZone: string): string {
  const { year, month = 1, day = 1, hour = 0, minute = 0, second = 0, fraction } = time;
  const wall = { year, month, day, hour, minute };
  const inZone = withOffset(wall, timeZone);
  const part = fraction === undefined ? '' : `.${fraction.slice(0, 3)}`;
  const offset = time.offset === undefined ? inZone.slice(-6) : offsetText(time.offset);
  return `${inZone.slice(0, 16)}:${two(second)}${part}${offset}`;
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
