import type { Envelope } from '../../events/envelope.ts';

/** Puts events on the bus. At least once; the ids of those that the bus refused come back and must be tried again. */
export interface Bus {
  publish(events: readonly Envelope[]): Promise<{ readonly refused: readonly string[] }>;
}
