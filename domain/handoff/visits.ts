import { wallAt } from '../intake/reading/zone.ts';
import { ownerNames, requirementNames, stateNames } from '../requirements/names.ts';
import { isSettled, type Requirement } from '../requirements/requirement.ts';
import type { Story } from '../story/story.ts';
import { isAhead, type PlannedVisit } from '../visit/visit.ts';
import { sayHowLate } from './how-late.ts';
import type { TellingContext } from './told.ts';
import { sayWhen } from './when.ts';
import { inWords } from './wish.ts';

/** A visit as the next person needs it: when, how it stands, what it still needs and who sees to that. */
export interface HandoffVisit {
  readonly appointment: string;
  /** ISO instant and the same in words; absent while it waits for a time. */
  readonly at?: string;
  readonly when?: string;
  readonly isToday: boolean;
  readonly isHere: boolean;
  /** What is known of whether and when they come, most pressing first. */
  readonly standing: readonly VisitLine[];
  /** Still to be done, or not done in time. */
  readonly open: readonly HandoffNeed[];
  /** Done, or not needed. */
  readonly settled: readonly HandoffNeed[];
}

export interface VisitLine {
  readonly words: string;
  /** Whoever meets the patient must know it now: they are late, we are late, they want another time. */
  readonly presses: boolean;
  readonly isNew: boolean;
}

export interface HandoffNeed {
  readonly id: string;
  readonly kind: Requirement['kind'];
  /** "Authorisation by the payer". */
  readonly what: string;
  readonly owner: string;
  readonly state: Requirement['state'];
  /** "under way", "not needed: had it last week, said by staff". */
  readonly stands: string;
  /** When it must be done, in words. */
  readonly due: string;
  readonly because: string;
  /** It cannot be done in time any more, was not, or nobody sees to it. */
  readonly presses: boolean;
  /** Staff said how it stands; they can take it back. */
  readonly isStaffs: boolean;
}

/** Few enough to be read: those of today, and the next one. */
const most = 3;

/** The visits that whoever meets the patient now must know of, the next one first. */
export function visitsOf(story: Story, context: TellingContext): readonly HandoffVisit[] {
  const { now, timeZone } = context;
  const today = dayAt(now, timeZone);
  const known = story.visits
    .filter(({ state }) => isAhead[state])
    .sort((a, b) => time(a) - time(b))
    .map((visit) => ({
      visit,
      isToday: visit.start !== undefined && dayAt(new Date(visit.start), timeZone) === today,
    }));
  const [next] = known;
  return known
    .filter((each) => each.isToday || each === next)
    .slice(0, most)
    .map(({ visit, isToday }) => visitOf(visit, isToday, context));
}

function visitOf(visit: PlannedVisit, isToday: boolean, context: TellingContext): HandoffVisit {
  const needs = visit.requirements.map((requirement) => needOf(requirement, context));
  const { start, appointment, state } = visit;
  return {
    appointment,
    ...(start === undefined ? {} : { at: start, when: sayWhen(start, context.now, context.timeZone) }),
    isToday,
    isHere: state === 'arrived',
    standing: standingOf(visit, context),
    open: needs.filter(isLeft),
    settled: needs.filter((need) => !isLeft(need)),
  };
}

/** What was not done in time is still not there: whoever meets the patient has to see to it. */
function isLeft({ state }: HandoffNeed): boolean {
  return !isSettled[state] || state === 'missed';
}

function standingOf(visit: PlannedVisit, { now, timeZone, since }: TellingContext): readonly VisitLine[] {
  const lines: VisitLine[] = [];
  const said = (words: string, at: string | undefined, presses: boolean) => {
    const isNew = since !== undefined && at !== undefined && Date.parse(at) > Date.parse(since);
    lines.push({ words: at === undefined ? words : `${words} ${sayWhen(at, now, timeZone)}`, presses, isNew });
  };
  const { state, lateAt, lateMinutes, onTheWayAt, lateness, moving, confirmedAt } = visit;
  const here = state === 'arrived';
  if (here) said('The patient is here', undefined, false);
  if (!here && lateAt !== undefined) said(`The patient is running ${sayHowLate(lateMinutes)}, said`, lateAt, true);
  if (lateness !== undefined) {
    const { from, to } = lateness;
    const late = `We run ${from === to ? to : `${from} to ${to}`} minutes late`;
    if (lateness.told === undefined) said(`${late}; the patient has not been told`, undefined, true);
    else said(`${late}; the patient was told`, lateness.told.at, true);
  }
  if (moving !== undefined) {
    const wish = moving.wish === undefined ? '' : inWords(moving.wish);
    said(`Wants another time${wish === '' ? '' : ` (${wish})`}, asked`, moving.since, true);
  }
  if (!here && onTheWayAt !== undefined) said('On the way, said', onTheWayAt, false);
  if (confirmedAt !== undefined) said('Confirmed', confirmedAt, false);
  else if (state === 'booked') said('Not confirmed yet', undefined, false);
  if (state === 'wished') said('On the waiting list', undefined, false);
  return lines;
}

function needOf(requirement: Requirement, { now, timeZone }: TellingContext): HandoffNeed {
  const { id, kind, owner, state, due, because, tooLate, givenBack, setBy } = requirement;
  return {
    id,
    kind,
    what: requirementNames[kind],
    owner: ownerNames[owner],
    state,
    stands: standsOf(requirement),
    due: sayWhen(due, now, timeZone),
    because,
    presses: state === 'missed' || ((tooLate === true || givenBack !== undefined) && !isSettled[state]),
    isStaffs: setBy === 'staff',
  };
}

function standsOf({ state, waivedBecause, givenBack, tooLate, setBy, evidence }: Requirement): string {
  const who = setBy ?? (evidence === 'patient' || evidence === 'staff' ? evidence : undefined);
  const why = state === 'waived' && waivedBecause !== undefined ? `: ${waivedBecause}` : '';
  const source = state === 'met' && who === undefined && evidence !== undefined ? ` (${evidence})` : '';
  const back =
    givenBack === undefined || isSettled[state]
      ? ''
      : `, given back${givenBack.because === undefined ? '' : `: ${givenBack.because}`}`;
  const late = tooLate === true && !isSettled[state] ? ', cannot be done in time any more' : '';
  return `${stateNames[state]}${why}${source}${isSettled[state] && who !== undefined ? `, said by ${who === 'staff' ? 'staff' : 'the patient'}` : ''}${back}${late}`;
}

function time({ start }: PlannedVisit): number {
  return start === undefined ? Number.POSITIVE_INFINITY : Date.parse(start);
}

function dayAt(instant: Date, timeZone: string): string {
  const { year, month, day } = wallAt(instant, timeZone);
  return `${year}-${month}-${day}`;
}
