import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import content from '../../content/red-flags.json' with { type: 'json' };
import { readRedFlags } from '../../domain/safety/read-red-flags.ts';
import type { RedFlagList } from '../../domain/safety/red-flags.ts';
import table from './red-flags.json' with { type: 'json' };

const kinds: Readonly<Record<string, 'emergency' | 'crisis'>> = { emergency: 'emergency', crisis: 'crisis' };
const list: RedFlagList = {
  ...content,
  flags: content.flags.map((flag) => ({ ...flag, kind: kinds[flag.kind] ?? 'emergency' })),
};

function raised(words: string): string {
  return readRedFlags(words, list)
    .map(({ code }) => code)
    .join(' ');
}

describe('red flags in what people write', () => {
  test.each(table.map(([text = '', means = '']) => ({ text, means })))('"$text" raises "$means"', ({ text, means }) => {
    expect(raised(text)).toBe(means);
  });
});

test('thoughts of suicide are a crisis, everything else an emergency', () => {
  expect(readRedFlags('I want to die', list)).toEqual([
    { code: 'self-harm', kind: 'crisis', label: 'Thoughts of suicide or self-harm' },
  ]);
  expect(list.flags.filter(({ kind }) => kind === 'crisis').map(({ code }) => code)).toEqual(['self-harm']);
});

test('the list has eight flags, each with phrases in all three languages', () => {
  expect(list.flags.map(({ code }) => code)).toEqual(
    'chest-pain breathing stroke bleeding allergy overdose self-harm baby-wont-wake'.split(' '),
  );
  for (const flag of list.flags)
    for (const phrases of Object.values(flag.phrases)) expect(phrases.length).toBeGreaterThan(2);
});

/** A phrase as someone would say it: the first choice of each slot, gaps empty. */
function plainest(phrase: string): string {
  return phrase
    .replace(/[{}]/g, '')
    .split(' ')
    .filter((part) => part !== '_')
    .map((part) => (part.split('|')[0] ?? '').replace('*', ''))
    .join(' ');
}

const everyPhrase = list.flags.flatMap((flag) =>
  Object.values(flag.phrases).flatMap((phrases) => phrases.map((phrase) => ({ code: flag.code, phrase }))),
);

test('every phrase of the list raises its own flag', () => {
  const silent = everyPhrase.filter(({ code, phrase }) => !raised(plainest(phrase)).split(' ').includes(code));
  expect(silent).toEqual([]);
});

test('a phrase is found whatever stands around it in sentences of its own', () => {
  fc.assert(
    fc.property(fc.constantFrom(...everyPhrase), fc.string(), fc.string(), ({ code, phrase }, before, after) => {
      const text = `${before.replaceAll('?', '')}. ${plainest(phrase).toUpperCase()}. Thank you. ${after}`;
      fc.pre(!/19\d\d|20\d\d/.test(text));
      expect(raised(text).split(' ')).toContain(code);
    }),
    { numRuns: 1000 },
  );
});

test('any text is read without throwing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 3000 })), (text) => {
      expect(readRedFlags(text, list).length).toBeLessThanOrEqual(8);
    }),
    { numRuns: 1000 },
  );
});
