import type { QuestionnaireResponse } from 'fhir/r4.js';
import type { Language } from '../domain/guidance/language.ts';
import type { Intake } from '../domain/intake/intake.ts';
import { type AnsweredItem, withCalculated } from './answered-item.ts';
import { type Calculated, calculateAnswers } from './calculated-answers.ts';
import { present } from './present.ts';
import { unversionedPrefix } from './questionnaire.ts';
import { responseItems, type Writing } from './response-items.ts';
import { systems } from './systems.ts';

export interface ResponseInput {
  readonly intake: Intake;
  readonly items: readonly AnsweredItem[];
  /** Our conversation's id; the response is found again by it. */
  readonly conversation: string;
  /** `Patient/{id}`. */
  readonly patient: string;
  readonly status: ResponseStatus;
  /** ISO instant of the newest answer. */
  readonly authored: string;
  /** Who recorded it; the patient unless told otherwise. */
  readonly author?: string;
  /** Who gave the answers (a parent for a child); the patient unless told otherwise. */
  readonly source?: string;
  /** ServiceRequest or CarePlan references. */
  readonly basedOn?: readonly string[];
  readonly encounter?: string;
  /** Of the words of the questions; the author's own without it. */
  readonly language?: Language;
  /** Of the resource in the EHR, when it is written again. */
  readonly id?: string;
  readonly mediaUrl?: (media: string) => string;
}

/** @see https://hl7.org/fhir/R4/valueset-questionnaire-answers-status.html */
export type ResponseStatus = 'in-progress' | 'completed' | 'amended' | 'stopped';

/** Totals are worked out when nothing is open any more: a sum of half the answers would read as a low score. */
const finished: Record<ResponseStatus, boolean> = {
  'in-progress': false,
  completed: true,
  amended: true,
  stopped: false,
};

/**
 * The answers as a QuestionnaireResponse, in the intake's order. Each answered item carries one answer-provenance extension; a question
 * answered with "I don't know" or "I'd rather not say" has one answer without value that carries data-absent-reason.
 * @see https://hl7.org/fhir/R4/questionnaireresponse.html
 */
export function toQuestionnaireResponse(input: ResponseInput): QuestionnaireResponse {
  const answered = withCalculated(input.intake.items, input.items);
  const calculated: Calculated = finished[input.status]
    ? calculateAnswers(answered, (known) => written(input, answered, known, true), input.authored)
    : new Map();
  return written(input, answered, calculated, false);
}

function written(
  input: ResponseInput,
  answered: readonly AnsweredItem[],
  calculated: Calculated,
  scored: boolean,
): QuestionnaireResponse {
  const { intake, patient, basedOn = [], encounter, mediaUrl } = input;
  const writing: Writing = { scored, ...present({ language: input.language, mediaUrl }) };
  const items = responseItems(
    answered.map((one) => withValues(one, calculated)),
    writing,
  );
  return {
    resourceType: 'QuestionnaireResponse',
    ...present({ id: input.id }),
    identifier: { system: systems.conversation, value: input.conversation },
    ...(basedOn.length === 0 ? {} : { basedOn: basedOn.map((reference) => ({ reference })) }),
    questionnaire: canonicalOf(intake),
    status: input.status,
    subject: { reference: patient },
    ...(encounter === undefined ? {} : { encounter: { reference: encounter } }),
    authored: input.authored,
    author: { reference: input.author ?? patient },
    source: { reference: input.source ?? patient },
    ...(items.length === 0 ? {} : { item: items }),
  };
}

/** `url|version`. A version that only tells copies of the resource apart is not a version of the canonical, and stays out. */
export function canonicalOf({ canonical, version }: Intake): string {
  return version === 'unversioned' || version.startsWith(unversionedPrefix) ? canonical : `${canonical}|${version}`;
}

function withValues(one: AnsweredItem, calculated: Calculated): AnsweredItem {
  const children = one.children.map((child) => withValues(child, calculated));
  const values = one.answer === undefined ? calculated.get(one.item.linkId) : undefined;
  return values === undefined ? { ...one, children } : { ...one, children, calculated: values };
}
