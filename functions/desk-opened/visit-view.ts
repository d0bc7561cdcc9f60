import type { HandoffNeed, HandoffVisit } from '../../domain/handoff/visits.ts';
import type { Story } from '../../domain/story/story.ts';
import type { DeskNeed, DeskVisit } from '../../web/desk/visit-part.ts';
import type { DeskOpenedDeps } from './dependencies.ts';

/** The visits with what the desk can do about each. */
export function visitViews(
  deps: Pick<DeskOpenedDeps, 'clock'>,
  story: Story,
  visits: readonly HandoffVisit[],
): readonly DeskVisit[] {
  // Tells two clicks on one page from a click on each of two pages: the first act once, the others each.
  const shown = deps.clock.now().toISOString();
  return visits.map(({ appointment, when, isToday, standing, open, settled }) => {
    const visit = story.visits.find((each) => each.appointment === appointment);
    const late = [
      ...(visit?.practitioner === undefined ? [] : [{ value: 'practitioner', label: 'Whom this patient sees' }]),
      ...(visit?.location === undefined ? [] : [{ value: 'location', label: 'Everyone at this place' }]),
    ];
    return {
      when: when ?? 'without a time yet',
      isToday,
      standing: standing.map(({ words }) => words),
      open: open.map(needView),
      settled: settled.map(needView),
      canCheckIn: isToday && visit?.state === 'booked',
      late: isToday ? late : [],
      hidden: { appointment, shown },
    };
  });
}

function needView({ id, what, owner, stands, due, because, presses, isStaffs }: HandoffNeed): DeskNeed {
  return { id, what, owner: `For: ${owner}`, stands, due, because, presses, isStaffs };
}
