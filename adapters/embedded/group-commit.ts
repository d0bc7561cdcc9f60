import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../domain/errors/errors.ts';

/**
 * Gathers writes and makes them durable together: one transaction, one fsync, for all that arrive while the event loop still brings
 * new ones. A unit checks its own conditions and answers for itself; a unit that throws takes nothing but itself down.
 */
export interface GroupCommit {
  /**
   * Runs `work` in a transaction and resolves with its result once that is durable. `applied` runs right after the commit, before any
   * promise of the group settles and before anything else reads. `work` may run twice (after a rollback), so it must touch nothing
   * but the database.
   */
  write<T>(work: () => T, applied?: (result: T) => void): Promise<T>;
  busy(): boolean;
  /** Writes what waits, now. */
  flush(): void;
}

interface Unit {
  run(): void;
  applied(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** Bounds how long one group can block the event loop. */
const largestGroup = 256;
/** Event-loop turns that a group may wait for company as long as each brings some. */
const longestGathering = 4;

export function createGroupCommit(sqlite: DatabaseSync): GroupCommit {
  const begin = sqlite.prepare('BEGIN IMMEDIATE');
  const commit = sqlite.prepare('COMMIT');
  const rollback = sqlite.prepare('ROLLBACK');
  let waiting: Unit[] = [];
  let armed = false;
  let seen = 0;
  let turns = 0;

  function arm(): void {
    if (armed) return;
    armed = true;
    seen = 0;
    turns = 0;
    setImmediate(gather);
  }

  function gather(): void {
    const company = waiting.length > seen;
    if (company && waiting.length < largestGroup && turns < longestGathering) {
      seen = waiting.length;
      turns += 1;
      setImmediate(gather);
      return;
    }
    armed = false;
    writeGroup(waiting.splice(0, largestGroup));
    if (waiting.length > 0) arm();
  }

  function writeGroup(group: readonly Unit[]): void {
    if (group.length === 0) return;
    try {
      begin.run();
      for (const unit of group) unit.run();
      commit.run();
    } catch (error) {
      if (sqlite.isTransaction) rollback.run();
      const [first, ...others] = group;
      if (first !== undefined && others.length === 0) first.reject(asFault(error));
      else for (const unit of group) writeGroup([unit]);
      return;
    }
    for (const unit of group) unit.applied();
    for (const unit of group) unit.resolve();
  }

  return {
    write: <T>(work: () => T, applied?: (result: T) => void) =>
      new Promise<T>((resolve, reject) => {
        let done: { readonly result: T } | undefined;
        waiting.push({
          run: () => {
            done = { result: work() };
          },
          applied: () => {
            if (done !== undefined) applied?.(done.result);
          },
          resolve: () => {
            if (done !== undefined) resolve(done.result);
          },
          reject,
        });
        arm();
      }),
    busy: () => waiting.length > 0,
    flush: () => {
      const all = waiting;
      waiting = [];
      writeGroup(all);
    },
  };
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault('STORE_UNAVAILABLE', 'The embedded store did not take a write.', { cause: error });
}
