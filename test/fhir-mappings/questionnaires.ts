import type { Questionnaire, QuestionnaireItem } from 'fhir/r4.js';
import type { Intake, Item, Question } from '../../domain/intake/intake.ts';
import { compileQuestionnaire, type Supply } from '../../fhir-mappings/questionnaire.ts';

export function questionnaire(items: QuestionnaireItem[], more: Partial<Questionnaire> = {}): Questionnaire {
  return {
    resourceType: 'Questionnaire',
    url: 'https://clinic.example/Questionnaire/visit',
    version: '1.0.0',
    title: 'Before your visit',
    status: 'active',
    item: items,
    ...more,
  };
}

export function compiled(items: QuestionnaireItem[], more: Partial<Questionnaire> = {}, supply: Supply = {}): Intake {
  const result = compileQuestionnaire(questionnaire(items, more), supply);
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  return result.intake;
}

/** The refusals as `linkId: code`, in order. */
export function refusalsOf(
  items: QuestionnaireItem[],
  more: Partial<Questionnaire> = {},
  supply: Supply = {},
): string[] {
  const result = compileQuestionnaire(questionnaire(items, more), supply);
  if (result.ok) return [];
  for (const { reason } of result.refusals) if (!reason.endsWith('.')) throw new Error(`Not a sentence: ${reason}`);
  return result.refusals.map(({ linkId = '', code }) => `${linkId}: ${code}`);
}

export function itemIn(intake: Intake, linkId: string): Item {
  const found = flattened(intake.items).find((item) => item.linkId === linkId);
  if (found === undefined) throw new Error(`No item ${linkId}`);
  return found;
}

export function questionIn(intake: Intake, linkId: string): Question {
  const item = itemIn(intake, linkId);
  if (item.kind !== 'question') throw new Error(`${linkId} is a ${item.kind}`);
  return item;
}

export function flattened(items: readonly Item[]): readonly Item[] {
  return items.flatMap((item) => (item.kind === 'display' ? [item] : [item, ...flattened(item.items)]));
}
