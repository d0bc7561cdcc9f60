import type { Appointment, Patient } from 'fhir/r4.js';
import { hl7Systems } from '../../content/hl7-systems.ts';
import type { AppointmentPart, AppointmentStatement, Named } from '../../fhir-mappings/hl7v2/appointment.ts';
import { newAppointment, withAppointment, withPatient } from '../../fhir-mappings/hl7v2/appointment-applied.ts';
import { type Instruction, instructionIn } from '../../fhir-mappings/hl7v2/instruction.ts';
import { parseMessage } from '../../fhir-mappings/hl7v2/message.ts';
import type { PersonPart, PersonStatement } from '../../fhir-mappings/hl7v2/person.ts';
import { newPatient, withPerson } from '../../fhir-mappings/hl7v2/person-applied.ts';

export const context = { timeZone: 'America/Chicago', systems: hl7Systems() };

export function instructionOf(text: string): Instruction | undefined {
  const parsed = parseMessage(text);
  return parsed.ok ? instructionIn(parsed.message, context) : undefined;
}

export function personOf(text: string): PersonStatement {
  const asked = instructionOf(text);
  if (asked === undefined) throw new Error('Nothing is asked');
  return asked.about === 'merge' ? (asked.merges[0]?.surviving ?? personOf('')) : asked.person;
}

export function appointmentOf(text: string): AppointmentStatement {
  const asked = instructionOf(text);
  if (asked?.about !== 'appointment') throw new Error('No appointment is asked for');
  return asked.appointment;
}

/** The record that a message alone makes. */
export function madePatient(text: string): Patient {
  const person = personOf(text);
  return withPerson(newPatient(person), person.said, Object.keys(person.said) as PersonPart[]);
}

/** A record that is there, after a message about it. */
export function changedPatient(before: Patient, text: string): Patient {
  const { said } = personOf(text);
  return withPerson(before, said, Object.keys(said) as PersonPart[]);
}

/** The visit that a message alone makes, where the EHR knows nobody whom it names. */
export function madeAppointment(text: string): Appointment {
  const statement = appointmentOf(text);
  return withPatient(changedAppointment(newAppointment(statement), text), 'anna');
}

export function changedAppointment(before: Appointment, text: string, changedByOthers = false): Appointment {
  const { said, isChange } = appointmentOf(text);
  const named = (all: readonly Named[]) =>
    all.map(({ type, number, display }) => ({
      actor: {
        type,
        ...(number === undefined ? {} : { identifier: { system: number.system, value: number.value } }),
        ...(display === undefined ? {} : { display }),
      },
      status: 'accepted' as const,
    }));
  return withAppointment(before, said, Object.keys(said) as AppointmentPart[], {
    participants: {
      ...(said.practitioners === undefined ? {} : { practitioners: named(said.practitioners) }),
      ...(said.locations === undefined ? {} : { locations: named(said.locations) }),
    },
    changedByOthers,
    isChange,
  });
}
