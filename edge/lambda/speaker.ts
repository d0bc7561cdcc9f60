import { clinicProfile, clinicWith } from '../../content/clinic.ts';
import { loadContent } from '../../content/content.ts';
import type { Speaker } from '../speech.ts';

/** Whom a function speaks for and in which words, from the clinic's content. Throws where that content is another clinic's. */
export function speakerFor(tenant: string): Speaker {
  const content = loadContent();
  const clinic = clinicWith(content, clinicProfile(tenant));
  return {
    clinic,
    catalogue: content.catalogueFor(clinic.country),
    emergencyNumber: content.emergencyNumberFor(clinic.country),
  };
}
