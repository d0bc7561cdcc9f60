import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { ask } from './wire.ts';

const answer = z.object({ now: z.string() });

/** The clock of a local house. Every move returns once the house is idle. */
export interface ClockHands {
  now(): Promise<Temporal.Instant>;
  moveTo(instant: Temporal.Instant): Promise<void>;
  advance(duration: string): Promise<void>;
  /** Waits until everything that was begun is done. */
  settle(): Promise<void>;
}

export function createClockHands(console: string): ClockHands {
  const post = async (body: object) => {
    await ask(`${console}/clock`, z.unknown(), { body });
  };
  return {
    now: async () => Temporal.Instant.from((await ask(`${console}/clock`, answer)).now),
    moveTo: (instant) => post({ now: instant.toString() }),
    advance: (duration) => post({ advance: duration }),
    settle: () => post({ advance: 'PT0S' }),
  };
}
