import type { Appointment, AppointmentParticipant, Identifier } from 'fhir/r4.js';
import { idOf, parseReference } from '../reference.ts';
import { systems } from '../systems.ts';
import type { AppointmentPart, AppointmentSaid, AppointmentStatement } from './appointment.ts';

/** Whom the message names, as references that the EHR knows, or as words with a number where it does not. */
export interface Participants {
  readonly practitioners?: readonly AppointmentParticipant[];
  readonly locations?: readonly AppointmentParticipant[];
}

export function newAppointment({ identifiers, said }: AppointmentStatement): Appointment {
  return {
    resourceType: 'Appointment',
    meta: { source: systems.hl7v2 },
    identifier: [...identifiers],
    status: said.status ?? 'booked',
    participant: [],
  };
}

/** Every state but these needs a start and an end. @see https://hl7.org/fhir/R4/appointment.html#invs (app-3) */
export function canBeWritten({ status, start, end }: Appointment): boolean {
  return (start !== undefined && end !== undefined) || ['proposed', 'cancelled', 'waitlist'].includes(status);
}

/** The patient of a visit; undefined where it names none, or several. */
export function onlyPatientOf(appointment: Appointment): string | undefined {
  const ids = new Set(appointment.participant.flatMap(({ actor }) => idOf(actor?.reference, 'Patient') ?? []));
  return ids.size === 1 ? [...ids][0] : undefined;
}

/** A visit for this patient; whoever else takes part stays. */
export function withPatient(appointment: Appointment, patient: string): Appointment {
  if (onlyPatientOf(appointment) === patient) return appointment;
  const others = appointment.participant.filter((one) => !isOfType(one, 'Patient'));
  const reference = `Patient/${patient}`;
  return { ...appointment, participant: [{ actor: { reference }, status: 'accepted' }, ...others] };
}

/** Numbers that the message knows and the chart did not, beside those that are there. */
export function withNumbers(appointment: Appointment, identifiers: readonly Identifier[]): Appointment {
  const { identifier: before = [] } = appointment;
  const missing = identifiers.filter(
    ({ system, value }) => !before.some((one) => one.system === system && one.value === value),
  );
  return missing.length === 0 ? appointment : { ...appointment, identifier: [...before, ...missing] };
}

export interface Circumstances {
  readonly participants: Participants;
  /** Somebody else than we wrote the visit last. */
  readonly changedByOthers: boolean;
  /** The message is about a change, not about the visit's state. */
  readonly isChange: boolean;
}

/** A visit with these parts of what was said; everything else in it stays as it is. */
export function withAppointment(
  appointment: Appointment,
  said: AppointmentSaid,
  parts: readonly AppointmentPart[],
  circumstances: Circumstances,
): Appointment {
  return parts.reduce(
    (current, part) => (said[part] === undefined ? current : appliers[part](current, said, circumstances)),
    appointment,
  );
}

/** Somebody has come, or it is over: a message about another room does not undo that. */
const beyondBooked: readonly Appointment['status'][] = ['arrived', 'checked-in', 'fulfilled'];

type Apply = (appointment: Appointment, said: AppointmentSaid, circumstances: Circumstances) => Appointment;

const appliers: Readonly<Record<AppointmentPart, Apply>> = {
  status: (appointment, { status }, { changedByOthers, isChange }) => {
    if (status === undefined) return appointment;
    if (isChange && changedByOthers && status === 'booked' && beyondBooked.includes(appointment.status))
      return appointment;
    const { cancelationReason, ...rest } = appointment;
    return status === 'cancelled' ? { ...appointment, status } : { ...rest, status };
  },
  time: (appointment, { time }) =>
    time === undefined
      ? appointment
      : {
          ...appointment,
          // Written otherwise, the same instant is no change.
          start: sameInstant(appointment.start, time.start) ? (appointment.start ?? time.start) : time.start,
          end: sameInstant(appointment.end, time.end) ? (appointment.end ?? time.end) : time.end,
        },
  type: (appointment, { type }) => (type === undefined ? appointment : { ...appointment, appointmentType: type }),
  services: (appointment, { services }) =>
    services === undefined ? appointment : { ...appointment, serviceType: [...services] },
  reason: (appointment, { reason }) => (reason === undefined ? appointment : { ...appointment, reasonCode: [reason] }),
  cancelled: (appointment, { cancelled }) =>
    cancelled === undefined || appointment.status !== 'cancelled'
      ? appointment
      : { ...appointment, cancelationReason: cancelled },
  comment: (appointment, { comment }) => (comment === undefined ? appointment : { ...appointment, comment }),
  practitioners: (appointment, _, { participants: { practitioners } }) =>
    withParticipants(appointment, 'Practitioner', practitioners),
  locations: (appointment, _, { participants: { locations } }) => withParticipants(appointment, 'Location', locations),
};

function withParticipants(
  appointment: Appointment,
  type: 'Practitioner' | 'Location',
  named: readonly AppointmentParticipant[] | undefined,
): Appointment {
  if (named === undefined) return appointment;
  const others = appointment.participant.filter((one) => !isOfType(one, type));
  // Always in one order, so that it does not tell which message came first: whoever comes, who is seen, where.
  const at = type === 'Practitioner' ? others.findIndex((one) => isOfType(one, 'Location')) : -1;
  const participant = at < 0 ? [...others, ...named] : [...others.slice(0, at), ...named, ...others.slice(at)];
  return { ...appointment, participant };
}

function isOfType({ actor }: AppointmentParticipant, type: string): boolean {
  const parsed = parseReference(actor?.reference);
  return actor?.type === type || (parsed?.kind === 'resource' && parsed.type === type);
}

function sameInstant(one: string | undefined, other: string): boolean {
  return one !== undefined && Date.parse(one) === Date.parse(other);
}
