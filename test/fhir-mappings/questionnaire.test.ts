import type { Questionnaire, QuestionnaireItem, ValueSet } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { compileQuestionnaire, neededValueSets } from '../../fhir-mappings/questionnaire.ts';
import { compiled, flattened, itemIn, questionIn, questionnaire } from './questionnaires.ts';
import { hasRealResources, realResource } from './real-resources.ts';

const core = 'http://hl7.org/fhir/StructureDefinition';
const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire';
const yesNo: QuestionnaireItem['answerOption'] = [
  { valueCoding: { system: 's', code: 'y', display: 'Yes' } },
  { valueCoding: { system: 's', code: 'n', display: 'No' } },
];

describe('a questionnaire is compiled', () => {
  it('with every type of item, in order and nested', () => {
    const types = [
      'boolean',
      'decimal',
      'integer',
      'date',
      'dateTime',
      'time',
      'string',
      'text',
      'url',
      'quantity',
      'attachment',
    ] as const;
    const intake = compiled([
      { linkId: 'd', type: 'display', text: 'Welcome' },
      {
        linkId: 'g',
        type: 'group',
        text: 'You',
        repeats: true,
        required: true,
        item: types.map((type) => ({ linkId: type, type, text: `Your ${type}?` })),
      },
      { linkId: 'c', type: 'choice', text: 'Which?', answerOption: yesNo },
      {
        linkId: 'o',
        type: 'open-choice',
        text: 'Which or what?',
        answerOption: yesNo,
        item: [{ linkId: 'n', type: 'string', text: 'Since when?' }],
      },
    ]);
    expect(intake).toMatchObject({
      canonical: 'https://clinic.example/Questionnaire/visit',
      version: '1.0.0',
      title: { default: 'Before your visit' },
    });
    expect(flattened(intake.items).map((item) => (item.kind === 'question' ? item.type : item.kind))).toEqual([
      'display',
      'group',
      ...types,
      'choice',
      'open-choice',
      'string',
    ]);
    expect(itemIn(intake, 'g')).toMatchObject({ repeats: true, required: true });
    expect(questionIn(intake, 'o').items.map(({ linkId }) => linkId)).toEqual(['n']);
  });

  it('keeps what limits an answer', () => {
    const intake = compiled([
      { linkId: 's', type: 'string', text: 'Name?', required: true, repeats: true, maxLength: 40 },
      {
        linkId: 'i',
        type: 'integer',
        text: 'Pain?',
        extension: [
          { url: `${core}/minValue`, valueInteger: 0 },
          { url: `${core}/maxValue`, valueInteger: 10 },
        ],
      },
      { linkId: 'd', type: 'date', text: 'When?', extension: [{ url: `${core}/minValue`, valueDate: '2020-01-01' }] },
    ]);
    expect(questionIn(intake, 's')).toMatchObject({ required: true, repeats: true, maxLength: 40 });
    expect(questionIn(intake, 'i')).toMatchObject({ min: 0, max: 10 });
    expect(questionIn(intake, 'd')).toMatchObject({ min: '2020-01-01' });
  });

  it('takes the translations of texts, options and the title', () => {
    const translated = (es: string, pl: string) => ({
      extension: [
        ['es-MX', es],
        ['pl', pl],
        ['de', 'nein'],
      ].map(([lang = '', content = '']) => ({
        url: `${core}/translation`,
        extension: [
          { url: 'lang', valueCode: lang },
          { url: 'content', valueString: content },
        ],
      })),
    });
    const intake = compiled(
      [
        {
          linkId: 'c',
          type: 'choice',
          text: 'Smoke?',
          _text: translated('¿Fuma?', 'Palisz?'),
          answerOption: [{ valueCoding: { code: 'y', display: 'Yes', _display: translated('Sí', 'Tak') } }],
        },
      ],
      { _title: translated('Antes de su visita', 'Przed wizytą') },
    );
    expect(intake.title).toEqual({
      default: 'Before your visit',
      byLanguage: { es: 'Antes de su visita', pl: 'Przed wizytą' },
    });
    expect(questionIn(intake, 'c').text).toEqual({ default: 'Smoke?', byLanguage: { es: '¿Fuma?', pl: 'Palisz?' } });
    expect(questionIn(intake, 'c').options[0]?.label.byLanguage).toEqual({ es: 'Sí', pl: 'Tak' });
  });

  it('reads options of every type, their scores and the one that excludes the others', () => {
    const intake = compiled([
      {
        linkId: 'c',
        type: 'choice',
        text: 'Which?',
        repeats: true,
        answerOption: [
          {
            valueCoding: { system: 's', code: 'a', display: 'A' },
            extension: [{ url: `${core}/ordinalValue`, valueDecimal: 2 }],
          },
          {
            valueCoding: {
              system: 's',
              code: 'b',
              display: 'B',
              extension: [{ url: `${core}/itemWeight`, valueDecimal: 3 }],
            },
            initialSelected: true,
          },
          { valueString: 'None', extension: [{ url: `${core}/questionnaire-optionExclusive`, valueBoolean: true }] },
          { valueInteger: 5 },
          { valueDate: '2020-01-01' },
          { valueTime: '08:00:00' },
          { valueReference: { reference: 'Location/1', display: 'Lake' } },
        ],
      },
      { linkId: 'i', type: 'integer', text: 'How many?', answerOption: [{ valueInteger: 1 }, { valueInteger: 2 }] },
    ]);
    const { options, initial } = questionIn(intake, 'c');
    expect(options.map(({ label, score, exclusive }) => [label.default, score, exclusive])).toEqual([
      ['A', 2, false],
      ['B', 3, false],
      ['None', undefined, true],
      ['5', undefined, false],
      ['2020-01-01', undefined, false],
      ['08:00:00', undefined, false],
      ['Lake', undefined, false],
    ]);
    expect(initial).toEqual([{ kind: 'coding', system: 's', code: 'b', display: 'B' }]);
    expect(questionIn(intake, 'i')).toMatchObject({
      type: 'choice',
      options: [{ value: { kind: 'integer', value: 1 } }, { value: { kind: 'integer', value: 2 } }],
    });
  });

  it('expands contained value sets and those it is given, and says which it needs', () => {
    const contained: ValueSet = {
      resourceType: 'ValueSet',
      id: 'v',
      status: 'active',
      compose: {
        include: [
          {
            system: 's',
            concept: [
              { code: 'a', display: 'A', designation: [{ language: 'es', value: 'Á' }] },
              { code: 'b', display: 'B' },
            ],
          },
        ],
        exclude: [{ system: 's', concept: [{ code: 'b' }] }],
      },
    };
    const expanded: ValueSet = {
      resourceType: 'ValueSet',
      status: 'active',
      expansion: {
        timestamp: '2026-01-01',
        contains: [
          { system: 's', abstract: true, display: 'All', contains: [{ system: 's', code: 'x', display: 'X' }] },
          { system: 's', code: 'y', display: 'Y', inactive: true },
        ],
      },
    };
    const items: QuestionnaireItem[] = [
      { linkId: 'c', type: 'choice', text: '?', answerValueSet: '#v' },
      { linkId: 'e', type: 'choice', text: '?', answerValueSet: 'http://v.example/vs|2' },
      {
        linkId: 'q',
        type: 'quantity',
        text: '?',
        extension: [{ url: `${core}/questionnaire-unitValueSet`, valueCanonical: 'http://v.example/units' }],
      },
    ];
    expect(neededValueSets(questionnaire(items))).toEqual(['http://v.example/vs|2', 'http://v.example/units']);
    const intake = compiled(
      items,
      { contained: [contained] },
      { valueSets: { 'http://v.example/vs': expanded, 'http://v.example/units': expanded } },
    );
    expect(questionIn(intake, 'c').options).toEqual([
      {
        value: { kind: 'coding', system: 's', code: 'a', display: 'A' },
        label: { default: 'A', byLanguage: { es: 'Á' } },
        exclusive: false,
      },
    ]);
    expect(questionIn(intake, 'e').options.map(({ label }) => label.default)).toEqual(['X']);
    expect(questionIn(intake, 'q').units).toEqual([{ label: 'X', system: 's', code: 'x' }]);
  });

  it('reads conditions with every operator and turns their answers into the kind that the question has', () => {
    const operators = ['exists', '=', '!=', '>', '<', '>=', '<='] as const;
    const intake = compiled([
      { linkId: 'n', type: 'decimal', text: '?' },
      { linkId: 'u', type: 'url', text: '?' },
      ...operators.map(
        (operator): QuestionnaireItem => ({
          linkId: operator,
          type: 'string',
          text: '?',
          enableWhen: [
            operator === 'exists'
              ? { question: 'n', operator, answerBoolean: false }
              : { question: 'n', operator, answerInteger: 3 },
          ],
        }),
      ),
      {
        linkId: 'two',
        type: 'string',
        text: '?',
        enableBehavior: 'any',
        enableWhen: [
          { question: 'n', operator: '>', answerDecimal: 1.5 },
          { question: 'u', operator: '=', answerString: 'http://x.example' },
        ],
      },
    ]);
    for (const operator of operators.slice(1)) {
      expect(itemIn(intake, operator).enabled).toEqual({
        behavior: 'all',
        conditions: [{ question: 'n', operator, answer: { kind: 'decimal', value: 3 } }],
      });
    }
    expect(itemIn(intake, 'exists').enabled?.conditions).toEqual([
      { question: 'n', operator: 'exists', answer: { kind: 'boolean', value: false } },
    ]);
    expect(itemIn(intake, 'two').enabled).toMatchObject({
      behavior: 'any',
      conditions: [{ operator: '>' }, { answer: { kind: 'uri', value: 'http://x.example' } }],
    });
  });

  it('makes help of what only helps, and says the other displays', () => {
    const control = (code: string) => [
      {
        url: `${core}/questionnaire-itemControl`,
        valueCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/questionnaire-item-control', code }] },
      },
    ];
    const intake = compiled([
      {
        linkId: 'q',
        type: 'date',
        text: 'When?',
        extension: [{ url: `${core}/entryFormat`, valueString: 'day month year' }],
        item: [
          { linkId: 'h', type: 'display', text: 'About is fine.', extension: control('help') },
          {
            linkId: 'k',
            type: 'display',
            text: 'From your card.',
            extension: [
              { url: `${core}/questionnaire-displayCategory`, valueCodeableConcept: { coding: [{ code: 'help' }] } },
            ],
          },
          { linkId: 'p', type: 'display', text: 'Thank you.', extension: control('prompt') },
        ],
      },
    ]);
    expect(questionIn(intake, 'q')).toMatchObject({
      help: { default: 'About is fine. From your card. day month year' },
      items: [{ linkId: 'p' }],
    });
  });

  it('never asks what is hidden, read-only or worked out, nor an optional reference', () => {
    const intake = compiled([
      { linkId: 'ask', type: 'string', text: '?' },
      {
        linkId: 'hidden',
        type: 'group',
        extension: [{ url: `${core}/questionnaire-hidden`, valueBoolean: true }],
        item: [{ linkId: 'inside', type: 'string' }],
      },
      {
        linkId: 'fixed',
        type: 'group',
        readOnly: true,
        item: [
          { linkId: 'kept', type: 'string', text: '?', initial: [{ valueString: 'x' }] },
          { linkId: 'nothing', type: 'string', text: '?' },
        ],
      },
      {
        linkId: 'calc',
        type: 'integer',
        text: 'Sum',
        extension: [
          { url: `${sdc}-calculatedExpression`, valueExpression: { language: 'text/fhirpath', expression: '1 + 1' } },
        ],
      },
      {
        linkId: 'cql',
        type: 'integer',
        text: 'Sum',
        extension: [
          { url: `${sdc}-calculatedExpression`, valueExpression: { language: 'text/cql', expression: 'Sum' } },
        ],
      },
      { linkId: 'total', type: 'decimal', text: 'Your total score' },
      {
        linkId: 'code',
        type: 'choice',
        text: 'Risk',
        code: [{ system: 'http://loinc.org', code: '88124-3' }],
        answerOption: yesNo,
      },
      { linkId: 'ref', type: 'reference', text: 'Who?' },
    ]);
    expect(questionIn(intake, 'inside').hidden).toBe(true);
    expect(questionIn(intake, 'kept')).toMatchObject({ readOnly: true, initial: [{ value: 'x' }] });
    expect(questionIn(intake, 'kept').calculated).toBeUndefined();
    expect(questionIn(intake, 'nothing').calculated).toEqual({});
    expect(questionIn(intake, 'calc').calculated).toEqual({ expression: '1 + 1' });
    for (const linkId of ['cql', 'total', 'code']) expect(questionIn(intake, linkId).calculated).toEqual({});
    expect(flattened(intake.items).some(({ linkId }) => linkId === 'ref')).toBe(false);
  });

  it('marks the question about self-harm by its code or its linkId', () => {
    const intake = compiled([
      {
        linkId: 'a',
        type: 'choice',
        text: '?',
        code: [{ system: 'http://loinc.org', code: '44260-8' }],
        answerOption: yesNo,
      },
      { linkId: '/44260-8', type: 'choice', text: '?', answerOption: yesNo },
      {
        linkId: 'c',
        type: 'choice',
        text: '?',
        code: [{ system: 'http://other.example', code: '44260-8' }],
        answerOption: yesNo,
      },
    ]);
    expect(['a', '/44260-8', 'c'].map((linkId) => questionIn(intake, linkId).selfHarm)).toEqual([true, true, false]);
  });

  it('writes the variables in scope before an expression that uses them', () => {
    const variable = (name: string, expression: string) => ({
      url: `${core}/variable`,
      valueExpression: { name, language: 'text/fhirpath', expression },
    });
    const intake = compiled(
      [
        { linkId: 'q', type: 'integer', text: '?' },
        {
          linkId: 't',
          type: 'integer',
          text: 'Sum',
          extension: [
            variable('b', '%a + 1'),
            {
              url: `${sdc}-calculatedExpression`,
              valueExpression: { language: 'text/fhirpath', expression: '%b * 2' },
            },
          ],
        },
      ],
      { extension: [variable('a', '20'), variable('unused', '1')] },
    );
    expect(questionIn(intake, 't').calculated?.expression).toBe(
      "defineVariable('a', 20).defineVariable('b', %a + 1).select(%b * 2)",
    );
  });

  it('identifies a questionnaire without url or version', () => {
    const bare = (more: Partial<Questionnaire>): Questionnaire => ({
      resourceType: 'Questionnaire',
      id: 'q1',
      status: 'active',
      item: [{ linkId: 'a', type: 'string', text: '?' }],
      ...more,
    });
    const named = (more: Partial<Questionnaire>) => {
      const result = compileQuestionnaire(bare(more));
      return result.ok ? [result.intake.canonical, result.intake.version] : result.refusals;
    };
    expect(named({})).toEqual(['Questionnaire/q1', 'unversioned']);
    expect(named({ meta: { versionId: '7' } })).toEqual(['Questionnaire/q1', '_history/7']);
    expect(named({ url: 'http://x.example/q|2.0' })).toEqual(['http://x.example/q', '2.0']);
    expect(named({ url: 'http://x.example/q', version: '3', derivedFrom: ['http://x.example/p'] })).toEqual([
      'http://x.example/q',
      '3',
    ]);
  });
});

