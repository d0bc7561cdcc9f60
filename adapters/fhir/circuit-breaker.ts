/**
 * Keeps us from calling an EHR that is down: after so many failures in a row it opens; after a while it lets one call through, and
 * by that call's end closes or opens again.
 */
export interface CircuitBreaker {
  /** Undefined: go on, and report the end. A number: do not call; milliseconds until it makes sense. */
  admit(): number | undefined;
  succeeded(): void;
  /** True when this failure opened it. */
  failed(): boolean;
}

export function createCircuitBreaker(options: {
  readonly failures: number;
  readonly openMs: number;
  readonly now: () => number;
}): CircuitBreaker {
  let inARow = 0;
  let openUntil: number | undefined;
  let probing = false;

  return {
    admit() {
      if (openUntil === undefined) return undefined;
      const wait = openUntil - options.now();
      if (wait > 0) return wait;
      // A second call waits for the first one's verdict; it cannot know how long, so a short while.
      if (probing) return Math.min(options.openMs, 1000);
      probing = true;
      return undefined;
    },
    succeeded() {
      inARow = 0;
      openUntil = undefined;
      probing = false;
    },
    failed() {
      inARow += 1;
      if (!probing && inARow < options.failures) return false;
      const opened = openUntil === undefined;
      probing = false;
      openUntil = options.now() + options.openMs;
      return opened;
    },
  };
}
