import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { ClosedBecause, StoryView } from '../../domain/story/story.ts';
import type { VisitOverBecause } from '../../domain/visit/known-visit.ts';
import { expressByText } from '../../edge/texting.ts';
import { endConversation } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';

const closedBecause: Record<VisitOverBecause, ClosedBecause> = {
  passed: 'visit-passed',
  cancelled: 'visit-cancelled',
  missed: 'visit-cancelled',
  'never-was': 'visit-cancelled',
};

/** A visit is over, with the questions that belong to it. Its own end comes first: that it is off is said once. */
export async function endVisitOf(
  deps: ChartChangedDeps,
  view: StoryView,
  cause: string,
  over: { readonly appointment: string; readonly because: VisitOverBecause; readonly seenAt?: string },
): Promise<void> {
  const { appointment, because } = over;
  await takeTurn(deps, {
    cause: `${cause}/over`,
    view,
    heard: { is: 'visit-over', ...over },
    express: (decision, before) =>
      expressByText(deps, `${cause}/over`, decision, before.story, {
        priority: 'reminder',
        news: true,
        about: { appointment },
      }),
  });
  for (const { id, visit } of view.story.conversations)
    if (visit?.appointment === appointment)
      await endConversation(deps, view.story.id, id, closedBecause[because], `${cause}/${id}`);
}
