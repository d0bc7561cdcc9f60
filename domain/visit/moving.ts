import type { Heard } from '../conversation/heard.ts';
import type { Turn } from '../conversation/turn.ts';

/** Free times were found: up to three are offered. */
export function offerSlots(_turn: Turn, _heard: Extract<Heard, { is: 'slots-found' }>): void {}

/** Somebody else was faster: the next ones are offered. */
export function loseSlot(_turn: Turn, _heard: Extract<Heard, { is: 'slot-lost' }>): void {}

/** The chosen time is the patient's. */
export function takeSlot(_turn: Turn, _heard: Extract<Heard, { is: 'slot-taken' }>): void {}

/** The visit was given up. */
export function giveUp(_turn: Turn, _heard: Extract<Heard, { is: 'given-up' }>): void {}
