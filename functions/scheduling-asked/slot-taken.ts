import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { isSameTime } from '../../domain/visit/merging.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { expressByText } from '../../edge/texting.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { Booking } from '../../fhir-mappings/appointment-booking.ts';
import { type Booked, book } from './booking.ts';
import { finish, stepOf, stepPut } from './booking-step.ts';
import type { SchedulingDeps } from './dependencies.ts';
import { lookForTimes } from './looking.ts';
import { acceptOffer } from './offer-accepted.ts';
import { closeOffer } from './offer-closed.ts';

export interface Chosen {
  readonly appointment: string;
  readonly slot: string;
  readonly offer?: string | undefined;
}

/**
 * A patient chose a time. Booked first, then told, then the old slot is freed; each step finds what the one before has done, so that the
 * event may come any number of times and be dropped in the middle of any of them.
 */
export async function takeChosen(deps: SchedulingDeps, chosen: Chosen, envelope: Envelope): Promise<void> {
  const { patient, id } = envelope;
  const step = await stepOf(deps, id);
  if (patient === undefined || step?.stage === 'done') return;
  const { appointment, slot, offer } = chosen;
  if (offer !== undefined) return acceptOffer(deps, { appointment, slot, offer }, envelope, step);
  if (step?.stage === 'kept') {
    await closeOpenOffer(deps, slot);
    return finish(deps, envelope, step);
  }
  const visit = (await deps.store.story(patient))?.story.visits.find((each) => each.appointment === appointment);
  const booked = await book(deps, id, chosen, step?.freeing, (booking) => mayMove(booking, { patient, visit, slot }));
  if (booked.is !== 'booked') return offerOthers(deps, chosen, envelope, booked.is);
  await tellTaken(deps, appointment, booked, envelope);
  await closeOpenOffer(deps, slot);
  await finish(deps, envelope, { appointment, freeing: booked.freeing });
}

/** The time had been offered to the waiting list as well: who was asked hears at once that it is gone. */
async function closeOpenOffer(deps: SchedulingDeps, slot: string): Promise<void> {
  const open = (await deps.records.get('slot-offer', slot))?.value;
  if (open !== undefined && open.closed === undefined) await closeOffer(deps, slot, open.offer);
}

/**
 * Whether the visit still stands as the patient knew it when they chose: theirs, booked, at that time, and the choice not taken back. Staff
 * who moved it meanwhile were not asked to be overruled, and the patient hears of their time.
 */
function mayMove(
  { status, patient, start }: Booking,
  known: {
    readonly patient: string;
    readonly visit: PlannedVisit | undefined;
    readonly slot: string;
  },
): boolean {
  const { visit } = known;
  if (visit === undefined && patient !== known.patient) return false;
  if (status !== 'booked' && status !== 'pending' && status !== 'proposed' && status !== 'waitlist') return false;
  if (visit === undefined) return true;
  const { moving } = visit;
  return moving?.stage === 'booking' && moving.taking?.slot === known.slot && isSameTime(start, visit.start);
}

/** The patient hears that the time is theirs, in the same commit that remembers it. */
export async function tellTaken(
  deps: SchedulingDeps,
  appointment: string,
  { slot, seenAt, freeing }: Extract<Booked, { is: 'booked' }>,
  { id, patient = '' }: Envelope,
): Promise<void> {
  const view = await deps.store.story(patient);
  const kept = stepPut(deps, id, { stage: 'kept', appointment, freeing });
  if (view === undefined) {
    await deps.records.put(kept);
    return;
  }
  const cause = `slot-taken/${id}`;
  await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'slot-taken', appointment, slot, ...(seenAt === undefined ? {} : { seenAt }) },
    express: async (decision, before) => {
      const said = await expressByText(deps, cause, decision, before.story, { about: { appointment } });
      return { ...said, records: [...(said.records ?? []), kept] };
    },
  });
}

/** The patient hears that it is not to be had, and what else there is; nothing, and so a person, where the EHR would refuse that, too. */
async function offerOthers(
  deps: SchedulingDeps,
  { appointment, slot }: Chosen,
  { id, patient = '', time }: Envelope,
  because: 'lost' | 'refused',
): Promise<void> {
  const done = stepPut(deps, id, { stage: 'done', appointment, freeing: [] });
  const view = await deps.store.story(patient);
  if (view === undefined) {
    await deps.records.put(done);
    return;
  }
  const found = because === 'refused' ? undefined : await lookForTimes(deps, appointment, view.story, time);
  const cause = `slot-lost/${id}`;
  await takeTurn(deps, {
    cause,
    view,
    heard: ({ story }) => ({
      is: 'slot-lost',
      appointment,
      slot,
      slots: found?.best(story).filter((each) => each.slot !== slot) ?? [],
    }),
    express: async (decision, before) => {
      const said = await expressByText(deps, cause, decision, before.story, { about: { appointment } });
      return { ...said, records: [...(said.records ?? []), done] };
    },
  });
}
