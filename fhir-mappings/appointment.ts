import type { Appointment, CodeableConcept, Coding } from 'fhir/r4.js';
import type { Coding as OurCoding } from '../domain/intake/value.ts';
import { present } from './present.ts';
import { idOf, parseReference } from './reference.ts';

/** What a visit's status means for us. `waiting`: asked for, not yet fixed. */
export type VisitState = 'waiting' | 'booked' | 'there' | 'passed' | 'cancelled' | 'missed' | 'never-was' | 'unknown';

/** @see https://hl7.org/fhir/R4/valueset-appointmentstatus.html */
const statuses: Record<Appointment['status'], Exclude<VisitState, 'unknown'>> = {
  proposed: 'waiting',
  pending: 'waiting',
  waitlist: 'waiting',
  booked: 'booked',
  arrived: 'there',
  'checked-in': 'there',
  fulfilled: 'passed',
  cancelled: 'cancelled',
  noshow: 'missed',
  'entered-in-error': 'never-was',
};

/** Whether an intake for a visit may still be held. */
export const visitIsAhead: Record<VisitState, boolean> = {
  waiting: true,
  booked: true,
  there: true,
  passed: false,
  cancelled: false,
  missed: false,
  'never-was': false,
  unknown: true,
};

export interface ReadAppointment {
  readonly id: string;
  readonly versionId?: string;
  readonly lastUpdated?: string;
  readonly state: VisitState;
  /** The Patient's id; absent when no participant is one patient. */
  readonly patient?: string;
  /** The patient said no to it, though the visit itself stands. */
  readonly declinedByPatient: boolean;
  /** ISO instants with offset, as written. */
  readonly start?: string;
  readonly end?: string;
  /** Every coding of service type, appointment type, specialty and reason, which our content chooses an intake by. */
  readonly codings: readonly OurCoding[];
  /** Their bare codes, without doubles. */
  readonly codes: readonly string[];
  /** Where it is, as a person reads it. */
  readonly place?: string;
  /** Ids of what led to it. */
  readonly serviceRequests: readonly string[];
}

/** A visit as the conversation needs it. Never throws on a valid Appointment. */
export function readAppointment(appointment: Appointment): ReadAppointment {
  const { status } = appointment;
  const participants = appointment.participant ?? [];
  const patients = participants.flatMap((one) => {
    const id = idOf(one.actor?.reference, 'Patient');
    return id === undefined ? [] : [{ id, declined: one.status === 'declined' }];
  });
  const [patient, ...others] = patients;
  // A group visit names several patients; whose intake it would be cannot be said.
  const only = others.every(({ id }) => id === patient?.id) ? patient : undefined;
  const codings = concepts(appointment).flatMap(({ coding = [] }) => coding.map(codingOf));
  return {
    id: appointment.id ?? '',
    state: Object.hasOwn(statuses, status) ? statuses[status] : 'unknown',
    declinedByPatient: only?.declined ?? false,
    codings,
    codes: [...new Set(codings.flatMap(({ code }) => code ?? []))],
    serviceRequests: (appointment.basedOn ?? []).flatMap(({ reference }) => idOf(reference, 'ServiceRequest') ?? []),
    ...present({
      versionId: appointment.meta?.versionId,
      lastUpdated: appointment.meta?.lastUpdated,
      patient: only?.id,
      start: appointment.start,
      end: appointment.end,
      place: placeOf(participants),
    }),
  };
}

function concepts(appointment: Appointment): readonly CodeableConcept[] {
  const { serviceType = [], appointmentType, specialty = [], reasonCode = [], serviceCategory = [] } = appointment;
  return [
    ...serviceType,
    ...(appointmentType === undefined ? [] : [appointmentType]),
    ...specialty,
    ...serviceCategory,
    ...reasonCode,
  ];
}

function codingOf({ system, code, display }: Coding): OurCoding {
  return present({ system, code, display });
}

function placeOf(participants: readonly NonNullable<Appointment['participant']>[number][]): string | undefined {
  const place = participants.find(({ actor }) => {
    const parsed = parseReference(actor?.reference);
    return actor?.type === 'Location' || (parsed?.kind === 'resource' && parsed.type === 'Location');
  });
  return place?.actor?.display?.trim() || undefined;
}
