import type { Heard } from '../conversation/heard.ts';
import type { Turn } from '../conversation/turn.ts';
import { isStillAhead, mayText, soonest } from './asking-visit.ts';
import { changeVisit, type VisitChange, visitOf } from './story-visits.ts';
import type { Lateness, PlannedVisit } from './visit.ts';

type Timed = PlannedVisit & { readonly start: string };

const minute = 60_000;
/** Whoever comes this long after the time has missed it: the desk must look. */
const checkInUntil = 120;
/** A second text of the same kind within this is no news to the desk. */
const newsAfter = 10 * minute;
/** Minutes of lateness that somebody can mean; another number was misread. */
const longestLate = 180;

/** "Here": checked in, within the clinic's window; else kindly when the visit is. */
export function checkIn(turn: Turn): void {
  const { lateness } = turn.circumstances.clinic;
  const visit = soonest(turn);
  if (visit === undefined) {
    turn.do({ do: 'tell', message: 'need.no-visit' });
    return;
  }
  if (visit.state === 'arrived') {
    turn.do({ do: 'tell', message: 'day.already-in' });
    tellLateness(turn, visit);
    return;
  }
  const until = minutesUntil(turn, visit);
  if (until > lateness.checkInFromMinutes) {
    const hours = Math.max(1, Math.round(lateness.checkInFromMinutes / 60));
    turn.do({ do: 'tell', message: 'day.too-early', when: visit.start, blanks: { hours } });
    return;
  }
  if (until < -checkInUntil) {
    const { appointment, start } = visit;
    turn.do(
      { do: 'tell-desk', because: 'running-late', urgency: 'urgent', appointment },
      { do: 'tell', message: 'day.past', when: start },
    );
    return;
  }
  changeVisit(turn, visit.appointment, {
    state: 'arrived',
    asked: visit.asked?.is === 'which-need' ? visit.asked : undefined,
    confirmedAt: visit.confirmedAt ?? turn.now,
  });
  turn.do(
    { do: 'check-in', appointment: visit.appointment },
    { do: 'plan', appointment: visit.appointment },
    { do: 'tell', message: 'day.checked-in' },
  );
  tellLateness(turn, visit);
}

/** The desk knows at once, and again when it gets later; whether there is still time for the visit is theirs to say. */
export function hearRunningLate(turn: Turn, said?: number): void {
  const visit = soonest(turn);
  if (visit === undefined || !isToday(turn, visit)) {
    tellTime(turn, visit);
    return;
  }
  const { appointment, lateAt, lateMinutes } = visit;
  const minutes = said !== undefined && said >= 1 && said <= longestLate ? said : undefined;
  const isNews =
    lateAt === undefined ||
    turn.circumstances.now.getTime() - Date.parse(lateAt) > newsAfter ||
    (minutes ?? 0) > (lateMinutes ?? 0);
  changeVisit(turn, appointment, {
    lateAt: turn.now,
    lateMinutes: isNews ? minutes : lateMinutes,
    ...comes(turn, visit),
  });
  if (isNews)
    turn.do({
      do: 'tell-desk',
      because: 'running-late',
      urgency: 'urgent',
      appointment,
      ...(minutes === undefined ? {} : { minutes }),
    });
  turn.do({ do: 'tell', message: 'day.late' });
}

/** Who is on the way comes: nobody asks them any more. */
export function hearOnTheWay(turn: Turn): void {
  const visit = soonest(turn);
  if (visit === undefined || !isToday(turn, visit)) {
    tellTime(turn, visit);
    return;
  }
  changeVisit(turn, visit.appointment, { onTheWayAt: turn.now, ...comes(turn, visit) });
  turn.do({ do: 'tell', message: 'day.on-the-way' });
  tellLateness(turn, visit);
}

function comes(turn: Turn, { appointment, confirmedAt, asked }: PlannedVisit): VisitChange {
  if (confirmedAt === undefined) turn.do({ do: 'confirm-visit', appointment });
  return { confirmedAt: confirmedAt ?? turn.now, ...(asked?.is === 'confirm' ? { asked: undefined } : {}) };
}

/** "How long?": on the day how late the clinic runs, as far as is known, and since when; before it, when the visit is. */
export function tellHowLong(turn: Turn): void {
  const visit = soonest(turn);
  if (visit === undefined || !isToday(turn, visit)) {
    tellTime(turn, visit);
    return;
  }
  if (visit.lateness === undefined) {
    if (visit.state !== 'arrived') tellTime(turn, visit);
    turn.do({ do: 'tell', message: 'day.no-delay' });
  } else tellLateness(turn, visit);
}

/** "When is my visit?" */
export function tellTime(turn: Turn, visit: Timed | undefined = soonest(turn)): void {
  if (visit === undefined) turn.do({ do: 'tell', message: 'need.no-visit' });
  else turn.do({ do: 'tell', message: 'need.next-visit', when: visit.start });
}

/** How late, with its age where that is worth saying. */
function tellLateness(turn: Turn, visit: PlannedVisit): void {
  const lateness = visitOf(turn, visit.appointment)?.lateness;
  if (lateness === undefined) return;
  const { from, to, at } = lateness;
  const age = Math.round((turn.circumstances.now.getTime() - Date.parse(at)) / minute);
  const range = from === to ? `${to}` : `${from}-${to}`;
  turn.do({ do: 'tell', message: 'day.lateness', blanks: { range } });
  if (age >= 10) turn.do({ do: 'tell', message: 'day.lateness-age', blanks: { age } });
  changeVisit(turn, visit.appointment, { lateness: { ...lateness, told: { from, to, at: turn.now } } });
}

/** The clinic runs late for this visit, or on time again: told with a range, and again only when it changes enough. */
export function hearOfLateness(turn: Turn, { appointment, minutes }: Extract<Heard, { is: 'clinic-late' }>): void {
  const visit = visitOf(turn, appointment);
  if (visit === undefined || !isStillAhead(turn, visit)) return;
  const told = visit.lateness?.told;
  if (minutes === undefined) {
    changeVisit(turn, appointment, { lateness: undefined });
    if (told !== undefined && told.to > 0 && concerns(turn, visit)) turn.do({ do: 'tell', message: 'day.on-time' });
    return;
  }
  const { from, to } = minutes;
  const lateness: Lateness = { from, to, at: turn.now, ...(told === undefined ? {} : { told }) };
  changeVisit(turn, appointment, { lateness });
  const enough = turn.circumstances.clinic.lateness.tellAgainMinutes;
  const changed = Math.max(Math.abs(from - (told?.from ?? 0)), Math.abs(to - (told?.to ?? 0)));
  if (changed >= enough && concerns(turn, visit)) tellLateness(turn, visit);
}

/** Whoever waits, or comes soon; what is hours away may be made good by then. */
function concerns(turn: Turn, visit: PlannedVisit): boolean {
  if (visit.state === 'wished' || visit.start === undefined || !mayText(turn)) return false;
  return visit.state === 'arrived' || minutesUntil(turn, visit) <= turn.circumstances.clinic.lateness.tellWithinMinutes;
}

function minutesUntil({ circumstances: { now } }: Turn, { start }: Pick<PlannedVisit, 'start'>): number {
  return start === undefined ? Number.POSITIVE_INFINITY : (Date.parse(start) - now.getTime()) / minute;
}

/** Within half a day: what is said of the way and of waiting is said of this visit. */
function isToday(turn: Turn, visit: Timed): boolean {
  return minutesUntil(turn, visit) <= 12 * 60;
}
