import type { QuestionnaireResponse } from 'fhir/r4.js';
import type { EvidenceState } from '../../domain/requirements/evidence.ts';
import { localReferences } from '../reference.ts';
import { systems } from '../systems.ts';
import { type FoundEvidence, foundEvidence, meaningOf } from './found-evidence.ts';

/** @see https://hl7.org/fhir/R4/valueset-questionnaire-answers-status.html */
const statuses: Record<QuestionnaireResponse['status'], EvidenceState> = {
  'in-progress': 'under-way',
  completed: 'holds',
  amended: 'holds',
  'entered-in-error': 'gone',
  stopped: 'gone',
};

/** Answers to a form, whoever took them. */
export function formOf(response: QuestionnaireResponse): FoundEvidence | undefined {
  return foundEvidence(response, response.subject, {
    kind: 'form',
    state: meaningOf(statuses, response.status, 'under-way'),
    codes: [],
    about: localReferences([
      ...(response.basedOn ?? []),
      ...(response.partOf ?? []),
      ...(response.encounter === undefined ? [] : [response.encounter]),
      ...conversationOf(response),
    ]),
    questionnaire: response.questionnaire?.trim() || undefined,
    from: response.authored ?? response.meta?.lastUpdated,
  });
}

/** What our own conversation was held for: its name begins with `appointment/{id}` or `task/{id}`. */
function conversationOf({ identifier }: QuestionnaireResponse): readonly { readonly reference: string }[] {
  const name = identifier?.system === systems.conversation ? identifier.value : undefined;
  const id = /^appointment\/([^/]+)/.exec(name ?? '')?.[1];
  return id === undefined ? [] : [{ reference: `Appointment/${id}` }];
}
