import type { Questionnaire } from 'fhir/r4.js';
import type { Text } from '../domain/guidance/language.ts';
import type { Intake, Item } from '../domain/intake/intake.ts';
import { nestsTooDeep } from './nesting.ts';
import { onCycles } from './questionnaire/conditions.ts';
import { unitValueSet } from './questionnaire/details.ts';
import { variablesOf } from './questionnaire/expressions.ts';
import { extensionOf, urls } from './questionnaire/extensions.ts';
import { buildItems, kindsOf, repeatsOf, roleOf } from './questionnaire/items.ts';
import type { Refusal } from './questionnaire/refusal.ts';
import { type ItemShape, type QuestionnaireShape, questionnaireShape } from './questionnaire/shape.ts';
import { valueSetsOf } from './questionnaire/value-sets.ts';
import { textOf } from './questionnaire/words.ts';
import { parseCanonical } from './reference.ts';

export type Compiled =
  | { readonly ok: true; readonly intake: Intake }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

export interface Supply {
  /** Expanded value sets by the canonical that the questionnaire names (with or without its version). */
  readonly valueSets?: Readonly<Record<string, unknown>>;
}

/** Levels of items within items; below this nobody finds the way back, on a call or in a text. */
export const deepestNesting = 10;
/** Repeating groups within each other: "another one?" is asked about one list inside another, not deeper. */
export const deepestRepeats = 2;

/**
 * A Questionnaire as an intake that any channel can hold, or every reason why it can't be. Never throws, whatever it is given: a
 * questionnaire comes from outside and is checked here, once, when it is published.
 * @see https://hl7.org/fhir/R4/questionnaire.html
 */
export function compileQuestionnaire(questionnaire: Questionnaire, supply: Supply = {}): Compiled {
  const read = readShape(questionnaire);
  if (!read.ok) return read;
  const { shape } = read;
  const placed = everyItem(shape.item ?? []);
  const refusals: Refusal[] = [...refusalsOfWhole(shape), ...refusalsOfPlaces(placed)];
  const intake = build(shape, placed, supply, refusals);
  if (refusals.length > 0) return { ok: false, refusals };
  if (!asksAnything(intake.items)) {
    return {
      ok: false,
      refusals: [{ code: 'nothing-to-ask', reason: 'It has no question that a patient could be asked.' }],
    };
  }
  return { ok: true, intake };
}

/** The canonicals of value sets that stand elsewhere and must be expanded before it is compiled. Never throws. */
export function neededValueSets(questionnaire: Questionnaire): string[] {
  const read = readShape(questionnaire);
  if (!read.ok) return [];
  const named = everyItem(read.shape.item ?? []).flatMap(({ item }) => [item.answerValueSet, unitValueSet(item)]);
  return [
    ...new Set(named.flatMap((canonical) => (canonical === undefined || canonical.startsWith('#') ? [] : canonical))),
  ];
}

/** The version of a questionnaire without one, from the version of the resource: it tells copies apart but is not a business version. */
export const unversionedPrefix = '_history/';

function identityOf({
  url,
  id,
  version,
  meta,
}: QuestionnaireShape): { canonical: string; version: string } | undefined {
  const named = url?.trim() ? parseCanonical(url) : undefined;
  const canonical = named?.url ?? (id ? `Questionnaire/${id}` : undefined);
  if (canonical === undefined) return undefined;
  const stated = version?.trim() || named?.version;
  return { canonical, version: stated ?? (meta?.versionId ? `${unversionedPrefix}${meta.versionId}` : 'unversioned') };
}

/** `name` is made for machines, so the words of its code go before it. */
function titleOf(shape: QuestionnaireShape): Text | undefined {
  const [code] = shape.code ?? [];
  return textOf(shape.title, shape._title) ?? textOf(code?.display, code?._display) ?? textOf(shape.name);
}

function build(shape: QuestionnaireShape, placed: readonly PlacedItem[], supply: Supply, refusals: Refusal[]): Intake {
  const kinds = new Map(
    placed.flatMap(({ item }) => (item.linkId === undefined ? [] : [[item.linkId, kindsOf(item)]])),
  );
  const identity = identityOf(shape);
  if (identity === undefined) {
    refusals.push({ code: 'no-identity', reason: 'It has neither a url nor an id, so its answers could not name it.' });
  }
  return {
    canonical: identity?.canonical ?? '',
    version: identity?.version ?? '',
    title: titleOf(shape) ?? { default: identity?.canonical ?? '' },
    items: buildItems(
      shape.item ?? [],
      { hidden: false, readOnly: false, variables: variablesOf(shape, false) },
      {
        valueSets: valueSetsOf(shape, supply.valueSets ?? {}),
        kinds,
        refuse: (refusal) => refusals.push(refusal),
      },
    ),
  };
}

function readShape(
  questionnaire: unknown,
):
  | { readonly ok: true; readonly shape: QuestionnaireShape }
  | { readonly ok: false; readonly refusals: readonly Refusal[] } {
  if (nestsTooDeep(questionnaire)) {
    return { ok: false, refusals: [{ code: 'too-deep', reason: 'It is nested too deeply to be read.' }] };
  }
  const read = questionnaireShape.safeParse(questionnaire);
  if (read.success) return { ok: true, shape: read.data };
  const refusals = read.error.issues.slice(0, 20).map(({ path }): Refusal => {
    const linkId = linkIdAt(questionnaire, path);
    const where = path.join('.');
    const reason = where === '' ? 'It is not a Questionnaire.' : `Its part ${where} is not as FHIR R4 says.`;
    return { code: 'malformed', reason, ...(linkId === undefined ? {} : { linkId }) };
  });
  return { ok: false, refusals };
}

