import type { Appointment } from 'fhir/r4.js';
import { appointmentBooked } from '../../events/appointment-booked.ts';
import { eventOf } from '../../events/envelope.ts';
import { readAppointment, visitIsAhead } from '../../fhir-mappings/appointment.ts';
import { withInitialValues } from '../../fhir-mappings/initial-values.ts';
import { parseCanonical } from '../../fhir-mappings/reference.ts';
import { beginConversation, endConversation, moveVisit } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { storyOf } from './person-followed.ts';
import { intakeFor } from './questionnaire-published.ts';

/** A visit was booked, moved, called off, or is over. */
export async function followAppointment(
  deps: ChartChangedDeps,
  id: string,
  appointment: Appointment | undefined,
): Promise<void> {
  // Not `ehr/Appointment/…`: under that cause the notification itself was kept, and a cause commits once.
  const cause = `followed/Appointment/${id}/${appointment?.meta?.versionId ?? 'gone'}`;
  if (appointment === undefined) return;
  const visit = readAppointment(appointment);
  const { patient, state, start, end, codes, codings } = visit;
  if (patient === undefined) {
    await deps.records.put({
      kind: 'quarantine',
      id: cause,
      expect: 'any',
      value: {
        at: deps.clock.now().toISOString(),
        from: 'ehr',
        why: 'An appointment names no patient, or several',
        body: `Appointment/${id}`,
      },
    });
    deps.log.warn('NOTIFICATION_QUARANTINED', { resourceType: 'Appointment' });
    return;
  }
  const when = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  if (!visitIsAhead[state]) {
    const because = state === 'passed' ? 'visit-passed' : 'visit-cancelled';
    const view = await deps.store.story(patient);
    const concerned = view?.story.conversations.filter((each) => each.visit?.appointment === id) ?? [];
    for (const conversation of concerned)
      await endConversation(deps, patient, conversation.id, because, `${cause}/${conversation.id}`);
    return;
  }
  await moveVisit(deps, patient, { appointment: id, ...when }, `${cause}/moved`);
  if (state !== 'booked' || (start !== undefined && Date.parse(end ?? start) < deps.clock.now().getTime())) return;
  const found = await storyOf(deps, patient);
  if (found === undefined) return;
  const known = found.view.story.conversations.find((each) => each.id === `appointment/${id}`);
  const wasCancelled = typeof known?.status === 'object' && known.status.closed === 'visit-cancelled';
  if (known !== undefined && !wasCancelled) return;
  const asked = deps.questionnaireForVisit(codings);
  const intake = asked === undefined ? undefined : await intakeFor(deps, parseCanonical(asked));
  const booked = eventOf(
    appointmentBooked,
    { cause: `ehr/Appointment/${id}`, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant, patient },
    { appointment: id, ...when, codes: [...codes] },
  );
  if (intake?.ok !== true) {
    if (intake?.ok === false) deps.log.error('INTAKE_REFUSED', { appointment: id });
    // A cause of its own: once the visit has a type that asks something, the conversation begins under the other one.
    await deps.store.commit({
      cause: `booked/Appointment/${id}/nothing-asked`,
      outcome: { reply: '' },
      moments: [],
      events: [booked],
    });
    return;
  }
  await beginConversation(deps, found.view, {
    // Booked again after it was called off: the conversation comes back, and nothing told is asked twice.
    cause: wasCancelled ? `${cause}/booked-again` : `booked/Appointment/${id}`,
    conversation: { id: `appointment/${id}`, visit: { appointment: id, ...when } },
    intake: withInitialValues(intake.intake, { patient: found.patient }, deps.clock.now().toISOString()),
    events: [booked],
  });
}
