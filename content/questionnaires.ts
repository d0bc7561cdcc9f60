import type { Questionnaire } from 'fhir/r4.js';
import * as z from 'zod';
import cardiologyFollowUp from './questionnaires/cardiology-follow-up.json' with { type: 'json' };
import firstVisit from './questionnaires/first-visit.json' with { type: 'json' };
import mriSafety from './questionnaires/mri-safety.json' with { type: 'json' };

const versioned = z.looseObject({ resourceType: z.literal('Questionnaire'), url: z.url(), version: z.string() });
const questionnaire = z.custom<Questionnaire & { readonly url: string; readonly version: string }>(
  (value) => versioned.safeParse(value).success,
);

/** The clinic's own questionnaires. Whether they can be asked is checked where every questionnaire is: when it is published. */
export const questionnaires = z.array(questionnaire).parse([firstVisit, cardiologyFollowUp, mriSafety]);

/** One of them by `canonical|version`, or by the canonical alone. */
export function ownQuestionnaire(canonical: string): Questionnaire | undefined {
  return questionnaires.find(({ url, version }) => canonical === `${url}|${version}` || canonical === url);
}
