import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { expressByText } from '../../edge/texting.ts';
import type { ReadRequirementTask } from '../../fhir-mappings/requirement-task.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { type Change, checkStillFirst, keepSeen } from './what-changed.ts';

/** Staff have moved the Task of something that a visit needs: so it stands, and the patient hears of it where it concerns them. Our own words coming back say nothing. */
export async function followRequirement(
  deps: ChartChangedDeps,
  change: Change,
  { appointment, requirement, patient, state, because, moved }: ReadRequirementTask,
): Promise<void> {
  const { cause } = change;
  const view = patient === undefined ? undefined : await deps.store.story(patient);
  if (view === undefined || patient === undefined || state === undefined) return keepSeen(deps, change);
  // What was given back we leave as it is: where it stands as we wrote it before, somebody has taken it up again.
  const isTakenUp = view.story.visits.some(
    (visit) =>
      visit.appointment === appointment &&
      visit.requirements.some(({ id, givenBack }) => id === requirement && givenBack !== undefined),
  );
  if (!moved && !isTakenUp) return keepSeen(deps, change);
  await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'requirement-set', appointment, requirement, state, ...(because === undefined ? {} : { because }) },
    onConflict: () => checkStillFirst(deps, change),
    express: async (decision, before) => {
      const expression = await expressByText(deps, cause, decision, before.story, {
        priority: 'reminder',
        news: true,
        about: { appointment },
      });
      return { ...expression, records: [...(expression.records ?? []), change.seen({ story: patient })] };
    },
  });
}
