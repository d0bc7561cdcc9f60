import type { QuestionnaireItem } from 'fhir/r4.js';
import { loadContent } from '../../content/content.ts';
import { questionnaires } from '../../content/questionnaires.ts';
import { type MessageKey, sentence } from '../../domain/guidance/catalogue.ts';
import { clinic } from '../seed/clinic.ts';

const catalogue = loadContent().catalogueFor(clinic.country);

/** A sentence of ours in English, as the catalogue has it. */
export function ours(key: MessageKey, blanks: Readonly<Record<string, string | number>> = {}): string {
  return sentence(catalogue, 'en', key, { clinic: clinic.name, desk: '312-555-0100', ...blanks });
}

export const emergencyWords = catalogue.emergency.emergency.en;

export interface Form {
  readonly canonical: string;
  /** By linkId: the question's words as they are read. */
  question(linkId: string): string;
  /** By linkId: the labels of the options in order. */
  options(linkId: string): readonly string[];
  /** The help that goes with a question. */
  help(linkId: string): string;
}

/** A questionnaire of the clinic's own content, by the id of its file. */
export function formOf(id: string): Form {
  const found = questionnaires.find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no questionnaire ${id}.`);
  const item = (linkId: string): QuestionnaireItem => {
    const one = found.item?.find((each) => each.linkId === linkId);
    if (one === undefined) throw new Error(`There is no question ${linkId}.`);
    return one;
  };
  return {
    canonical: `${found.url}|${found.version}`,
    question: (linkId) => item(linkId).text ?? '',
    options: (linkId) =>
      item(linkId).type === 'boolean'
        ? [ours('value.yes'), ours('value.no')]
        : (item(linkId).answerOption ?? []).map(({ valueCoding }) => valueCoding?.display ?? ''),
    help: (linkId) => item(linkId).item?.[0]?.text ?? '',
  };
}

/** A question as a text asks it. */
export function askedByText(form: Form, linkId: string, position: number, total: number): string {
  const options = form.options(linkId).map((label, index) => ours('options.item', { number: index + 1, label }));
  return [`${ours('progress', { position, total })} ${form.question(linkId)}`, ...options].join('\n');
}

/** A question as a call asks it. */
export function askedAloud(
  form: Form,
  linkId: string,
  kind: 'yes-no' | 'choice' | 'number' | 'words',
): readonly string[] {
  const ways = {
    'yes-no': [ours('voice.yes-no')],
    choice: form.options(linkId).map((label, index) => ours('voice.press', { label, number: index + 1 })),
    number: [ours('voice.speak'), ours('voice.pound')],
    words: [],
  }[kind];
  return [form.question(linkId), ...ways];
}
