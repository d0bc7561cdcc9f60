import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Language } from '../../domain/guidance/language.ts';
import { readConsentWords } from '../../domain/intake/reading/consent-words.ts';
import { readVisitWords, type VisitWords } from '../../domain/visit/reading/read-visit-words.ts';
import labelled from './visit-words.json' with { type: 'json' };

const now = new Date('2026-03-02T14:00:00.000Z');

function read(words: string, language: string, via: 'text' | 'speech' | 'keypad' = 'text'): VisitWords | undefined {
  return readVisitWords(words, {
    language: language as Language,
    now,
    timeZone: 'America/Chicago',
    dateOrder: 'month-first',
    via,
  });
}

/** `running-late 15`, `another-time +` where it says when instead. */
function short(said: VisitWords | undefined): string {
  if (said === undefined) return '';
  return [
    said.is,
    ...(said.number === undefined ? [] : [String(said.number)]),
    ...(said.wish === undefined ? [] : ['+']),
  ].join(' ');
}

const rows = labelled.map(([language = '', words = '', means = '']) => ({ language, words, means }));

describe('what is said about a visit', () => {
  test.each(rows)('$language "$words" is "$means"', ({ language, words, means }) => {
    expect(short(read(words, language))).toBe(means);
  });

  test.each(rows.filter(({ means }) => means === 'cannot-come'))('"$words" is no opt-out', ({ words }) => {
    expect(readConsentWords(words)).not.toBe('opt-out-in-words');
    expect(readConsentWords(words)).not.toBe('carrier-stop');
  });

  it('leaves to the carrier its own word by text, and takes it for the visit where it is spoken', () => {
    for (const words of ['CANCEL', 'cancel', ' Cancel ', 'cancel!']) expect(read(words, 'en')).toBeUndefined();
    expect(short(read('cancel', 'en', 'speech'))).toBe('cannot-come');
  });

  it('never throws, whatever the words', () => {
    const parts = rows.flatMap(({ words }) => words.split(' '));
    const words = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.array(fc.constantFrom(...parts, '?', ',', '.'), { maxLength: 12 }).map((each) => each.join(' ')),
    );
    fc.assert(
      fc.property(
        words,
        fc.constantFrom('en', 'es', 'pl'),
        fc.constantFrom('text' as const, 'speech' as const),
        (text, language, via) => {
          const said = read(text, language, via);
          expect(said === undefined || typeof said.clear === 'boolean').toBe(true);
        },
      ),
    );
  });
});
