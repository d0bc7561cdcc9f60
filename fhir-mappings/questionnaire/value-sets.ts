import type { Language, Text } from '../../domain/guidance/language.ts';
import type { Option } from '../../domain/intake/intake.ts';
import { present } from '../present.ts';
import { parseCanonical } from '../reference.ts';
import { extensionOf, urls } from './extensions.ts';
import {
  type ConceptShape,
  type ContainsShape,
  type QuestionnaireShape,
  type ValueSetShape,
  valueSetShape,
} from './shape.ts';
import { codingValue } from './values.ts';
import { languageOf, textOf } from './words.ts';

/** Where value sets are looked up: those inside the questionnaire by `#id`, those that the caller expanded by canonical. */
export interface ValueSets {
  find(canonical: string): ValueSetShape | undefined;
}

export function valueSetsOf(questionnaire: QuestionnaireShape, supplied: Readonly<Record<string, unknown>>): ValueSets {
  const contained = new Map<string, ValueSetShape>();
  for (const resource of questionnaire.contained ?? []) {
    const read = valueSetShape.safeParse(resource);
    if (read.success && read.data.id !== undefined) contained.set(`#${read.data.id.replace(/^#/, '')}`, read.data);
  }
  return {
    find(canonical) {
      if (canonical.startsWith('#')) return contained.get(canonical);
      const read = valueSetShape.safeParse(
        Object.hasOwn(supplied, canonical) ? supplied[canonical] : supplied[parseCanonical(canonical).url],
      );
      return read.success ? read.data : undefined;
    },
  };
}

/** The options of a value set; undefined when it says them by a rule that only a terminology server can follow, or not all of them. */
export function optionsOf(valueSet: ValueSetShape): readonly Option[] | undefined {
  const { expansion } = valueSet;
  if (expansion?.contains !== undefined) {
    const listed = expansion.contains.flatMap(everyEntry);
    const cut = (expansion.offset ?? 0) > 0 || (expansion.total !== undefined && expansion.total > listed.length);
    return cut ? undefined : listed.filter(selectable).map((entry) => optionOf(entry, entry.system));
  }
  return composed(valueSet);
}

function everyEntry(entry: ContainsShape): readonly ContainsShape[] {
  return [entry, ...(entry.contains ?? []).flatMap(everyEntry)];
}

function selectable(entry: ContainsShape): boolean {
  return entry.code !== undefined && entry.abstract !== true && entry.inactive !== true;
}

/** Only concepts that are listed one by one. */
function composed({ compose }: ValueSetShape): readonly Option[] | undefined {
  if (compose?.include === undefined) return undefined;
  const parts = [...compose.include, ...(compose.exclude ?? [])];
  if (parts.some((part) => part.concept === undefined || part.filter !== undefined || part.valueSet !== undefined)) {
    return undefined;
  }
  const key = (system: string | undefined, code: string | undefined) => JSON.stringify([system ?? '', code ?? '']);
  const excluded = new Set(
    (compose.exclude ?? []).flatMap((part) => (part.concept ?? []).map((concept) => key(part.system, concept.code))),
  );
  return compose.include.flatMap((part) =>
    (part.concept ?? [])
      .filter((concept) => concept.code !== undefined && !excluded.has(key(part.system, concept.code)))
      .map((concept) => optionOf(concept, part.system)),
  );
}

function optionOf(concept: ConceptShape, system: string | undefined): Option {
  const label = labelled(concept);
  const score = scoreOf(concept);
  const value = codingValue(present({ system, code: concept.code, display: concept.display }));
  return {
    value: value ?? { kind: 'coding', code: '' },
    label,
    exclusive: extensionOf(concept, urls.optionExclusive)?.valueBoolean === true,
    ...present({ score }),
  };
}

/** Translations stand as designations in a value set, as the translation extension elsewhere; both are read. */
function labelled(concept: ConceptShape): Text {
  const base = textOf(concept.display, concept._display) ?? { default: concept.code ?? '' };
  const byLanguage: Partial<Record<Language, string>> = { ...base.byLanguage };
  for (const { language: tag, value } of concept.designation ?? []) {
    const language = languageOf(tag);
    if (language !== undefined && value?.trim()) byLanguage[language] ??= value.trim();
  }
  return Object.keys(byLanguage).length === 0 ? { default: base.default } : { default: base.default, byLanguage };
}

const scoreUrls = [urls.itemWeight, urls.ordinalValue, 'http://hl7.org/fhir/StructureDefinition/valueset-ordinalValue'];

/** The ordinal or weight that stands on an option, a coding or a concept. */
export function scoreOf(element: Parameters<typeof extensionOf>[0]): number | undefined {
  for (const url of scoreUrls) {
    const score = extensionOf(element, url)?.valueDecimal;
    if (score !== undefined) return score;
  }
  return undefined;
}
