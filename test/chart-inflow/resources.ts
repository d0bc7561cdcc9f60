import type { Appointment, Patient } from 'fhir/r4.js';

export const snomed = 'http://snomed.info/sct';

export function patient(id: string, number: string, more: Partial<Patient> = {}): Patient & { id: string } {
  return {
    resourceType: 'Patient',
    active: true,
    name: [{ given: [id], family: 'Person' }],
    birthDate: '1980-01-02',
    telecom: [{ system: 'phone', value: number, use: 'mobile' }],
    ...more,
    id,
  };
}

/** An MRI with contrast, the visit that needs the most. */
export function appointment(
  id: string,
  who: string,
  start: string | undefined,
  more: Partial<Appointment> = {},
): Appointment & { id: string } {
  return {
    resourceType: 'Appointment',
    status: 'booked',
    serviceType: [{ coding: [{ system: snomed, code: '51619007' }] }],
    ...(start === undefined ? {} : { start, end: new Date(Date.parse(start) + 1_800_000).toISOString() }),
    participant: [
      { actor: { reference: `Patient/${who}` }, status: 'accepted' },
      { actor: { reference: 'Practitioner/dr-lee' }, status: 'accepted' },
    ],
    ...more,
    id,
  };
}

/** One that only asks questions beforehand. */
export const routine: Partial<Appointment> = {
  serviceType: [],
  appointmentType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'ROUTINE' }] },
};
