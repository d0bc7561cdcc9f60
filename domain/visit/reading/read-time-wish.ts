import type { Language } from '../../guidance/language.ts';
import { addDays, addMonths, exists, isoDate, two, type Wall, wallAt, weekdayOf } from '../../intake/reading/zone.ts';
import type { TimeWish } from '../../scheduling/slot.ts';
import { grants, localTime } from '../../scheduling/wish.ts';
import { type WishSign, wishSigns } from './wish-words.ts';

/**
 * When it would suit somebody, from "Tuesday after 3", "el martes por la tarde", "jutro po 15". Light: what stands in a text beside it is
 * counted, not understood, and a wish for either of two things ("tomorrow or the week of the 20th") becomes the span that holds both.
 */

export interface WishContext {
  readonly language: Language;
  readonly now: Date;
  /** IANA zone of the clinic, in which times are meant. */
  readonly timeZone: string;
  readonly dateOrder: 'month-first' | 'day-first';
  /** The instant at which the visit is now: saying that this suits wishes for nothing. */
  readonly own?: string | undefined;
}

export interface SaidWish {
  readonly wish: TimeWish;
  /** `HH:MM`, where one exact time was said: "the 9:40". */
  readonly clock?: string;
  /** How many words say nothing of times. */
  readonly strange: number;
}

/** Whether the time that the visit has is just what is wished for. */
export function isOwnTime(wish: TimeWish, { own, timeZone }: WishContext): boolean {
  const local = own === undefined ? undefined : localTime(own, timeZone);
  return local !== undefined && grants(wish, local);
}

type Day = Pick<Wall, 'year' | 'month' | 'day'>;

/** What is gathered while the signs are read. */
interface Draft {
  days: Set<number>;
  notDays: Set<number>;
  after?: string;
  before?: string;
  from?: string;
  until?: string;
  clock?: string;
  any: boolean;
}

/** The wish in a message, or undefined where it says nothing of when. Hours without am or pm are the clinic's: 3 is the afternoon. */
export function readTimeWish(words: string, context: WishContext): SaidWish | undefined {
  if (words.length > 200) return undefined;
  const signs = wishSigns(words, context.language);
  const draft = new Reader(signs, context).read();
  const wish = wishOf(draft);
  if (Object.keys(wish).length === 0 && !draft.any) return undefined;
  const strange = signs.filter(({ is }) => is === 'strange').length;
  return { wish, strange, ...(draft.clock === undefined ? {} : { clock: draft.clock }) };
}

