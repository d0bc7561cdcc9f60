import type { Heard } from '../conversation/heard.ts';
import type { Turn } from '../conversation/turn.ts';

/** A freed time is offered to a patient on the waiting list. */
export function offerFreedSlot(_turn: Turn, _heard: Extract<Heard, { is: 'slot-offered' }>): void {}

/** Somebody else has it: said kindly. */
export function closeOffer(_turn: Turn, _heard: Extract<Heard, { is: 'offer-over' }>): void {}
