import { describe, expect, test } from 'vitest';
import type { Value } from '../../domain/intake/value.ts';
import { compiled } from '../fhir-mappings/questionnaires.ts';
import { asks, clinic, extension, fact, loinc, offers, talk } from './conversation.ts';

const five: Value = { kind: 'integer', value: 5 };
const key = 'http://loinc.org|1234-5';
const coded = asks('q', 'integer', { code: loinc('1234-5') });
const x = asks('x', 'boolean');

describe('nothing is asked twice', () => {
  test('an answer that is known by its code is taken over without a word', () => {
    const anna = talk([coded, x], { facts: fact(key, [five]) });
    expect(anna.first).toEqual(['begin task/1', 'tell intake.start', 'ask x (1 of 1)']);
    expect(anna.answer('q')).toMatchObject({ values: [five], provenance: { source: 'fact', channel: 'sms' } });
  });

  test('what is told in one questionnaire is not asked by the next that has the code', () => {
    const anna = talk([coded]);
    anna.says('5');
    const other = compiled([{ ...coded, linkId: 'another' }, x], { url: 'https://clinic.example/Questionnaire/other' });
    expect(anna.asksFor({ id: 'task/2' }, other).at(-1)).toBe('ask x (1 of 1)');
    expect(anna.onFile('task/2')).toEqual(['another: 5']);
  });

  test('without a code it is known by questionnaire and linkId', () => {
    const plain = asks('q', 'integer');
    const anna = talk([plain]);
    anna.says('5');
    expect(anna.asksFor({ id: 'task/2' }, compiled([plain, x])).at(-1)).toBe('ask x (1 of 1)');
    const elsewhere = compiled([plain, x], { url: 'https://clinic.example/Questionnaire/other' });
    expect(anna.asksFor({ id: 'task/3' }, elsewhere, true)).toEqual(['begin task/3, queued']);
    expect(anna.says('yes')).toEqual([
      'record x = true',
      'complete task/2',
      'tell complete',
      'tell intake.next',
      'ask q (1 of 2)',
    ]);
  });

  test('an intake whose answers are all known is complete without a question', () => {
    const anna = talk([coded], { facts: fact(key, [five]) });
    expect(anna.first).toEqual(['begin task/1', 'complete task/1']);
  });

  test('what an answer makes known enables and answers what depends on it', () => {
    const dependent = asks('d', 'boolean', { enableWhen: [{ question: 'q', operator: '>', answerInteger: 3 }] });
    expect(talk([coded, dependent, x], { facts: fact(key, [five]) }).first.at(-1)).toBe('ask d (1 of 2)');
  });
});

describe('when it is asked after all', () => {
  test('after its validity', () => {
    const expired = fact(key, [five], { validUntil: '2026-03-02T14:00:00.000Z' });
    expect(talk([coded], { facts: expired }).first.at(-1)).toBe('ask q (1 of 1)');
  });

  test('"I\'d rather not say" is respected for its short validity only', () => {
    const again = (hours: number) => {
      const anna = talk([coded]);
      anna.says("I'd rather not say");
      anna.passes(hours);
      return anna.asksFor({ id: 'task/2' }, compiled([coded, x])).at(-1);
    };
    expect(again(47)).toBe('ask x (1 of 1)');
    expect(again(49)).toBe('ask q (1 of 2)');
  });

  test('content may want it confirmed, which keeps it without renewing it', () => {
    const policy = { ...clinic.facts, byKey: { [key]: { confirm: true } } };
    const anna = talk([coded, x], { facts: fact(key, [five]), policy });
    expect(anna.first.at(-1)).toBe('ask q: keep what is on file?');
    expect(anna.says('yes')).toEqual(['record q = 5', 'ask x (2 of 2)']);
    expect(anna.story().facts[key]?.validUntil).toBe('2026-03-20T09:00:00.000Z');
  });

  test('a no to keeping it asks the question', () => {
    const policy = { ...clinic.facts, byKey: { [key]: { confirm: true } } };
    const anna = talk([coded, x], { facts: fact(key, [five]), policy });
    expect(anna.says('no')).toEqual(['ask q (1 of 2)']);
    expect(anna.says('6')).toEqual(['record q = 6', 'ask x (2 of 2)']);
    expect(anna.story().facts[key]?.values).toEqual([{ kind: 'integer', value: 6 }]);
  });

  test('content says how long each is valid', () => {
    const policy = { ...clinic.facts, byKey: { [key]: { days: 7 } } };
    const anna = talk([coded], { policy });
    anna.says('5');
    expect(anna.story().facts[key]?.validUntil).toBe('2026-03-09T14:00:00.000Z');
  });

  test.each<[string, Value, Parameters<typeof asks>[1], Parameters<typeof asks>[2]]>([
    ['of another type', { kind: 'string', value: 'five' }, 'integer', {}],
    ['below the smallest number', five, 'integer', { extension: [extension('minValue', { valueInteger: 6 })] }],
    ['above the largest number', five, 'integer', { extension: [extension('maxValue', { valueInteger: 4 })] }],
    [
      'before the first day',
      { kind: 'date', value: '2020-01-01' },
      'date',
      { extension: [extension('minValue', { valueDate: '2021-01-01' })] },
    ],
    [
      'after the last day',
      { kind: 'date', value: '2022-05' },
      'date',
      { extension: [extension('maxValue', { valueDate: '2021-01-01' })] },
    ],
    ['too long', { kind: 'string', value: 'a very long answer' }, 'string', { maxLength: 5 }],
    [
      'in a unit that is not asked for',
      { kind: 'quantity', value: 70, unit: 'in', code: '[in_i]' },
      'quantity',
      {
        extension: [
          extension('questionnaire-unit', { valueCoding: { system: 'http://unitsofmeasure.org', code: 'cm' } }),
        ],
      },
    ],
  ])('one %s is not used', (_, value, type, more) => {
    const anna = talk([asks('q', type, { code: loinc('1234-5'), ...more })], { facts: fact(key, [value]) });
    expect(anna.first.at(-1)).toBe('ask q (1 of 1)');
  });

  test('one that is no option here is not used, nor several where one is wanted', () => {
    const dust: Value = { kind: 'coding', system: 'http://clinic.example/codes', code: 'dust' };
    const pollen: Value = { kind: 'coding', system: 'http://clinic.example/codes', code: 'pollen' };
    const form = [offers('q', ['Pollen', 'Cats'], { code: loinc('1234-5') })];
    expect(talk(form, { facts: fact(key, [dust]) }).first.at(-1)).toBe('ask q (1 of 1)');
    expect(talk(form, { facts: fact(key, [pollen, pollen]) }).first.at(-1)).toBe('ask q (1 of 1)');
    expect(talk(form, { facts: fact(key, [pollen]) }).first).toEqual(['begin task/1', 'complete task/1']);
  });

  test('a fact never answers within a repeating group', () => {
    const anna = talk([{ linkId: 'g', type: 'group', text: 'G', required: true, repeats: true, item: [coded] }], {
      facts: fact(key, [five]),
    });
    expect(anna.first.at(-1)).toBe('ask q@1 (1 of 1)');
  });
});

test('a correction replaces the fact', () => {
  const anna = talk([coded, x]);
  for (const words of ['5', 'back', '6']) anna.says(words);
  expect(anna.story().facts[key]?.values).toEqual([{ kind: 'integer', value: 6 }]);
});
