import { clinicProfile, clinicWith } from '../../content/clinic.ts';
import { loadContent } from '../../content/content.ts';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { EhrUser } from '../ehr/smart-authorization.ts';

/** The clinic that the single-machine host runs for. Its numbers are of the 555-01xx range, which nobody can own. */
export const clinic: Clinic = clinicWith(loadContent(), clinicProfile());

/** The number that patients text and call. */
export const clinicNumber = '+13125550199';

/** Who may sign in at the EHR; the first one approves where nobody is named, the next one opens charts. */
export const users: readonly EhrUser[] = [
  { id: 'clerk-maya', name: 'Maya Torres', fhirUser: 'Practitioner/clerk-maya' },
  { id: 'dr-lee', name: 'Dr Helen Lee', fhirUser: 'Practitioner/dr-lee' },
  { id: 'nurse-okafor', name: 'Grace Okafor', fhirUser: 'Practitioner/nurse-okafor' },
];
