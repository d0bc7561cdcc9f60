import { type QuietHours, quietUntil } from '../consent/quiet-hours.ts';
import type { Clinic } from '../conversation/clinic.ts';
import { passesAt } from '../conversation/passing.ts';
import { addDays, type Wall, wallAt, withOffset } from '../intake/reading/zone.ts';
import { isSettled, type Requirement, type RequirementKind } from '../requirements/requirement.ts';
import type { Person } from '../story/story.ts';
import { timeBefore } from './time-before.ts';
import { isAhead, type PlannedVisit, type Reminder } from './visit.ts';

/** One thing that a visit has coming. */
export interface AgendaEntry {
  /** The same as long as the visit is at the same time, so that it is carried out once; see `PlannedVisit.done`. */
  readonly id: string;
  readonly at: Date;
  readonly what: AgendaItem;
}

export type AgendaItem =
  /** `near`: so close to the visit that its time is worth saying, whatever else there is to say. */
  | { readonly is: 'reminder'; readonly asksToConfirm: boolean; readonly near: boolean }
  /** Something of the patient's is due tomorrow. */
  | { readonly is: 'nudge'; readonly requirement: string }
  /** Something of others' is due and not met. */
  | { readonly is: 'not-met'; readonly requirement: string }
  /** Nobody has begun what takes longer than is left. */
  | { readonly is: 'too-late'; readonly requirement: string }
  /** Nobody has answered whether they come: the other channel, then the desk. */
  | { readonly is: 'other-channel' }
  | { readonly is: 'no-reply' }
  /** Times were offered and not chosen from. */
  | { readonly is: 'offer-unanswered' }
  /** Times were looked for, or one was being booked, and nothing was heard of it. */
  | { readonly is: 'move-stuck' }
  | { readonly is: 'passed' };

/** What is said to the patient for the visit's sake; what was past before anybody knew of the visit is not said late. */
export const remindsPatient: Record<AgendaItem['is'], boolean> = {
  reminder: true,
  nudge: true,
  'not-met': false,
  'too-late': false,
  'other-channel': false,
  'no-reply': false,
  'offer-unanswered': false,
  'move-stuck': false,
  passed: false,
};

/** When nobody is written to, where the patient is. */
export interface Nights {
  readonly timeZone: string;
  readonly hours: QuietHours;
}

/** The patient's nights: by the clock where they are, as far as the chart says so. */
export function nightsOf(clinic: Pick<Clinic, 'timeZone' | 'quietHours'>, person: Pick<Person, 'timeZone'>): Nights {
  return { timeZone: person.timeZone ?? clinic.timeZone, hours: clinic.quietHours };
}

const hour = 3_600_000;
const nearVisit = 36 * hour;
const offerStands = 24 * hour;
const lookingTakes = hour;
/** An answer needs some time to come before it is missed. */
const timeToAnswer = hour;
/** Time enough for a text to be sent before the night begins. */
const beforeNight = hour / 2;

