import type { AppointmentResponse } from 'fhir/r4.js';
import type { Story } from '../../domain/story/story.ts';
import { isSameTime } from '../../domain/visit/merging.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { readAppointmentResponse } from '../../fhir-mappings/appointment-response.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { tellDesk } from './telling-the-desk.ts';
import { planVisits } from './visits-planned.ts';
import { waitFor } from './waiting.ts';
import { type Change, keepSeen } from './what-changed.ts';

/** The patient has said elsewhere that they come, which is not asked again, or that they do not, which the desk settles with them. */
export async function followAppointmentResponse(deps: ChartChangedDeps, change: Change): Promise<void> {
  const read =
    change.resource === undefined ? undefined : readAppointmentResponse(change.resource as AppointmentResponse);
  const { appointment, patient, start, reply } = read ?? {};
  if (read === undefined || read.ours || appointment === undefined || patient === undefined || reply === 'open')
    return keepSeen(deps, change);
  const view = await deps.store.story(patient);
  const visit = view === undefined ? undefined : visitIn(view.story, appointment);
  if (view === undefined || visit === undefined)
    return waitFor(deps, change, `Appointment/${appointment}`, async () => {
      const now = await deps.store.story(patient);
      return now !== undefined && visitIn(now.story, appointment) !== undefined;
    });
  const isAboutIt = visit.state === 'booked' && (start === undefined || isSameTime(start, visit.start));
  if (!isAboutIt) return keepSeen(deps, change, { story: patient });
  if (reply === 'declines') {
    await tellDesk(deps, `declined/Appointment/${appointment}/${visit.start ?? ''}`, view.story.id, {
      because: 'declined',
      appointment,
    });
    return keepSeen(deps, change, { story: patient });
  }
  const confirmedAt = change.lastUpdated ?? deps.clock.now().toISOString();
  const also = (story: Story): Story => ({
    ...story,
    visits: story.visits.map((each) =>
      each.appointment === appointment && each.confirmedAt === undefined && isSameTime(each.start, visit.start)
        ? { ...each, confirmedAt }
        : each,
    ),
  });
  await planVisits(deps, view, `${change.cause}/planned`, { change, patient, also });
}

function visitIn({ visits }: Story, appointment: string): PlannedVisit | undefined {
  return visits.find((each) => each.appointment === appointment);
}
