import type { Turn } from '../conversation/turn.ts';
import type { Story } from '../story/story.ts';
import type { PlannedVisit } from './visit.ts';

export type VisitChange = { readonly [K in keyof PlannedVisit]?: PlannedVisit[K] | undefined };

/** A visit of the story by its Appointment's id. */
export function visitOf(turn: Turn, appointment: string): PlannedVisit | undefined {
  return turn.story.visits.find((visit) => visit.appointment === appointment);
}

/** Changes a visit of the story; a key given as undefined is removed. Returns it as it is now. */
export function changeVisit(turn: Turn, appointment: string, change: VisitChange): PlannedVisit {
  const before = visitOf(turn, appointment);
  if (before === undefined) throw new RangeError('No such visit in the story.');
  const after = changed(before, { changedAt: turn.now, ...change });
  turn.changeStory({ visits: turn.story.visits.map((visit) => (visit === before ? after : visit)) });
  return after;
}

/** A visit with some of it changed; a key given as undefined is removed. */
export function changed(visit: PlannedVisit, change: VisitChange): PlannedVisit {
  const after = { ...visit, ...change } as { -readonly [K in keyof PlannedVisit]: PlannedVisit[K] };
  const optional: Partial<typeof after> = after;
  for (const key of Object.keys(change) as (keyof PlannedVisit)[]) if (change[key] === undefined) delete optional[key];
  return after;
}

/** Booked visits that have not begun yet, the next one first. */
export function visitsAhead(
  story: Pick<Story, 'visits'>,
  now: Date,
): readonly (PlannedVisit & { readonly start: string })[] {
  return story.visits
    .flatMap((visit) =>
      visit.state === 'booked' && visit.start !== undefined ? [{ ...visit, start: visit.start }] : [],
    )
    .filter(({ start }) => Date.parse(start) > now.getTime())
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}
