import type { Envelope } from '../../events/envelope.ts';

/** One-off timers. An event scheduled under a name is put on the bus at or soon after its time, at least once; same name, same timer. */
export interface Scheduler {
  schedule(name: string, at: Date, event: Envelope): Promise<void>;
  /** No error if it is gone or was never there. */
  cancel(name: string): Promise<void>;
}
