import type { Heard } from '../conversation/heard.ts';
import type { Turn } from '../conversation/turn.ts';
import { isStillAhead, mayText, putVisitAsk } from './asking-visit.ts';
import { endOffer } from './ending-offers.ts';
import { changeVisit, visitOf } from './story-visits.ts';
import type { PlannedVisit } from './visit.ts';

/** A freed time is offered to a patient on the waiting list: whoever says yes first has it. Nobody is asked of two at once. */
export function offerFreedSlot(turn: Turn, heard: Extract<Heard, { is: 'slot-offered' }>): void {
  const { appointment, slot, offer, until } = heard;
  const visit = visitOf(turn, appointment);
  if (visit === undefined || !mayText(turn) || visit.state === 'arrived' || !isStillAhead(turn, visit)) return;
  if (visit.moving !== undefined || visit.asked?.is === 'slot-offer') return;
  if (Date.parse(slot.start) <= turn.circumstances.now.getTime()) return;
  putVisitAsk(turn, appointment, 'slot-offer', [{ is: 'accept' }, { is: 'decline' }], 'plain', {
    offer,
    slot,
    ...(until === undefined ? {} : { until }),
  });
}

/** No is as good an answer as yes: they wait on. */
export function declineOffer(turn: Turn, { appointment, asked }: PlannedVisit): void {
  changeVisit(turn, appointment, { asked: undefined });
  if (asked?.offer !== undefined) turn.do({ do: 'decline-offer', appointment, offer: asked.offer });
  turn.do({ do: 'tell', message: 'offer.declined' });
}

/** Somebody else took it, or its time has come. Whoever had said no hears nothing. */
export function closeOffer(turn: Turn, { appointment, offer }: Extract<Heard, { is: 'offer-over' }>): void {
  const visit = visitOf(turn, appointment);
  if (visit !== undefined && (visit.asked?.offer === offer || visit.moving?.offer === offer)) endOffer(turn, visit);
}
