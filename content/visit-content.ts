import type { Clinic } from '../domain/conversation/clinic.ts';
import { createPlanner } from '../domain/requirements/planning.ts';
import { payerNames, payerOf } from './payers.ts';
import { planFor } from './reminders.ts';
import { loadRequirements } from './requirements.ts';
import { questionnaireForVisit, visitTypeFor } from './visit-types.ts';

/** All that our content says of visits, for whoever follows them: their types, questions, needs and reminders. Checked when it is made. */
export function visitContent(clinic: Pick<Clinic, 'timeZone' | 'facts'>) {
  return {
    questionnaireFor: questionnaireForVisit,
    typeFor: visitTypeFor,
    planFor,
    planNeeds: createPlanner(loadRequirements(), clinic),
    payerOf,
    payerNames,
  } as const;
}
