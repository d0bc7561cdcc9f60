import type { Questionnaire, QuestionnaireItem, QuestionnaireItemEnableWhen } from 'fhir/r4.js';

/**
 * An independent reading of enableWhen, straight from the Questionnaire's JSON: it makes every occurrence of every item as a tree and asks
 * each whether it stands. Slow and plain on purpose; shares nothing with the product.
 * @see https://hl7.org/fhir/R5/questionnaire-definitions.html#Questionnaire.item.enableWhen
 * @see https://hl7.org/fhir/R5/codesystem-questionnaire-enable-operator.html
 */
export interface Given {
  /** FHIR answers (`{valueInteger: 3}`) by occurrence; an empty list is an answer that is absent for a reason. */
  readonly answers: ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;
  /** Rounds of a repeating group, by its occurrence; without one a required group has one, another none. */
  readonly rounds: ReadonlyMap<string, number>;
}

interface Occurrence {
  readonly item: QuestionnaireItem;
  readonly key: string;
  readonly parent: Occurrence | undefined;
  readonly children: Occurrence[];
}

/** The occurrences that are enabled, as `linkId` or, within rounds, `linkId@2.1`. */
export function enabledOccurrences(questionnaire: Questionnaire, given: Given): ReadonlySet<string> {
  const roots = (questionnaire.item ?? []).flatMap((item) => occurrencesOf(item, undefined, [], given));
  const all = flat(roots);
  return new Set(all.filter((each) => stands(each, all, given)).map(({ key }) => key));
}

function occurrencesOf(
  item: QuestionnaireItem,
  parent: Occurrence | undefined,
  rounds: readonly number[],
  given: Given,
): Occurrence[] {
  const make = (own: readonly number[]): Occurrence => {
    const occurrence: Occurrence = { item, key: named(item, own), parent, children: [] };
    for (const child of item.item ?? []) occurrence.children.push(...occurrencesOf(child, occurrence, own, given));
    return occurrence;
  };
  if (item.type !== 'group' || item.repeats !== true) return [make(rounds)];
  const count = given.rounds.get(named(item, rounds)) ?? (item.required === true ? 1 : 0);
  return Array.from({ length: count }, (_, index) => make([...rounds, index + 1]));
}

function named({ linkId }: QuestionnaireItem, rounds: readonly number[]): string {
  return rounds.length === 0 ? linkId : `${linkId}@${rounds.join('.')}`;
}

function flat(occurrences: readonly Occurrence[]): Occurrence[] {
  return occurrences.flatMap((each) => [each, ...flat(each.children)]);
}

function stands(occurrence: Occurrence, all: readonly Occurrence[], given: Given): boolean {
  const { parent, item } = occurrence;
  if (parent !== undefined) {
    if (!stands(parent, all, given)) return false;
    if (parent.item.type !== 'group' && (given.answers.get(parent.key) ?? []).length === 0) return false;
  }
  const conditions = item.enableWhen ?? [];
  if (conditions.length === 0) return true;
  const met = conditions.map((condition) => {
    const answers = all
      .filter((other) => other.item.linkId === condition.question && sharesRounds(occurrence, other))
      .filter((other) => stands(other, all, given))
      .flatMap((other) => given.answers.get(other.key) ?? []);
    return isMet(condition, answers);
  });
  return item.enableBehavior === 'any' ? met.includes(true) : !met.includes(false);
}

/** An answer within a repeating group that stands around both counts only in the same round of it. */
function sharesRounds(asker: Occurrence, other: Occurrence): boolean {
  const around = ancestors(asker);
  return ancestors(other)
    .filter(({ item }) => item.type === 'group' && item.repeats === true)
    .every((group) => around.every((mine) => mine.item.linkId !== group.item.linkId || mine === group));
}

function ancestors({ parent }: Occurrence): Occurrence[] {
  return parent === undefined ? [] : [parent, ...ancestors(parent)];
}

function isMet(condition: QuestionnaireItemEnableWhen, answers: readonly Readonly<Record<string, unknown>>[]): boolean {
  const { operator } = condition;
  if (operator === 'exists') return answers.length > 0 === (condition.answerBoolean ?? true);
  const [, wanted] = Object.entries(condition).find(([name]) => name.startsWith('answer')) ?? [];
  const held = answers.map((answer) => Object.values(answer)[0]);
  if (operator === '!=') return !held.some((value) => same(value, wanted));
  if (operator === '=') return held.some((value) => same(value, wanted));
  return held.some((value) => {
    const difference = compared(value, wanted);
    if (difference === undefined) return false;
    if (operator === '>') return difference > 0;
    if (operator === '<') return difference < 0;
    return operator === '>=' ? difference >= 0 : difference <= 0;
  });
}

function same(a: unknown, b: unknown): boolean {
  if (isObject(a) && isObject(b)) {
    if ('value' in a || 'value' in b) return a.value === b.value && a.code === b.code;
    return a.code === b.code && a.system === b.system;
  }
  const [first, second] = [instant(a), instant(b)];
  return first !== undefined && second !== undefined ? first === second : a === b;
}

/** Above, below or level; undefined where the two cannot be compared. A partial date is compared as far as both are known. */
function compared(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (isObject(a) && isObject(b))
    return a.code === b.code && typeof a.value === 'number' && typeof b.value === 'number'
      ? a.value - b.value
      : undefined;
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  const [first, second] = [instant(a), instant(b)];
  if (first !== undefined && second !== undefined) return first - second;
  const known = Math.min(a.length, b.length);
  return a.slice(0, known).localeCompare(b.slice(0, known), 'en');
}

function instant(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).getTime() : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
