import type { Heard } from '../conversation/heard.ts';
import type { Turn } from '../conversation/turn.ts';

/** The EHR shows visits, or something that changes what they need: the story takes it over, and the patient hears what is new, once. */
export function planVisits(_turn: Turn, _heard: Extract<Heard, { is: 'visits-planned' }>): void {}

/** A visit is over: nothing of it is asked or reminded of any more. */
export function endVisit(_turn: Turn, _heard: Extract<Heard, { is: 'visit-over' }>): void {}

/** Staff have set a requirement through its Task. */
export function setRequirement(_turn: Turn, _heard: Extract<Heard, { is: 'requirement-set' }>): void {}
