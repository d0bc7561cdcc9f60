import type { QuestionnaireResponse } from 'fhir/r4.js';
import type { Question } from '../domain/intake/intake.ts';
import type { Value } from '../domain/intake/value.ts';
import { type AnsweredItem, answeredQuestions } from './answered-item.ts';
import { evaluateExpression } from './fhirpath-expression.ts';
import { foundValue } from './found-values.ts';
import { scoreOf } from './response-items.ts';
import { hasLoinc, summandsOf } from './total-scores.ts';

/** Worked out values by linkId. */
export type Calculated = ReadonlyMap<string, readonly Value[]>;

/**
 * The calculated questions that can be worked out from what was answered; the others are left out. `respond` writes the response with
 * what is worked out so far, because one total may be made of others.
 */
export function calculateAnswers(
  answered: readonly AnsweredItem[],
  respond: (calculated: Calculated) => QuestionnaireResponse,
  now: string,
): Calculated {
  const questions = answeredQuestions(answered);
  const open = questions.filter(({ item, answer }) => item.calculated !== undefined && answer === undefined);
  const calculated = new Map<string, readonly Value[]>();
  // Each round can settle at least one more, so that as many rounds as questions are enough; in practice it is two.
  for (let round = 0; round < open.length; round += 1) {
    const response = respond(calculated);
    const before = JSON.stringify([...calculated]);
    for (const { item } of open) {
      const values = valuesOf(item, questions, response, now);
      if (values.length > 0) calculated.set(item.linkId, values);
    }
    if (JSON.stringify([...calculated]) === before) break;
  }
  return calculated;
}

function valuesOf(
  question: Question,
  questions: readonly (AnsweredItem & { readonly item: Question })[],
  response: QuestionnaireResponse,
  now: string,
): readonly Value[] {
  const expression = question.calculated?.expression;
  const found =
    expression === undefined
      ? [sumOfScores(question, questions)]
      : (evaluateExpression(expression, { base: response, variables: { resource: response }, now }) ?? []);
  const values = found.flatMap((value) => foundValue(value, question) ?? []);
  return question.repeats ? values : values.slice(0, 1);
}

/** The sum of the scores of the answers it is made of; undefined as soon as one of them is missing, declined or without a score. */
function sumOfScores(
  question: Question,
  questions: readonly (AnsweredItem & { readonly item: Question })[],
): number | undefined {
  const summands = summandsOf(question.codes);
  if (summands === undefined) return undefined;
  let sum = 0;
  for (const code of summands) {
    const one = questions.find(({ item }) => hasLoinc(item.codes, code));
    const [value, ...more] = one?.answer?.values ?? [];
    const score = one === undefined || value === undefined || more.length > 0 ? undefined : scoreOf(value, one.item);
    if (score === undefined) return undefined;
    sum += score;
  }
  return sum;
}
