import type { Option, Question, QuestionType, Unit } from '../../domain/intake/intake.ts';
import type { Reading, ReadingContext } from '../../domain/intake/reading/reading.ts';
import type { Value } from '../../domain/intake/value.ts';

/** A question with only what a test is about. */
export function question(type: QuestionType, more: Partial<Question> = {}): Question {
  return {
    kind: 'question',
    linkId: 'q',
    text: { default: 'Question' },
    codes: [],
    hidden: false,
    type,
    required: false,
    repeats: false,
    readOnly: false,
    options: [],
    units: [],
    initial: [],
    selfHarm: false,
    items: [],
    ...more,
  };
}

export function option(en: string, es?: string, pl?: string, exclusive = false): Option {
  const byLanguage = { ...(es !== undefined && { es }), ...(pl !== undefined && { pl }) };
  return { value: { kind: 'coding', code: en, display: en }, label: { default: en, byLanguage }, exclusive };
}

export function unit(label: string, code = label): Unit {
  return { label, code, system: 'http://unitsofmeasure.org' };
}

/** A Sunday morning in Chicago; it is already 15:00 in London. */
export const sunday = new Date('2026-11-22T15:00:00Z');

export function context(language: string, via = 'text', more: Partial<ReadingContext> = {}): ReadingContext {
  const spoken = language === 'es' || language === 'pl' ? language : 'en';
  const reached = via === 'keypad' || via === 'speech' ? via : 'text';
  return {
    language: spoken,
    now: sunday,
    timeZone: 'America/Chicago',
    dateOrder: 'month-first',
    via: reached,
    ...more,
  };
}

function saidValue(value: Value): string {
  if (value.kind === 'boolean') return value.value ? 'yes' : 'no';
  if (value.kind === 'coding') return value.display ?? value.code ?? '';
  if (value.kind === 'quantity') return value.unit === undefined ? `${value.value}` : `${value.value} ${value.unit}`;
  if (value.kind === 'string') return `"${value.value}"`;
  return 'value' in value ? String(value.value) : value.kind;
}

/** A reading in one line, as the tables write it. */
export function said(reading: Reading): string {
  const all = (values: readonly Value[]): string => values.map(saidValue).join(' + ');
  if (reading.is === 'values') {
    const near = reading.near ? 'near ' : '';
    return `${near}${all(reading.values)}${reading.also ? `, then ${all(reading.also)}` : ''}`;
  }
  if (reading.is === 'absent') return reading.reason === 'asked-unknown' ? 'unknown' : 'declined';
  if (reading.is === 'ambiguous') return `which? ${reading.choices.map(({ values }) => all(values)).join(' | ')}`;
  return reading.limit === undefined ? `not: ${reading.why}` : `not: ${reading.why} ${reading.limit}`;
}
