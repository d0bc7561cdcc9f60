import type { Priority } from '../story/message.ts';

/**
 * How many sends a sender's rate allows now. A generic cell rate algorithm: one number, the theoretical arrival time (TAT) of the next
 * send at the steady rate, is all that is kept; tokens are how far it lies behind what a burst allows.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export interface Granted {
  /** Of those asked for. */
  readonly admitted: number;
  /** To be kept, epoch milliseconds; unchanged where nothing was admitted. */
  readonly tat: number;
  /** The earliest time at which it makes sense to ask for the rest, epoch milliseconds; absent where nothing is left over. */
  readonly again?: number;
}

/** A fifth of a second of sends at once, and never less than one. */
function burstOf(perSecond: number): number {
  return 1 + perSecond / 5;
}

/**
 * What must be left in the bucket after a send of this class. An urgent send may take the last token; a reminder leaves half of what is
 * above the first, and a survey all of it, so that it only goes while nothing else does. With a slow sender that is a fraction of a
 * token: enough that an urgent send's turn comes before a reminder's where both wait, so that it waits one slot at most.
 */
function headroomOf(priority: Priority, perSecond: number): number {
  const above = burstOf(perSecond) - 1;
  const shares: Record<Priority, number> = { urgent: 0, reminder: above / 2, survey: above };
  return shares[priority];
}

/** Takes up to `count` tokens at `now` (epoch milliseconds) from a bucket whose stored state is `tat`, absent if nothing was ever sent. */
export function take(
  bucket: { readonly tat: number | undefined; readonly perSecond: number },
  now: number,
  asked: { readonly priority: Priority; readonly count: number },
): Granted {
  const { perSecond } = bucket;
  const slot = 1000 / perSecond;
  const burst = burstOf(perSecond);
  // Clocks of different machines differ, and one may be set back: nothing that was stored may hold a sender up for longer than a full
  // burst takes to come back.
  const tat = Math.min(Math.max(bucket.tat ?? now, now), now + burst * slot);
  const most = burst - headroomOf(asked.priority, perSecond);
  const within = now + most * slot - tat;
  // Halves of milliseconds add up in floating point; a millionth of a slot is nobody's wait.
  const free = Math.max(0, Math.floor(within / slot + 1e-6));
  const admitted = Math.min(asked.count, free);
  const after = tat + admitted * slot;
  const rest = asked.count - admitted;
  if (rest === 0) return { admitted, tat: after };
  // Not for the first token alone: at a high rate that would mean asking for each send by itself.
  const next = Math.min(rest, Math.max(1, Math.floor(most / 2)));
  return {
    admitted,
    tat: admitted === 0 ? (bucket.tat ?? tat) : after,
    again: Math.ceil(after + next * slot - most * slot),
  };
}
