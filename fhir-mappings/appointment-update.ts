import type { Appointment, AppointmentResponse } from 'fhir/r4.js';
import { idOf } from './reference.ts';
import { systems } from './systems.ts';

export interface ConfirmationInput {
  /** Ids. */
  readonly appointment: string;
  readonly patient: string;
  /** ISO instants of the visit that was confirmed: of another time it is another answer. */
  readonly start?: string;
  readonly end?: string;
}

/** The patient comes, to this visit at this time: once, however often they say so. */
export function confirmationIdentifier({ appointment, patient, start }: ConfirmationInput): string {
  return [appointment, patient, ...(start === undefined ? [] : [new Date(start).toISOString()])].join('/');
}

/** "I will come", as FHIR says it. @see https://hl7.org/fhir/R4/appointmentresponse.html */
export function toAppointmentResponse(input: ConfirmationInput): AppointmentResponse {
  const { appointment, patient, start, end } = input;
  return {
    resourceType: 'AppointmentResponse',
    identifier: [{ system: systems.confirmation, value: confirmationIdentifier(input) }],
    appointment: { reference: `Appointment/${appointment}` },
    // Both or neither, as the resource wants it.
    ...(start === undefined || end === undefined ? {} : { start, end }),
    actor: { reference: `Patient/${patient}` },
    participantStatus: 'accepted',
  };
}

/** Whether a status may still become `arrived`, and whether a patient's yes still means something. @see https://hl7.org/fhir/R4/valueset-appointmentstatus.html */
const statuses: Record<Appointment['status'], { readonly canArrive: boolean; readonly canBeAccepted: boolean }> = {
  proposed: { canArrive: false, canBeAccepted: true },
  pending: { canArrive: true, canBeAccepted: true },
  booked: { canArrive: true, canBeAccepted: true },
  waitlist: { canArrive: false, canBeAccepted: false },
  arrived: { canArrive: false, canBeAccepted: true },
  'checked-in': { canArrive: false, canBeAccepted: true },
  fulfilled: { canArrive: false, canBeAccepted: false },
  cancelled: { canArrive: false, canBeAccepted: false },
  noshow: { canArrive: false, canBeAccepted: false },
  'entered-in-error': { canArrive: false, canBeAccepted: false },
};

/** The Appointment with the patient as accepted; undefined where it says so already, or where that would say nothing any more. */
export function acceptedBy(appointment: Appointment, patient: string): Appointment | undefined {
  const standing = Object.hasOwn(statuses, appointment.status) ? statuses[appointment.status] : undefined;
  const concerned = appointment.participant.filter((one) => idOf(one.actor?.reference, 'Patient') === patient);
  if (standing?.canBeAccepted !== true || concerned.every(({ status }) => status === 'accepted')) return undefined;
  return {
    ...appointment,
    participant: appointment.participant.map((one) => (concerned.includes(one) ? { ...one, status: 'accepted' } : one)),
  };
}

/** The Appointment as arrived; undefined where it has gone on already, or is off. */
export function arrivedAt(appointment: Appointment): Appointment | undefined {
  const standing = Object.hasOwn(statuses, appointment.status) ? statuses[appointment.status] : undefined;
  return standing?.canArrive === true ? { ...appointment, status: 'arrived' } : undefined;
}
