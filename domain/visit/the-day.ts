import type { Heard } from '../conversation/heard.ts';
import type { Turn } from '../conversation/turn.ts';

/** The clinic runs late for this visit, or on time again: told with a range, and again only when it changes enough. */
export function hearOfLateness(_turn: Turn, _heard: Extract<Heard, { is: 'clinic-late' }>): void {}
