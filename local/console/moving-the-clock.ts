import { Temporal } from 'temporal-polyfill';

/** A request to move the clock that cannot be followed; the message is for the person who sent it. */
export class ClockRefusal extends Error {}

/** The instant that lies an ISO 8601 duration after another. Days and weeks are of 24 hours; months and years are UTC's calendar. */
export function afterDuration(from: Date, duration: string): Date {
  const start = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO('UTC');
  return new Date(start.add(readDuration(duration)).epochMilliseconds);
}

/** What a request to move the clock asks for; throws a ClockRefusal that says what to send instead. */
export function readClockMove(body: unknown): { readonly advance: string } | { readonly now: Date } {
  const { advance, now } =
    typeof body === 'object' && body !== null ? (body as { advance?: unknown; now?: unknown }) : {};
  if ((advance === undefined) === (now === undefined)) {
    throw new ClockRefusal('Send either {"advance": "PT48H"} or {"now": "2026-03-02T08:14:00Z"}.');
  }
  if (advance !== undefined) {
    if (typeof advance !== 'string') throw new ClockRefusal(durationWanted);
    readDuration(advance);
    return { advance };
  }
  if (typeof now !== 'string') throw new ClockRefusal(instantWanted);
  try {
    return { now: new Date(Temporal.Instant.from(now).epochMilliseconds) };
  } catch {
    throw new ClockRefusal(instantWanted);
  }
}

const durationWanted =
  'Send "advance" as an ISO 8601 duration that does not go back, such as PT48H, P1W, P2DT3H, PT90S or PT0S (which only settles).';
const instantWanted =
  'Send "now" as an instant with its offset, such as 2026-03-02T08:14:00Z or 2026-03-02T02:14:00-06:00.';

function readDuration(text: string): Temporal.Duration {
  let duration: Temporal.Duration;
  try {
    duration = Temporal.Duration.from(text);
  } catch {
    throw new ClockRefusal(durationWanted);
  }
  if (duration.sign < 0) throw new ClockRefusal(durationWanted);
  // Two thousand years on, a Date still holds; past some 270,000 it does not.
  if (duration.years > 100 || Math.abs(duration.total({ unit: 'hour', relativeTo: '2026-01-01' })) > 876_000) {
    throw new ClockRefusal('Send "advance" as a duration of at most a hundred years.');
  }
  return duration;
}
