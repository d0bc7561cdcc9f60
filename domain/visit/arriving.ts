import type { Turn } from '../conversation/turn.ts';
import { askAgain, askWhetherTheyCome, waitingVisitAsk } from './asking-visit.ts';
import { tellVisit } from './needs.ts';
import { visitsAhead } from './story-visits.ts';

/**
 * A call begins and no question of an intake waits: the next visit's time, what is open for it, and its question, or whether they come.
 * False where there is no visit to speak of: one that content says nothing about is none.
 */
export function speakOfVisit(turn: Turn): boolean {
  const waiting = waitingVisitAsk(turn);
  if (waiting?.isFront === true && waiting.visit.state !== 'booked') {
    askAgain(turn, waiting);
    return true;
  }
  const visit = visitsAhead(turn.story, turn.circumstances.now).find(
    ({ requirements, plan, asked, moving }) =>
      requirements.length > 0 || plan.reminders.length > 0 || asked !== undefined || moving?.stage === 'giving-up',
  );
  if (visit === undefined) return false;
  const { appointment, asked, confirmedAt, moving } = visit;
  if (moving?.stage === 'giving-up') {
    turn.do({ do: 'tell', message: 'visit.giving-up', when: visit.start });
    return true;
  }
  tellVisit(turn, visit);
  if (asked !== undefined) turn.do({ do: 'choose', appointment, ask: asked, manner: 'plain' });
  else if (confirmedAt === undefined) askWhetherTheyCome(turn, appointment);
  return true;
}
