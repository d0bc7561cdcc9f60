import fc from 'fast-check';
import type { Questionnaire, QuestionnaireItem } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { Answer, AnswerProvenance } from '../../domain/intake/answer.ts';
import type { Intake, Item } from '../../domain/intake/intake.ts';
import type { Value } from '../../domain/intake/value.ts';
import type { AnsweredItem } from '../../fhir-mappings/answered-item.ts';
import { compileQuestionnaire } from '../../fhir-mappings/questionnaire.ts';
import { type ResponseInput, toQuestionnaireResponse } from '../../fhir-mappings/questionnaire-response.ts';
import { faultsOf } from './fhir-validation.ts';
import { compiled, itemIn, questionIn } from './questionnaires.ts';
import { hasRealResources, realResource } from './real-resources.ts';

const provenance: AnswerProvenance = { channel: 'sms', at: '2026-03-02T08:14:00.000Z' };
const told = (value: Value, more: Partial<AnswerProvenance> = {}): Answer => ({
  values: [value],
  provenance: { ...provenance, ...more },
});
const text = (value: string): Value => ({ kind: 'string', value });
const one = (item: Item, answer: Answer, children: AnsweredItem[] = []): AnsweredItem => ({ item, answer, children });

function respond(intake: Intake, items: readonly AnsweredItem[], more: Partial<ResponseInput> = {}) {
  const response = toQuestionnaireResponse({
    intake,
    items,
    conversation: 'task/42',
    patient: 'Patient/anna',
    status: 'completed',
    authored: '2026-03-02T08:14:00.000Z',
    ...more,
  });
  expect(faultsOf(response)).toEqual([]);
  return response;
}

