import { isResource } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';
import { questionnaires } from '../../content/questionnaires.ts';
import { freeTimes, imagingRoom, schedules, waitingVisits } from './calendars.ts';
import { consents, patients, relatedPersons } from './patients.ts';
import { coverages, payers, referringPractice } from './payers.ts';
import { location, organization, practitioners, roles, services } from './staff.ts';

/**
 * Everything that the EHR stand-in holds at its first start, in an order in which nothing is named before it is there. Free times, and
 * who waits for one, depend on when that is: without it there are none.
 */
export function seedResources(now?: Date): readonly Resource[] {
  const resources: readonly unknown[] = [
    organization,
    ...payers,
    referringPractice,
    location,
    imagingRoom,
    ...services,
    ...practitioners,
    ...roles,
    ...questionnaires,
    ...patients,
    ...coverages,
    ...relatedPersons,
    ...consents,
    ...schedules,
    ...(now === undefined ? [] : [...freeTimes(now), ...waitingVisits(now)]),
  ];
  // The same FHIR, in the types that the stand-in's library has for it.
  return resources.filter((resource) => isResource(resource));
}
