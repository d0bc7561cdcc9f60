import type { FhirResource } from 'fhir/r4.js';
import type { Intake, Item, Question } from '../domain/intake/intake.ts';
import { evaluateExpression, type Surroundings } from './fhirpath-expression.ts';
import { foundValue } from './found-values.ts';

/** What the EHR holds when an intake begins, by the names of SDC's launch context. @see https://hl7.org/fhir/uv/sdc/CodeSystem-launchContext.html */
export interface ChartAtStart {
  readonly patient: FhirResource;
  readonly encounter?: FhirResource;
  readonly user?: FhirResource;
  readonly practitioner?: FhirResource;
  readonly location?: FhirResource;
  readonly study?: FhirResource;
}

/**
 * The intake with the first values that its initialExpressions find in the chart, marked as coming from there. An expression that
 * finds nothing, cannot be evaluated, or finds what the question can't be answered with leaves the question as it was.
 * `now` (ISO instant) is what now() and today() answer with; without it, expressions that use them find nothing.
 */
export function withInitialValues(intake: Intake, chart: ChartAtStart, now?: string): Intake {
  const surroundings: Surroundings = {
    base: { resourceType: 'QuestionnaireResponse', status: 'in-progress' },
    variables: { ...chart },
    ...(now === undefined ? {} : { now }),
  };
  return { ...intake, items: intake.items.map((item) => prefilled(item, surroundings)) };
}

function prefilled(item: Item, surroundings: Surroundings): Item {
  if (item.kind === 'display') return item;
  const items = item.items.map((child) => prefilled(child, surroundings));
  return item.kind === 'group' ? { ...item, items } : { ...withInitial(item, surroundings), items };
}

function withInitial(question: Question, surroundings: Surroundings): Question {
  if (question.initialExpression === undefined || question.calculated !== undefined) return question;
  const found = evaluateExpression(question.initialExpression, surroundings) ?? [];
  const values = found.flatMap((value) => foundValue(value, question) ?? []);
  if (values.length === 0) return question;
  return { ...question, initial: question.repeats ? values : values.slice(0, 1), initialFromChart: true };
}