/** The linkId of the innermost item on the way to a fault. */
function linkIdAt(root: unknown, path: readonly PropertyKey[]): string | undefined {
  let value = root;
  let found: string | undefined;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) break;
    if ('linkId' in value && typeof value.linkId === 'string') found = value.linkId;
    value = Reflect.get(value, key);
  }
  return found;
}

/** Whether a status lets a questionnaire be asked. @see https://hl7.org/fhir/R4/valueset-publication-status.html */
const statuses: Readonly<Record<'draft' | 'active' | 'retired' | 'unknown', 'asked' | 'retired'>> = {
  draft: 'asked',
  active: 'asked',
  unknown: 'asked',
  retired: 'retired',
};

function refusalsOfWhole(shape: QuestionnaireShape): readonly Refusal[] {
  const refusals: Refusal[] = [];
  const { status } = shape;
  if (status !== undefined && !Object.hasOwn(statuses, status)) {
    refusals.push({ code: 'malformed', reason: 'Its status is not one that FHIR R4 knows.' });
  } else if (status !== undefined && statuses[status as keyof typeof statuses] === 'retired') {
    refusals.push({ code: 'retired', reason: 'It is retired and must not be asked any more.' });
  }
  const subjects = shape.subjectType ?? [];
  if (subjects.length > 0 && !subjects.includes('Patient')) {
    refusals.push({ code: 'wrong-subject', reason: `It is about a ${subjects.join(' or ')}, not about a patient.` });
  }
  if ((shape.modifierExtension ?? []).length > 0) {
    refusals.push({
      code: 'unknown-modifier',
      reason: 'It carries a modifier extension that we do not know, which may change its meaning.',
    });
  }
  if ((shape.item ?? []).length === 0) refusals.push({ code: 'no-items', reason: 'It has no items.' });
  return refusals;
}

interface PlacedItem {
  readonly item: ItemShape;
  readonly parent?: string;
  readonly depth: number;
  readonly repeatsAbove: number;
}

function everyItem(items: readonly ItemShape[], above?: PlacedItem): readonly PlacedItem[] {
  return items.flatMap((item) => {
    const parent = above?.item.linkId;
    const placed: PlacedItem = {
      item,
      depth: (above?.depth ?? 0) + 1,
      repeatsAbove: (above?.repeatsAbove ?? 0) + (above !== undefined && isRepeatingGroup(above.item) ? 1 : 0),
      ...(parent === undefined ? {} : { parent }),
    };
    return [placed, ...everyItem(item.item ?? [], placed)];
  });
}

function isRepeatingGroup(item: ItemShape): boolean {
  return item.type === 'group' && repeatsOf(item);
}

function refusalsOfPlaces(placed: readonly PlacedItem[]): readonly Refusal[] {
  const seen = new Set<string>();
  const refusals = placed.flatMap((place): readonly Refusal[] => refusalsOfPlace(place, seen));
  const cycles = onCycles(placed).map((linkId): Refusal => {
    return { linkId, code: 'condition-cycle', reason: 'Whether it is asked depends, round about, on itself.' };
  });
  return [...refusals, ...cycles];
}

function refusalsOfPlace({ item, depth, repeatsAbove }: PlacedItem, seen: Set<string>): readonly Refusal[] {
  const { linkId } = item;
  if (linkId === undefined || linkId.trim() === '') {
    const which = item.text?.slice(0, 60) ?? item.type ?? 'without text';
    return [{ code: 'missing-link-id', reason: `An item (${which}) has no linkId.` }];
  }
  const refusals: Refusal[] = [];
  if (seen.has(linkId)) {
    refusals.push({ linkId, code: 'duplicate-link-id', reason: 'More than one item has this linkId.' });
  }
  seen.add(linkId);
  if (roleOf(item) === undefined) {
    refusals.push({ linkId, code: 'unsupported-type', reason: `Its type ${item.type ?? '(none)'} cannot be asked.` });
  }
  const parts = [item, ...(item.answerOption ?? []), ...(item.enableWhen ?? [])];
  if (parts.some((part) => (part.modifierExtension ?? []).length > 0)) {
    refusals.push({
      linkId,
      code: 'unknown-modifier',
      reason: 'It carries a modifier extension that we do not know, which may change its meaning.',
    });
  }
  if (
    extensionOf(item, urls.enableWhenExpression) !== undefined ||
    extensionOf(item, urls.optionsToggle) !== undefined
  ) {
    refusals.push({
      linkId,
      code: 'condition-expression',
      reason: 'Whether it is asked, or with what options, depends on an expression; only enableWhen is supported.',
    });
  }
  if (depth === deepestNesting + 1) {
    refusals.push({ linkId, code: 'too-deep', reason: `It stands more than ${deepestNesting} levels deep.` });
  }
  if (isRepeatingGroup(item) && repeatsAbove >= deepestRepeats) {
    refusals.push({
      linkId,
      code: 'nested-repeats',
      reason: `It repeats inside ${repeatsAbove} other repeating groups; ${deepestRepeats} in all are supported.`,
    });
  }
  return refusals;
}

function asksAnything(items: readonly Item[]): boolean {
  return items.some((item) => {
    if (item.kind === 'display') return false;
    if (item.kind === 'question' && !item.hidden && !item.readOnly && item.calculated === undefined) return true;
    return asksAnything(item.items);
  });
}
