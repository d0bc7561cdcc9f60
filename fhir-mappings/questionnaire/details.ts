import type { Text } from '../../domain/guidance/language.ts';
import type { QuestionType, Unit } from '../../domain/intake/intake.ts';
import type { Coding } from '../../domain/intake/value.ts';
import { present } from '../present.ts';
import { conceptCodes, extensionOf, extensionsOf, urls } from './extensions.ts';
import type { Refusal } from './refusal.ts';
import type { ExtensionShape, ItemShape } from './shape.ts';
import { optionsOf, type ValueSets } from './value-sets.ts';
import { codingOf } from './values.ts';
import { textOf } from './words.ts';

type Refuse = (refusal: Omit<Refusal, 'linkId'>) => void;

/**
 * What a display's control makes of it: `help` becomes part of its question, `display` is said by itself.
 * @see https://hl7.org/fhir/R4/valueset-questionnaire-item-control.html
 */
const displayControls: Readonly<Record<string, 'help' | 'display'>> = {
  help: 'help',
  flyover: 'help',
  unit: 'help',
  lower: 'help',
  upper: 'help',
  prompt: 'display',
  inline: 'display',
  header: 'display',
  footer: 'display',
  text: 'display',
};

/** @see https://hl7.org/fhir/R4/valueset-questionnaire-display-category.html */
const displayCategories: Readonly<Record<string, 'help' | 'display'>> = {
  help: 'help',
  instructions: 'display',
  security: 'display',
};

/** Whether a display only helps with the question that it stands under. One with conditions is said by itself. */
export function isHelp(item: ItemShape): boolean {
  if (item.type !== 'display' || (item.enableWhen ?? []).length > 0) return false;
  return (
    conceptCodes(item, urls.itemControl).some((code) => displayControls[code] === 'help') ||
    conceptCodes(item, urls.displayCategory).some((code) => displayCategories[code] === 'help')
  );
}

/** questionnaire-hidden, or a usage mode in which nothing is captured. */
export function isHidden(item: ItemShape): boolean {
  const mode = extensionOf(item, urls.usageMode)?.valueCode;
  return (
    extensionOf(item, urls.hidden)?.valueBoolean === true ||
    (item.type !== 'display' && (mode === 'display' || mode === 'display-non-empty'))
  );
}

export function entryFormat(item: ItemShape): Text | undefined {
  return textOf(extensionOf(item, urls.entryFormat)?.valueString);
}

/** The units of a question, the first of them assumed for a bare number. */
export function unitsOf(item: ItemShape, valueSets: ValueSets, refuse: Refuse): readonly Unit[] {
  const listed = [...extensionsOf(item, urls.unit), ...extensionsOf(item, urls.unitOption)].flatMap(
    ({ valueCoding }) => (valueCoding === undefined ? [] : codingOf(valueCoding)),
  );
  const canonical = unitValueSet(item);
  let found: readonly Coding[] = listed;
  if (canonical !== undefined) {
    const valueSet = valueSets.find(canonical);
    const expanded = valueSet && optionsOf(valueSet);
    if (expanded === undefined) {
      refuse({
        code: 'unit-value-set-not-expanded',
        reason: `Its units come from the value set ${canonical}, which could not be expanded.`,
      });
    }
    found = [...listed, ...(expanded ?? []).flatMap(({ value }) => (value.kind === 'coding' ? [value] : []))];
  }
  const units = found.flatMap(({ system, code, display }): Unit[] => {
    const label = display ?? code;
    return label === undefined ? [] : [{ label, ...present({ system, code }) }];
  });
  return units.filter(
    (unit, at) => units.findIndex((other) => other.code === unit.code && other.label === unit.label) === at,
  );
}

export function unitValueSet(item: ItemShape): string | undefined {
  const extension = extensionOf(item, urls.unitValueSet);
  return extension?.valueCanonical ?? extension?.valueUri;
}

const bounded: Partial<Record<QuestionType, 'number' | RegExp>> = {
  integer: 'number',
  decimal: 'number',
  quantity: 'number',
  date: /^\d{4}(-\d\d(-\d\d)?)?$/,
  dateTime: /^\d{4}(-\d\d(-\d\d(T.+)?)?)?$/,
  time: /^\d\d:\d\d:\d\d/,
};

export interface Bounds {
  readonly min?: number | string;
  readonly max?: number | string;
}

/** Inclusive bounds. One that is itself worked out (a FHIRPath or CQL value) is not known here and is none. */
export function boundsOf(item: ItemShape, type: QuestionType, refuse: Refuse): Bounds {
  const min = boundOf(extensionOf(item, urls.minValue) ?? extensionOf(item, urls.minQuantity));
  const max = boundOf(extensionOf(item, urls.maxValue) ?? extensionOf(item, urls.maxQuantity));
  const form = bounded[type];
  const fits = (bound: number | string | undefined) =>
    bound === undefined ||
    (form === 'number'
      ? typeof bound === 'number'
      : form !== undefined && typeof bound === 'string' && form.test(bound));
  if (!fits(min) || !fits(max)) {
    refuse({ code: 'invalid-bound', reason: 'Its smallest or largest value does not fit its type.' });
    return {};
  }
  if (min !== undefined && max !== undefined && min > max) {
    refuse({ code: 'invalid-bound', reason: 'Its smallest value is above its largest, so no answer would be right.' });
    return {};
  }
  return present({ min, max });
}

function boundOf(extension: ExtensionShape | undefined): number | string | undefined {
  return (
    extension?.valueInteger ??
    extension?.valueDecimal ??
    extension?.valueQuantity?.value ??
    extension?.valueDate ??
    extension?.valueDateTime ??
    extension?.valueTime
  );
}

/** A pattern that is no regular expression is refused. It is not used further: answers are checked by their type. */
export function checkRegex(item: ItemShape, refuse: Refuse): void {
  const pattern = extensionOf(item, urls.regex)?.valueString;
  if (pattern === undefined) return;
  try {
    new RegExp(pattern, 'u');
  } catch {
    refuse({ code: 'invalid-regex', reason: 'The pattern for its answers is not a regular expression.' });
  }
}
