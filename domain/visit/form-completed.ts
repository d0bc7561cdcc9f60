import type { Turn } from '../conversation/turn.ts';
import { isSettled, metNow, type Requirement } from '../requirements/requirement.ts';
import type { Conversation } from '../story/story.ts';
import { changeVisit } from './story-visits.ts';
import { isAhead } from './visit.ts';

/** All questions of a conversation are answered: what visits need of it is met. The patient knows; nothing is said. */
export function formCompleted(turn: Turn, { id, intake }: Conversation): void {
  const meets = (need: Requirement) =>
    need.questionnaire !== undefined &&
    canonicalOf(need.questionnaire) === canonicalOf(intake) &&
    !isSettled[need.state];
  for (const { appointment, state, requirements } of turn.story.visits) {
    if (!isAhead[state] || !requirements.some(meets)) continue;
    changeVisit(turn, appointment, {
      requirements: requirements.map((need) => (meets(need) ? metNow(need, { setBy: 'patient', evidence: id }) : need)),
    });
    turn.do({ do: 'plan', appointment });
  }
}

/** A newer version of the same form asks the same. */
function canonicalOf(versioned: string): string {
  return versioned.split('|')[0] ?? versioned;
}
