import fc from 'fast-check';
import type { Questionnaire, QuestionnaireItem, ValueSet } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { compileQuestionnaire, neededValueSets } from '../../fhir-mappings/questionnaire.ts';
import { questionnaire, refusalsOf } from './questionnaires.ts';

const core = 'http://hl7.org/fhir/StructureDefinition';
const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire';
const asked: QuestionnaireItem = { linkId: 'a', type: 'string', text: 'Anything?' };
const when = (linkId: string, question: string, more: object = {}): QuestionnaireItem => ({
  linkId,
  type: 'string',
  text: '?',
  enableWhen: [{ question, operator: '=', answerString: 'x', ...more }],
});
const expression = (name: string, text: string) => [
  { url: `${sdc}-${name}`, valueExpression: { language: 'text/fhirpath', expression: text } },
];
const deep = (levels: number, repeats: boolean): QuestionnaireItem =>
  levels === 0 ? asked : { linkId: `g${levels}`, type: 'group', text: 'g', repeats, item: [deep(levels - 1, repeats)] };

describe('a questionnaire that cannot be run is refused, with the linkId and the reason', () => {
  it.each<[string, QuestionnaireItem[], string[]]>([
    ['no items', [], [': no-items']],
    ['nothing to ask', [{ linkId: 'd', type: 'display', text: 'Hello' }], [': nothing-to-ask']],
    ['an item without linkId', [asked, { linkId: '', type: 'string', text: '?' }], [': missing-link-id']],
    ['two items with one linkId', [asked, asked], ['a: duplicate-link-id']],
    ['an abstract type', [asked, { linkId: 'b', type: 'question', text: '?' }], ['b: unsupported-type']],
    ['a choice without options', [{ linkId: 'b', type: 'choice', text: '?' }], ['b: no-options']],
    [
      'options and a value set',
      [{ linkId: 'b', type: 'choice', text: '?', answerValueSet: '#v', answerOption: [{ valueString: 'x' }] }],
      ['b: two-option-sources'],
    ],
    [
      'a value set from elsewhere',
      [{ linkId: 'b', type: 'choice', text: '?', answerValueSet: 'http://v.example' }],
      ['b: value-set-not-expanded'],
    ],
    [
      'a hundred and one options',
      [
        {
          linkId: 'b',
          type: 'choice',
          text: '?',
          answerOption: Array.from({ length: 101 }, (_, n) => ({ valueInteger: n })),
        },
      ],
      ['b: too-many-options'],
    ],
    [
      'an option that is only a code',
      [{ linkId: 'b', type: 'choice', text: '?', answerOption: [{ valueCoding: { code: 'LA6568-5' } }] }],
      ['b: option-without-words'],
    ],
    [
      'units from elsewhere',
      [
        {
          linkId: 'b',
          type: 'quantity',
          text: '?',
          extension: [{ url: `${core}/questionnaire-unitValueSet`, valueCanonical: 'http://v.example' }],
        },
      ],
      ['b: unit-value-set-not-expanded'],
    ],
    [
      'a required reference',
      [asked, { linkId: 'b', type: 'reference', text: '?', required: true }],
      ['b: required-reference'],
    ],
    ['a condition on nothing', [when('b', 'nowhere')], ['b: condition-missing-question']],
    [
      'a condition on a group',
      [{ linkId: 'g', type: 'group', item: [asked] }, when('b', 'g')],
      ['b: condition-missing-question'],
    ],
    ['a condition on itself', [when('b', 'b')], ['b: condition-on-itself']],
    [
      'conditions in a circle',
      [asked, when('b', 'c'), when('c', 'b'), when('d', 'b')],
      ['b: condition-cycle', 'c: condition-cycle'],
    ],
    [
      'a group that depends on what is inside it',
      [
        {
          linkId: 'g',
          type: 'group',
          item: [asked],
          enableWhen: [{ question: 'a', operator: 'exists', answerBoolean: true }],
        },
      ],
      ['g: condition-cycle', 'a: condition-cycle'],
    ],
    ['an operator that the type has not', [asked, when('b', 'a', { operator: '>' })], ['b: condition-operator']],
    [
      'an answer of another type',
      [
        asked,
        { linkId: 'b', type: 'string', text: '?', enableWhen: [{ question: 'a', operator: '=', answerBoolean: true }] },
      ],
      ['b: condition-answer'],
    ],
    [
      'several conditions and no behavior',
      [
        asked,
        {
          linkId: 'b',
          type: 'string',
          text: '?',
          enableWhen: [
            { question: 'a', operator: '=', answerString: 'x' },
            { question: 'a', operator: '=', answerString: 'y' },
          ],
        },
      ],
      ['b: condition-behavior'],
    ],
    [
      'a condition by expression',
      [asked, { linkId: 'b', type: 'string', text: '?', extension: expression('enableWhenExpression', 'true') }],
      ['b: condition-expression'],
    ],
    ['eleven levels', [deep(11, false)], ['g1: too-deep']],
    ['three repeating groups', [deep(3, true)], ['g1: nested-repeats']],
    [
      'an unknown modifier',
      [{ ...asked, modifierExtension: [{ url: 'http://x.example', valueBoolean: true }] }],
      ['a: unknown-modifier'],
    ],
    ['no words', [{ linkId: 'b', type: 'string' }], ['b: no-text']],
    [
      'a broken initialExpression',
      [{ ...asked, extension: expression('initialExpression', '%patient.(') }],
      ['a: invalid-expression'],
    ],
    [
      'a broken calculatedExpression',
      [asked, { linkId: 'b', type: 'integer', text: '?', extension: expression('calculatedExpression', '1 +') }],
      ['b: invalid-expression'],
    ],
    ['a broken pattern', [{ ...asked, extension: [{ url: `${core}/regex`, valueString: '(' }] }], ['a: invalid-regex']],
    [
      'bounds of another type',
      [{ linkId: 'b', type: 'date', text: '?', extension: [{ url: `${core}/minValue`, valueInteger: 1 }] }],
      ['b: invalid-bound'],
    ],
    [
      'bounds that exclude everything',
      [
        {
          linkId: 'b',
          type: 'integer',
          text: '?',
          extension: [
            { url: `${core}/minValue`, valueInteger: 2 },
            { url: `${core}/maxValue`, valueInteger: 1 },
          ],
        },
      ],
      ['b: invalid-bound'],
    ],
    [
      'a first value of another type',
      [{ linkId: 'b', type: 'integer', text: '?', initial: [{ valueString: 'x' }] }],
      ['b: invalid-initial'],
    ],
  ])('%s', (_, items, expected) => {
    expect(refusalsOf(items)).toEqual(expected);
  });

  it('when the whole of it is unfit', () => {
    expect(refusalsOf([asked], { status: 'retired' })).toEqual([': retired']);
    expect(refusalsOf([asked], { subjectType: ['Location'] })).toEqual([': wrong-subject']);
    expect(refusalsOf([asked], { modifierExtension: [{ url: 'http://x.example', valueBoolean: true }] })).toEqual([
      ': unknown-modifier',
    ]);
    const { url: _, ...anonymous } = questionnaire([asked]);
    expect(compileQuestionnaire(anonymous)).toMatchObject({ ok: false, refusals: [{ code: 'no-identity' }] });
  });

  it('with the innermost linkId when it is not as FHIR says', () => {
    const text = JSON.stringify(questionnaire([{ linkId: 'g', type: 'group', item: [asked] }])).replace(
      '"Anything?"',
      '5',
    );
    expect(compileQuestionnaire(JSON.parse(text))).toMatchObject({
      ok: false,
      refusals: [{ linkId: 'a', code: 'malformed' }],
    });
  });

  it('all reasons at once', () => {
    expect(refusalsOf([{ linkId: 'b', type: 'choice', text: '?' }, when('c', 'nowhere'), asked, asked])).toEqual([
      'a: duplicate-link-id',
      'b: no-options',
      'c: condition-missing-question',
    ]);
  });

  it('but an optional or hidden reference, a required attachment and a question with only a code are not', () => {
    expect(
      refusalsOf([
        asked,
        { linkId: 'r', type: 'reference', text: '?' },
        {
          linkId: 'h',
          type: 'reference',
          required: true,
          extension: [{ url: `${core}/questionnaire-hidden`, valueBoolean: true }],
        },
        { linkId: 'f', type: 'attachment', text: 'A photo?', required: true },
        { linkId: 'c', type: 'string', code: [{ code: 'x', display: 'Occupation' }] },
        { linkId: 'p', type: 'string', prefix: 'Job' },
      ]),
    ).toEqual([]);
  });
});

