import type { Appointment } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import type { StoryView } from '../../domain/story/story.ts';
import { isSameTime } from '../../domain/visit/merging.ts';
import { isAhead } from '../../domain/visit/visit.ts';
import {
  acceptedBy,
  arrivedAt,
  confirmationIdentifier,
  toAppointmentResponse,
} from '../../fhir-mappings/appointment-update.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import type { ChartDueDeps } from './dependencies.ts';

const aDay = 86_400_000;

/**
 * The patient comes: an AppointmentResponse, once for each time of the visit, and the patient as accepted in the Appointment itself, for
 * whoever looks only there. A yes to a time that the visit no longer has is not written.
 */
export async function writeConfirmation(deps: ChartDueDeps, { story }: StoryView, appointment: string): Promise<void> {
  const visit = story.visits.find((each) => each.appointment === appointment);
  if (visit?.confirmedAt === undefined || !isAhead[visit.state]) return;
  const { start, end } = visit;
  const input = {
    appointment,
    patient: story.id,
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  };
  const identifier = confirmationIdentifier(input);
  const key = `confirmation/${identifier}`;
  if ((await deps.records.get('chart-link', key)) !== undefined) return;
  const written = await deps.chart.create(
    toAppointmentResponse(input),
    `identifier=${systems.confirmation}|${encodeURIComponent(identifier)}`,
  );
  if (written.is === 'conflict') throw new Fault('CHANGED_MEANWHILE', 'A confirmation met another one in the EHR');
  // An EHR that takes no AppointmentResponse still has the participant's own status.
  if (written.is === 'refused')
    deps.log.warn('CHART_REFUSED', {
      resourceType: 'AppointmentResponse',
      status: written.status,
      reason: written.reason,
    });
  await changeAppointment(deps, appointment, (current) =>
    isSameTime(current.start, start) ? acceptedBy(current, story.id) : undefined,
  );
  await deps.records.put({
    kind: 'chart-link',
    id: key,
    expect: 'any',
    value: {
      reference: written.is === 'written' ? `AppointmentResponse/${written.id}` : `Appointment/${appointment}`,
      story: story.id,
      writtenAt: deps.clock.now().toISOString(),
      upTo: 1,
    },
  });
}

/** The patient is here: the Appointment is `arrived`, unless it has gone on or is off. `saidAt`: ISO instant. */
export async function writeArrival(
  deps: ChartDueDeps,
  { story }: StoryView,
  appointment: string,
  saidAt: string,
): Promise<void> {
  const visit = story.visits.find((each) => each.appointment === appointment);
  if (visit?.start === undefined || (visit.state !== 'arrived' && visit.state !== 'booked')) return;
  // The EHR was away for days, and the visit was moved in the meantime: they were here for the one that is no more.
  if (Math.abs(Date.parse(visit.start) - Date.parse(saidAt)) > aDay) return;
  await changeAppointment(deps, appointment, (current) =>
    isSameTime(current.start, visit.start) ? arrivedAt(current) : undefined,
  );
}

/** Changes the Appointment over the version that was read. One that moved on in between is read and judged again. */
async function changeAppointment(
  deps: ChartDueDeps,
  id: string,
  change: (current: Appointment) => Appointment | undefined,
): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    const read = await deps.chart.read('Appointment', id);
    if (read.is !== 'found') return;
    const current = read.resource as Appointment;
    const changed = change(current);
    if (changed === undefined) return;
    const written = await deps.chart.update({ ...changed, id }, current.meta?.versionId);
    if (written.is === 'refused')
      deps.log.error('CHART_REFUSED', {
        resourceType: 'Appointment',
        status: written.status,
        reason: written.reason,
      });
    if (written.is !== 'conflict') return;
  }
  throw new Fault('CHANGED_MEANWHILE', 'An Appointment was changed by somebody else each time; it is read again later');
}
