import fc from 'fast-check';
import type { Questionnaire, QuestionnaireItem, QuestionnaireItemEnableWhen } from 'fhir/r4.js';

/** Small FHIR Questionnaires of every kind of item, nested, repeating, conditional; each can be run. */

export type AnyType = QuestionnaireItem['type'];

const questionTypes = [
  'boolean',
  'decimal',
  'integer',
  'date',
  'dateTime',
  'time',
  'string',
  'text',
  'url',
  'choice',
  'open-choice',
  'quantity',
  'attachment',
] as const satisfies readonly AnyType[];
export type QuestionType = (typeof questionTypes)[number];

const system = 'http://clinic.example/codes';
const coding = (code: string, display: string) => ({ system, code, display });

/** FHIR's `value[x]` without the word value: few of each type, so that conditions and answers meet. */
export const pools = {
  boolean: [{ Boolean: true }, { Boolean: false }],
  decimal: [{ Decimal: 1.5 }, { Decimal: 2 }, { Decimal: 3.25 }],
  integer: [{ Integer: 1 }, { Integer: 2 }, { Integer: 3 }],
  date: [{ Date: '2024-01-15' }, { Date: '2024-06' }, { Date: '2025' }, { Date: '2024-06-20' }],
  dateTime: [
    { DateTime: '2024-01-15T10:00:00Z' },
    { DateTime: '2024-06-20T12:00:00+02:00' },
    { DateTime: '2024-06-20T10:00:00Z' },
    { DateTime: '2024-06-20' },
  ],
  time: [{ Time: '09:00:00' }, { Time: '14:30:00' }],
  string: [{ String: 'red' }, { String: 'blue' }, { String: 'green' }],
  text: [{ String: 'red' }, { String: 'blue' }, { String: 'green' }],
  url: [{ Uri: 'http://a.example' }, { Uri: 'http://b.example' }],
  choice: [{ Coding: coding('a', 'Apple') }, { Coding: coding('b', 'Banana') }, { Coding: coding('c', 'Cherry') }],
  'open-choice': [{ Coding: coding('a', 'Apple') }, { Coding: coding('b', 'Banana') }, { String: 'something else' }],
  quantity: [
    { Quantity: { value: 1, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' } },
    { Quantity: { value: 2, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' } },
    { Quantity: { value: 2, unit: 'g', system: 'http://unitsofmeasure.org', code: 'g' } },
  ],
  attachment: [{ Attachment: { url: 'media/1', contentType: 'image/jpeg' } }],
} as const satisfies Record<QuestionType, readonly Readonly<Record<string, unknown>>[]>;

export type PoolValue = (typeof pools)[QuestionType][number];

const operators = ['exists', '=', '!=', '>', '<', '>=', '<='] as const;
const ordered = new Set<QuestionType>(['decimal', 'integer', 'date', 'dateTime', 'time', 'quantity']);

interface Sketch {
  readonly type: QuestionType | 'group' | 'display' | 'reference';
  readonly required: boolean;
  readonly repeats: boolean;
  readonly looks: 'asked' | 'hidden' | 'readOnly' | 'initial';
  readonly code: number;
  readonly conditions: readonly { readonly on: number; readonly operator: number; readonly value: number }[];
  readonly behavior: 'all' | 'any';
  readonly children: readonly Sketch[];
}

const conditions = fc.array(fc.record({ on: fc.nat(20), operator: fc.nat(20), value: fc.nat(20) }), { maxLength: 3 });

function sketch(depth: number): fc.Arbitrary<Sketch> {
  const leaf = fc.oneof(
    { arbitrary: fc.constantFrom<Sketch['type']>(...questionTypes), weight: 12 },
    { arbitrary: fc.constant<Sketch['type']>('display'), weight: 1 },
    { arbitrary: fc.constant<Sketch['type']>('reference'), weight: 1 },
  );
  const type =
    depth === 0
      ? leaf
      : fc.oneof({ arbitrary: leaf, weight: 3 }, { arbitrary: fc.constant<Sketch['type']>('group'), weight: 2 });
  return fc.record({
    type,
    required: fc.boolean(),
    repeats: fc.boolean(),
    looks: fc.oneof(
      { arbitrary: fc.constant('asked' as const), weight: 12 },
      { arbitrary: fc.constantFrom('hidden' as const, 'readOnly' as const, 'initial' as const), weight: 2 },
    ),
    code: fc.nat(11),
    conditions: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, { arbitrary: conditions, weight: 3 }),
    behavior: fc.constantFrom('all' as const, 'any' as const),
    children: depth === 0 ? fc.constant([]) : fc.array(sketch(depth - 1), { maxLength: depth === 2 ? 4 : 3 }),
  });
}

/** Of about a dozen items; the first is always a plain question, so that there is something to ask. */
export const anyQuestionnaire: fc.Arbitrary<Questionnaire> = fc
  .tuple(fc.constantFrom(...questionTypes), fc.array(sketch(2), { maxLength: 6 }))
  .map(([first, sketches]) => questionnaireOf(first, sketches));

function questionnaireOf(first: QuestionType, sketches: readonly Sketch[]): Questionnaire {
  const plain: Sketch = {
    type: first,
    required: true,
    repeats: false,
    looks: 'asked',
    code: 99,
    conditions: [],
    behavior: 'all',
    children: [],
  };
  const asked: { readonly linkId: string; readonly type: QuestionType }[] = [];
  let next = 0;
  const build = (from: Sketch, repeatsAbove: number): QuestionnaireItem => {
    next++;
    const linkId = `i${next}`;
    const enableWhen = from.conditions.flatMap((each) => conditionOf(each, asked) ?? []);
    const isQuestion = from.type !== 'group' && from.type !== 'display' && from.type !== 'reference';
    const repeats = from.repeats && (from.type === 'group' ? repeatsAbove < 2 : isQuestion);
    const own = isQuestion ? questionParts(from.type, from) : {};
    if (isQuestion) asked.push({ linkId, type: from.type });
    const children =
      from.type === 'display' || from.type === 'reference'
        ? []
        : from.children.map((child) => build(child, repeatsAbove + (from.type === 'group' && repeats ? 1 : 0)));
    return {
      linkId,
      type: from.type,
      text: `${from.type} ${linkId}`,
      ...(from.type === 'display' ? {} : { required: from.type === 'reference' ? false : from.required, repeats }),
      ...own,
      ...(enableWhen.length === 0 ? {} : { enableWhen, enableBehavior: from.behavior }),
      ...(children.length === 0 ? {} : { item: children }),
    };
  };
  return {
    resourceType: 'Questionnaire',
    url: 'https://clinic.example/Questionnaire/generated',
    version: '1',
    title: 'Generated',
    status: 'active',
    item: [plain, ...sketches].map((each) => build(each, 0)),
  };
}

function questionParts(type: QuestionType, from: Sketch): Partial<QuestionnaireItem> {
  const first = pools[type][0];
  const prefilled = type !== 'attachment' && from.looks !== 'asked' && first !== undefined;
  return {
    ...(from.code < 4 ? { code: [{ system: 'http://loinc.org', code: `code-${from.code}-${family(type)}` }] } : {}),
    ...(type === 'choice' || type === 'open-choice'
      ? { answerOption: pools.choice.map(({ Coding }) => ({ valueCoding: Coding })) }
      : {}),
    ...(type === 'quantity' ? { extension: units } : {}),
    ...(prefilled && from.looks === 'hidden' ? { extension: [...(type === 'quantity' ? units : []), hidden] } : {}),
    ...(prefilled && from.looks === 'readOnly' ? { readOnly: true } : {}),
    ...(prefilled ? { initial: [fhirValueOf(first)] } : {}),
  };
}

/** Questions of one family may share a code, and so an answer. */
export function family(type: QuestionType): string {
  return type === 'text' ? 'string' : type;
}

const hidden = { url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-hidden', valueBoolean: true };
const units = ['kg', 'g'].map((code) => ({
  url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption',
  valueCoding: { system: 'http://unitsofmeasure.org', code, display: code },
}));

export function fhirValueOf(value: PoolValue): { [key: `value${string}`]: unknown } {
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [`value${name}`, held]));
}

function conditionOf(
  { on, operator, value }: Sketch['conditions'][number],
  asked: readonly { readonly linkId: string; readonly type: QuestionType }[],
): QuestionnaireItemEnableWhen | undefined {
  if (asked.length === 0) return undefined;
  const question = asked[on % asked.length];
  if (question === undefined) return undefined;
  const { linkId, type } = question;
  const allowed =
    type === 'attachment'
      ? (['exists'] as const)
      : operators.filter((each) => ordered.has(type) || each === 'exists' || each === '=' || each === '!=');
  const chosen = allowed[operator % allowed.length] ?? 'exists';
  if (chosen === 'exists') return { question: linkId, operator: chosen, answerBoolean: value % 2 === 0 };
  // A url has no answer[x] of its own: it is compared as a string.
  const pool: readonly PoolValue[] = pools[type];
  const answer = pool[value % pool.length] ?? { Boolean: true };
  const [entry] = Object.entries(answer);
  const [name, held] = entry ?? ['Boolean', true];
  return { question: linkId, operator: chosen, [`answer${name === 'Uri' ? 'String' : name}`]: held };
}

/** Every item with the items around it, outermost first. */
export function everyItem(
  items: readonly QuestionnaireItem[],
  around: readonly QuestionnaireItem[] = [],
): readonly { readonly item: QuestionnaireItem; readonly around: readonly QuestionnaireItem[] }[] {
  return items.flatMap((item) => [{ item, around }, ...everyItem(item.item ?? [], [...around, item])]);
}
