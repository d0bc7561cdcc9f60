import type { Patient, Questionnaire, QuestionnaireItem, Task } from 'fhir/r4.js';
import type { Hands } from './hands.ts';

/** A patient with one mobile number, in English, as an EHR would hold them. */
export function patient(number: string, given = 'Test', family = 'Person', birthDate = '1980-01-02'): Patient {
  return {
    resourceType: 'Patient',
    active: true,
    name: [{ use: 'official', family, given: [given] }],
    birthDate,
    telecom: [{ system: 'phone', value: number, use: 'mobile' }],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en' }] }, preferred: true }],
  };
}

export function questionnaire(name: string, item: readonly QuestionnaireItem[]): Questionnaire {
  return {
    resourceType: 'Questionnaire',
    url: `https://lakeside.example/Questionnaire/${name}`,
    version: '1',
    status: 'active',
    title: 'A few questions',
    item: [...item],
  };
}

/** The Task by which an EHR asks for a questionnaire. @see https://hl7.org/fhir/uv/sdc/workflow.html#task */
export function intakeTask(patientId: string, canonical: string): Task {
  const system = 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp';
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system, code: 'complete-questionnaire' }] },
    for: { reference: `Patient/${patientId}` },
    input: [{ type: { coding: [{ system, code: 'questionnaire' }] }, valueCanonical: canonical }],
  };
}

/** A new patient who is being asked a questionnaire that the EHR already holds. */
export async function asked(
  hands: Hands,
  number: string,
  canonical: string,
  person: Patient = patient(number),
): Promise<{ readonly patient: string; readonly task: string }> {
  const { id } = await hands.create(person);
  await hands.settle();
  const task = await hands.create(intakeTask(id, canonical));
  await hands.settle();
  return { patient: id, task: task.id };
}
