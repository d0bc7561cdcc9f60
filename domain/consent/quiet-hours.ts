import { addDays, two, type Wall, wallAt, withOffset } from '../intake/reading/zone.ts';
import type { Priority } from '../story/message.ts';

/** When nobody is written to who does not wait for it. Wall-clock times; `from` after `until` means over midnight. */
export interface QuietHours {
  /** `21:00`. */
  readonly from: string;
  /** `08:00`; the first minute in which they are over. */
  readonly until: string;
  /**
   * What waits: classes, and `news` of what was done in the EHR just now (a visit booked or moved). An urgent text is never held; a call
   * is, whatever its class, since it wakes a whole house.
   */
  readonly holds: readonly (Exclude<Priority, 'urgent'> | 'news')[];
}

/**
 * The instant at which the quiet hours around `now` end in a zone; absent where it is not quiet there. What the wall shows is what
 * counts: in the night in which clocks change it is an hour more or less to wait, and eight o'clock is eight o'clock.
 */
export function quietUntil(now: Date, timeZone: string, { from, until }: QuietHours): Date | undefined {
  const wall = wallAt(now, timeZone);
  const shown = clockTime(wall);
  const overMidnight = from > until;
  const quiet = overMidnight ? shown >= from || shown < until : shown >= from && shown < until;
  if (!quiet) return undefined;
  const day = overMidnight && shown >= from ? addDays(wall, 1) : wall;
  const [hour = 0, minute = 0] = until.split(':').map(Number);
  const end = Date.parse(withOffset({ ...day, hour, minute }, timeZone));
  // Where the hour in which they end comes twice, the first is meant, and may have passed: then it is over at the second.
  return new Date(end > now.getTime() ? end : end + 3_600_000);
}

function clockTime(wall: Pick<Wall, 'hour' | 'minute'>): string {
  return `${two(wall.hour)}:${two(wall.minute)}`;
}