describe('a questionnaire response', () => {
  it('says whose it is, for what, and how far it got', () => {
    const intake = compiled([{ linkId: 'a', type: 'string', text: 'Name?' }]);
    const response = respond(intake, [one(itemIn(intake, 'a'), told(text('Anna')))], {
      status: 'in-progress',
      encounter: 'Encounter/1',
      basedOn: ['ServiceRequest/2'],
      source: 'RelatedPerson/mum',
      author: 'Practitioner/desk',
      id: 'r1',
    });
    expect(response).toMatchObject({
      id: 'r1',
      status: 'in-progress',
      questionnaire: 'https://clinic.example/Questionnaire/visit|1.0.0',
      authored: '2026-03-02T08:14:00.000Z',
      identifier: { system: 'https://told-once.dev/fhir/identifier/conversation', value: 'task/42' },
      subject: { reference: 'Patient/anna' },
      author: { reference: 'Practitioner/desk' },
      source: { reference: 'RelatedPerson/mum' },
      encounter: { reference: 'Encounter/1' },
      basedOn: [{ reference: 'ServiceRequest/2' }],
    });
  });

  it('does not take the version of a resource for the version of a questionnaire', () => {
    const items: QuestionnaireItem[] = [{ linkId: 'a', type: 'string', text: '?' }];
    const { version: _, ...unversioned } = { ...compiled(items) };
    expect(respond({ ...unversioned, version: '_history/3' }, []).questionnaire).toBe(
      'https://clinic.example/Questionnaire/visit',
    );
    expect(respond({ ...unversioned, version: 'unversioned' }, []).questionnaire).toBe(
      'https://clinic.example/Questionnaire/visit',
    );
  });

  it('carries on each answered item one extension with the parts that are known', () => {
    const intake = compiled([
      { linkId: 'a', type: 'string', text: '?' },
      { linkId: 'b', type: 'string', text: '?' },
    ]);
    const full = told(text('x'), {
      channel: 'desk',
      confidence: 0.62,
      readBack: true,
      enteredBy: 'Practitioner/7',
      corrects: 'y',
    });
    const response = respond(intake, [one(itemIn(intake, 'a'), full), one(itemIn(intake, 'b'), told(text('z')))]);
    const url = 'https://told-once.dev/fhir/StructureDefinition/answer-provenance';
    expect(response.item?.[0]?.extension).toEqual([
      {
        url,
        extension: [
          { url: 'channel', valueCode: 'desk' },
          { url: 'at', valueInstant: '2026-03-02T08:14:00.000Z' },
          { url: 'confidence', valueDecimal: 0.62 },
          { url: 'readBack', valueBoolean: true },
          { url: 'enteredBy', valueReference: { reference: 'Practitioner/7' } },
          { url: 'corrects', valueString: 'y' },
        ],
      },
    ]);
    expect(response.item?.[1]?.extension).toEqual([
      {
        url,
        extension: [
          { url: 'channel', valueCode: 'sms' },
          { url: 'at', valueInstant: '2026-03-02T08:14:00.000Z' },
        ],
      },
    ]);
  });

  it('keeps "I don\'t know" and "I\'d rather not say" as answers without a value that say why', () => {
    const intake = compiled([{ linkId: 'a', type: 'string', text: '?', required: true }]);
    for (const absent of ['asked-unknown', 'asked-declined'] as const) {
      const response = respond(intake, [one(itemIn(intake, 'a'), { values: [], absent, provenance })]);
      expect(response.item?.[0]?.answer).toEqual([
        { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: absent }] },
      ]);
      expect(response.item?.[0]?.extension).toHaveLength(1);
    }
  });

  it('repeats a group as often as it was gone through and nests under the answer of a question', () => {
    const intake = compiled([
      {
        linkId: 'g',
        type: 'group',
        text: 'Medicines',
        repeats: true,
        item: [
          {
            linkId: 'm',
            type: 'string',
            text: 'Which?',
            item: [{ linkId: 'dose', type: 'string', text: 'How much?' }],
          },
        ],
      },
      { linkId: 'empty', type: 'group', text: 'Nothing here', item: [{ linkId: 'n', type: 'string', text: '?' }] },
      { linkId: 'd', type: 'display', text: 'Thanks' },
    ]);
    const round = (name: string): AnsweredItem => ({
      item: itemIn(intake, 'g'),
      children: [one(itemIn(intake, 'm'), told(text(name)), [one(itemIn(intake, 'dose'), told(text('5 mg')))])],
    });
    const response = respond(intake, [
      round('Aspirin'),
      round('Iron'),
      { item: itemIn(intake, 'empty'), children: [] },
      { item: itemIn(intake, 'd'), children: [] },
    ]);
    expect(
      response.item?.map(({ linkId, item }) => [
        linkId,
        item?.[0]?.answer?.[0]?.valueString,
        item?.[0]?.answer?.[0]?.item?.[0]?.answer,
      ]),
    ).toEqual([
      ['g', 'Aspirin', [{ valueString: '5 mg' }]],
      ['g', 'Iron', [{ valueString: '5 mg' }]],
    ]);
  });

  it('writes the questions in the language that is asked for', () => {
    const intake: Intake = { ...compiled([{ linkId: 'a', type: 'string', text: 'Name?' }]) };
    const item: Item = { ...questionIn(intake, 'a'), text: { default: 'Name?', byLanguage: { pl: 'Imię?' } } };
    expect(respond(intake, [one(item, told(text('Anna')))], { language: 'pl' }).item?.[0]?.text).toBe('Imię?');
    expect(respond({ ...intake, items: [item] }, [one(item, told(text('Anna')))]).item?.[0]?.text).toBe('Name?');
  });

  it('works out a total by its expression, with the scores of the options, and a total of totals', () => {
    const calculated = (expression: string) => [
      {
        url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression',
        valueExpression: { language: 'text/fhirpath', expression },
      },
    ];
    const answerOption = [0, 1, 2].map((n) => ({
      valueCoding: { system: 's', code: `c${n}`, display: `${n}` },
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal: n }],
    }));
    const intake = compiled([
      {
        linkId: 'double',
        type: 'integer',
        text: 'Twice',
        extension: calculated("%resource.item.where(linkId='sum').answer.value * 2"),
      },
      { linkId: 'a', type: 'choice', text: '?', answerOption },
      { linkId: 'b', type: 'choice', text: '?', answerOption },
      {
        linkId: 'sum',
        type: 'integer',
        text: 'Sum',
        extension: calculated('%resource.item.answer.value.ordinal().sum()'),
      },
      { linkId: 'broken', type: 'integer', text: 'x', extension: calculated('%nobody.gave') },
    ]);
    const answers = ['a', 'b'].map((linkId, at) =>
      one(itemIn(intake, linkId), told({ kind: 'coding', system: 's', code: `c${at + 1}`, display: `${at + 1}` })),
    );
    const response = respond(intake, answers);
    expect(response.item?.map(({ linkId, answer }) => [linkId, answer?.[0]?.valueInteger])).toEqual([
      ['double', 6],
      ['a', undefined],
      ['b', undefined],
      ['sum', 3],
    ]);
    expect(JSON.stringify(response)).not.toContain('ordinalValue');
    expect(response.item?.[0]?.extension).toBeUndefined();
    expect(respond(intake, answers, { status: 'in-progress' }).item?.map(({ linkId }) => linkId)).toEqual(['a', 'b']);
  });
});

describe.skipIf(!hasRealResources)('PHQ-9 of US Core', () => {
  it('gets its total from nine answers, and none as soon as one is declined', () => {
    const result = compileQuestionnaire(
      realResource<Questionnaire>('us-core/Questionnaire-phq-9-example.json', 'Questionnaire'),
    );
    if (!result.ok) throw new Error('refused');
    const { intake } = result;
    const asked = intake.items.filter((item) => item.kind === 'question' && item.calculated === undefined);
    const answers = asked.map((item) => one(item, told(questionIn(intake, item.linkId).options[2]?.value ?? text(''))));
    const total = (items: readonly AnsweredItem[]) =>
      respond(intake, items).item?.find(({ linkId }) => linkId === '/44261-6')?.answer;
    expect(total(answers)).toEqual([{ valueDecimal: 18 }]);
    const declined = answers.map((answer, at) =>
      at === 3 ? one(answer.item, { values: [], absent: 'asked-declined', provenance }) : answer,
    );
    expect(total(declined)).toBeUndefined();
    expect(total(answers.slice(1))).toBeUndefined();
  });
});

