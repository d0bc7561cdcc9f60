import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { loadContent } from '../../content/content.ts';
import { type MessageKey, messageKeys, sentence } from '../../domain/guidance/catalogue.ts';
import { type Language, languages } from '../../domain/guidance/language.ts';
import { type Command, readCommand } from '../../domain/intake/reading/commands.ts';

const { catalogueFor } = loadContent();
const catalogue = catalogueFor('US');

/** As long as these get in a real clinic. */
const typical = {
  clinic: 'Lakeside Clinic',
  when: 'Monday, November 23 at 9:40 am',
  desk: '(312) 555-0100',
  emergency: '911',
  name: 'Anna',
  question: 'Are you allergic to any medicine, food or anything else?',
  value: 'November 12, 2026',
  label: 'Every day',
  example: '64 in',
  link: `https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/u/${'x'.repeat(128)}`,
  left: 9,
  position: 3,
  total: 9,
  number: 2,
  limit: 1000,
};
const said = (language: Language, key: MessageKey) => sentence(catalogue, language, key, typical);
const texted = messageKeys.filter((key) => !key.startsWith('voice.') && !key.startsWith('page.'));

describe('what we say', () => {
  it.each(languages)('fits two segments a text in %s', (language) => {
    const long = texted
      .map((key) => ({ key, segments: new SegmentedMessage(said(language, key)).segmentsCount }))
      .filter(({ segments }) => segments > 2);
    expect(long).toEqual([]);
  });

  it('is all of the small alphabet in English, so that a text holds twice as much', () => {
    const costly = texted.filter((key) => new SegmentedMessage(said('en', key)).encodingName !== 'GSM-7');
    expect(costly).toEqual([]);
  });

  it('fits the first text to a number, with its first question, into two segments in English', () => {
    const parts = [said('en', 'intro'), said('en', 'visit'), said('en', 'intake.start'), said('en', 'progress')];
    const text = [...parts, 'What would you like help with?'].join(' ');
    expect(new SegmentedMessage(text).segmentsCount).toBeLessThanOrEqual(2);
  });

  it('fits emergency and crisis words into two segments, in every language and country', () => {
    for (const country of ['US', 'PL', 'ES', 'MX'] as const) {
      const { emergency } = catalogueFor(country);
      for (const language of languages) {
        for (const words of [emergency.emergency[language], emergency.crisis[language]])
          expect(new SegmentedMessage(words).segmentsCount, words).toBeLessThanOrEqual(2);
      }
    }
  });

  it('is no harder to read than grade 6 in English', () => {
    const text = messageKeys
      .map((key) => said('en', key))
      .filter((words) => words.split(/\s+/).length >= 4)
      .map((words) => words.replace(/https?:\S+|[{}]/g, ''))
      .join('. ');
    expect(grade(text)).toBeLessThanOrEqual(6);
    const long = new Set((text.match(/[a-z']{10,}/gi) ?? []).map((word) => word.toLowerCase()));
    // Words that nobody can be spared.
    expect([...long].filter((word) => !['emergency', 'everything', 'questions'].includes(word))).toEqual([]);
    const sentences = text.split(/[.!?]+\s/).map((part) => part.trim().split(/\s+/).length);
    expect(Math.max(...sentences)).toBeLessThanOrEqual(20);
  });

  it('never says CANCEL, and leaves STOP, START and HELP as the carriers know them', () => {
    for (const language of languages) {
      for (const key of messageKeys) expect(said(language, key)).not.toMatch(/cancel/i);
      for (const key of ['intro', 'opt-in.done', 'maybe-opt-out'] as const)
        expect(said(language, key)).toMatch(/\bSTOP\b/);
      expect(said(language, 'intro')).toMatch(/\bHELP\b/);
      expect(said(language, 'opt-out.done')).toMatch(/\bSTART\b/);
    }
  });

  it('names only words that are understood', () => {
    const carriers = new Set(['STOP', 'START', 'HELP', 'OK', 'SMS']);
    const meant: Record<string, Command> = {
      BACK: 'back',
      ATRÁS: 'back',
      WSTECZ: 'back',
      LATER: 'later',
      LUEGO: 'later',
      PÓŹNIEJ: 'later',
      PERSON: 'person',
      PERSONA: 'person',
      CZŁOWIEK: 'person',
      CONTINUE: 'continue',
      SEGUIR: 'continue',
      DALEJ: 'continue',
      SKIP: 'skip',
      SALTAR: 'skip',
      POMIŃ: 'skip',
      LINK: 'link',
      ENLACE: 'link',
      MORE: 'more',
      MÁS: 'more',
      WIĘCEJ: 'more',
    };
    const named = new Set(
      languages.flatMap((language) =>
        messageKeys.flatMap((key) => catalogue.messages[language][key].match(/\p{Lu}{2,}/gu) ?? []),
      ),
    );
    for (const word of carriers) named.delete(word);
    expect([...named].sort()).toEqual(Object.keys(meant).sort());
    for (const [word, command] of Object.entries(meant)) expect(readCommand(word, { via: 'text' }), word).toBe(command);
  });

  it('says each command in the same places in every language', () => {
    for (const key of messageKeys) {
      const counts = languages.map((language) =>
        (catalogue.messages[language][key].match(/\p{Lu}{3,}/gu) ?? []).filter((word) => !['SMS'].includes(word)),
      );
      expect(new Set(counts.map((words) => words.length)).size, `${key}: ${JSON.stringify(counts)}`).toBe(1);
    }
  });
});

/** Flesch-Kincaid. @see https://en.wikipedia.org/wiki/Flesch%E2%80%93Kincaid_readability_tests */
function grade(text: string): number {
  const sentences = text.split(/[.!?:]+(?:\s|$)/).filter((part) => /[a-z]/i.test(part)).length;
  const words = text.match(/[a-z']+/gi) ?? [];
  const syllables = words.reduce((sum, word) => {
    const bare = word.toLowerCase().replace(/(?:[^laeiouy]es|ed|[^laeiouy]e)$/, '');
    return sum + Math.max(1, (bare.match(/[aeiouy]{1,2}/g) ?? []).length);
  }, 0);
  return 0.39 * (words.length / sentences) + 11.8 * (syllables / words.length) - 15.59;
}
