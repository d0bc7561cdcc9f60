import { isResource } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';
import { questionnaires } from '../../content/questionnaires.ts';
import { consents, patients, relatedPersons } from './patients.ts';
import { location, organization, practitioners, roles, services } from './staff.ts';

/** Everything that the EHR stand-in holds at its first start, in an order in which nothing is named before it is there. */
export function seedResources(): readonly Resource[] {
  const resources: readonly unknown[] = [
    organization,
    location,
    ...services,
    ...practitioners,
    ...roles,
    ...questionnaires,
    ...patients,
    ...relatedPersons,
    ...consents,
  ];
  // The same FHIR, in the types that the stand-in's library has for it.
  return resources.filter((resource) => isResource(resource));
}
