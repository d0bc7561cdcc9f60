import type { Text } from '../../domain/guidance/language.ts';
import type { Enablement, Item, Question, QuestionType } from '../../domain/intake/intake.ts';
import { sameValue, type Value } from '../../domain/intake/value.ts';
import { present } from '../present.ts';
import { hasLoinc, isDerived, saysTotal } from '../total-scores.ts';
import { enablementOf, type KindsByLinkId } from './conditions.ts';
import { boundsOf, checkRegex, entryFormat, isHelp, isHidden, unitsOf } from './details.ts';
import { expressionOf, type Variable, variablesOf } from './expressions.ts';
import { extensionOf, urls } from './extensions.ts';
import { type Offered, offeredBy } from './options.ts';
import type { Refusal } from './refusal.ts';
import type { ItemShape } from './shape.ts';
import type { ValueSets } from './value-sets.ts';
import { carriedValue, codingOf, fitted, kindsByType } from './values.ts';
import { joined, textOf } from './words.ts';

/** What becomes of each type of item. @see https://hl7.org/fhir/R4/valueset-item-type.html */
const roles = {
  group: 'group',
  display: 'display',
  boolean: 'question',
  decimal: 'question',
  integer: 'question',
  date: 'question',
  dateTime: 'question',
  time: 'question',
  string: 'question',
  text: 'question',
  url: 'question',
  choice: 'question',
  'open-choice': 'question',
  attachment: 'question',
  reference: 'question',
  quantity: 'question',
} as const satisfies Record<QuestionType | 'group' | 'display', 'group' | 'display' | 'question'>;

export function roleOf(item: ItemShape): 'group' | 'display' | 'question' | undefined {
  const { type } = item;
  return type !== undefined && Object.hasOwn(roles, type) ? roles[type as keyof typeof roles] : undefined;
}

/** The type that is asked: anything with options of its own is a choice between them. */
export function askedType(item: ItemShape): QuestionType | undefined {
  if (roleOf(item) !== 'question') return undefined;
  const type = item.type as QuestionType;
  return (item.answerOption ?? []).length > 0 && type !== 'open-choice' ? 'choice' : type;
}

/** The kinds of value that an item is answered with; none for a group or a display. */
export function kindsOf(item: ItemShape): readonly Value['kind'][] {
  const type = askedType(item);
  if (type === undefined) return [];
  const listed = (item.answerOption ?? []).flatMap((option) => carriedValue(option)?.kind ?? []);
  if (listed.length === 0) return kindsByType[type];
  return [...new Set(type === 'open-choice' ? [...listed, 'string' as const] : listed)];
}

export function repeatsOf(item: ItemShape): boolean {
  return item.repeats === true && extensionOf(item, urls.maxOccurs)?.valueInteger !== 1;
}

/** What is known when the items are built. */
export interface Building {
  readonly valueSets: ValueSets;
  readonly kinds: KindsByLinkId;
  readonly refuse: (refusal: Refusal) => void;
}

interface Above {
  readonly hidden: boolean;
  readonly readOnly: boolean;
  readonly variables: readonly Variable[];
}

/** The items as a conversation runs them. What can't be run is told to `refuse`; the result then has no meaning. */
export function buildItems(items: readonly ItemShape[], above: Above, building: Building): readonly Item[] {
  return items.flatMap((item) => buildItem(item, above, building) ?? []);
}

function buildItem(item: ItemShape, above: Above, building: Building): Item | undefined {
  const { linkId } = item;
  const role = roleOf(item);
  if (linkId === undefined || role === undefined) return undefined;
  const refuse = (refusal: Omit<Refusal, 'linkId'>) => building.refuse({ linkId, ...refusal });
  const codes = (item.code ?? []).map(codingOf);
  const hidden = above.hidden || isHidden(item);
  const enabled = enablementOf(item, building.kinds, refuse);
  const text = textOf(item.text, item._text);
  if (role === 'display') {
    return text && { kind: 'display', linkId, text, codes, hidden, ...present({ enabled }) };
  }
  if (role === 'group') {
    const repeats = repeatsOf(item);
    const inside: Above = {
      hidden,
      readOnly: above.readOnly || item.readOnly === true,
      variables: [...above.variables, ...variablesOf(item, repeats)],
    };
    return {
      kind: 'group',
      linkId,
      text: text ?? { default: '' },
      codes,
      hidden,
      required: item.required === true,
      repeats,
      items: buildItems(item.item ?? [], inside, building),
      ...present({ enabled }),
    };
  }
  return buildQuestion(item, { linkId, text, codes, hidden, enabled }, above, building, refuse);
}

interface Placed {
  readonly linkId: string;
  readonly text: Text | undefined;
  readonly codes: Question['codes'];
  readonly hidden: boolean;
  readonly enabled: Enablement | undefined;
}

