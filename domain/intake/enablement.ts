import type { Answer } from './answer.ts';
import type { Condition, Enablement } from './intake.ts';
import { sameValue, type Value } from './value.ts';

/**
 * Whether an enableWhen holds, in R5's wording. `answersTo` gives the answers that count for a linkId: those of enabled questions.
 * @see https://hl7.org/fhir/R5/questionnaire-definitions.html#Questionnaire.item.enableWhen
 */
export function holds(enablement: Enablement, answersTo: (linkId: string) => readonly Answer[]): boolean {
  const met = (condition: Condition) =>
    conditionMet(
      condition,
      answersTo(condition.question).flatMap((answer) => answer.values),
    );
  return enablement.behavior === 'all' ? enablement.conditions.every(met) : enablement.conditions.some(met);
}

function conditionMet({ operator, answer: expected }: Condition, given: readonly Value[]): boolean {
  switch (operator) {
    case 'exists':
      return given.length > 0 === (expected.kind === 'boolean' ? expected.value : true);
    case '=':
      return given.some((value) => equal(value, expected));
    case '!=':
      return !given.some((value) => equal(value, expected));
    case '>':
      return given.some((value) => order(value, expected) > 0);
    case '<':
      return given.some((value) => order(value, expected) < 0);
    case '>=':
      return given.some((value) => order(value, expected) >= 0);
    case '<=':
      return given.some((value) => order(value, expected) <= 0);
  }
}

/** As order has it where both are amounts or instants (5 is 5.0, noon is noon in any zone), else the same value. */
function equal(a: Value, b: Value): boolean {
  const measured = a.kind === 'decimal' || a.kind === 'integer' || a.kind === 'quantity';
  const instants = [a, b].every((value) => value.kind === 'dateTime' && value.value.includes('T'));
  return measured || instants ? order(a, b) === 0 : sameValue(a, b);
}

/** Negative, zero or positive; NaN (which no comparison accepts) where the two cannot be ordered. */
function order(a: Value, b: Value): number {
  if (a.kind === 'quantity' && b.kind === 'quantity') {
    const unit = (quantity: typeof a) => quantity.code ?? quantity.unit ?? '';
    return unit(b) === '' || unit(a) === unit(b) ? a.value - b.value : Number.NaN;
  }
  const numberA = asNumber(a);
  const numberB = asNumber(b);
  if (numberA !== undefined && numberB !== undefined) return numberA - numberB;
  const instantOf = (value: Value) =>
    value.kind === 'dateTime' && value.value.includes('T') ? Date.parse(value.value) : undefined;
  const instantA = instantOf(a);
  const instantB = instantOf(b);
  if (instantA !== undefined && instantB !== undefined) return instantA - instantB;
  const textA = asText(a);
  const textB = asText(b);
  if (textA === undefined || textB === undefined) return Number.NaN;
  if (isTemporal(a)) {
    // A partial date is compared as far as both are known.
    const precision = Math.min(textA.length, textB.length);
    return compare(textA.slice(0, precision), textB.slice(0, precision));
  }
  return compare(textA, textB);
}

function asNumber(value: Value): number | undefined {
  return value.kind === 'integer' || value.kind === 'decimal' ? value.value : undefined;
}

function asText(value: Value): string | undefined {
  return isTemporal(value) || value.kind === 'string' || value.kind === 'uri' ? value.value : undefined;
}

function isTemporal(value: Value): value is Extract<Value, { kind: 'date' | 'dateTime' | 'time' }> {
  return value.kind === 'date' || value.kind === 'dateTime' || value.kind === 'time';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
