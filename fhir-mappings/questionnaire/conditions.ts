import type { Condition, Enablement } from '../../domain/intake/intake.ts';
import type { Value } from '../../domain/intake/value.ts';
import type { Refusal } from './refusal.ts';
import type { ConditionShape, ItemShape } from './shape.ts';
import { carriedValue, fitted } from './values.ts';

type Operator = Condition['operator'];
type Kind = Value['kind'];

/** Kinds of answer that an operator can compare. @see https://hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html */
const comparable: Record<Operator, 'any' | readonly Kind[]> = {
  exists: 'any',
  '=': 'any',
  '!=': 'any',
  '>': ['decimal', 'integer', 'date', 'dateTime', 'time', 'quantity'],
  '<': ['decimal', 'integer', 'date', 'dateTime', 'time', 'quantity'],
  '>=': ['decimal', 'integer', 'date', 'dateTime', 'time', 'quantity'],
  '<=': ['decimal', 'integer', 'date', 'dateTime', 'time', 'quantity'],
};

function isOperator(text: string | undefined): text is Operator {
  return text !== undefined && Object.hasOwn(comparable, text);
}

/** What an item that conditions may name is answered with; empty for a group or a display. */
export type KindsByLinkId = ReadonlyMap<string, readonly Kind[]>;

/** The enablement of an item, or undefined when it is always asked or had to be refused. */
export function enablementOf(
  item: ItemShape,
  kinds: KindsByLinkId,
  refuse: (refusal: Omit<Refusal, 'linkId'>) => void,
): Enablement | undefined {
  const given = item.enableWhen ?? [];
  if (given.length === 0) return undefined;
  const behavior = given.length === 1 ? 'all' : item.enableBehavior;
  if (behavior !== 'all' && behavior !== 'any') {
    refuse({
      code: 'condition-behavior',
      reason: 'It has several conditions without saying whether all or any must be met.',
    });
    return undefined;
  }
  const conditions = given.flatMap((condition) => conditionOf(condition, item.linkId, kinds, refuse) ?? []);
  return conditions.length === given.length ? { behavior, conditions } : undefined;
}

function conditionOf(
  condition: ConditionShape,
  linkId: string | undefined,
  kinds: KindsByLinkId,
  refuse: (refusal: Omit<Refusal, 'linkId'>) => void,
): Condition | undefined {
  const { question, operator } = condition;
  if (!isOperator(operator)) {
    refuse({ code: 'condition-operator', reason: 'One of its conditions has no operator that we know.' });
    return undefined;
  }
  const answered = question === undefined ? undefined : kinds.get(question);
  if (question === undefined || answered === undefined) {
    refuse({
      code: 'condition-missing-question',
      reason: `It depends on the question ${question ?? '(none named)'}, which is not in the questionnaire.`,
    });
    return undefined;
  }
  if (question === linkId) {
    refuse({ code: 'condition-on-itself', reason: 'It depends on its own answer.' });
    return undefined;
  }
  if (answered.length === 0) {
    refuse({ code: 'condition-missing-question', reason: `It depends on ${question}, which is not a question.` });
    return undefined;
  }
  const wanted: readonly Kind[] = operator === 'exists' ? ['boolean'] : answered;
  const asked = answerOf(condition);
  const answer = asked && fitted(asked, wanted);
  if (answer === undefined) {
    refuse({ code: 'condition-answer', reason: `It compares the answer of ${question} with a value of another type.` });
    return undefined;
  }
  const allowed = comparable[operator];
  if (allowed !== 'any' && !allowed.includes(answer.kind)) {
    refuse({
      code: 'condition-operator',
      reason: `It asks whether the answer of ${question} is ${operator}, which it cannot be.`,
    });
    return undefined;
  }
  return { question, operator, answer };
}

function answerOf(condition: ConditionShape): Value | undefined {
  return carriedValue({
    valueBoolean: condition.answerBoolean,
    valueDecimal: condition.answerDecimal,
    valueInteger: condition.answerInteger,
    valueDate: condition.answerDate,
    valueDateTime: condition.answerDateTime,
    valueTime: condition.answerTime,
    valueString: condition.answerString,
    valueCoding: condition.answerCoding,
    valueQuantity: condition.answerQuantity,
    valueReference: condition.answerReference,
  });
}

interface Placed {
  readonly item: ItemShape;
  readonly parent?: string;
}

/**
 * The linkIds that can only be asked once they have been asked: by conditions of their own, or because one of their parents depends on
 * what stands inside it.
 */
export function onCycles(placed: readonly Placed[]): readonly string[] {
  const needs = new Map<string, readonly string[]>();
  for (const { item, parent } of placed) {
    if (item.linkId === undefined || needs.has(item.linkId)) continue;
    const named = (item.enableWhen ?? [])
      .flatMap(({ question }) => question ?? [])
      .filter((name) => name !== item.linkId);
    needs.set(item.linkId, parent === undefined ? named : [...named, parent]);
  }
  // Taking away, again and again, what needs nothing that is left: what stays is on a cycle or behind one.
  let left = [...needs.keys()];
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    const waiting = new Set(left);
    left = left.filter((linkId) => (needs.get(linkId) ?? []).some((need) => waiting.has(need)));
  }
  const waiting = new Set(left);
  return left.filter((linkId) => reaches(linkId, needs, waiting));
}

function reaches(start: string, needs: ReadonlyMap<string, readonly string[]>, within: ReadonlySet<string>): boolean {
  const seen = new Set<string>();
  const next = [...(needs.get(start) ?? [])];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (name === start) return true;
    if (seen.has(name) || !within.has(name)) continue;
    seen.add(name);
    next.push(...(needs.get(name) ?? []));
  }
  return false;
}
