import type { Questionnaire, Task } from '@medplum/fhirtypes';

export const questions = 12;
const url = 'https://bench.example/Questionnaire/long';

/** A US number that nobody owns, one per patient. */
export function phoneOf(index: number): string {
  return `+1${312 + Math.floor(index / 10_000)}555${String(index % 10_000).padStart(4, '0')}`;
}

export const questionnaire: Questionnaire = {
  resourceType: 'Questionnaire',
  id: 'long',
  url,
  version: '1',
  status: 'active',
  title: 'A long intake',
  item: Array.from({ length: questions }, (_, index) => ({
    linkId: `q${index + 1}`,
    type: 'integer' as const,
    text: `Question number ${index + 1}: how many?`,
    required: true,
  })),
};

export function taskFor(index: number): Task {
  return {
    resourceType: 'Task',
    id: `t${index}`,
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp', code: 'complete-questionnaire' }] },
    for: { reference: `Patient/p${index}` },
    input: [
      {
        type: { coding: [{ system: 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp', code: 'questionnaire' }] },
        valueCanonical: `${url}|1`,
      },
    ],
  };
}
