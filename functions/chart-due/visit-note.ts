import { type DeskReason, deskReasons } from '../../domain/conversation/effects.ts';
import { sayHowLate } from '../../domain/handoff/how-late.ts';
import { sayDay } from '../../domain/handoff/when.ts';
import { inWords } from '../../domain/handoff/wish.ts';
import { requirementNames } from '../../domain/requirements/names.ts';
import { isSettled, type Requirement } from '../../domain/requirements/requirement.ts';
import { isAhead, type PlannedVisit, type VisitStanding } from '../../domain/visit/visit.ts';

/** What the desk reads of a visit that needs somebody, and until when it helps. */
export interface VisitNote {
  readonly words: string;
  /** ISO instant. */
  readonly dueBy: string;
}

export function isDeskReason(because: string): because is DeskReason {
  return (deskReasons as readonly string[]).includes(because);
}

const minute = 60_000;
/** How long it may wait; never past the visit itself. */
const withinMinutes: Record<DeskReason, number> = {
  'running-late': 10,
  'cannot-be-met': 4 * 60,
  'no-reply': 24 * 60,
  'not-moved': 24 * 60,
  'needs-missed': 4 * 60,
  'need-given-back': 4 * 60,
};

/** Names the visit's time and what is wanted of whoever reads it. `at`: ISO instant at which it came up; `minutes`: how late the patient is. */
export function noteOf(
  because: DeskReason,
  visit: PlannedVisit | undefined,
  { at, timeZone, minutes }: { readonly at: string; readonly timeZone: string; readonly minutes?: number | undefined },
): VisitNote {
  const time = visit?.start === undefined ? '' : ` on ${sayDay(visit.start, timeZone)}`;
  const soon = Date.parse(at) + withinMinutes[because] * minute;
  const start = visit?.start === undefined ? Number.POSITIVE_INFINITY : Date.parse(visit.start);
  // Before it begins, but never at once in the past: a note that was due yesterday is read by nobody.
  const due = Math.max(Math.min(soon, start), Date.parse(at) + 10 * minute);
  return { words: words[because](time, visit, minutes), dueBy: new Date(due).toISOString() };
}

const words: Record<DeskReason, (time: string, visit: PlannedVisit | undefined, minutes?: number) => string> = {
  'running-late': (time, _, minutes) =>
    `The patient says that they are ${sayHowLate(minutes)} for the visit${time}. Please see whether they can still be fitted in, and tell them.`,
  'cannot-be-met': (time, visit) =>
    `The visit${time} needs something that cannot be there in time any more${named(visit, ({ tooLate }) => tooLate === true)}. ${visit?.asked?.is === 'keep-or-move' ? 'The patient has been asked whether to keep the visit or move it.' : 'The patient may not know of it yet.'} Please settle it with them.`,
  'no-reply': (time) =>
    `Nobody has said whether the patient comes to the visit${time}. They were asked by text and by phone, without an answer. Please reach them another way.`,
  'not-moved': (time, visit) =>
    visit !== undefined && !isAhead[visit.state]
      ? `The visit${time} ${isOver[visit.state]}, and the patient wants another time. Please find one with them.`
      : `The patient wants another time instead of the visit${time}, and none was found that suits${wishOf(visit)}. The visit stands until then. Please find a time with them.`,
  'needs-missed': (time, visit) =>
    `The visit${time} is near, and something it needs is not there${named(visit, isMissing)}. Please see whether the visit can take place.`,
  'need-given-back': (time, visit) =>
    `Nobody sees to something that the visit${time} needs, since its Task was given back${named(visit, ({ givenBack }) => givenBack !== undefined)}. Please give it to somebody, or settle it with the patient.`,
};

const isOver: Record<VisitStanding, string> = {
  wished: '',
  booked: '',
  arrived: '',
  passed: 'is over',
  cancelled: 'was called off',
  missed: 'was missed',
};

/** What the patient keeps to or brings along can't be seen before they are here. */
function isMissing({ state, owner, kind }: Requirement): boolean {
  return (state === 'missed' || !isSettled[state]) && (owner !== 'patient' || kind === 'form');
}

function named(visit: PlannedVisit | undefined, concerned: (requirement: Requirement) => boolean): string {
  const names = (visit?.requirements ?? []).filter(concerned).map(({ kind, because, givenBack }) => {
    const theirs = givenBack?.because !== undefined ? `, “${givenBack.because}”` : '';
    return `${requirementNames[kind]} (${because.replace(/[.\s]+$/, '')})${theirs}`;
  });
  return names.length === 0 ? '' : `: ${names.join('; ')}`;
}

function wishOf(visit: PlannedVisit | undefined): string {
  const wish = visit?.moving?.wish;
  const said = wish === undefined ? '' : inWords(wish);
  return said === '' ? '' : ` (${said})`;
}
