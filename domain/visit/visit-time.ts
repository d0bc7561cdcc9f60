import type { Turn } from '../conversation/turn.ts';

/** Carries out whatever the visit's agenda has due by now. */
export function visitTimeCame(_turn: Turn, _appointment: string): void {}
