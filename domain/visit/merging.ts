import type { SlotOffer } from '../scheduling/slot.ts';
import type { KnownVisit, VisitNews } from './known-visit.ts';
import { changed } from './story-visits.ts';
import { isAhead, type PlannedVisit, type VisitStanding } from './visit.ts';

/**
 * A visit of the story with what is newly known of it. Undefined where that is older than what is kept, or nothing is known of the visit at
 * all. What was asked, confirmed or carried out for another time than the one it has now is dropped.
 */
export function merged(before: PlannedVisit | undefined, news: VisitNews, now: string): PlannedVisit | undefined {
  const { known, requirements } = news;
  if (known === undefined) return before === undefined ? undefined : changed(before, { requirements });
  if (before === undefined) return { ...known, requirements, done: [], changedAt: now };
  if (isOlder(known.seenAt, before.seenAt)) return undefined;
  const state = standingOf(before, known);
  const after = changed(before, {
    // What the EHR does not say any more is not so any more.
    ...absent,
    ...known,
    seenAt: known.seenAt ?? before.seenAt,
    state,
    requirements,
    // Called off, and booked again: told from the beginning.
    ...(isAhead[before.state] || !isAhead[state] ? {} : { told: undefined }),
  });
  return isSameTime(before.start, known.start) && isAhead[before.state] === isAhead[state]
    ? after
    : changed(after, {
        done: [],
        confirmedAt: undefined,
        onTheWayAt: undefined,
        lateAt: undefined,
        lateMinutes: undefined,
        lateness: undefined,
        asked: before.asked?.is === 'slot-offer' || before.asked?.is === 'which-need' ? before.asked : undefined,
        moving: isOwnMove(before, known.start) ? before.moving : undefined,
      });
}

type MayBeAbsent = { [K in keyof KnownVisit]-?: object extends Pick<KnownVisit, K> ? K : never }[keyof KnownVisit];

const absent: Record<MayBeAbsent, undefined> = {
  seenAt: undefined,
  start: undefined,
  end: undefined,
  location: undefined,
  practitioner: undefined,
  about: undefined,
  urgency: undefined,
  requested: undefined,
};

/** Whether the EHR shows what this patient has just chosen, before the booking reports it: the time is theirs, and told as such. */
export function shownTaking(before: PlannedVisit, { state, start, slots }: KnownVisit): SlotOffer | undefined {
  const { taking } = before.moving ?? {};
  if (taking === undefined || state !== 'booked' || !isOwnMove(before, start)) return undefined;
  const names = slots.length === 0 ? !isSameTime(before.start, start) : slots.includes(taking.slot);
  return names ? taking : undefined;
}

/** Whether the EHR shows the time that this patient has just chosen: the move is ours, and told when it is certain. */
export function isOwnMove({ moving }: PlannedVisit, start: string | undefined): boolean {
  return moving?.stage === 'booking' && moving.taking !== undefined && isSameTime(moving.taking.start, start);
}

/** Instants may be written with different offsets. */
export function isSameTime(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined ? one === other : Date.parse(one) === Date.parse(other);
}

export function isOlder(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && Date.parse(one) < Date.parse(other);
}

/**
 * What we know before the EHR shows it stands until a newer version comes: the patient is here, or has given the visit up. A visit whose
 * time is over stays over, whatever the EHR still calls it.
 */
function standingOf(before: PlannedVisit, known: KnownVisit): VisitStanding {
  if (known.state !== 'booked' || !isSameTime(before.start, known.start)) return known.state;
  if (before.state === 'passed') return 'passed';
  const newer = isOlder(before.seenAt, known.seenAt);
  return newer ? known.state : before.state === 'wished' ? known.state : before.state;
}

/** Few enough for the hot state: what is over is let go first, and of that, or else of all, what has not changed for longest. */
export function kept(visits: readonly PlannedVisit[], most: number): readonly PlannedVisit[] {
  const surplus = visits.length - most;
  if (surplus <= 0) return visits;
  const weight = (visit: PlannedVisit) => (isAhead[visit.state] ? 1 : 0);
  const goes = [...visits]
    .sort((a, b) => weight(a) - weight(b) || Date.parse(a.changedAt) - Date.parse(b.changedAt))
    .slice(0, surplus);
  return visits.filter((visit) => !goes.includes(visit));
}
