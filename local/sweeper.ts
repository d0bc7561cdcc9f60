import type { Settling } from './settling.ts';

const every = 15 * 60_000;
const afterFailure = 60_000;
/** How often the wall clock looks, while nobody moves the simulated one. */
const lookEvery = 30_000;

/** Sweeps at the start and every quarter of an hour of the clock, one at a time. */
export function createSweeper(
  sweep: () => Promise<void>,
  now: () => Date,
): { readonly settling: Settling; idle(): Promise<void>; start(): void; stop(): void } {
  let next = 0;
  let running: Promise<void> | undefined;
  const wake = () => {
    if (running !== undefined || now().getTime() < next) return;
    next = now().getTime() + every;
    running = sweep()
      // Whatever kept the sweep from the EHR is logged where it happened; it is tried again soon.
      .catch(() => {
        next = now().getTime() + afterFailure;
      })
      .finally(() => {
        running = undefined;
      });
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    start: () => {
      wake();
      timer = setInterval(wake, lookEvery).unref();
    },
    stop: () => clearInterval(timer),
    settling: {
      name: 'sweep',
      busy: () => running !== undefined,
      // Due once it is overdue, never ahead: a clock that is moved a week on sweeps where it stops, not seven hundred times on the way.
      nextDue: () => (next <= now().getTime() ? new Date(next) : undefined),
      wake,
    },
    idle: async () => running,
  };
}
