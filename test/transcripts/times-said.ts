import type { Temporal } from 'temporal-polyfill';
import type { Language } from '../../domain/guidance/language.ts';
import { sayWhen } from '../../edge/speech.ts';
import { clinic } from '../../local/seed/clinic.ts';

/** The times that a transcript speaks of, by the clinic's clock. */
export interface Times {
  visit: Temporal.ZonedDateTime;
  readonly free: readonly Temporal.ZonedDateTime[];
  /** Where the clinic moved the visit to. */
  moved?: Temporal.ZonedDateTime;
}

/** As staff read it: with the year. */
const forStaff = new Intl.DateTimeFormat('en-US', {
  timeZone: clinic.timeZone,
  weekday: 'long',
  month: 'long',
  day: 'numeric',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});

/** `{visit}`, `{free 2}`, `{0:30 before the visit, short}`, `{visit, staff}`: replaced by the time as a text or call says it. Other braces stay as they are. */
export function withTimes(words: string, times: Times, language: Language): string {
  return words.replace(/\{([^{}]+)\}(\.?)/g, (whole, inside: string, stop: string) => {
    const [, what = '', short] = /^(.*?)(, short|, staff)?$/.exec(inside) ?? [];
    const time = timeMeant(what, times);
    if (time === undefined) return whole;
    if (short === ', staff')
      return forStaff.format(new Date(time.epochMilliseconds)).replace(/[\u202f\u00a0]/g, ' ') + stop;
    const length = short === undefined ? 'long' : 'short';
    const said = sayWhen(time.toInstant().toString(), clinic.timeZone, language, { length });
    // "3:00 p.m." ends a sentence as it is.
    return said.endsWith('.') ? said : `${said}${stop}`;
  });
}

/** "the visit", "free 1", "1 day before the visit at 17:00", "0:20 after the visit"; undefined where the words mean no time. */
export function timeMeant(words: string, times: Times): Temporal.ZonedDateTime | undefined {
  const free = /^free (\d)$/.exec(words);
  if (free !== null) return times.free[Number(free[1]) - 1];
  if (words === 'visit' || words === 'the visit') return times.visit;
  if (words === 'moved') return times.moved;
  const around = /^(?:(\d+):(\d\d)|(\d+) days?) (before|after) (the visit|free \d|moved)(?: at (\d+):(\d\d))?$/.exec(
    words,
  );
  if (around === null) return undefined;
  const [, hours = '0', minutes = '0', days = '0', way, what = '', hour, minute] = around;
  const from = timeMeant(what, times);
  const span = { days: Number(days), hours: Number(hours), minutes: Number(minutes) };
  const time = way === 'before' ? from?.subtract(span) : from?.add(span);
  return hour === undefined ? time : time?.withPlainTime({ hour: Number(hour), minute: Number(minute) });
}

/** "The clinic moves the visit to …": from then on the moved time can be spoken of. */
export function noteMove(times: Times, what: string): void {
  const [, to] = /^The clinic moves the visit to (.*)$/.exec(what) ?? [];
  const moved = to === undefined ? undefined : timeMeant(to, times);
  if (moved !== undefined) times.moved = moved;
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
/** The first Tuesday that is at least so many days ahead: nobody is told of a visit so late that nothing can be prepared. */
const soonestWeekday = 4;

/** "in 12 days at 10:00", "today at 15:00", "Tuesday at 15:30", seen from an instant. */
export function timeAhead(words: string, now: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  const [, when = '', days, hour, minute] = /^(in (\d+) days?|today|[A-Z][a-z]+) at (\d+):(\d\d)$/.exec(words) ?? [];
  const weekday = weekdays.indexOf(when) + 1;
  if (hour === undefined || (when !== 'today' && days === undefined && weekday === 0))
    throw new Error(`This is no time: ${words}`);
  const ahead =
    weekday === 0
      ? Number(days ?? 0)
      : soonestWeekday + ((weekday - now.add({ days: soonestWeekday }).dayOfWeek + 7) % 7);
  return now.add({ days: ahead }).withPlainTime({ hour: Number(hour), minute: Number(minute) });
}
