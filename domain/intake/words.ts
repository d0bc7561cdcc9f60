import { type Language, wordsIn } from '../guidance/language.ts';
import type { Answer } from './answer.ts';
import type { Question } from './intake.ts';
import { sameValue, type Value } from './value.ts';

const yesNo: Record<Language, readonly [string, string]> = { en: ['yes', 'no'], es: ['sí', 'no'], pl: ['tak', 'nie'] };
const absentWords: Record<Language, Record<NonNullable<Answer['absent']>, string>> = {
  en: { 'asked-unknown': "doesn't know", 'asked-declined': 'would rather not say' },
  es: { 'asked-unknown': 'no lo sabe', 'asked-declined': 'prefiere no decirlo' },
  pl: { 'asked-unknown': 'nie wie', 'asked-declined': 'woli nie mówić' },
};

/** An answer in words, for staff (in the author's language unless another is named) and for reading back. */
export function valuesInWords(
  question: Question,
  answer: Pick<Answer, 'values' | 'absent'>,
  language?: Language,
): string {
  if (answer.absent !== undefined) return absentWords[language ?? 'en'][answer.absent];
  return answer.values.map((value) => valueInWords(question, value, language)).join(', ');
}

export function valueInWords(question: Question, value: Value, language?: Language): string {
  const option = question.options.find((each) => sameValue(each.value, value));
  if (option !== undefined) return language === undefined ? option.label.default : wordsIn(option.label, language);
  switch (value.kind) {
    case 'boolean':
      return yesNo[language ?? 'en'][value.value ? 0 : 1];
    case 'integer':
    case 'decimal':
      return String(value.value);
    case 'quantity':
      return [String(value.value), value.unit ?? value.code].filter((part) => part !== undefined).join(' ');
    case 'coding':
      return value.display ?? value.code ?? '';
    case 'date':
      return dateInWords(value.value, language ?? 'en');
    case 'dateTime':
      return value.value.includes('T')
        ? `${dateInWords(value.value.slice(0, 10), language ?? 'en')} ${value.value.slice(11, 16)}`
        : dateInWords(value.value, language ?? 'en');
    case 'time':
      return value.value.slice(0, 5);
    case 'string':
    case 'uri':
      return value.value;
    case 'attachment':
      return value.contentType;
    case 'reference':
      return value.display ?? value.reference;
  }
}

const locales: Record<Language, string> = { en: 'en-US', es: 'es-US', pl: 'pl-PL' };

/** A FHIR date of any precision, as people say it. */
function dateInWords(date: string, language: Language): string {
  const [year, month, day] = date.split('-').map(Number);
  if (year === undefined || Number.isNaN(year)) return date;
  const instant = new Date(Date.UTC(year, (month ?? 1) - 1, day ?? 1));
  const parts: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    ...(month === undefined ? {} : { month: 'long' as const }),
    ...(day === undefined ? {} : { day: 'numeric' as const }),
  };
  return new Intl.DateTimeFormat(locales[language], { ...parts, timeZone: 'UTC' }).format(instant);
}
