import { type QuietHours, quietUntil } from '../consent/quiet-hours.ts';
import type { SlotOfferRecord } from '../ports/records.ts';

/** How a freed time is offered to the waiting list, as the clinic's content says. */
export interface WavePlan {
  /** How many are asked first, and how many more with each wave. */
  readonly firstWave: number;
  readonly growsBy: number;
  readonly paceMinutes: number;
  /** From then on it is too late to come: nobody is asked any more, and what is open is closed. */
  readonly askUntilMinutesBefore: number;
  /** Nobody is asked between these hours of their own clock. */
  readonly quiet: Pick<QuietHours, 'from' | 'until'>;
}

/** Somebody who may be asked, in the order in which they are to be. */
export interface Candidate {
  readonly story: string;
  readonly appointment: string;
  /** IANA; the clinic's where the chart says none. */
  readonly timeZone?: string;
  /** Another freed time is being offered to them: one question at a time. */
  readonly busy?: boolean;
}

export type WaveStep =
  /** Ask these now; look again at `next`. */
  | { readonly is: 'ask'; readonly candidates: readonly Candidate[]; readonly next: Date }
  /** Nobody can be asked now: those who are left sleep or are busy, or those who were asked have yet to answer. */
  | { readonly is: 'wait'; readonly next: Date }
  /** Nobody is left, or time is near. */
  | { readonly is: 'close' };

const minute = 60_000;
/** Somebody who has another offer before them may take hours: to look sooner would only be to look in vain, for every freed time. */
const busyFor = 120 * minute;

/** How many are asked in a wave, counted from 1. */
export function sizeOf({ firstWave, growsBy }: WavePlan, wave: number): number {
  return Math.max(1, Math.floor(firstWave + growsBy * (wave - 1)));
}

/** The last instant at which somebody may be asked about a time. */
export function askedUntil(plan: WavePlan, start: string): Date {
  return new Date(Date.parse(start) - plan.askUntilMinutesBefore * minute);
}

/** The wave asked last; none yet is 0. */
export function lastWave({ offered }: Pick<SlotOfferRecord, 'offered'>): number {
  return Math.max(0, ...offered.map(({ wave }) => wave));
}

/** When the wave after this one is due, seen from now. */
export function paceFrom(plan: WavePlan, start: string, now: Date): Date {
  return earlier(askedUntil(plan, start), now.getTime() + Math.max(1, plan.paceMinutes) * minute);
}

/** Whether nobody of the wave asked last may still say yes: the next need not wait for its time. */
export function waveDeclined({ offered, declined }: Pick<SlotOfferRecord, 'offered' | 'declined'>): boolean {
  const last = lastWave({ offered });
  return offered.every(({ appointment, wave }) => wave !== last || declined.includes(appointment));
}

/** Whether everybody who was asked has said no, so that there is no answer to wait for. */
export function allDeclined({ offered, declined }: Pick<SlotOfferRecord, 'offered' | 'declined'>): boolean {
  return offered.every(({ appointment }) => declined.includes(appointment));
}

/**
 * What is to be done next about a freed time: whom to ask now, or until when to wait. `left`: who waits for such a time, best first; who
 * was asked before is left out here. Who sleeps is not asked and loses nothing but time: others are asked meanwhile.
 */
export function nextStep(
  record: Pick<SlotOfferRecord, 'slot' | 'offered' | 'declined'>,
  left: readonly Candidate[],
  plan: WavePlan,
  { now, timeZone }: { readonly now: Date; readonly timeZone: string },
): WaveStep {
  const end = askedUntil(plan, record.slot.start);
  // Also for a time that cannot be read.
  if (!(now.getTime() < end.getTime())) return { is: 'close' };
  const asked = new Set([...record.offered.map(({ appointment }) => appointment), ...record.declined]);
  const unasked = left.filter(({ appointment }) => !asked.has(appointment));
  if (unasked.length === 0) return allDeclined(record) ? { is: 'close' } : { is: 'wait', next: end };
  const nextWave = paceFrom(plan, record.slot.start, now);
  const free: Candidate[] = [];
  const later: number[] = [];
  for (const candidate of unasked) {
    const morning = sleepsUntil(candidate, plan, now, timeZone);
    if (morning !== undefined) later.push(morning.getTime());
    else if (candidate.busy === true) later.push(now.getTime() + busyFor);
    else free.push(candidate);
  }
  const candidates = free.slice(0, sizeOf(plan, lastWave(record) + 1));
  if (candidates.length === 0) return { is: 'wait', next: earlier(end, Math.min(...later)) };
  // With nobody left behind them there is nothing to do before it is too late.
  const next = candidates.length < unasked.length ? nextWave : end;
  return { is: 'ask', candidates, next };
}

/** The end of the night at which somebody is not asked; undefined where they may be asked now. */
export function sleepsUntil(
  candidate: Pick<Candidate, 'timeZone'>,
  { quiet }: WavePlan,
  now: Date,
  clinicZone: string,
): Date | undefined {
  const hours: QuietHours = { ...quiet, holds: [] };
  try {
    return quietUntil(now, candidate.timeZone ?? clinicZone, hours);
  } catch {
    // A zone in the chart that is none: they are thought to live where the clinic is.
    return quietUntil(now, clinicZone, hours);
  }
}

function earlier(end: Date, at: number): Date {
  return at < end.getTime() ? new Date(at) : end;
}
