import { type Language, languages, type Text } from '../../domain/guidance/language.ts';
import { extensionOf, extensionsOf, urls } from './extensions.ts';
import type { PrimitiveShape } from './shape.ts';

/** A BCP-47 tag as one of our languages: `es-MX` is `es`; undefined for a language that the clinic does not speak. */
export function languageOf(tag: string | undefined): Language | undefined {
  const primary = tag?.trim().toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language === primary);
}

/** A string with the translations that stand beside it; undefined when there are no words at all. */
export function textOf(words: string | undefined, beside?: PrimitiveShape): Text | undefined {
  const byLanguage: Partial<Record<Language, string>> = {};
  for (const translation of extensionsOf(beside, urls.translation)) {
    const language = languageOf(extensionOf(translation, 'lang')?.valueCode);
    const content = extensionOf(translation, 'content');
    const translated = (content?.valueString ?? content?.valueMarkdown)?.trim();
    if (language !== undefined && translated) byLanguage[language] ??= translated;
  }
  const own = words?.trim() || byLanguage.en || Object.values(byLanguage)[0];
  if (!own) return undefined;
  return Object.keys(byLanguage).length === 0 ? { default: own } : { default: own, byLanguage };
}

/** Several texts as one, language by language. */
export function joined(texts: readonly Text[]): Text | undefined {
  if (texts.length === 0) return undefined;
  const byLanguage: Partial<Record<Language, string>> = {};
  for (const language of languages) {
    if (texts.some((text) => text.byLanguage?.[language] !== undefined)) {
      byLanguage[language] = texts.map((text) => text.byLanguage?.[language] ?? text.default).join(' ');
    }
  }
  const own = texts.map((text) => text.default).join(' ');
  return Object.keys(byLanguage).length === 0 ? { default: own } : { default: own, byLanguage };
}