function buildQuestion(
  item: ItemShape,
  { linkId, text, codes, hidden, enabled }: Placed,
  above: Above,
  building: Building,
  refuse: (refusal: Omit<Refusal, 'linkId'>) => void,
): Question | undefined {
  const type = askedType(item);
  if (type === undefined) return undefined;
  const variables = [...above.variables, ...variablesOf(item, false)];
  const offered: Offered =
    type === 'choice' || type === 'open-choice'
      ? offeredBy(item, building.valueSets, refuse)
      : { options: [], selected: [] };
  const initial = initialOf(item, offered, refuse);
  const initialExpression = expressionOf(item, urls.initialExpression, variables);
  if (initialExpression.is === 'invalid') {
    refuse({ code: 'invalid-expression', reason: 'The expression for its first value cannot be read as FHIRPath.' });
  }
  const readOnly = above.readOnly || item.readOnly === true;
  const prefilled = initial.length > 0 || initialExpression.is === 'expression';
  const calculated = calculationOf(item, type, codes, readOnly && !prefilled, variables, refuse);
  const asked = !hidden && !readOnly && calculated === undefined;
  if (asked && type === 'reference') {
    if (item.required !== true) return undefined;
    refuse({
      code: 'required-reference',
      reason: 'It must be answered with a record of the EHR, which a patient cannot name.',
    });
  }
  const words = text ?? textOf(codes[0]?.display) ?? textOf(item.prefix);
  if (asked && words === undefined) {
    refuse({ code: 'no-text', reason: 'It is a question without words to ask it with.' });
  }
  checkRegex(item, refuse);
  const children = item.item ?? [];
  const units = unitsOf(item, building.valueSets, refuse);
  return {
    kind: 'question',
    linkId,
    text: words ?? { default: linkId },
    codes,
    hidden,
    type,
    required: item.required === true,
    repeats: repeatsOf(item),
    readOnly,
    options: offered.options,
    units: type === 'quantity' ? units : [],
    initial,
    selfHarm: hasLoinc(codes, selfHarmCode) || linkId.includes(selfHarmCode),
    items: buildItems(
      children.filter((child) => !isHelp(child)),
      { hidden, readOnly, variables },
      building,
    ),
    ...boundsOf(item, type, refuse),
    ...present({
      enabled,
      calculated,
      maxLength: item.maxLength,
      initialExpression: initialExpression.is === 'expression' ? initialExpression.expression : undefined,
      help: helpOf(item, children, type === 'quantity' ? undefined : units[0]?.label),
    }),
  };
}

/** "Thoughts that you would be better off dead, or of hurting yourself". @see https://loinc.org/44260-8 */
const selfHarmCode = '44260-8';

const numeric: readonly QuestionType[] = ['decimal', 'integer', 'quantity'];

/** Whether it is worked out and never asked, and by what expression where the author gave one that can be run. */
function calculationOf(
  item: ItemShape,
  type: QuestionType,
  codes: Question['codes'],
  leftOut: boolean,
  variables: readonly Variable[],
  refuse: (refusal: Omit<Refusal, 'linkId'>) => void,
): Question['calculated'] {
  const found = expressionOf(item, urls.calculatedExpression, variables);
  if (found.is === 'invalid') {
    refuse({ code: 'invalid-expression', reason: 'The expression that works it out cannot be read as FHIRPath.' });
  }
  if (found.is === 'expression') return { expression: found.expression };
  const elsewhere = [urls.cqfExpression, urls.cqfCalculated].some((url) => extensionOf(item, url) !== undefined);
  const total =
    isDerived(codes) ||
    (numeric.includes(type) && (saysTotal(item.text) || codes.some(({ display }) => saysTotal(display))));
  return found.is === 'other-language' || elsewhere || total || leftOut ? {} : undefined;
}

/** Values offered for one confirmation. A single-valued question takes the first. */
function initialOf(
  item: ItemShape,
  offered: Offered,
  refuse: (refusal: Omit<Refusal, 'linkId'>) => void,
): readonly Value[] {
  const wanted = kindsOf(item);
  const given = (item.initial ?? []).map(carriedValue);
  const fitting = given.flatMap((value) => (value && fitted(value, wanted)) ?? []);
  if (fitting.length < given.length) {
    refuse({ code: 'invalid-initial', reason: 'The value it starts with does not fit its type.' });
  }
  // The option carries the display that a bare code in `initial` lacks.
  const values = [...offered.selected, ...fitting].map(
    (value) => offered.options.find((option) => sameValue(option.value, value))?.value ?? value,
  );
  return repeatsOf(item) ? values : values.slice(0, 1);
}

function helpOf(item: ItemShape, children: readonly ItemShape[], unit: string | undefined): Text | undefined {
  const displays = children.filter(isHelp).flatMap((child) => textOf(child.text, child._text) ?? []);
  const format = entryFormat(item);
  const parts = format === undefined ? displays : [...displays, format];
  return joined(parts.length === 0 && unit !== undefined ? [{ default: unit }] : parts);
}
