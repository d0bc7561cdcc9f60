import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Language } from '../../domain/guidance/language.ts';
import { readTimeWish, type SaidWish, type WishContext } from '../../domain/visit/reading/read-time-wish.ts';
import wishes from './time-wishes.json' with { type: 'json' };

/** Monday, 2 March 2026, 8 in the morning in Chicago. */
const now = new Date('2026-03-02T14:00:00.000Z');

function context(language: string): WishContext {
  return { language: language as Language, now, timeZone: 'America/Chicago', dateOrder: 'month-first' };
}

const names = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A wish in short: `Tue ≥15:00 03-09..03-15 =15:00`. */
function short(said: SaidWish | undefined): string {
  if (said === undefined) return '';
  const { weekdays = [], after, before, from, until } = said.wish;
  const dates = from === undefined && until === undefined ? [] : [`${from?.slice(5) ?? ''}..${until?.slice(5) ?? ''}`];
  const parts = [
    ...weekdays.map((day) => names[day]),
    ...(after === undefined ? [] : [`≥${after}`]),
    ...(before === undefined ? [] : [`<${before}`]),
    ...dates,
    ...(said.clock === undefined ? [] : [`=${said.clock}`]),
  ];
  return parts.length === 0 ? 'any' : parts.join(' ');
}

describe('when it would suit', () => {
  test.each(wishes.map(([language = '', words = '', means = '']) => ({ language, words, means })))(
    '$language "$words" is $means',
    ({ language, words, means }) => {
      const said = readTimeWish(words, context(language));
      expect(short(said)).toBe(means);
      if (said !== undefined) expect(said.strange).toBe(0);
    },
  );

  it('counts what says nothing of times', () => {
    expect(readTimeWish('my neighbour drives me on Tuesday', context('en'))?.strange).toBe(2);
  });

  it('never throws, and says only days and times that are', () => {
    const words = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc
        .array(fc.constantFrom(...wishes.flatMap(([, text = '']) => text.split(' '))), { maxLength: 10 })
        .map((each) => each.join(' ')),
    );
    fc.assert(
      fc.property(words, fc.constantFrom('en', 'es', 'pl'), (text, language) => {
        const said = readTimeWish(text, context(language));
        for (const date of [said?.wish.from, said?.wish.until])
          if (date !== undefined) expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
        for (const time of [said?.wish.after, said?.wish.before])
          if (time !== undefined) expect(time).toMatch(/^(?:[01]\d|2[0-4]):[0-5]\d$/);
      }),
    );
  });
});
