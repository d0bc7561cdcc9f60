import type { Question } from '../intake.ts';
import type { Value } from '../value.ts';
import type { Reading } from './reading.ts';

const unstorable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** As written, trimmed, without control characters (FHIR strings must not hold them) and direction marks. */
export function asWritten(words: string): string {
  return words.toWellFormed().replace(unstorable, '').trim();
}

/** Text as written; where the question repeats, parts between commas, semicolons and lines are answers of their own. */
export function readText(words: string, question: Question): Reading {
  const text = asWritten(words);
  if (text === '') return { is: 'unreadable', why: 'empty' };
  const parts = question.repeats ? text.split(/\s*[,;\n]+\s*/).filter((part) => part !== '') : [text];
  const { maxLength } = question;
  if (parts.length === 0) return { is: 'unreadable', why: 'empty' };
  if (maxLength !== undefined && parts.some((part) => [...part].length > maxLength)) {
    return { is: 'unreadable', why: 'too-long', limit: String(maxLength) };
  }
  const values: Value[] = parts.map((value) => ({ kind: 'string', value }));
  return { is: 'values', values };
}

const bareHost = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?(?:[/?#].*)?$/i;

/** A web address, with https where none was said. */
export function readUrl(words: string, question: Question): Reading {
  const text = asWritten(words).replace(/[.,;]$/, '');
  if (text === '') return { is: 'unreadable', why: 'empty' };
  const written = bareHost.test(text) ? `https://${text}` : text;
  const parsed = /^(?:https?|ftp|mailto|urn|tel):/i.test(written) && !/\s/.test(written) ? URL.parse(written) : null;
  if (!parsed || (/^https?:$/.test(parsed.protocol) && !parsed.hostname))
    return { is: 'unreadable', why: 'not-understood' };
  if (question.maxLength !== undefined && written.length > question.maxLength) {
    return { is: 'unreadable', why: 'too-long', limit: String(question.maxLength) };
  }
  return { is: 'values', values: [{ kind: 'uri', value: written }] };
}
