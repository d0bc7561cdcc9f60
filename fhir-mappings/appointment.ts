import type { Appointment, AppointmentParticipant, CodeableConcept, Coding, Period } from 'fhir/r4.js';
import type { Coding as OurCoding } from '../domain/intake/value.ts';
import { codesOf } from './codes.ts';
import { present } from './present.ts';
import { idOf, localReferences, parseReference } from './reference.ts';

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
  /** When it would suit: the earliest start and the latest end of what is named. */
  readonly requested?: { readonly start?: string; readonly end?: string };
  /** From the priority: 1 to 4 is high, as in iCalendar. */
  readonly urgency: 'routine' | 'urgent';
  /** Ids. */
  readonly location?: string;
  readonly practitioner?: string;
  readonly slots: readonly string[];
  /** Every coding of service type, appointment type, specialty and reason, which our content chooses an intake by. */
  readonly codings: readonly OurCoding[];
  /** Their bare codes, without doubles. */
  readonly codes: readonly string[];
  /** `system|code` of what is done and of the kind of visit, without specialty and reason: other times of the same kind carry them too. */
  readonly kindCodes: readonly string[];
  /** Where it is, as a person reads it. */
  readonly place?: string;
  /** Ids of what led to it. */
  readonly serviceRequests: readonly string[];
  /** `Type/id` of all that it is based on or that supports it. */
  readonly about: readonly string[];
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
  const { serviceType = [], appointmentType } = appointment;
  const codings = concepts(appointment).flatMap(({ coding = [] }) => coding.map(codingOf));
  return {
    id: appointment.id ?? '',
    state: Object.hasOwn(statuses, status) ? statuses[status] : 'unknown',
    declinedByPatient: only?.declined ?? false,
    codings,
    codes: [...new Set(codings.flatMap(({ code }) => code ?? []))],
    kindCodes: codesOf([...serviceType, ...(appointmentType === undefined ? [] : [appointmentType])]),
    serviceRequests: (appointment.basedOn ?? []).flatMap(({ reference }) => idOf(reference, 'ServiceRequest') ?? []),
    about: localReferences([...(appointment.basedOn ?? []), ...(appointment.supportingInformation ?? [])]),
    urgency: isHigh(appointment.priority) ? 'urgent' : 'routine',
    slots: (appointment.slot ?? []).flatMap(({ reference }) => idOf(reference, 'Slot') ?? []),
    ...present({
      versionId: appointment.meta?.versionId,
      lastUpdated: appointment.meta?.lastUpdated,
      patient: only?.id,
      start: appointment.start,
      end: appointment.end,
      requested: requestedOf(appointment.requestedPeriod ?? []),
      location: actorOf(participants, 'Location'),
      practitioner: actorOf(participants, 'Practitioner'),
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

/** @see https://www.rfc-editor.org/rfc/rfc5545#section-3.8.1.9 which the priority of an Appointment follows */
function isHigh(priority: number | undefined): boolean {
  return priority !== undefined && priority >= 1 && priority <= 4;
}

/** From the earliest start to the latest end; where one is left open, so is the whole. */
function requestedOf(periods: readonly Period[]): ReadAppointment['requested'] {
  if (periods.length === 0) return undefined;
  const starts = inOrder(periods.map(({ start }) => start));
  const ends = inOrder(periods.map(({ end }) => end));
  return present({ start: starts[0], end: ends.at(-1) });
}

function inOrder(dates: readonly (string | undefined)[]): readonly string[] {
  const given = dates.filter((date) => date !== undefined);
  return given.length < dates.length ? [] : given.sort((a, b) => Date.parse(a) - Date.parse(b));
}

function actorOf(participants: readonly AppointmentParticipant[], type: string): string | undefined {
  return participants.map(({ actor }) => idOf(actor?.reference, type)).find((id) => id !== undefined);
}

function codingOf({ system, code, display }: Coding): OurCoding {
  return present({ system, code, display });
}

function placeOf(participants: readonly AppointmentParticipant[]): string | undefined {
  const place = participants.find(({ actor }) => {
    const parsed = parseReference(actor?.reference);
    return actor?.type === 'Location' || (parsed?.kind === 'resource' && parsed.type === 'Location');
  });
  return place?.actor?.display?.trim() || undefined;
}