describe.skipIf(!hasRealResources)('questionnaires written by others', () => {
  it('PHQ-9 of US Core asks ten questions and works out the total', () => {
    const result = compileQuestionnaire(
      realResource<Questionnaire>('us-core/Questionnaire-phq-9-example.json', 'Questionnaire'),
    );
    if (!result.ok) throw new Error(JSON.stringify(result.refusals));
    expect(questionIn(result.intake, '/44261-6').calculated).toEqual({});
    expect(questionIn(result.intake, '/44260-8').selfHarm).toBe(true);
    expect(questionIn(result.intake, '/44250-9').options.map(({ score }) => score)).toEqual([0, 1, 2, 3]);
    expect(
      flattened(result.intake.items).filter((item) => item.kind === 'question' && item.calculated === undefined),
    ).toHaveLength(10);
  });

  it('PHQ-9 of FHIR R4 needs its answers expanded; with them its CQL total is left out', () => {
    const phq9 = realResource<Questionnaire>(
      'fhir-r4-examples/Questionnaire-phq-9-questionnaire.json',
      'Questionnaire',
    );
    expect(neededValueSets(phq9)).toEqual(['http://loinc.org/vs/LL358-3']);
    const refused = compileQuestionnaire(phq9);
    expect(refused.ok ? [] : [...new Set(refused.refusals.map(({ code }) => code))]).toEqual([
      'value-set-not-expanded',
    ]);
    const valueSet: ValueSet = {
      resourceType: 'ValueSet',
      status: 'active',
      compose: { include: [{ system: 'http://loinc.org', concept: [{ code: 'LA6568-5', display: 'Not at all' }] }] },
    };
    const result = compileQuestionnaire(phq9, { valueSets: { 'http://loinc.org/vs/LL358-3': valueSet } });
    expect(result.ok && questionIn(result.intake, 'TotalScore').calculated).toEqual({});
  });

  it.each([
    ['us-core/Questionnaire-hunger-vital-sign-example.json', []],
    ['fhir-r4-examples/Questionnaire-f201.json', []],
    ['fhir-r4-examples/Questionnaire-zika-virus-exposure-assessment.json', []],
    ['sdc/Questionnaire-questionnaire-sdc-test-fhirpath-prepop-initialexpression.json', []],
    ['sdc/Questionnaire-demographics.json', ['value-set-not-expanded']],
    ['sdc/Questionnaire-questionnaire-sdc-test-all-data-types.json', ['value-set-not-expanded']],
    ['sdc/Questionnaire-questionnaire-sdc-test-nested-groups.json', ['value-set-not-expanded']],
    ['sdc/Questionnaire-questionnaire-sdc-test-required-radios.json', ['value-set-not-expanded']],
    ['fhir-r4-examples/Questionnaire-qs1.json', ['missing-link-id', 'nested-repeats', 'no-options']],
  ])('%s is compiled or refused for %j', (path, codes) => {
    const result = compileQuestionnaire(realResource<Questionnaire>(path, 'Questionnaire'));
    expect(result.ok ? [] : [...new Set(result.refusals.map(({ code }) => code))].sort()).toEqual(codes);
  });
});
