import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languages } from '../../domain/guidance/language.ts';
import type { Question, QuestionType } from '../../domain/intake/intake.ts';
import { readCommand } from '../../domain/intake/reading/commands.ts';
import { readConsentWords } from '../../domain/intake/reading/consent-words.ts';
import { fold, plain } from '../../domain/intake/reading/fold.ts';
import { slipsBetween } from '../../domain/intake/reading/near-miss.ts';
import { readAnswer } from '../../domain/intake/reading/read-answer.ts';
import { context, option, question, said, unit } from './said.ts';

const types: readonly QuestionType[] = [
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
  'reference',
];
const words =
  'yes no si tak nie 1 2 13 130 / over . , - or and y i lub one two twenty half a pol media dwa marca March 3rd 1985 3/4/85 last Tuesday ago hace temu at 9:30 pm noon wpol do za 5 ft 4 in " kg not none all idk penicillin 👍 ½ ３ ł * ** #'.split(
    ' ',
  );

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(' ')),
);
const anyVia = fc.constantFrom('text', 'keypad', 'speech');
const anyLanguage = fc.constantFrom(...languages);
const labels = [
  'Penicillin',
  'Peanuts',
  'Latex',
  'Bee stings',
  'Shellfish',
  'Dust',
  'Pollen',
  'Eggs',
  'Milk',
  'Wheat',
  'Soy',
];

const anyQuestion: fc.Arbitrary<Question> = fc
  .record({
    type: fc.constantFrom(...types),
    repeats: fc.boolean(),
    count: fc.integer({ min: 1, max: labels.length }),
    units: fc.subarray([unit('in', '[in_i]'), unit('kg'), unit('drops', '{drop}')]),
    bounded: fc.boolean(),
  })
  .map(({ type, repeats, count, units, bounded }) =>
    question(type, {
      repeats,
      units,
      options: type.endsWith('choice')
        ? labels.slice(0, count).map((label, at) => option(label, undefined, undefined, at === 0))
        : [],
      ...(bounded && (type === 'date' ? { min: '1900-01-01', max: '2026-11-22' } : { min: 0, max: 100 })),
    }),
  );

test('any words for any question on any channel are read without throwing, and every value fits the question', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(anyText, anyQuestion, anyLanguage, anyVia, (text, asked, language, via) => {
      const reading = readAnswer(text, asked, context(language, via));
      seen.set(reading.is, (seen.get(reading.is) ?? 0) + 1);
      if (reading.is === 'values') {
        expect(reading.values.length).toBeGreaterThan(0);
        if (!asked.repeats) expect(reading.values).toHaveLength(1);
        if (asked.type === 'choice') {
          const offered = asked.options.map(({ value }) => value);
          for (const value of reading.values) expect(offered).toContainEqual(value);
        }
        if (asked.type === 'integer') for (const value of reading.values) expect(value.kind).toBe('integer');
        if (typeof asked.min === 'number' && asked.type === 'decimal') {
          for (const value of reading.values)
            if (value.kind === 'decimal') expect(value.value).toBeGreaterThanOrEqual(0);
        }
        if (asked.type === 'date') {
          for (const value of reading.values)
            expect(said({ is: 'values', values: [value] })).toMatch(/^\d{4}(-\d\d(-\d\d)?)?$/);
        }
      }
      if (reading.is === 'ambiguous') expect(reading.choices.length).toBeGreaterThan(1);
    }),
    { numRuns: 4000 },
  );
  expect([...seen.keys()].sort()).toEqual(['absent', 'ambiguous', 'unreadable', 'values']);
});

test('commands and consent words are read without throwing', () => {
  fc.assert(
    fc.property(anyText, anyQuestion, anyVia, (text, asked, via) => {
      readCommand(text, { via: via === 'keypad' || via === 'speech' ? via : 'text', question: asked });
      readConsentWords(text);
    }),
    { numRuns: 2000 },
  );
});

test('an option number always reads to that option, on every channel', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 11 }),
      fc.boolean(),
      anyLanguage,
      anyVia,
      (number, repeats, language, via) => {
        const asked = question('choice', { repeats, options: labels.map((label) => option(label)) });
        expect(said(readAnswer(`${number}`, asked, context(language, via)))).toBe(labels[number - 1]);
        expect(said(readAnswer(` ${number}. `, asked, context(language, via === 'keypad' ? 'text' : via)))).toBe(
          labels[number - 1],
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test("an option's own label always reads to that option, whatever its case", () => {
  const label = fc
    .array(fc.stringMatching(/^[a-zA-ZąćęłńóśźżáéíóúñÁÉ]{2,10}$/), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(
      fc.uniqueArray(label, { minLength: 1, maxLength: 8, selector: plain }),
      fc.nat(),
      fc.boolean(),
      (all, pick, open) => {
        const asked = question(open ? 'open-choice' : 'choice', { options: all.map((one) => option(one)) });
        const chosen = all[pick % all.length] ?? '';
        expect(said(readAnswer(chosen, asked, context('en')))).toBe(chosen);
        expect(said(readAnswer(chosen.toUpperCase(), asked, context('pl')))).toBe(chosen);
      },
    ),
    { numRuns: 1000 },
  );
});

test('folding twice is folding once', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
      expect(fold(fold(text))).toBe(fold(text));
      expect(plain(plain(text))).toBe(plain(text));
    }),
    { numRuns: 3000 },
  );
});

test('whole numbers read back from their digits in every language', () => {
  fc.assert(
    fc.property(fc.integer({ min: -99_999, max: 99_999 }), anyLanguage, (number, language) => {
      expect(said(readAnswer(`${number}`, question('integer'), context(language)))).toBe(`${number}`);
    }),
    { numRuns: 1000 },
  );
});

test('every day reads back from its ISO date, its English and its Polish name', () => {
  const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(day, (date) => {
      const iso = date.toISOString().slice(0, 10);
      const written = (locale: string): string =>
        date.toLocaleDateString(locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
      expect(said(readAnswer(iso, question('date'), context('en')))).toBe(iso);
      expect(said(readAnswer(written('en-US'), question('date'), context('en')))).toBe(iso);
      expect(said(readAnswer(written('es-MX'), question('date'), context('es')))).toBe(iso);
      expect(said(readAnswer(written('pl-PL'), question('date'), context('pl')))).toBe(iso);
    }),
    { numRuns: 1000 },
  );
});

test('slips between words are the same both ways and never less than the difference in length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 10 }), fc.string({ maxLength: 10 }), (a, b) => {
      const slips = slipsBetween(a, b, 20);
      expect(slips).toBe(slipsBetween(b, a, 20));
      expect(slips).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      expect(slips === 0).toBe(a === b);
    }),
    { numRuns: 1000 },
  );
});
