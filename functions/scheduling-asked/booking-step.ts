import type { BookingStep, RecordPut } from '../../domain/ports/records.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { slotFreed } from '../../events/slot-freed.ts';
import type { SchedulingDeps } from './dependencies.ts';
import { releaseSlot } from './slot-released.ts';

/** Longer than any queue tries, and than a message stands among the dead letters. */
const keptMs = 30 * 86_400_000;

/**
 * How far one request has come, kept under the event that brought it: whoever is killed in the middle goes on from there, and a request
 * that comes again after its end finds nothing to do, whatever has happened to the visit since.
 */
export function stepPut(
  deps: Pick<SchedulingDeps, 'clock'>,
  event: string,
  step: Omit<BookingStep, 'at'>,
): RecordPut<'booking-step'> {
  const now = deps.clock.now();
  return {
    kind: 'booking-step',
    id: event,
    value: { ...step, at: now.toISOString() },
    expect: 'any',
    expires: new Date(now.getTime() + keptMs),
  };
}

export async function stepOf(deps: Pick<SchedulingDeps, 'records'>, event: string): Promise<BookingStep | undefined> {
  return (await deps.records.get('booking-step', event))?.value;
}

/**
 * The last of it: what the visit had is freed, if it is still only this visit's, whoever waits for such a time hears of it, and the step is
 * done. Only called once the EHR has the visit elsewhere, or off.
 */
export async function finish(
  deps: SchedulingDeps,
  { id, cause }: Envelope,
  { appointment, freeing }: Pick<BookingStep, 'appointment' | 'freeing'>,
): Promise<void> {
  const freed: Envelope[] = [];
  for (const slot of freeing) {
    const released = await releaseSlot(deps, slot);
    if (!released.isFree) continue;
    const occasion = {
      cause: `freed/${cause}`,
      part: slot,
      time: deps.clock.now().toISOString(),
      tenant: deps.clinic.tenant,
    };
    const version = released.version === undefined ? {} : { version: released.version };
    freed.push(eventOf(slotFreed, occasion, { slot, ...version }));
  }
  await deps.records.put(stepPut(deps, id, { stage: 'done', appointment, freeing: [] }), freed);
}
