import { type Granted, take } from '../../domain/outbound/token-bucket.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Priority } from '../../domain/story/message.ts';

/** The sender's rate, shared by every process that sends from it. */
export interface SendRate {
  /** Tokens for a whole delivery at once: one write for a batch, not one for each text. */
  reserve(priority: Priority, count: number): Promise<Pick<Granted, 'admitted' | 'again'>>;
}

const mostTries = 6;
/** How long whoever met others at the bucket each time waits before asking again. */
const crowdedMs = 50;

/**
 * A token bucket in a record: read, take, write on condition that nobody has taken meanwhile. A process queues its own reservations one
 * behind the other, so that only those of other processes can be met; who meets one tries again with what is left then.
 */
export function createSendRate(deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly sender: string;
  readonly perSecond: number;
}): SendRate {
  const { records, clock, sender, perSecond } = deps;
  let before: Promise<unknown> = Promise.resolve();

  async function reserveNow(priority: Priority, count: number): Promise<Pick<Granted, 'admitted' | 'again'>> {
    for (let tries = 0; tries < mostTries; tries++) {
      const stored = await records.get('send-rate', sender);
      const granted = take({ tat: stored?.value.tat, perSecond }, clock.now().getTime(), { priority, count });
      if (granted.admitted === 0) return granted;
      const put = await records.put({
        kind: 'send-rate',
        id: sender,
        value: { tat: granted.tat },
        expect: stored?.version ?? 'absent',
      });
      if (put === 'saved') return granted;
    }
    return { admitted: 0, again: clock.now().getTime() + crowdedMs };
  }

  return {
    reserve(priority, count) {
      const reserved = before.then(() => reserveNow(priority, count));
      before = reserved.catch(() => undefined);
      return reserved;
    },
  };
}
