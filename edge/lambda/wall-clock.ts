import type { Clock } from '../../domain/ports/clock.ts';

/** The clock of the machine: what "now" is wherever nobody moves it. */
export const wallClock: Clock = { now: () => new Date() };
