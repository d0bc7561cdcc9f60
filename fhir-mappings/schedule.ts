import type { Reference, Schedule } from 'fhir/r4.js';
import { codesOf } from './codes.ts';
import { idOf, parseReference } from './reference.ts';

export interface ReadSchedule {
  readonly id: string;
  readonly active: boolean;
  /** Ids of those whose time it is. */
  readonly practitioners: readonly string[];
  readonly locations: readonly string[];
  readonly healthcareServices: readonly string[];
  /** `system|code`. */
  readonly services: readonly string[];
  readonly specialties: readonly string[];
  /** All of them as references, for whoever books. */
  readonly actors: readonly ScheduleActor[];
}

export interface ScheduleActor {
  readonly type: string;
  /** `Type/id`. */
  readonly reference: string;
  readonly display?: string;
}

/** A Schedule freed of FHIR. Never throws. @see https://hl7.org/fhir/R4/schedule.html */
export function readSchedule(schedule: Schedule): ReadSchedule {
  const actors = schedule.actor ?? [];
  const idsOf = (type: string) => actors.flatMap(({ reference }) => idOf(reference, type) ?? []);
  return {
    id: schedule.id ?? '',
    active: schedule.active !== false,
    practitioners: idsOf('Practitioner'),
    locations: idsOf('Location'),
    healthcareServices: idsOf('HealthcareService'),
    services: codesOf(schedule.serviceType ?? []),
    specialties: codesOf(schedule.specialty ?? []),
    actors: actors.flatMap((actor) => actorOf(actor) ?? []),
  };
}

function actorOf({ reference, display }: Reference): ScheduleActor | undefined {
  const parsed = parseReference(reference);
  if (parsed?.kind !== 'resource') return undefined;
  return { type: parsed.type, reference: parsed.local, ...(display === undefined ? {} : { display }) };
}
