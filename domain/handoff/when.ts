interface LocalTime {
  /** Days since 1970 in the zone. */
  readonly day: number;
  readonly hour: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(key: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${key}|${timeZone}`;
  const known = formats.get(id);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', { ...options, timeZone });
  formats.set(id, made);
  return made;
}

function localTime(instant: Date, timeZone: string): LocalTime {
  const parts = format('local', timeZone, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
  return { day: Date.UTC(part('year'), part('month') - 1, part('day')) / 86_400_000, hour: part('hour') };
}

/** Before five the day has not begun for somebody who is asleep: 2:14 AM was last night. */
const morning = 5;
const evening = 20;

/** When something was or will be, as staff say it to each other and to the patient: "last night at 2:14 AM", in the clinic's zone. */
export function sayWhen(at: string, now: Date, timeZone: string): string {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return 'at an unknown time';
  const then = localTime(instant, timeZone);
  const here = localTime(now, timeZone);
  const ago = here.day - then.day;
  return `${dayOf(ago, then, here, instant, timeZone)} at ${sayTime(instant, timeZone)}`;
}

/** A day and time that stays right whenever it is read: "Tuesday, March 3, 2026 at 9:40 AM", in the clinic's zone. */
export function sayDay(at: string, timeZone: string): string {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return 'an unknown time';
  const day = format('day-and-year', timeZone, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
  return `${day.format(instant)} at ${sayTime(instant, timeZone)}`;
}

/** How long something has stood, for whoever judges whether it is still right: "since March 2, 2026 (3 months ago)". */
export function saySince(at: string, now: Date, timeZone: string): string {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return 'since an unknown time';
  const date = format('date', timeZone, { month: 'long', day: 'numeric', year: 'numeric' }).format(instant);
  const days = localTime(now, timeZone).day - localTime(instant, timeZone).day;
  return `since ${date} (${ageInWords(days)})`;
}

function ageInWords(days: number): string {
  if (days <= 0) return 'today';
  if (days < 60) return days === 1 ? 'yesterday' : `${days} days ago`;
  const months = Math.floor(days / 30.44);
  return months < 24 ? `${months} months ago` : `${Math.floor(days / 365.25)} years ago`;
}

/** "9:40 AM". Intl puts a narrow no-break space before "AM". */
export function sayTime(instant: Date, timeZone: string): string {
  return format('time', timeZone, { hour: 'numeric', minute: '2-digit' })
    .format(instant)
    .replace(/[\u202f\u00a0]/g, ' ');
}

function dayOf(ago: number, then: LocalTime, here: LocalTime, instant: Date, timeZone: string): string {
  if (ago === 0) return then.hour < morning && here.hour >= morning ? 'last night' : 'today';
  if (ago === 1) return then.hour >= evening ? 'last night' : 'yesterday';
  if (ago === -1) return 'tomorrow';
  if (ago > 1 && ago < 7) return `on ${format('weekday', timeZone, { weekday: 'long' }).format(instant)}`;
  if (ago < 0 && ago > -7)
    return `on ${format('day', timeZone, { weekday: 'long', month: 'long', day: 'numeric' }).format(instant)}`;
  return `on ${format('date', timeZone, { month: 'long', day: 'numeric', year: 'numeric' }).format(instant)}`;
}