describe('compiling', () => {
  const contained: ValueSet = {
    resourceType: 'ValueSet',
    id: 'v',
    status: 'active',
    compose: { include: [{ system: 's', concept: [{ code: 'a' }] }] },
  };
  const whole: Questionnaire = questionnaire(
    [
      asked,
      {
        linkId: 'c',
        type: 'choice',
        text: '?',
        answerOption: [{ valueCoding: { code: 'y', display: 'Yes' } }],
        enableWhen: [{ question: 'a', operator: 'exists', answerBoolean: true }],
      },
      {
        linkId: 'g',
        type: 'group',
        repeats: true,
        extension: expression('itemPopulationContext', '%patient'),
        item: [
          {
            linkId: 'q',
            type: 'quantity',
            text: '?',
            initial: [{ valueQuantity: { value: 1 } }],
            extension: [{ url: `${core}/minValue`, valueInteger: 1 }],
          },
        ],
      },
    ],
    {
      contained: [contained],
    },
  );

  /** Every place in a JSON value, as a path. */
  function places(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
    if (typeof value !== 'object' || value === null) return [at];
    return [at, ...Object.entries(value).flatMap(([key, child]) => places(child, [...at, key]))];
  }

  function changed(value: unknown, path: readonly string[], change: (old: unknown) => unknown): unknown {
    const [key, ...rest] = path;
    if (key === undefined || typeof value !== 'object' || value === null) return change(value);
    const copy: Record<string, unknown> = { ...value };
    copy[key] = changed(copy[key], rest, change);
    if (copy[key] === undefined) delete copy[key];
    return Array.isArray(value) ? Object.values(copy) : copy;
  }

  it('never throws, whatever is changed in a questionnaire', () => {
    const all = places(whole);
    const mutation = fc.record({
      path: fc.constantFrom(...all),
      to: fc.oneof(
        fc.jsonValue(),
        fc.constantFrom(undefined, '', '#v', 'a', 'g', '%x.(', 'choice', 'group', -1, 'toString', '__proto__'),
      ),
    });
    const outcomes = { ok: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const mutated = mutations.reduce((value: unknown, { path, to }) => changed(value, path, () => to), whole);
        const result = compileQuestionnaire(mutated as Questionnaire);
        neededValueSets(mutated as Questionnaire);
        outcomes[result.ok ? 'ok' : 'refused'] += 1;
        if (!result.ok) expect(result.refusals.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
    console.info(`compiling mutated questionnaires: ${JSON.stringify(outcomes)}`);
    expect(outcomes.ok).toBeGreaterThan(50);
    expect(outcomes.refused).toBeGreaterThan(50);
  });

  it('never throws on any JSON, nor on what is nested without end', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => compileQuestionnaire(JSON.parse(JSON.stringify(value))).ok === false),
      { numRuns: 300 },
    );
    let nested: QuestionnaireItem = asked;
    for (let level = 0; level < 20_000; level += 1) nested = { linkId: `g${level}`, type: 'group', item: [nested] };
    expect(refusalsOf([nested])).toEqual([': too-deep']);
  });
});
