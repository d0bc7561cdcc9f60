import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { Fault } from '../../domain/errors/errors.ts';
import type { SlotOfferRecord } from '../../domain/ports/records.ts';
import { expressByText } from '../../edge/texting.ts';
import type { SchedulingDeps } from './dependencies.ts';

const mostTries = 8;
const dayMs = 86_400_000;

/** When nobody asks about a freed time any more. */
export function offerExpires({ slot }: Pick<SlotOfferRecord, 'slot'>): Date {
  return new Date(Date.parse(slot.end) + 7 * dayMs);
}

/**
 * The time is somebody's (`to`), or nobody's: kept, and everybody who was asked and has not said no hears it, once, kindly. Closing again
 * tells whoever was missed when it was interrupted. Where nobody's it seems, it may have become the time of somebody whose yes is being
 * followed: they hear from whoever follows it.
 */
export async function closeOffer(deps: SchedulingDeps, slot: string, offer: string, to?: string): Promise<void> {
  const closed = await markClosed(deps, slot, offer, to);
  if (closed === undefined) return;
  for (const each of closed.offered)
    if (each.appointment !== closed.closed?.to && !closed.declined.includes(each.appointment))
      await tellOver(deps, each, offer, { unlessBooking: closed.closed?.to === undefined });
  await deps.scheduler.cancel(timerOf(slot));
}

export function timerOf(slot: string): string {
  return `wave/${slot}`;
}

/** The record as it is closed; undefined where another offer of that slot has begun since. */
async function markClosed(
  { records, clock }: SchedulingDeps,
  slot: string,
  offer: string,
  to: string | undefined,
): Promise<SlotOfferRecord | undefined> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const stored = await records.get('slot-offer', slot);
    if (stored?.value.offer !== offer) return undefined;
    if (stored.value.closed !== undefined) return stored.value;
    const at = clock.now().toISOString();
    const value = { ...stored.value, closed: { at, ...(to === undefined ? {} : { to }) } };
    const expires = offerExpires(value);
    if ((await records.put({ kind: 'slot-offer', id: slot, value, expect: stored.version, expires })) === 'saved')
      return value;
  }
  throw new Fault('CHANGED_MEANWHILE', 'An offer changed each time it was to be closed; it is closed again');
}

/** One person hears that the time is gone, once. */
export async function tellOver(
  deps: SchedulingDeps,
  { story, appointment }: { readonly story: string; readonly appointment: string },
  offer: string,
  { unlessBooking = false }: { readonly unlessBooking?: boolean } = {},
): Promise<void> {
  const view = await deps.store.story(story);
  const visit = view?.story.visits.find((each) => each.appointment === appointment);
  // A turn that tells nobody anything would use the cause up: who is being asked just now is told by whoever asks.
  if (view === undefined || (visit?.asked?.offer !== offer && visit?.moving?.offer !== offer)) return;
  if (unlessBooking && visit?.moving?.stage === 'booking' && visit.moving.offer === offer) return;
  const cause = `offer-over/${offer}/${appointment}`;
  await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'offer-over', appointment, offer },
    express: (decision, { story: before }) => {
      // Who has said yes waits to hear; whom it only concerns may sleep.
      const waits = before.visits.some(({ moving }) => moving?.offer === offer);
      const priority = waits ? 'urgent' : 'reminder';
      return expressByText(deps, cause, decision, before, { priority, about: { appointment } });
    },
  });
}