describe('whatever is answered', () => {
  const yes: QuestionnaireItem['answerOption'] = [
    { valueCoding: { system: 's', code: 'y', display: 'Yes' } },
    { valueString: 'Perhaps' },
  ];
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
  const leaves: QuestionnaireItem[] = [
    ...types.map((type) => ({ linkId: type, type, text: '?', repeats: true })),
    { linkId: 'choice', type: 'choice', text: '?', answerOption: yes },
    { linkId: 'open', type: 'open-choice', text: '?', answerOption: yes },
  ];
  const intake = compiled([
    ...leaves,
    {
      linkId: 'g',
      type: 'group',
      text: 'g',
      repeats: true,
      item: [{ linkId: 'q', type: 'string', text: '?', item: [{ linkId: 'n', type: 'string', text: '?' }] }],
    },
  ]);
  const words = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((word) => word.trim() !== '')
    .map(text);
  const day = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString());
  const coding: fc.Arbitrary<Value> = fc.constant({ kind: 'coding', system: 's', code: 'y', display: 'Yes' });
  const values: Record<string, fc.Arbitrary<Value>> = {
    boolean: fc.boolean().map((value) => ({ kind: 'boolean', value })),
    decimal: fc.integer({ min: -99999, max: 99999 }).map((value) => ({ kind: 'decimal', value: value / 100 })),
    integer: fc.integer().map((value) => ({ kind: 'integer', value })),
    date: fc
      .tuple(day, fc.constantFrom(4, 7, 10))
      .map(([iso, length]) => ({ kind: 'date', value: iso.slice(0, length) })),
    dateTime: fc
      .tuple(day, fc.boolean())
      .map(([iso, whole]) => (whole ? { kind: 'dateTime', value: iso } : { kind: 'date', value: iso.slice(0, 10) })),
    time: day.map((iso) => ({ kind: 'time', value: iso.slice(11, 19) })),
    string: words,
    text: words,
    url: fc.webUrl().map((value) => ({ kind: 'uri', value })),
    quantity: fc
      .integer({ min: 0, max: 300 })
      .map((value) => ({ kind: 'quantity', value, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' })),
    attachment: fc.uuid().map((media) => ({ kind: 'attachment', media, contentType: 'image/jpeg' })),
    choice: coding,
    open: fc.oneof(coding, words),
  };
  const how: fc.Arbitrary<AnswerProvenance> = fc.record(
    {
      channel: fc.constantFrom('sms', 'mms', 'voice-keypad', 'voice-speech', 'page', 'desk'),
      at: day,
      confidence: fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
      readBack: fc.boolean(),
      enteredBy: fc.constant('Practitioner/1'),
      corrects: fc.string({ unit: 'grapheme' }),
    },
    { requiredKeys: ['channel', 'at'] },
  );
  const answerOf = (linkId: string): fc.Arbitrary<Answer> =>
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          values: fc.array(values[linkId] ?? words, { minLength: 1, maxLength: 3 }),
          provenance: how,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          values: fc.constant([]),
          absent: fc.constantFrom('asked-unknown', 'asked-declined'),
          provenance: how,
        }),
      },
    );
  const leaf = fc
    .constantFrom(...leaves.map(({ linkId }) => linkId))
    .chain((linkId) => answerOf(linkId).map((answer) => one(itemIn(intake, linkId), answer)));
  const round = fc.tuple(answerOf('q'), answerOf('n')).map(
    ([q, n]): AnsweredItem => ({
      item: itemIn(intake, 'g'),
      children: [one(itemIn(intake, 'q'), q, [one(itemIn(intake, 'n'), n)])],
    }),
  );

  it('the response is valid R4 and holds every answer', () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(
        fc.uniqueArray(leaf, { selector: ({ item }) => item.linkId }),
        fc.array(round, { maxLength: 3 }),
        fc.constantFrom('in-progress', 'completed', 'amended', 'stopped'),
        (answers, rounds, status) => {
          const response = respond(intake, [...answers, ...rounds], { status });
          expect(response.item ?? []).toHaveLength(answers.length + rounds.length);
          for (const { item, answer } of answers) {
            seen[item.linkId] = (seen[item.linkId] ?? 0) + 1;
            expect(response.item?.find(({ linkId }) => linkId === item.linkId)?.answer).toHaveLength(
              Math.max(1, answer?.values.length ?? 0),
            );
          }
        },
      ),
      { numRuns: 300 },
    );
    console.info(`answers written: ${JSON.stringify(seen)}`);
    expect(Object.keys(seen)).toHaveLength(leaves.length);
  });
});
