import { describe, expect, it } from 'vitest';
import { ContentFault, loadContent, type RawContent, rawContent } from '../../content/content.ts';
import { messageKeys, sentence } from '../../domain/guidance/catalogue.ts';
import { languages } from '../../domain/guidance/language.ts';

const content = loadContent();
const countries = ['US', 'PL', 'ES', 'MX'] as const;

/** The files as they are, with one sentence changed. */
function withSentence(language: 'en' | 'es' | 'pl', key: string, words: unknown): RawContent {
  const messages = { ...rawContent.messages, [language]: { ...Object(rawContent.messages[language]), [key]: words } };
  return { ...rawContent, messages };
}

describe('the content that conversations run on', () => {
  it('has words for every sentence in every language', () => {
    const catalogue = content.catalogueFor('US');
    const blanks = { number: 1, label: 'never', clinic: 'Lakeside Clinic' };
    for (const language of languages) {
      const said = messageKeys.map((key) => sentence(catalogue, language, key, blanks));
      expect(said.filter((words) => words.trim() === '')).toEqual([]);
    }
    expect(catalogue.messages.es).not.toEqual(catalogue.messages.en);
    expect(catalogue.messages.pl).not.toEqual(catalogue.messages.en);
  });

  it('names the emergency number of the country in its emergency words', () => {
    for (const country of countries) {
      const { emergency } = content.catalogueFor(country);
      for (const language of languages)
        expect(emergency.emergency[language]).toContain(content.emergencyNumberFor(country));
    }
    expect(content.emergencyNumberFor('US')).toBe('911');
    expect(content.catalogueFor('US').emergency.crisis.en).toContain('988');
    expect(content.emergencyNumberFor('PL')).toBe('112');
  });

  it('carries a version that changes with a single word and with nothing else', () => {
    expect(loadContent().version).toBe(content.version);
    expect(content.catalogueFor('US').version).toBe(content.version);
    expect(loadContent(withSentence('pl', 'thanks', 'Dzięki.')).version).not.toBe(content.version);
  });

  it.each([
    ['a sentence without words', withSentence('es', 'who', ' '), 'es.json, who'],
    ['a sentence that is no text', withSentence('en', 'who', 7), 'en.json, who'],
    ['a sentence that nobody says', withSentence('pl', 'who-else', 'Kto?'), 'pl.json, who-else'],
    ['a blank that the English lacks', withSentence('es', 'thanks', 'Gracias, {name}.'), 'es.json, thanks'],
    ['a blank left out', withSentence('pl', 'progress', '({position})'), 'pl.json, progress'],
    ['a blank left open', withSentence('pl', 'progress', '({position} z {total)'), 'pl.json, progress'],
    ['the word CANCEL', withSentence('en', 'help', 'This is {clinic}. Reply CANCEL or call {desk}.'), 'en.json, help'],
    ['no crisis words', { ...rawContent, emergency: { US: {} } }, 'emergency.json'],
    ['red flags without phrases', { ...rawContent, redFlags: { version: '1', approvedBy: 'x', flags: [] } }, 'red-fl'],
    ['a fact valid for no time', { ...rawContent, facts: { defaultDays: 0, absentDays: 1, byKey: {} } }, 'facts.json'],
  ])('refuses %s and says where it stands', (_, raw, place) => {
    expect(() => loadContent(raw)).toThrow(ContentFault);
    expect(() => loadContent(raw)).toThrow(place);
  });

  it('refuses a language that lacks one sentence', () => {
    const { who: _, ...rest } = Object(rawContent.messages.pl);
    const raw = { ...rawContent, messages: { ...rawContent.messages, pl: rest } };
    expect(() => loadContent(raw)).toThrow('pl.json, who');
  });

  it('keeps an allergy without asking again, confirms only smoking, and asks a PHQ-9 anew after a week', () => {
    const { byKey, defaultDays, absentDays } = content.facts;
    expect(byKey['http://snomed.info/sct|609328004']?.confirm).toBeUndefined();
    expect(
      Object.entries(byKey)
        .filter(([, rule]) => rule.confirm)
        .map(([key]) => key),
    ).toEqual(['http://loinc.org|72166-2']);
    for (const code of '44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8'.split(' '))
      expect(byKey[`http://loinc.org|${code}`]?.days).toBe(7);
    expect([defaultDays, absentDays]).toEqual([180, 2]);
  });
});
