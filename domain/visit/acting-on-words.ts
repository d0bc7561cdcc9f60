import type { Turn } from '../conversation/turn.ts';
import type { Channel } from '../intake/answer.ts';
import { visitMeant } from './asking-visit.ts';
import { lookForTimes, viaOf } from './moving.ts';
import { markDone, tellOpenNeeds } from './needs.ts';
import type { VisitWords } from './reading/read-visit-words.ts';
import { askWhatInstead, confirmVisit, keepVisit, leaveToDesk, passOn } from './settling.ts';
import { checkIn, hearOnTheWay, hearRunningLate, tellHowLong, tellTime } from './the-day.ts';

/**
 * What was said of a visit unasked happens to the one that is meant. False where there is none that it could be about, so that it is heard
 * as anything else.
 */
export function actOnWords(turn: Turn, said: VisitWords, channel: Channel): boolean {
  if (said.is === 'thanks') {
    if (turn.story.visits.length === 0) return false;
    turn.do({ do: 'tell', message: 'visit.welcome' });
    return true;
  }
  const visit = visitMeant(turn);
  if (visit === undefined) {
    if (!said.clear || !aboutComing.has(said.is)) return false;
    passOn(turn);
    return true;
  }
  if (visit.moving?.stage === 'giving-up' && aboutComing.has(said.is)) {
    // It is being given back: whether that can be stopped is for a person to say.
    passOn(turn);
    return true;
  }
  switch (said.is) {
    case 'confirm':
      confirmVisit(turn, visit);
      return true;
    case 'keep':
      keepVisit(turn, visit);
      return true;
    case 'cannot-come':
      if (visit.state === 'booked') askWhatInstead(turn, visit);
      else leaveToDesk(turn, visit, 'not-moved');
      return true;
    case 'another-time':
      lookForTimes(turn, visit, said.wish, viaOf(channel));
      return true;
    case 'running-late':
      hearRunningLate(turn, said.number);
      return true;
    case 'on-my-way':
      hearOnTheWay(turn);
      return true;
    case 'here':
      checkIn(turn);
      return true;
    case 'how-long':
      tellHowLong(turn);
      return true;
    case 'when':
      tellTime(turn);
      return true;
    case 'what-needed':
      tellOpenNeeds(turn);
      return true;
    case 'done':
      markDone(turn, said.number);
      return true;
  }
}

/** Said where no visit is known, it must not go unheard. */
const aboutComing: ReadonlySet<VisitWords['is']> = new Set([
  'confirm',
  'keep',
  'cannot-come',
  'another-time',
  'running-late',
]);
