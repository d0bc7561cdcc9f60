import { addDays, exists, isoDate, wallAt } from '../intake/reading/zone.ts';
import type { Evidence } from './evidence.ts';

/** The day and the moment that evidence is held against. */
export interface VisitDay {
  readonly start: Date;
  /** ISO date where the clinic is. */
  readonly day: string;
  readonly timeZone: string;
}

/** Undefined for what is no time that a calendar holds. */
export function visitDay(start: string | undefined, timeZone: string): VisitDay | undefined {
  const instant = new Date(start ?? Number.NaN);
  const year = instant.getUTCFullYear();
  if (!(year >= 1900 && year <= 2200)) return undefined;
  return { start: instant, day: isoDate(wallAt(instant, timeZone)), timeZone };
}

/** Whether evidence holds when the visit begins. `days`: for how long it counts where the chart does not say until when. */
export function holdsOn({ from, until }: Evidence, visit: VisitDay, days?: number): boolean {
  if (from !== undefined && isAfter(from, visit)) return false;
  if (until !== undefined) return !isOver(until, visit);
  if (days === undefined) return true;
  const begins = dayOf(from, visit.timeZone);
  return begins !== undefined && isoDate(addDays(begins, days)) >= visit.day;
}

/** A date or part of one means whole days; what cannot be read limits nothing. */
function isAfter(from: string, { start, day }: VisitDay): boolean {
  return from.length <= 10 ? day.slice(0, from.length) < from : Date.parse(from) > start.getTime();
}

function isOver(until: string, { start, day }: VisitDay): boolean {
  return until.length <= 10 ? day.slice(0, until.length) > until : Date.parse(until) < start.getTime();
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The day a FHIR dateTime falls on at the clinic; the first day of a month or a year. */
export function dayOf(dateTime: string | undefined, timeZone: string): Day | undefined {
  if (dateTime === undefined) return undefined;
  if (dateTime.length > 10) {
    const { year, month, day } = wallOf(new Date(dateTime), timeZone) ?? {};
    return year === undefined || month === undefined || day === undefined ? undefined : { year, month, day };
  }
  const [, year = '', month = '01', day = '01'] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(dateTime) ?? [];
  const found = { year: Number(year), month: Number(month), day: Number(day) };
  return exists(found.year, found.month, found.day) ? found : undefined;
}

function wallOf(instant: Date, timeZone: string): Day | undefined {
  const year = instant.getUTCFullYear();
  return year >= 1850 && year <= 2200 ? wallAt(instant, timeZone) : undefined;
}

/** Whole years on that day. */
export function ageOn(birthDate: string | undefined, { day, timeZone }: VisitDay): number | undefined {
  const born = birthDate !== undefined && birthDate.length <= 10 ? dayOf(birthDate, timeZone) : undefined;
  if (born === undefined) return undefined;
  const years = Number(day.slice(0, 4)) - born.year;
  return day.slice(5) < isoDate(born).slice(5) ? years - 1 : years;
}
