import type { Appointment, AppointmentParticipant, Extension } from 'fhir/r4.js';
import type { Kinds } from '../domain/scheduling/kinds.ts';
import { codesOf } from './codes.ts';
import { idOf, parseReference } from './reference.ts';
import type { ScheduleActor } from './schedule.ts';
import { systems } from './systems.ts';

/** An Appointment as far as booking needs it. */
export interface Booking {
  readonly status: Appointment['status'];
  /** The Patient's id; absent where it names none, or several. */
  readonly patient?: string;
  readonly start?: string;
  readonly end?: string;
  /** Ids of its Slots. */
  readonly slots: readonly string[];
  readonly kinds: Kinds;
  readonly location?: string;
  readonly practitioner?: string;
  /** Who and what takes part, but for people: `Practitioner/1`, `Location/2`. */
  readonly actors: readonly string[];
  readonly requested: readonly { readonly start?: string; readonly end?: string }[];
  /** ISO instant since when it waits, as well as the EHR knows. */
  readonly since?: string;
}

/** Never throws on a valid Appointment. @see https://hl7.org/fhir/R4/appointment.html */
export function readBooking(appointment: Appointment): Booking {
  const actors = (appointment.participant ?? []).flatMap(({ actor }) => {
    const parsed = parseReference(actor?.reference);
    return parsed?.kind === 'resource' ? [parsed] : [];
  });
  const idsOf = (wanted: string) => [...new Set(actors.flatMap(({ type, id }) => (type === wanted ? [id] : [])))];
  const [patient, ...others] = idsOf('Patient');
  const [location] = idsOf('Location');
  const [practitioner] = idsOf('Practitioner');
  const { status, start, end, appointmentType, created, meta } = appointment;
  const since = created ?? meta?.lastUpdated;
  return {
    status,
    slots: (appointment.slot ?? []).flatMap(({ reference }) => idOf(reference, 'Slot') ?? []),
    kinds: {
      services: codesOf(appointment.serviceType ?? []),
      specialties: codesOf(appointment.specialty ?? []),
      styles: codesOf(appointmentType === undefined ? [] : [appointmentType]),
      offeredBy: idsOf('HealthcareService'),
    },
    actors: actors.filter(({ type }) => ofTheTime.has(type)).map(({ local }) => local),
    requested: (appointment.requestedPeriod ?? []).map((period) => ({
      ...(period.start === undefined ? {} : { start: period.start }),
      ...(period.end === undefined ? {} : { end: period.end }),
    })),
    ...(patient === undefined || others.length > 0 ? {} : { patient }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(location === undefined ? {} : { location }),
    ...(practitioner === undefined ? {} : { practitioner }),
    ...(since === undefined ? {} : { since }),
  };
}

/** What comes with a time and goes with it; the patient and who comes along stay. */
const ofTheTime = new Set(['Practitioner', 'PractitionerRole', 'Location', 'HealthcareService', 'Device']);

export interface NewTime {
  /** The Slot's id. */
  readonly slot: string;
  readonly start: string;
  readonly end: string;
  /** Of its Schedule. Where that names none of a kind, the visit keeps those that it has. */
  readonly actors: readonly ScheduleActor[];
  /** ISO instant of the change. */
  readonly at: string;
}

/**
 * The Appointment at another time, booked: slot, start and end, whose time it is, and a note of the time before. One that waited, waits no
 * more. Applied to its own result it changes nothing.
 */
export function withTime(appointment: Appointment, time: NewTime): Appointment {
  const before = readBooking(appointment);
  if (appointment.status === 'booked' && before.slots.length === 1 && before.slots[0] === time.slot) return appointment;
  const { text: _, requestedPeriod: __, extension = [], ...rest } = appointment;
  const minutes = Math.round((Date.parse(time.end) - Date.parse(time.start)) / 60_000);
  const others = extension.filter(({ url }) => url !== systems.movedFrom);
  const moved = [...others, ...noteOf(before, time.at)];
  return {
    ...rest,
    ...(moved.length === 0 ? {} : { extension: moved }),
    status: 'booked',
    start: time.start,
    end: time.end,
    ...(minutes > 0 ? { minutesDuration: minutes } : {}),
    slot: [{ reference: `Slot/${time.slot}` }],
    participant: participantsOf(appointment, time.actors),
  };
}

/** When it was before: for whoever wonders, in the EHR itself. */
function noteOf({ start, slots: [slot] }: Booking, at: string): readonly Extension[] {
  if (start === undefined) return [];
  return [
    {
      url: systems.movedFrom,
      extension: [
        { url: 'start', valueInstant: start },
        ...(slot === undefined ? [] : [{ url: 'slot', valueReference: { reference: `Slot/${slot}` } }]),
        { url: 'at', valueInstant: at },
      ],
    },
  ];
}

function participantsOf({ participant = [] }: Appointment, actors: readonly ScheduleActor[]): AppointmentParticipant[] {
  const coming = actors.filter(({ type }) => ofTheTime.has(type));
  const replaced = new Set(coming.map(({ type }) => kindOf(type)));
  const stays = participant.flatMap((one): AppointmentParticipant[] => {
    const parsed = parseReference(one.actor?.reference);
    if (parsed?.kind !== 'resource') return [one];
    // Who chose the time says yes to it.
    if (parsed.type === 'Patient') return [{ ...one, status: 'accepted' }];
    const isKept = !ofTheTime.has(parsed.type) || !replaced.has(kindOf(parsed.type));
    return isKept || coming.some(({ reference }) => reference === parsed.local) ? [one] : [];
  });
  const there = new Set(
    stays.flatMap(({ actor }) => {
      const parsed = parseReference(actor?.reference);
      return parsed?.kind === 'resource' ? [parsed.local] : [];
    }),
  );
  const added = coming
    .filter(({ reference }) => !there.has(reference))
    .map(
      ({ reference, display }): AppointmentParticipant => ({
        actor: { reference, ...(display === undefined ? {} : { display }) },
        status: 'accepted',
      }),
    );
  return [...stays, ...added];
}

/** A practitioner in a role takes the place of a practitioner. */
function kindOf(type: string): string {
  return type === 'PractitionerRole' ? 'Practitioner' : type;
}

/** Why a visit is off. @see https://terminology.hl7.org/CodeSystem-appointment-cancellation-reason.html */
const byPatient = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason',
      code: 'pat',
      display: 'Patient',
    },
  ],
};

/** The Appointment given up by the patient. Its slot stays on it, as a note of when it was to be. */
export function givenUp(appointment: Appointment): Appointment {
  if (appointment.status === 'cancelled') return appointment;
  const { text: _, ...rest } = appointment;
  return { ...rest, status: 'cancelled', cancelationReason: byPatient };
}
