import type { AppointmentResponse } from 'fhir/r4.js';
import { present } from './present.ts';
import { idOf } from './reference.ts';
import { systems } from './systems.ts';

export type AppointmentReply = 'comes' | 'declines' | 'open';

/** @see https://hl7.org/fhir/R4/valueset-participationstatus.html */
const replies: Record<AppointmentResponse['participantStatus'], AppointmentReply> = {
  accepted: 'comes',
  declined: 'declines',
  tentative: 'open',
  'needs-action': 'open',
};

export interface ReadAppointmentResponse {
  readonly reply: AppointmentReply;
  /** Ids. */
  readonly appointment?: string;
  /** Absent where somebody else than the patient replied. */
  readonly patient?: string;
  /** The time that was replied to, where it is said. */
  readonly start?: string;
  /** Our own words coming back: the patient said so to us. */
  readonly ours: boolean;
}

/** What somebody replied to an Appointment. Never throws; a reply of tomorrow says nothing. @see https://hl7.org/fhir/R4/appointmentresponse.html */
export function readAppointmentResponse(response: AppointmentResponse): ReadAppointmentResponse {
  const { participantStatus: status, appointment, actor, start, identifier = [] } = response;
  return {
    reply: Object.hasOwn(replies, status) ? replies[status] : 'open',
    ours: identifier.some(({ system }) => system === systems.confirmation),
    ...present({
      appointment: idOf(appointment?.reference, 'Appointment'),
      patient: idOf(actor?.reference, 'Patient'),
      start,
    }),
  };
}
