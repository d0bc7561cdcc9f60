import type { QuestionnaireResponse } from 'fhir/r4.js';
import { asked, questionnaire } from '../host/asking.ts';
import type { Hands } from '../host/hands.ts';

const canonical = 'https://lakeside.example/Questionnaire/bad-input|1';

export const firstQuestion = 'First: what brings you here?';
export const secondQuestion = 'Second: since when?';
export const thirdQuestion = 'Third: anything else?';

/** Puts the three questions of these tests into the EHR. */
export async function prepare(hands: Hands): Promise<void> {
  await hands.create(
    questionnaire('bad-input', [
      { linkId: 'first', type: 'text', text: firstQuestion },
      { linkId: 'second', type: 'text', text: secondQuestion },
      { linkId: 'third', type: 'text', text: thirdQuestion },
    ]),
  );
  await hands.settle();
}

let made = 0;

/** A number that no other test of this process has. */
export function newNumber(): string {
  made += 1;
  return `+1312557${String(made).padStart(4, '0')}`;
}

/** A new patient with a number of their own, waiting at the first of three questions. */
export async function waitingPatient(hands: Hands): Promise<{ patient: string; task: string; number: string }> {
  const number = newNumber();
  return { number, ...(await asked(hands, number, canonical)) };
}

/** What the chart holds of a patient's answers, by linkId, once everything is at rest and the minute between two writes is over. */
export async function inChart(hands: Hands, patient: string): Promise<Readonly<Record<string, string>>> {
  await hands.settle();
  await hands.advance('PT2M');
  const responses = await hands.search<QuestionnaireResponse>(`QuestionnaireResponse?subject=Patient/${patient}`);
  if (responses.length > 1) throw new Error(`${responses.length} responses for one questionnaire`);
  const items = responses.flatMap(({ item = [] }) => item);
  return Object.fromEntries(items.map((item) => [item.linkId, item.answer?.[0]?.valueString ?? '']));
}