function wishOf({ days, notDays, after, before, from, until }: Draft): TimeWish {
  const wanted = days.size > 0 ? [...days] : notDays.size > 0 ? [1, 2, 3, 4, 5, 6, 7] : [];
  const weekdays = wanted.filter((day) => !notDays.has(day)).sort();
  return {
    ...(weekdays.length === 0 ? {} : { weekdays }),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

class Reader {
  readonly #signs: readonly WishSign[];
  readonly #context: WishContext;
  readonly #today: Day;
  readonly #draft: Draft = { days: new Set(), notDays: new Set(), any: false };
  #at = 0;
  #bound: Extract<WishSign, { is: 'bound' }>['bound'] | undefined;
  #not = false;
  #this = false;

  constructor(signs: readonly WishSign[], context: WishContext) {
    this.#signs = signs;
    this.#context = context;
    this.#today = wallAt(context.now, context.timeZone);
  }

  read(): Draft {
    for (; this.#at < this.#signs.length; this.#at += 1) {
      const sign = this.#signs[this.#at];
      if (sign !== undefined) this.#take(sign);
    }
    return this.#draft;
  }

  #take(sign: WishSign): void {
    switch (sign.is) {
      case 'bound':
        this.#bound = sign.bound;
        return;
      case 'not':
        this.#not = true;
        return;
      case 'break':
        this.#not = false;
        this.#bound = undefined;
        return;
      case 'this':
        this.#this = true;
        return;
      case 'any':
      case 'sooner':
        this.#draft.any = true;
        return;
      case 'weekdays':
        this.#weekdays(sign.days);
        break;
      case 'part':
        this.#part(sign);
        break;
      case 'noon':
        this.#noon();
        break;
      case 'clock':
        this.#clock(this.#hour(sign.hour, sign.minute, sign.half), sign.minute);
        break;
      case 'number':
        this.#number(sign.value);
        break;
      case 'day':
        this.#dayOfMonth(sign.value);
        break;
      case 'date':
        this.#dateInDigits(sign.first, sign.second, sign.dotted);
        break;
      case 'month':
        this.#month(sign.value);
        break;
      case 'in-days':
        this.#date(addDays(this.#today, sign.days));
        break;
      case 'in-weeks':
        this.#week(sign.count);
        break;
      case 'in-months': {
        const month = addMonths(this.#today, sign.count);
        this.#span(sign.count === 0 ? this.#today : { ...month, day: 1 }, lastOf(month));
        break;
      }
      case 'month-end':
        this.#span({ ...this.#today, day: 21 }, lastOf(this.#today));
        break;
      case 'to':
      case 'next':
      case 'nothing':
      case 'strange':
        return;
    }
    if (sign.is !== 'number') this.#bound = undefined;
    this.#this = false;
  }

  #look(ahead: number): WishSign | undefined {
    return this.#signs[this.#at + ahead];
  }

  #weekdays(days: readonly number[]): void {
    const [day] = days;
    if (day === undefined) return;
    if (days.length === 1 && (this.#bound === 'after' || this.#bound === 'before')) {
      const next = this.#coming(day);
      if (this.#bound === 'after') this.#draft.from = isoDate(addDays(next, 1));
      else this.#draft.until = isoDate(addDays(next, -1));
      return;
    }
    const before = this.#signs[this.#at - 2];
    const joined = this.#look(-1);
    const range = (joined?.is === 'to' || this.#bound === 'until') && before?.is === 'weekdays' && this.#spoken(joined);
    if (range && before?.is === 'weekdays')
      for (let each = before.days[0] ?? day; each < day; each += 1) this.#add([each]);
    else if (this.#bound === 'from' && this.#look(1)?.is !== 'to') {
      this.#draft.from = isoDate(this.#coming(day));
      return;
    } else if (this.#bound === 'until') {
      this.#draft.until = isoDate(this.#coming(day));
      return;
    }
    this.#add(days);
    if (this.#this) this.#week(0);
  }

  /** "Monday to Wednesday" is a range, "Monday and Wednesday" is not; only the sign for "and" is lost, so that ranges of two days are both. */
  #spoken(joined: WishSign | undefined): boolean {
    return joined?.is === 'to' || joined?.is === 'bound';
  }

  #add(days: readonly number[]): void {
    for (const day of days) (this.#not ? this.#draft.notDays : this.#draft.days).add(day);
  }

  #part({ after, before, half }: Extract<WishSign, { is: 'part' }>): void {
    // "3 de la tarde": it belongs to the hour before it.
    const said = this.#look(-1);
    if ((said?.is === 'number' || said?.is === 'clock') && half !== undefined) return;
    if (this.#not) {
      if (before !== undefined) this.#draft.after = before;
      if (after !== undefined) this.#draft.before = after;
      return;
    }
    if (after !== undefined) this.#draft.after = later(this.#draft.after, after);
    if (before !== undefined) this.#draft.before = earlier(this.#draft.before, before);
  }

  #noon(): void {
    if (this.#bound === undefined || this.#bound === 'at') {
      this.#draft.after = '11:30';
      this.#draft.before = '13:30';
    } else this.#clock(12, 0);
  }

  #clock(hour: number, minute: number): void {
    if (hour > 23 || minute > 59) return;
    const time = `${two(hour)}:${two(minute)}`;
    const bound = this.#bound;
    if (bound === 'after') this.#draft.after = time;
    else if (bound === 'before' || bound === 'until') this.#draft.before = time;
    else if (this.#rangeEnd(time)) return;
    else if (bound === 'from') this.#draft.after = time;
    else if (!this.#not) {
      this.#draft.clock = time;
      this.#draft.after = time;
      this.#draft.before = hour === 23 ? '24:00' : `${two(hour + 1)}:${two(minute)}`;
    }
  }

  /** "between 2 and 4", "2-4 pm", "de 2 a 4", "od 14 do 16". */
  #rangeEnd(from: string): boolean {
    const joined = this.#look(1);
    const end = this.#look(2);
    if (!(joined?.is === 'to' || (joined?.is === 'bound' && joined.bound === 'until'))) return false;
    if (end?.is !== 'number' && end?.is !== 'clock') return false;
    const [hour, minute] = end.is === 'number' ? [end.value, 0] : [end.hour, end.minute];
    const ends = this.#hour(hour, minute, end.is === 'clock' ? end.half : this.#halfAfter(3));
    const until = `${two(ends)}:${two(minute)}`;
    // "11-2" goes over noon; "2-4 pm" says its half only once.
    const starts =
      from > until && Number(from.slice(0, 2)) > 12 ? `${two(Number(from.slice(0, 2)) - 12)}${from.slice(2)}` : from;
    this.#draft.after =
      end.is === 'clock' && end.half === 'pm' && from < '07:00'
        ? `${two(Number(from.slice(0, 2)) + 12)}${from.slice(2)}`
        : starts;
    this.#draft.before = until;
    this.#at += 2;
    return true;
  }

  #number(value: number): void {
    const next = this.#look(1);
    const named = next?.is === 'nothing' ? this.#look(2) : next;
    if (named?.is === 'month' && value >= 1 && value <= 31) {
      this.#dayIn(named.value, value);
      this.#at += named === next ? 1 : 2;
      this.#bound = undefined;
      return;
    }
    const ranged = next?.is === 'to' || (next?.is === 'bound' && next.bound === 'until');
    const end = ranged ? this.#look(2) : undefined;
    const isRange = (end?.is === 'number' || end?.is === 'clock') && value <= 24;
    const half = this.#halfAfter(1);
    if (value > 24 || (this.#bound === undefined && !isRange && half === undefined)) return;
    if (this.#bound === undefined && isRange && end?.is === 'number' && value <= 3 && end.value <= 3) return;
    const minutes = next?.is === 'number' && next.value >= 10 && next.value < 60 ? next.value : 0;
    if (minutes > 0) this.#at += 1;
    this.#clock(this.#hour(value, minutes, half), minutes);
    this.#bound = undefined;
  }

  #halfAfter(ahead: number): 'am' | 'pm' | undefined {
    const next = this.#look(ahead);
    return next?.is === 'part' ? next.half : undefined;
  }

  /** Seven to eleven are the morning, one to six the afternoon: no clinic is open otherwise. */
  #hour(hour: number, minute: number, half: 'am' | 'pm' | undefined): number {
    if (hour > 24 || minute > 59) return 99;
    if (half === 'am') return hour % 12;
    if (half === 'pm') return hour < 12 ? hour + 12 : hour;
    const evening = this.#draft.after === '17:00' && hour < 12;
    return (hour >= 1 && hour <= 6) || evening ? hour + 12 : hour;
  }

  #dayOfMonth(day: number): void {
    const next = this.#look(1);
    const month = next?.is === 'nothing' ? this.#look(2) : next;
    if (month?.is === 'month') {
      this.#dayIn(month.value, day);
      this.#at += month === next ? 1 : 2;
      return;
    }
    const { year, month: now, day: today } = this.#today;
    const from = day >= today ? { year, month: now } : addMonths(this.#today, 1);
    const fits = [from, addMonths(from, 1)].find((each) => exists(each.year, each.month, day));
    if (fits !== undefined) this.#date({ ...fits, day });
  }

  #dayIn(month: number, day: number): void {
    const { year } = this.#today;
    const this_ = { year, month, day };
    const date = isoDate(this_) >= isoDate(this.#today) ? this_ : { ...this_, year: year + 1 };
    if (exists(date.year, month, day)) this.#date(date);
  }

  #dateInDigits(first: number, second: number, dotted: boolean): void {
    const monthFirst = this.#context.dateOrder === 'month-first' && this.#context.language === 'en' && !dotted;
    const [month, day] =
      (monthFirst && first <= 12) || second > 12 === false
        ? monthFirst
          ? [first, second]
          : [second, first]
        : [first, second];
    this.#dayIn(month, day);
  }

  #month(month: number): void {
    const next = this.#look(1);
    const day = next?.is === 'number' || next?.is === 'day' ? next.value : undefined;
    if (day !== undefined && day >= 1 && day <= 31) {
      this.#at += 1;
      this.#dayIn(month, day);
      return;
    }
    const { year, month: now } = this.#today;
    const named = { year: month < now ? year + 1 : year, month };
    this.#span(month === now ? this.#today : { ...named, day: 1 }, lastOf(named));
  }

  #week(weeks: number): void {
    const monday = addDays(this.#today, -((weekdayOf(this.#today) + 6) % 7) + weeks * 7);
    this.#span(weeks === 0 ? this.#today : monday, addDays(monday, 6));
  }

  #date(day: Day): void {
    const bound = this.#bound;
    if (bound === 'after') this.#draft.from = isoDate(addDays(day, 1));
    else if (bound === 'from') this.#draft.from = isoDate(day);
    else if (bound === 'before') this.#draft.until = isoDate(addDays(day, -1));
    else if (bound === 'until') this.#draft.until = isoDate(day);
    else if (!this.#not) this.#span(day, day);
  }

  /** Another one said beside it widens it: "the 5th or the 6th". */
  #span(first: Day, last: Day): void {
    const [from, until] = [isoDate(first), isoDate(last)];
    const { from: a, until: b } = this.#draft;
    this.#draft.from = a === undefined || from < a ? from : a;
    this.#draft.until = b === undefined || until > b ? until : b;
  }

  #coming(weekday: number): Day {
    const today = weekdayOf(this.#today) || 7;
    return addDays(this.#today, (weekday - today + 7) % 7 || 7);
  }
}

function lastOf({ year, month }: Pick<Day, 'year' | 'month'>): Day {
  return addDays({ ...addMonths({ year, month }, 1), day: 1 }, -1);
}

function later(a: string | undefined, b: string): string {
  return a === undefined || b > a ? b : a;
}

function earlier(a: string | undefined, b: string): string {
  return a === undefined || b < a ? b : a;
}
