import type { Faults } from './faults.ts';

/** How long messages and callbacks are gathered, in wall time, before a `reorder` fault turns them round. */
const GATHERED_MS = 25;

/** Keeps count of what is under way, so that the clock can tell when the carrier is idle, and delivers late or out of order on demand. */
export interface Deliveries {
  faults(): Faults;
  setFaults(faults: Faults): void;
  /** Whether anything that could go on now is unfinished; what waits for `unavailable` to end is not. */
  busy(): boolean;
  /** Counts the work as under way until it settles. */
  track<T>(work: () => Promise<T>): Promise<T>;
  /** Starts work nobody waits for; a failure is shown, never thrown. */
  background(work: () => Promise<void>): void;
  /** Runs the work, out of order with its neighbours while `reorder` is on. */
  maybeReordered<T>(work: () => Promise<T>): Promise<T>;
  /** Returns once the carrier is available, having taken the wait out of the count. Only inside tracked work. */
  whenAvailable(): Promise<void>;
  /** Runs work of one key one after the other. */
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
  closed(): boolean;
  close(): void;
}

/** Creates the bookkeeping of one carrier. */
export function createDeliveries(initial: Faults, show: (line: string) => void): Deliveries {
  let faults = initial;
  let underWay = 0;
  let closed = false;
  let gathered: (() => Promise<void>)[] = [];
  let waiting: (() => void)[] = [];
  const tails = new Map<string, Promise<unknown>>();

  const track = async <T>(work: () => Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
    }
  };
  const release = (): void => {
    const batch = gathered.reverse();
    gathered = [];
    void track(async () => {
      for (const work of batch) await work();
    });
  };

  return {
    faults: () => faults,
    setFaults(next) {
      faults = next;
      if (faults.unavailable) return;
      const ready = waiting;
      waiting = [];
      for (const goOn of ready) goOn();
    },
    busy: () => underWay > 0 || gathered.length > 0,
    track,
    background(work) {
      track(work).catch((error: unknown) => show(`carrier: ${error instanceof Error ? error.message : 'failed'}`));
    },
    maybeReordered(work) {
      if (!faults.reorder || faults.unavailable || closed) return work();
      return new Promise((resolve, reject) => {
        if (gathered.length === 0) setTimeout(release, GATHERED_MS);
        gathered.push(() => work().then(resolve, reject));
      });
    },
    async whenAvailable() {
      while (faults.unavailable && !closed) {
        underWay -= 1;
        await new Promise<void>((goOn) => waiting.push(goOn));
        underWay += 1;
      }
    },
    inTurn(key, work) {
      const turn = (tails.get(key) ?? Promise.resolve()).then(work, work);
      tails.set(key, turn);
      const forget = (): void => {
        if (tails.get(key) === turn) tails.delete(key);
      };
      turn.then(forget, forget);
      return turn;
    },
    closed: () => closed,
    close() {
      closed = true;
      for (const goOn of waiting) goOn();
      waiting = [];
    },
  };
}
