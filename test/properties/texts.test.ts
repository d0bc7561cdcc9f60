import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { expect, test } from 'vitest';
import { partText, segmentsOf } from '../../edge/segments.ts';
import { counting, seed } from './counting.ts';

const gsm = 'abc XYZ 0129.,:;!?@£$¥èéùì\n-()/';
const anyCharacter = fc.oneof(
  { arbitrary: fc.constantFrom(...gsm), weight: 30 },
  { arbitrary: fc.constantFrom(...'^{}\\[~]|€'), weight: 2 },
  { arbitrary: fc.constantFrom('ą', 'Ż', 'ł', 'ñ', 'á', 'ú', '—', '’', 'ש', '🙂', '日'), weight: 1 },
);
const plainCharacter = fc.oneof(
  { arbitrary: fc.constantFrom(...gsm), weight: 20 },
  { arbitrary: fc.constantFrom(...'^{}\\[~]|€'), weight: 1 },
);
const anyText = fc
  .oneof(
    fc.array(anyCharacter, { maxLength: 250, size: 'max' }),
    fc.array(plainCharacter, { maxLength: 480, size: 'max' }),
  )
  .map((characters) => characters.join(''));

// Of emoji made of several code points the calculator keeps the whole together, we only surrogate pairs: at the seam it may be one more.
test('segments are counted as the carrier counts them', () => {
  const met = counting('segments');
  fc.assert(
    fc.property(anyText, (text) => {
      const expected = text === '' ? 0 : new SegmentedMessage(text, 'auto').segmentsCount;
      expect(segmentsOf(text), JSON.stringify(text)).toBe(expected);
      met.count(`${Math.min(expected, 6)} segments`);
    }),
    { numRuns: 1000, seed, endOnFailure: true },
  );
  met.print();
});

const word = fc.oneof(
  { arbitrary: fc.stringMatching(/^[a-z]{1,12}[.,]?$/), weight: 20 },
  { arbitrary: fc.stringMatching(/^[a-ząćęłńóśźż]{3,12}$/), weight: 1 },
  {
    arbitrary: fc.constantFrom('https://clinic.example/u/abcdefghijklmnopqrstuvwxyz0123456789', '🙂', '€5'),
    weight: 1,
  },
);
const englishWord = fc.stringMatching(/^[a-z]{1,12}[.,]?$/);
const prose = fc
  .oneof(
    fc.array(word, { minLength: 1, maxLength: 150, size: 'max' }),
    fc.array(englishWord, { minLength: 1, maxLength: 150, size: 'max' }),
  )
  .chain((words) =>
    fc
      .array(fc.constantFrom(' ', ' ', ' ', ' ', '\n'), { minLength: words.length, maxLength: words.length })
      .map((gaps) => words.map((each, at) => `${at === 0 ? '' : (gaps[at] ?? ' ')}${each}`).join('')),
  );

test('a long text is parted between words, each part within two segments, nothing lost and nothing added', () => {
  const met = counting('parts');
  const tail = '\nReply MORE for the rest.';
  fc.assert(
    fc.property(prose, (text) => {
      const parts = partText(text, 2, tail);
      met.count(`${Math.min(parts.length, 6)} parts`);
      for (const part of parts) expect(segmentsOf(part)).toBeLessThanOrEqual(2);
      const bare = parts.map((part, at) => {
        if (at === parts.length - 1) return part;
        expect(part.endsWith(tail)).toBe(true);
        return part.slice(0, -tail.length);
      });
      // The words in order are those of the whole: none cut, lost, doubled or moved.
      expect(bare.flatMap((part) => part.split(/\s+/))).toEqual(text.split(/\s+/));
    }),
    { numRuns: 1000, seed },
  );
  met.print();
  expect(met.of('1 parts')).toBeGreaterThan(50);
  expect(met.of('3 parts')).toBeGreaterThan(50);
});

test('a word longer than a whole part is cut, since nothing else is possible, and still nothing is lost', () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 900 }), fc.constantFrom('a', 'ą', '🙂'), (length, character) => {
      const text = character.repeat(length);
      const parts = partText(text, 2, ' (more)');
      expect(
        parts.map((part, at) => (at === parts.length - 1 ? part : part.slice(0, -' (more)'.length))).join(''),
      ).toBe(text);
      for (const part of parts) expect(segmentsOf(part)).toBeLessThanOrEqual(2);
    }),
    { numRuns: 200, seed },
  );
});
