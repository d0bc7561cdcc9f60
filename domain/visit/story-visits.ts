import type { Turn } from '../conversation/turn.ts';
import type { Story } from '../story/story.ts';
import type { PlannedVisit } from './visit.ts';

/** A visit of the story by its Appointment's id. */
export function visitOf(turn: Turn, appointment: string): PlannedVisit | undefined {
  return turn.story.visits.find((visit) => visit.appointment === appointment);
}

/** Changes a visit of the story; a key given as undefined is removed. Returns it as it is now. */
export function changeVisit(
  turn: Turn,
  appointment: string,
  change: { readonly [K in keyof PlannedVisit]?: PlannedVisit[K] | undefined },
): PlannedVisit {
  const before = visitOf(turn, appointment);
  if (before === undefined) throw new RangeError('No such visit in the story.');
  const after = changed(before, { changedAt: turn.now, ...change });
  turn.changeStory({ visits: turn.story.visits.map((visit) => (visit === before ? after : visit)) });
  return after;
}

/** A visit with some of it changed; a key given as undefined is removed. */
export function changed(
  visit: PlannedVisit,
  change: { readonly [K in keyof PlannedVisit]?: PlannedVisit[K] | undefined },
): PlannedVisit {
  const gone = new Set(Object.entries(change).flatMap(([key, value]) => (value === undefined ? [key] : [])));
  const merged: PlannedVisit = { ...visit, ...(change as Partial<PlannedVisit>) };
  return Object.fromEntries(Object.entries(merged).filter(([key]) => !gone.has(key))) as unknown as PlannedVisit;
}

/** Booked visits that have not begun yet, the next one first. */
export function visitsAhead(story: Pick<Story, 'visits'>, now: Date): readonly (PlannedVisit & { start: string })[] {
  return story.visits
    .flatMap((visit) => (visit.state === 'booked' && visit.start !== undefined ? [{ ...visit, start: visit.start }] : []))
    .filter(({ start }) => Date.parse(start) > now.getTime())
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}
