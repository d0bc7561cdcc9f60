import type { Visit } from '../story/story.ts';
import { close } from './beginning-and-ending.ts';
import type { Turn } from './turn.ts';

const hour = 3_600_000;
/** The desk may still enter an answer while the visit lasts and a little after. */
const grace = 4 * hour;

/** From when on a visit's questions make no sense any more. */
export function passesAt(visit: Visit | undefined): Date | undefined {
  const last = visit?.end ?? visit?.start;
  return last === undefined ? undefined : new Date(Date.parse(last) + grace);
}

/** Whoever writes after the visit is not asked its questions: what has passed is closed first. True where anything was. */
export function closeWhatHasPassed(turn: Turn): boolean {
  let closed = false;
  for (const conversation of turn.story.conversations) {
    if (conversation.status !== 'open' && conversation.status !== 'queued') continue;
    const passes = passesAt(conversation.visit);
    if (passes !== undefined && passes.getTime() <= turn.circumstances.now.getTime())
      closed = close(turn, conversation.id, 'visit-passed') || closed;
  }
  return closed;
}
