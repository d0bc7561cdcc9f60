import type { Clock } from '../../domain/ports/clock.ts';

/** What a part of the host shows to whoever moves the clock: busy while work that is due is unfinished, and when more falls due. */
export interface Settling {
  readonly name: string;
  busy(): boolean;
  nextDue(): Date | undefined;
  wake(): void;
}

/** One timer of the real world for the earliest thing due by the given clock, which may run ahead of it. */
export interface DueAlarm {
  /** Rings once, at or after that instant; a later call replaces it. */
  set(due: number | undefined): void;
}

const longestTimer = 2 ** 31 - 1;

export function createDueAlarm(clock: Clock, ring: () => void): DueAlarm {
  let timer: NodeJS.Timeout | undefined;
  let setFor: number | undefined;
  return {
    set(due) {
      if (due === setFor && timer !== undefined) return;
      clearTimeout(timer);
      timer = undefined;
      setFor = due;
      if (due === undefined) return;
      timer = setTimeout(
        () => {
          timer = undefined;
          ring();
        },
        Math.min(Math.max(due - clock.now().getTime(), 0), longestTimer),
      );
      timer.unref();
    },
  };
}
