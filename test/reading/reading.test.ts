import { describe, expect, test } from 'vitest';
import type { Question } from '../../domain/intake/intake.ts';
import { readCommand } from '../../domain/intake/reading/commands.ts';
import { readConsentWords } from '../../domain/intake/reading/consent-words.ts';
import { readAnswer } from '../../domain/intake/reading/read-answer.ts';
import commands from './commands.json' with { type: 'json' };
import consentWords from './consent-words.json' with { type: 'json' };
import dates from './dates.json' with { type: 'json' };
import keyed from './keyed.json' with { type: 'json' };
import numbers from './numbers.json' with { type: 'json' };
import options from './options.json' with { type: 'json' };
import { context, option, question, said, unit } from './said.ts';
import spoken from './spoken.json' with { type: 'json' };
import words from './words.json' with { type: 'json' };
import yesAndNo from './yes-and-no.json' with { type: 'json' };

const allergies = [
  option('Penicillin', 'Penicilina', 'Penicylina'),
  option('Peanuts', 'Cacahuates', 'Orzeszki ziemne'),
  option('Latex', 'Látex', 'Lateks'),
  option('None of these', 'Ninguno de estos', 'Żadne z tych', true),
];

const twelve = 'One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve'
  .split(' ')
  .map((label) => option(label));

/** The questions the tables speak of. */
const questions: Readonly<Record<string, Question>> = {
  boolean: question('boolean'),
  integer: question('integer', { min: 0, max: 100 }),
  decimal: question('decimal'),
  choice: question('choice', { options: allergies }),
  several: question('choice', { options: allergies, repeats: true }),
  open: question('open-choice', { options: allergies }),
  frequency: question('choice', {
    options: ['Not at all', 'Several days', 'More than half the days', 'Nearly every day'].map((label) =>
      option(label),
    ),
  }),
  yesno: question('choice', {
    options: [option('Yes', 'Sí', 'Tak'), option('No', 'No', 'Nie'), option("Don't know", 'No sé', 'Nie wiem')],
  }),
  lettered: question('choice', { options: [option('A. Right'), option('B. Left')] }),
  numbers: question('choice', { options: [option('0'), option('1'), option('2 or more')] }),
  alike: question('choice', { options: [option('Celebrex'), option('Celebrix'), option('Metoprolol')] }),
  twelve: question('choice', { options: twelve, repeats: true }),
  date: question('date'),
  birth: question('date', { min: '1900-01-01', max: '2026-11-22' }),
  time: question('time'),
  dateTime: question('dateTime'),
  string: question('string', { maxLength: 30 }),
  list: question('string', { repeats: true }),
  url: question('url'),
  attachment: question('attachment'),
  reference: question('reference'),
  height: question('quantity', { units: [unit('in', '[in_i]'), unit('cm')], min: 20, max: 100 }),
  weight: question('quantity', { units: [unit('lb', '[lb_av]')] }),
  temperature: question('quantity', { units: [unit('°F', '[degF]'), unit('°C', 'Cel')], min: 90, max: 110 }),
  duration: question('quantity', { units: [unit('days', 'd')] }),
  volume: question('quantity', { units: [unit('mL')] }),
  pressure: question('quantity', { units: [unit('mmHg', 'mm[Hg]')], min: 50, max: 300 }),
};

function read(name: string, language: string, said_: string, via = 'text'): string {
  const asked = questions[name];
  if (!asked) throw new Error(`no question called ${name}`);
  return said(readAnswer(said_, asked, context(language, via)));
}

describe('yes and no', () => {
  test.each(yesAndNo.map(([language = '', text = '', means = '']) => ({ language, text, means })))(
    '$language "$text" is $means',
    ({ language, text, means }) => {
      expect(read('boolean', language, text)).toBe(means);
    },
  );
});

describe.each(Object.entries({ options, numbers, dates }))('%s in a text', (_, table) => {
  test.each(table.map(([asked = '', language = '', text = '', means = '']) => ({ asked, language, text, means })))(
    '$asked, $language "$text" is $means',
    ({ asked, language, text, means }) => {
      expect(read(asked, language, text)).toBe(means);
    },
  );
});

describe('what a recogniser writes', () => {
  test.each(spoken.map(([asked = '', language = '', text = '', means = '']) => ({ asked, language, text, means })))(
    '$asked, $language "$text" is $means',
    ({ asked, language, text, means }) => {
      expect(read(asked, language, text, 'speech')).toBe(means);
    },
  );
});

describe('keys pressed', () => {
  test.each(keyed.map(([asked = '', text = '', means = '']) => ({ asked, text, means })))(
    '$asked "$text" is $means',
    ({ asked, text, means }) => {
      expect(read(asked, 'en', text, 'keypad')).toBe(means);
    },
  );
});

describe('words kept as words', () => {
  test.each(words.map(([asked = '', text = '', means = '']) => ({ asked, text, means })))(
    '$asked "$text" is $means',
    ({ asked, text, means }) => {
      expect(read(asked, 'en', text)).toBe(means);
    },
  );
});

describe('commands', () => {
  test.each(commands.map(([text = '', means = '']) => ({ text, means })))('"$text" is "$means"', ({ text, means }) => {
    expect(readCommand(text, { via: 'text' }) ?? '').toBe(means);
  });

  test.each([
    ['0', false, 'person'],
    ['0', true, undefined],
    ['*0', false, 'person'],
    ['*0', true, 'person'],
    ['*', false, 'repeat'],
    ['**', false, 'back'],
    ['*#', false, 'repeat'],
    ['1', false, undefined],
    ['1*3', false, undefined],
  ])('key %s (zero can be an answer: %s) is %s', (keys, zeroIsAnswer, means) => {
    expect(readCommand(keys, { via: 'keypad', zeroIsAnswer })).toBe(means);
  });

  test("an option's own label is an answer, not a command", () => {
    const asked = question('choice', { options: [option('Back'), option('Later'), option('More')] });
    expect(readCommand('back', { via: 'text', question: asked })).toBeUndefined();
    expect(readCommand('Later please', { via: 'text', question: asked })).toBeUndefined();
    expect(readCommand('repeat', { via: 'text', question: asked })).toBe('repeat');
  });
});

describe('words about being texted', () => {
  test.each(consentWords.map(([text = '', means = '']) => ({ text, means })))(
    '"$text" is "$means"',
    ({ text, means }) => {
      expect(readConsentWords(text) ?? '').toBe(means);
    },
  );
});

test('the day of "yesterday" is the day on the clinic\'s wall', () => {
  const late = new Date('2026-11-23T03:00:00Z');
  const asked = question('date');
  expect(said(readAnswer('yesterday', asked, context('en', 'text', { now: late })))).toBe('2026-11-21');
  expect(said(readAnswer('yesterday', asked, context('en', 'text', { now: late, timeZone: 'Europe/Warsaw' })))).toBe(
    '2026-11-22',
  );
});

test('a day-first clinic asks back with the day first', () => {
  const asked = question('date');
  expect(said(readAnswer('3/4/1985', asked, context('pl', 'text', { dateOrder: 'day-first' })))).toBe(
    'which? 1985-04-03 | 1985-03-04',
  );
  expect(said(readAnswer('03041985', asked, context('en', 'keypad', { dateOrder: 'day-first' })))).toBe('1985-04-03');
});
