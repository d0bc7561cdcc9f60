import type { Hl7Message, Hl7Moment } from '../../domain/ports/records.ts';
import { readTimestamp, spanOf } from '../../fhir-mappings/hl7v2/timestamp.ts';

/** When a message was made, and until when it may have been: a time to the minute is any of its sixty seconds. */
export interface MessageMoment extends Hl7Moment {
  /** The record that holds the message. */
  readonly message: string;
  readonly until: number;
}

/** A clock is minutes wrong, or hours by its zone. One that is further ahead than this is wrong by a year, and would be the newest for as long. */
const mostAhead = 31 * 86_400_000;

/** By MSH-7, or where that says nothing that can be, by the arrival. */
export function momentOf(message: string, { messageTime, at, control }: Hl7Message, timeZone: string): MessageMoment {
  const arrived = Date.parse(at);
  const written = readTimestamp(messageTime);
  const span = written === undefined ? undefined : spanOf(written, timeZone);
  return span === undefined || span.from > arrived + mostAhead
    ? { message, time: arrived, until: arrived, at, control }
    : { message, time: span.from, until: span.until, at, control };
}

/** Whether one message is older than another: by its time, else by its arrival, else by its control id, so that any order of work ends the same. */
export function isOlder(one: Hl7Moment, other: Hl7Moment): boolean {
  if (one.time !== other.time) return one.time < other.time;
  if (one.at !== other.at) return one.at < other.at;
  return one.control < other.control;
}
