import type { Turn } from '../conversation/turn.ts';
import { mayText } from './asking-visit.ts';
import { changeVisit } from './story-visits.ts';
import type { PlannedVisit } from './visit.ts';

/** A freed time went to somebody else: said kindly, once, and on the call where they wait for it. They stay on the list. */
export function endOffer(turn: Turn, { appointment, asked, moving }: PlannedVisit): void {
  if (moving?.offer !== undefined && moving.via === 'voice' && moving.stage === 'booking') {
    changeVisit(turn, appointment, { moving: { ...moving, stage: 'none', unsaid: true } });
    return;
  }
  changeVisit(turn, appointment, {
    asked: asked?.is === 'slot-offer' ? undefined : asked,
    moving: moving?.offer === undefined ? moving : undefined,
  });
  turn.do({ do: 'plan', appointment });
  if (mayText(turn)) turn.do({ do: 'tell', message: 'offer.gone' });
}