/** All that a visit has coming, earliest first, whether carried out or not. Times of day are the clinic's, by its wall clock. */
export function agendaOf(visit: PlannedVisit, timeZone: string, nights?: Nights): readonly AgendaEntry[] {
  if (!isAhead[visit.state]) return [];
  const at: AgendaEntry[] = [...movingEntries(visit)];
  const { start } = visit;
  if (start !== undefined && visit.state !== 'wished') {
    const zones = { timeZone, nights };
    const passes = passesAt(visit);
    if (passes !== undefined) at.push({ id: `passed@${minuteOf(start)}`, at: passes, what: { is: 'passed' } });
    if (visit.state === 'booked') {
      const reminders = reminderEntries(visit, start, zones);
      at.push(...reminders, ...needEntries(visit, start, reminders, zones), ...noReplyEntries(visit, start, zones));
    }
  }
  return at.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** What is to be carried out next; it may be due already. */
export function nextEntry(visit: PlannedVisit, timeZone: string, nights?: Nights): AgendaEntry | undefined {
  return agendaOf(visit, timeZone, nights).find(({ id }) => !visit.done.includes(id));
}

/** What is due and was not carried out yet. */
export function dueEntries(visit: PlannedVisit, now: Date, timeZone: string, nights?: Nights): readonly AgendaEntry[] {
  return agendaOf(visit, timeZone, nights).filter(
    ({ id, at }) => at.getTime() <= now.getTime() && !visit.done.includes(id),
  );
}

interface Zones {
  readonly timeZone: string;
  readonly nights: Nights | undefined;
}

function reminderEntries(visit: PlannedVisit, start: string, zones: Zones): readonly AgendaEntry[] {
  return visit.plan.reminders.flatMap((reminder): AgendaEntry[] => {
    const at = byDay(timeBefore(new Date(start), reminder, zones.timeZone), zones.nights);
    if (at.getTime() >= Date.parse(start)) return [];
    const near = Date.parse(start) - at.getTime() <= nearVisit;
    const what = { is: 'reminder', asksToConfirm: reminder.asksToConfirm === true, near } as const;
    return [{ id: reminderId(reminder, start), at, what }];
  });
}

function reminderId({ id }: Reminder, start: string): string {
  return `reminder/${id}@${minuteOf(start)}`;
}

/** Kinds that are brought about once, before their due date; the others are kept to on the day, and reminders carry them. */
const isBroughtAbout: Record<RequirementKind, boolean> = {
  referral: true,
  authorisation: true,
  form: true,
  document: true,
  interpreter: true,
  transport: true,
  preparation: false,
  arrival: false,
};

function needEntries(
  { requirements }: PlannedVisit,
  start: string,
  reminders: readonly AgendaEntry[],
  zones: Zones,
): readonly AgendaEntry[] {
  const reminded = (from: number, until: number) =>
    reminders.some(({ at }) => at.getTime() >= from && at.getTime() <= until);
  return requirements.flatMap((need: Requirement): readonly AgendaEntry[] => {
    if (isSettled[need.state] || need.tooLate === true) return [];
    const due = Math.min(Date.parse(need.due), Date.parse(start));
    const lapses = tooLateEntries(need);
    if (need.owner !== 'patient' && isBroughtAbout[need.kind])
      return [
        ...lapses,
        {
          id: `due/${need.id}@${minuteOf(need.due)}`,
          at: new Date(due),
          what: { is: 'not-met', requirement: need.id },
        },
      ];
    if (need.owner !== 'patient' || !isBroughtAbout[need.kind]) return lapses;
    const at = byDay(timeBefore(new Date(due), { before: 'P1D' }, zones.timeZone), zones.nights);
    if (reminded(at.getTime() - 24 * hour, due)) return lapses;
    return [
      ...lapses,
      { id: `nudge/${need.id}@${minuteOf(need.due)}`, at, what: { is: 'nudge', requirement: need.id } },
    ];
  });
}

function tooLateEntries({ id, state, startBy }: Requirement): readonly AgendaEntry[] {
  if (state !== 'open' || startBy === undefined) return [];
  const what = { is: 'too-late', requirement: id } as const;
  return [{ id: `too-late/${id}@${minuteOf(startBy)}`, at: new Date(startBy), what }];
}

/** Only after a reminder has asked, and while its question still waits: whoever said anything else is being listened to. */
function noReplyEntries(visit: PlannedVisit, start: string, zones: Zones): readonly AgendaEntry[] {
  const { asked, plan, done } = visit;
  const hasAsked = plan.reminders.some((each) => each.asksToConfirm === true && done.includes(reminderId(each, start)));
  if (!hasAsked || asked?.is !== 'confirm' || visit.confirmedAt !== undefined) return [];
  const entries: AgendaEntry[] = [];
  const put = (is: 'other-channel' | 'no-reply', before: string | undefined, asksPatient: boolean) => {
    if (before === undefined) return;
    const wanted = timeBefore(new Date(start), { before }, zones.timeZone).getTime();
    const earliest = Date.parse(asked.at) + timeToAnswer;
    const later = new Date(Math.max(wanted, earliest));
    const at = asksPatient ? byDay(later, zones.nights, new Date(earliest)) : later;
    if (at.getTime() < Date.parse(start)) entries.push({ id: `${is}@${minuteOf(start)}`, at, what: { is } });
  };
  put('other-channel', plan.otherChannelBefore, true);
  put('no-reply', plan.deskBefore, false);
  return entries;
}

function movingEntries({ moving, asked }: PlannedVisit): readonly AgendaEntry[] {
  if (moving === undefined) return [];
  const { quietUntil } = moving;
  // A call was under way: what it did not get to hear is texted then.
  if (quietUntil !== undefined)
    return [{ id: `call-over@${Date.parse(quietUntil)}`, at: new Date(quietUntil), what: { is: 'move-stuck' } }];
  if (moving.stage === 'offered') {
    const since = asked?.is === 'pick-slot' ? asked.at : moving.since;
    const at = new Date(Date.parse(since) + offerStands);
    return [{ id: `offered@${minuteOf(since)}`, at, what: { is: 'offer-unanswered' } }];
  }
  const at = new Date(Date.parse(moving.since) + lookingTakes);
  return [{ id: `${moving.stage}@${minuteOf(moving.since)}`, at, what: { is: 'move-stuck' } }];
}

/** Epoch minutes: the same instant has the same name, however it is written. */
function minuteOf(instant: string): number {
  return Math.floor(Date.parse(instant) / 60_000);
}

/** What would fall into the patient's night comes the evening before, or, where that is before `earliest`, when the night is over. */
function byDay(at: Date, nights: Nights | undefined, earliest?: Date): Date {
  if (nights === undefined) return at;
  const { timeZone, hours } = nights;
  const over = quietUntil(at, timeZone, hours);
  if (over === undefined) return at;
  const wall = wallAt(at, timeZone);
  const [fromHour = 0, fromMinute = 0] = hours.from.split(':').map(Number);
  const begins = (day: Pick<Wall, 'year' | 'month' | 'day'>) =>
    Date.parse(withOffset({ ...day, hour: fromHour, minute: fromMinute }, timeZone)) - beforeNight;
  const today = begins(wall);
  const evening = new Date(today <= at.getTime() ? today : begins(addDays(wall, -1)));
  return earliest !== undefined && evening.getTime() < earliest.getTime() ? over : evening;
}
