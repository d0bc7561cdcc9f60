import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { Fault } from '../../domain/errors/errors.ts';
import { isSameTime } from '../../domain/visit/merging.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { expressByText } from '../../edge/texting.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { personRequested } from '../../events/person-requested.ts';
import { type Booking, givenUp } from '../../fhir-mappings/appointment-booking.ts';
import { finish, stepOf, stepPut } from './booking-step.ts';
import { openCalendar } from './calendar.ts';
import type { SchedulingDeps } from './dependencies.ts';

type Ended =
  /** The EHR has it off. */
  | { readonly is: 'off'; readonly freeing: readonly string[]; readonly seenAt?: string }
  /** It has another time by now, of which the patient hears, they are here already, or mean to come after all. */
  | { readonly is: 'overtaken' }
  /** The EHR will not take it from us: a person must. */
  | { readonly is: 'refused' };

const mostTries = 6;

/** A patient gives a visit up: off in the EHR, then told, then its slot is freed. May come any number of times. */
export async function giveUpVisit(deps: SchedulingDeps, appointment: string, envelope: Envelope): Promise<void> {
  const { patient, id } = envelope;
  const step = await stepOf(deps, id);
  if (patient === undefined || step?.stage === 'done') return;
  if (step?.stage === 'kept') return finish(deps, envelope, step);
  const ended = await end(deps, appointment, patient, id, step?.freeing);
  if (ended.is !== 'off') {
    const events = ended.is === 'refused' ? [deskNeeded(deps, appointment, envelope)] : [];
    await deps.records.put(stepPut(deps, id, { stage: 'done', appointment, freeing: [] }), events);
    return;
  }
  const { freeing, seenAt } = ended;
  await tell(deps, appointment, { freeing, ...(seenAt === undefined ? {} : { seenAt }) }, envelope);
  await finish(deps, envelope, { appointment, freeing });
}

async function end(
  deps: SchedulingDeps,
  appointment: string,
  patient: string,
  event: string,
  freed: readonly string[] | undefined,
): Promise<Ended> {
  const known = (await deps.store.story(patient))?.story.visits.find((each) => each.appointment === appointment);
  for (let tries = 1; tries <= mostTries; tries++) {
    const visit = await openCalendar(deps).visit(appointment);
    if (visit.is === 'forbidden') return { is: 'refused' };
    if (visit.is === 'gone') return { is: 'off', freeing: freed ?? known?.slots ?? [] };
    const { booking, resource } = visit;
    const freeing = freed ?? booking.slots;
    const seenAt = resource.meta?.lastUpdated;
    if (isOff(booking)) return { is: 'off', freeing, ...(seenAt === undefined ? {} : { seenAt }) };
    if (!isAhead(booking) || !isMeant(booking, patient, known)) return { is: 'overtaken' };
    await deps.records.put(stepPut(deps, event, { stage: 'begun', appointment, freeing }));
    const written = await deps.chart.update(givenUpWith(resource), resource.meta?.versionId);
    if (written.is === 'refused') {
      deps.log.error('CHART_REFUSED', { resourceType: 'Appointment', status: written.status });
      return { is: 'refused' };
    }
    // Read again, also after a write of ours: it says when.
  }
  throw new Fault('CHANGED_MEANWHILE', 'An appointment changed each time it was to be given up');
}

function givenUpWith(resource: Parameters<typeof givenUp>[0] & { readonly id: string }) {
  return { ...givenUp(resource), id: resource.id };
}

/** The visit that the patient gave up, at the time they knew, and they have not taken it back. */
function isMeant(booking: Booking, patient: string, known: PlannedVisit | undefined): boolean {
  if (known === undefined) return booking.patient === patient;
  return known.moving?.stage === 'giving-up' && isSameTime(booking.start, known.start);
}

function isOff({ status }: Booking): boolean {
  return status === 'cancelled' || status === 'entered-in-error';
}

function isAhead({ status }: Booking): boolean {
  return status === 'booked' || status === 'pending' || status === 'proposed' || status === 'waitlist';
}

async function tell(
  deps: SchedulingDeps,
  appointment: string,
  { freeing, seenAt }: { readonly freeing: readonly string[]; readonly seenAt?: string },
  { id, patient = '' }: Envelope,
): Promise<void> {
  const kept = stepPut(deps, id, { stage: 'kept', appointment, freeing });
  const view = await deps.store.story(patient);
  if (view === undefined) {
    await deps.records.put(kept);
    return;
  }
  const cause = `given-up/${id}`;
  await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'given-up', appointment, ...(seenAt === undefined ? {} : { seenAt }) },
    express: async (decision, before) => {
      const said = await expressByText(deps, cause, decision, before.story, { about: { appointment } });
      return { ...said, records: [...(said.records ?? []), kept] };
    },
  });
}

function deskNeeded({ clock, clinic }: SchedulingDeps, appointment: string, { cause, patient }: Envelope): Envelope {
  const occasion = { cause: `give-up/${cause}`, time: clock.now().toISOString(), tenant: clinic.tenant, patient };
  return eventOf(personRequested, occasion, { because: 'not-moved', urgency: 'urgent', appointment });
}
