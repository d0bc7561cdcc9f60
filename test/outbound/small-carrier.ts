import type { Carrier, SendOutcome } from '../../domain/ports/carrier.ts';
import type { Clock } from '../../domain/ports/clock.ts';

export interface Taken {
  readonly sid: string;
  readonly to: string;
  readonly body: string;
  readonly callback: string;
  readonly at: number;
}

/** A carrier in memory: what it took, and a list that shows it a moment later, as a list elsewhere may. */
export function smallCarrier(clock: Clock, lag: { ms: number } = { ms: 0 }) {
  const texts: Taken[] = [];
  const calls: Taken[] = [];
  let looks = 0;
  /** What it answers next instead of taking anything; each is used once. */
  const refusals: Exclude<SendOutcome, { is: 'accepted' }>[] = [];
  const now = () => clock.now().getTime();
  const found = (list: readonly Taken[], isIt: (one: Taken) => boolean, since: Date) => {
    looks += 1;
    const one = list.findLast((each) => each.at >= since.getTime() && each.at + lag.ms <= now() && isIt(each));
    return one === undefined ? undefined : { sid: one.sid, status: 'sent' };
  };
  const carrier: Carrier = {
    async send({ to, body, statusCallback }) {
      const refusal = refusals.shift();
      if (refusal !== undefined) return refusal;
      const sid = `SM${texts.length + 1}`;
      texts.push({ sid, to, body, callback: statusCallback, at: now() });
      return { is: 'accepted', sid, status: 'queued' };
    },
    async call({ to, url, statusCallback = '' }) {
      const refusal = refusals.shift();
      if (refusal !== undefined) return refusal.is === 'blocked' ? { is: 'refused', code: 21610 } : refusal;
      const sid = `CA${calls.length + 1}`;
      calls.push({ sid, to, body: url, callback: statusCallback, at: now() });
      return { is: 'ringing', sid };
    },
    find: async (to, body, since) => found(texts, (one) => one.to === to && one.body === body, since),
    findCall: async (to, since) => found(calls, (one) => one.to === to, since),
    media: async () => ({ bytes: new Uint8Array(), contentType: 'image/png' }),
  };
  return { carrier, texts, calls, refusals, looks: () => looks };
}
