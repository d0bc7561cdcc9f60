import { idOf } from './reference.ts';

/** Where resources name the patient whom they are about, in the order in which it counts. */
const places = ['patient', 'subject', 'for', 'beneficiary', 'actor'] as const;

/**
 * The id of the patient whom a resource is about, as far as it can be told without knowing its type; undefined where it names none or
 * several. Never throws, whatever it is given.
 */
export function patientOf(resource: unknown): string | undefined {
  if (!isRecord(resource)) return undefined;
  if (resource.resourceType === 'Patient') return typeof resource.id === 'string' ? resource.id : undefined;
  for (const place of places) {
    const id = patientIn(resource[place]);
    if (id !== undefined) return id;
  }
  const participants = Array.isArray(resource.participant) ? resource.participant : [];
  const ids = new Set(participants.flatMap((one) => (isRecord(one) ? (patientIn(one.actor) ?? []) : [])));
  return ids.size === 1 ? [...ids][0] : undefined;
}

function patientIn(reference: unknown): string | undefined {
  return isRecord(reference) && typeof reference.reference === 'string'
    ? idOf(reference.reference, 'Patient')
    : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
