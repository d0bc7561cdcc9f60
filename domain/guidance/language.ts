/** The languages the clinic speaks with patients. */
export const languages = ['en', 'es', 'pl'] as const;
export type Language = (typeof languages)[number];

/** Words by language. `default` is what the author wrote; a language without a translation gets it. */
export interface Text {
  readonly default: string;
  readonly byLanguage?: Partial<Readonly<Record<Language, string>>>;
}

/** The words of a text in a language, or the author's own where that language has none. */
export function wordsIn(text: Text, language: Language): string {
  return text.byLanguage?.[language] ?? text.default;
}
