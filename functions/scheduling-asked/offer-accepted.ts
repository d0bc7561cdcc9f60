import type { BookingStep } from '../../domain/ports/records.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { Booking } from '../../fhir-mappings/appointment-booking.ts';
import { book } from './booking.ts';
import { finish, stepPut } from './booking-step.ts';
import type { SchedulingDeps } from './dependencies.ts';
import { closeOffer, tellOver } from './offer-closed.ts';
import { tellTaken } from './slot-taken.ts';

/**
 * Somebody on the waiting list says yes. Of several who do, the transaction in the EHR decides who was first; the record of the offer only
 * says who hears of it.
 */
export async function acceptOffer(
  deps: SchedulingDeps,
  chosen: { readonly appointment: string; readonly slot: string; readonly offer: string },
  envelope: Envelope,
  step: BookingStep | undefined,
): Promise<void> {
  const { appointment, slot, offer } = chosen;
  const { id, patient = '' } = envelope;
  if (step?.stage === 'kept') {
    await closeOffer(deps, slot, offer, appointment);
    return finish(deps, envelope, step);
  }
  const stored = await deps.records.get('slot-offer', slot);
  const record = stored?.value.offer === offer ? stored.value : undefined;
  const isOpen = record !== undefined && record.closed === undefined;
  // Once ours was begun, it may be ours though somebody has closed it.
  if (step === undefined && !isOpen) return sayOver(deps, chosen, envelope);
  const visit = (await deps.store.story(patient))?.story.visits.find((each) => each.appointment === appointment);
  // They may have taken their yes back since.
  const stands = visit?.moving?.stage === 'booking' && visit.moving.offer === offer;
  const booked = await book(
    deps,
    id,
    chosen,
    step?.freeing,
    (booking) => isWaiting(booking) && (visit === undefined ? booking.patient === patient : stands),
  );
  if (booked.is !== 'booked') return sayOver(deps, chosen, envelope);
  await tellTaken(deps, appointment, booked, envelope);
  await closeOffer(deps, slot, offer, appointment);
  await finish(deps, envelope, { appointment, freeing: booked.freeing });
}

/** Booked meanwhile, by staff or by another offer, or called off: then it needs no time any more. */
function isWaiting({ status }: Booking): boolean {
  return status === 'waitlist' || status === 'pending' || status === 'proposed';
}

async function sayOver(
  deps: SchedulingDeps,
  { appointment, offer }: { readonly appointment: string; readonly offer: string },
  { id, patient = '' }: Envelope,
): Promise<void> {
  await tellOver(deps, { story: patient, appointment }, offer);
  await deps.records.put(stepPut(deps, id, { stage: 'done', appointment, freeing: [] }));
}
