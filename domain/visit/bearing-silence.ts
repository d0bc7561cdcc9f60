import type { Turn } from '../conversation/turn.ts';
import type { Channel } from '../intake/answer.ts';
import { askAgain, waitingVisitAsk } from './asking-visit.ts';
import { waitOnCall, waitsOnCall } from './saying-what-came.ts';

/** Nothing was said on a call: whoever waits for something goes on waiting or hears it; a visit's question is put again. False elsewhere. */
export function bearSilenceAtVisit(turn: Turn, channel: Channel, times: number): boolean {
  const waits = waitsOnCall(turn);
  if (waits !== undefined) {
    waitOnCall(turn, waits, channel);
    return true;
  }
  const asked = waitingVisitAsk(turn);
  if (asked?.isFront !== true || times >= 3) return false;
  if (times > 0) turn.do({ do: 'tell', message: 'voice.silence' });
  askAgain(turn, asked);
  return true;
}
