import fc from 'fast-check';
import type { Questionnaire, QuestionnaireItem } from 'fhir/r4.js';
import { expect, test } from 'vitest';
import type { Answer } from '../../domain/intake/answer.ts';
import { type FilledItem, filledTree, slotsOf } from '../../domain/intake/slots.ts';
import type { Value } from '../../domain/intake/value.ts';
import { compileQuestionnaire } from '../../fhir-mappings/questionnaire.ts';
import { counting, seed } from './counting.ts';
import { enabledOccurrences, type Given } from './enablement-oracle.ts';
import { anyQuestionnaire, everyItem, fhirValueOf, type PoolValue, pools } from './questionnaires.ts';

/** Answers to anything at all: in any round, enabled or not, none, one, several, or absent for a reason. */
function answersTo(questionnaire: Questionnaire): fc.Arbitrary<Given> {
  const items = everyItem(questionnaire.item ?? []);
  const groups = items.filter(({ item }) => item.type === 'group' && item.repeats === true);
  const repeatsAround = (around: readonly QuestionnaireItem[]) =>
    around.filter((each) => each.type === 'group' && each.repeats === true).length;
  const keys = (linkId: string, depth: number) =>
    depth === 0
      ? [linkId]
      : depth === 1
        ? [1, 2].map((one) => `${linkId}@${one}`)
        : [1, 2].flatMap((one) => [1, 2].map((two) => `${linkId}@${one}.${two}`));
  const rounds = fc.tuple(
    ...groups.flatMap(({ item, around }) =>
      keys(item.linkId, repeatsAround(around)).map((key) =>
        fc.option(fc.integer({ min: 0, max: 2 })).map((count) => [key, count] as const),
      ),
    ),
  );
  const answers = fc.tuple(
    ...items.flatMap(({ item, around }) => {
      const pool = (pools as Partial<Record<string, readonly PoolValue[]>>)[item.type];
      if (pool === undefined) return [];
      const values = fc.array(fc.constantFrom(...pool), { maxLength: item.repeats === true ? 3 : 1 });
      return keys(item.linkId, repeatsAround(around)).map((key) =>
        fc
          .oneof({ arbitrary: fc.constant(undefined), weight: 1 }, { arbitrary: values, weight: 4 })
          .map((held) => [key, held] as const),
      );
    }),
  );
  return fc.tuple(rounds, answers).map(([counted, held]) => ({
    rounds: new Map(counted.flatMap(([key, count]) => (count === null ? [] : [[key, count]]))),
    answers: new Map(held.flatMap(([key, list]) => (list === undefined ? [] : [[key, list.map(fhirValueOf)]]))),
  }));
}

test('enableWhen agrees with an independent reading of the Questionnaire', { timeout: 240_000 }, () => {
  const met = counting('enableWhen');
  fc.assert(
    fc.property(
      anyQuestionnaire.chain((questionnaire) => fc.tuple(fc.constant(questionnaire), answersTo(questionnaire))),
      ([questionnaire, given]) => {
        const compiled = compileQuestionnaire(questionnaire);
        if (!compiled.ok) throw new Error(JSON.stringify(compiled.refusals));
        const filled = {
          answers: Object.fromEntries([...given.answers].map(([key, values]) => [key, answerOf(values)])),
          rounds: Object.fromEntries(given.rounds),
        };
        const expected = enabledOccurrences(questionnaire, given);
        const items = everyItem(questionnaire.item ?? []);
        const placed = new Map(items.map((each) => [each.item.linkId, each]));
        const placeOf = (key: string) => placed.get(key.split('@')[0] ?? '');
        // A patient cannot name a record of the EHR: a reference that would be asked is no part of an intake.
        const counts = (key: string) => placeOf(key)?.item.type !== 'reference';
        const wanted = [...expected].filter(counts).sort();
        expect(keysIn(filledTree(compiled.intake, filled)).filter(counts).sort()).toEqual(wanted);
        const asked = slotsOf(compiled.intake, filled).flatMap((slot) => (slot.is === 'question' ? [slot.key] : []));
        expect([...asked].sort()).toEqual(wanted.filter((key) => isAsked(placeOf(key))));

        met.count('questionnaires');
        met.count('items', items.length);
        met.count('answers', given.answers.size);
        met.count('answers absent', [...given.answers.values()].filter((values) => values.length === 0).length);
        met.count('several answers', [...given.answers.values()].filter((values) => values.length > 1).length);
        met.count('enabled', expected.size);
        met.count('in rounds', wanted.filter((key) => key.includes('@')).length);
        for (const { item, around } of items) {
          if (item.type === 'group' && item.repeats === true) met.count('repeating groups');
          if (around.some(({ type }) => type !== 'group')) met.count('under a question');
          if ((item.enableWhen ?? []).length > 1) met.count(item.enableBehavior ?? '');
          for (const condition of item.enableWhen ?? []) met.count(condition.operator);
        }
        const conditional = items.filter(({ item }) => (item.enableWhen ?? []).length > 0);
        met.count(
          'disabled',
          conditional.filter(({ item }) => !wanted.some((key) => key.split('@')[0] === item.linkId)).length,
        );
      },
    ),
    { numRuns: 1500, seed },
  );
  met.print();
  for (const what of [
    'exists',
    '=',
    '!=',
    '>',
    '<',
    '>=',
    '<=',
    'all',
    'any',
    'in rounds',
    'answers absent',
    'several answers',
    'disabled',
  ])
    expect(met.of(what), what).toBeGreaterThan(100);
});

/** Hidden and readOnly cover what stands below, too. */
function isAsked(place: ReturnType<typeof everyItem>[number] | undefined): boolean {
  if (place === undefined || place.item.type === 'group' || place.item.type === 'display') return false;
  return [place.item, ...place.around].every(
    ({ readOnly, extension = [] }) =>
      readOnly !== true && extension.every(({ url }) => !url.endsWith('questionnaire-hidden')),
  );
}

function keysIn(items: readonly FilledItem[]): string[] {
  return items.flatMap(({ key, children }) => [key, ...keysIn(children)]);
}

const kinds: Readonly<Record<string, Value['kind']>> = {
  valueBoolean: 'boolean',
  valueDecimal: 'decimal',
  valueInteger: 'integer',
  valueDate: 'date',
  valueDateTime: 'dateTime',
  valueTime: 'time',
  valueString: 'string',
  valueUri: 'uri',
  valueCoding: 'coding',
  valueQuantity: 'quantity',
  valueAttachment: 'attachment',
};

function answerOf(values: readonly Readonly<Record<string, unknown>>[]): Answer {
  const provenance = { at: '2026-03-02T08:00:00.000Z' };
  if (values.length === 0) return { values: [], absent: 'asked-unknown', provenance };
  return {
    values: values.map((value) => {
      const [name = '', held] = Object.entries(value)[0] ?? [];
      const kind = kinds[name];
      if (kind === 'attachment') return { kind, media: 'media/1', contentType: 'image/jpeg' };
      return (typeof held === 'object' ? { kind, ...held } : { kind, value: held }) as Value;
    }),
    provenance,
  };
}
