import type { Clock } from '../../domain/ports/clock.ts';
import type { Database } from './database.ts';

/** Deletes what has expired, a little at a time, inside commits that happen anyway. What is not swept yet is not seen either. */
export interface Expiry {
  sweepNowAndThen(): void;
}

const commitsBetweenSweeps = 500;
/** More than can expire between two sweeps, so that it always catches up; few enough not to be felt. */
const sweptAtOnce = 1_000;

export function createExpiry(database: Database, clock: Clock): Expiry {
  // Outcomes all live equally long, so the oldest rows expire first and no index on the time is needed.
  const causes = database.prepare(
    'DELETE FROM causes WHERE seq IN (SELECT seq FROM (SELECT seq, expires FROM causes ORDER BY seq LIMIT ?) WHERE expires <= ?)',
  );
  const records = database.prepare(
    'DELETE FROM records WHERE (kind, id) IN (SELECT kind, id FROM records WHERE expires <= ? LIMIT ?)',
  );
  let commits = 0;
  return {
    sweepNowAndThen() {
      commits += 1;
      if (commits % commitsBetweenSweeps !== 0) return;
      const now = clock.now().getTime();
      causes.run(sweptAtOnce, now);
      records.run(now, sweptAtOnce);
    },
  };
}
