import type { Encounter } from 'fhir/r4.js';
import { present } from './present.ts';
import { idOf } from './reference.ts';

/** What an Encounter's status means for the visit that it is of. `nothing`: it says nothing of where the patient is. */
export type EncounterState = 'nothing' | 'arrived' | 'under-way' | 'finished';

/** @see https://hl7.org/fhir/R4/valueset-encounter-status.html */
const statuses: Record<Encounter['status'], EncounterState> = {
  planned: 'nothing',
  arrived: 'arrived',
  triaged: 'arrived',
  'in-progress': 'under-way',
  onleave: 'under-way',
  finished: 'finished',
  cancelled: 'nothing',
  'entered-in-error': 'nothing',
  unknown: 'nothing',
};

export interface ReadEncounter {
  readonly id: string;
  readonly state: EncounterState;
  /** Ids. */
  readonly patient?: string;
  readonly appointments: readonly string[];
  readonly practitioner?: string;
  readonly location?: string;
  /** ISO instant at which it was begun: of the status under way where its history says so, else of the whole. */
  readonly begunAt?: string;
}

/** An Encounter freed of FHIR. Never throws; a status of tomorrow says nothing. @see https://hl7.org/fhir/R4/encounter.html */
export function readEncounter(encounter: Encounter): ReadEncounter {
  const { status, participant = [], location = [], statusHistory = [] } = encounter;
  const state = Object.hasOwn(statuses, status) ? statuses[status] : 'nothing';
  const began = statusHistory.find((each) => each.status === 'in-progress')?.period.start;
  return {
    id: encounter.id ?? '',
    state,
    appointments: (encounter.appointment ?? []).flatMap(({ reference }) => idOf(reference, 'Appointment') ?? []),
    ...present({
      patient: idOf(encounter.subject?.reference, 'Patient'),
      practitioner: participant
        .map(({ individual }) => idOf(individual?.reference, 'Practitioner'))
        .find((id) => id !== undefined),
      location: location.map((each) => idOf(each.location?.reference, 'Location')).find((id) => id !== undefined),
      begunAt: state === 'under-way' ? instant(began ?? encounter.period?.start) : undefined,
    }),
  };
}

/** A date alone does not say when. */
function instant(dateTime: string | undefined): string | undefined {
  return dateTime?.includes('T') === true && !Number.isNaN(Date.parse(dateTime)) ? dateTime : undefined;
}
