import type { Patient, PatientLink } from 'fhir/r4.js';
import { idOf } from '../reference.ts';

/** The old record: out of use, and leading to the one that survives. @see https://hl7.org/fhir/R4/patient.html#merge */
export function mergedInto(old: Patient, surviving: string): Patient {
  return { ...old, active: false, link: linked(old, surviving, 'replaced-by') };
}

/** The surviving record: in use, and saying which one it replaces. A merge the other way round is undone by it. */
export function replacing(surviving: Patient, old: string): Patient {
  const wasReplaced = (surviving.link ?? []).some((link) => leadsTo(link, old) && link.type === 'replaced-by');
  return {
    ...surviving,
    ...(wasReplaced ? { active: true } : {}),
    link: linked(surviving, old, 'replaces'),
  };
}

/** The record that took the place of this one; undefined where none did. */
export function survivorOf(patient: Patient): string | undefined {
  const link = (patient.link ?? []).find(({ type }) => type === 'replaced-by');
  return idOf(link?.other.reference, 'Patient');
}

function linked({ link = [] }: Patient, other: string, type: PatientLink['type']): PatientLink[] {
  if (link.some((one) => leadsTo(one, other) && one.type === type)) return link;
  const rest = link.filter((one) => !leadsTo(one, other) && (type !== 'replaced-by' || one.type !== 'replaced-by'));
  return [...rest, { other: { reference: `Patient/${other}` }, type }];
}

function leadsTo({ other }: PatientLink, patient: string): boolean {
  return idOf(other.reference, 'Patient') === patient;
}
