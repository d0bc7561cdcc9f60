/**
 * What the simulated clock asks of each part of the local host, so that "settle" means something: a part is busy while work it has
 * already started or that is due now is unfinished; `nextDue` is the earliest simulated time at which it will have work again.
 */
export interface Settling {
  readonly name: string;
  busy(): boolean;
  nextDue(): Date | undefined;
  /** Starts whatever is due at the clock's present time. Called after each move of the clock; must not throw. */
  wake(): void;
}
