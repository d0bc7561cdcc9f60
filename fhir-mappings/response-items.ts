import type { Extension, QuestionnaireResponseItem, QuestionnaireResponseItemAnswer } from 'fhir/r4.js';
import { type Language, type Text, wordsIn } from '../domain/guidance/language.ts';
import type { Answer, AnswerProvenance } from '../domain/intake/answer.ts';
import type { Question } from '../domain/intake/intake.ts';
import { sameValue, type Value } from '../domain/intake/value.ts';
import type { AnsweredItem } from './answered-item.ts';
import { present } from './present.ts';
import { urls } from './questionnaire/extensions.ts';
import { fitted, kindsByType } from './questionnaire/values.ts';
import { dataAbsentReason, systems } from './systems.ts';

export interface Writing {
  /** Of the words of the questions; the author's own without it. */
  readonly language?: Language;
  /** Where media that we keep can be read by who opens the chart; without it our own name for it is written. */
  readonly mediaUrl?: (media: string) => string;
  /** With ordinalValue on each coding, as total score expressions expect it. Only for working them out. */
  readonly scored?: boolean;
}

/** The items of a QuestionnaireResponse. Groups without an answer inside are left out, displays too. */
export function responseItems(answered: readonly AnsweredItem[], writing: Writing): QuestionnaireResponseItem[] {
  return answered.flatMap((one) => responseItem(one, writing) ?? []);
}

function responseItem(one: AnsweredItem, writing: Writing): QuestionnaireResponseItem | undefined {
  const { item, answer, children } = one;
  if (item.kind === 'display') return undefined;
  const inside = responseItems(children, writing);
  const base = { linkId: item.linkId, ...present({ text: textOf(item.text, writing.language) || undefined }) };
  if (item.kind === 'group') return inside.length === 0 ? undefined : { ...base, item: inside };
  const [first, ...others] = answersOf(item, answer ?? { values: one.calculated ?? [] }, writing);
  if (first === undefined) return undefined;
  return {
    ...base,
    ...(answer === undefined ? {} : { extension: [provenanceExtension(answer.provenance)] }),
    // Nested items belong to an answer; they were asked once for all of them, so they stand under the first.
    answer: [inside.length === 0 ? first : { ...first, item: inside }, ...others],
  };
}

/**
 * "I don't know" and "I'd rather not say" are an answer without a value that says why: legal R4 (`answer.value[x]` is 0..1, an element may
 * hold an extension alone), and the question counts as answered for a reader that asks whether a required one was.
 * @see https://hl7.org/fhir/R4/questionnaireresponse-definitions.html#QuestionnaireResponse.item.answer
 */
function answersOf(
  question: Question,
  answer: Pick<Answer, 'values' | 'absent'>,
  writing: Writing,
): QuestionnaireResponseItemAnswer[] {
  if (answer.values.length === 0) {
    return answer.absent === undefined ? [] : [{ extension: [{ url: dataAbsentReason, valueCode: answer.absent }] }];
  }
  return answer.values.map((value) => {
    const fhir = fhirValue(asked(value, question), writing);
    const score = writing.scored === true ? scoreOf(value, question) : undefined;
    if (score === undefined || fhir.valueCoding === undefined) return fhir;
    const extension: Extension[] = [{ url: urls.ordinalValue, valueDecimal: score }];
    return { valueCoding: { ...fhir.valueCoding, extension } };
  });
}

/** In the type that the question asks for, where the value can be that without loss. */
function asked(value: Value, question: Question): Value {
  if (question.type === 'choice' || question.type === 'open-choice') return value;
  return fitted(value, kindsByType[question.type]) ?? value;
}

export function scoreOf(value: Value, question: Question): number | undefined {
  return question.options.find((option) => sameValue(option.value, value))?.score;
}

function fhirValue(value: Value, writing: Writing): QuestionnaireResponseItemAnswer {
  switch (value.kind) {
    case 'boolean':
      return { valueBoolean: value.value };
    case 'decimal':
      return { valueDecimal: value.value };
    case 'integer':
      return { valueInteger: value.value };
    case 'date':
      return { valueDate: value.value };
    case 'dateTime':
      return { valueDateTime: value.value };
    case 'time':
      return { valueTime: value.value };
    case 'string':
      return { valueString: value.value };
    case 'uri':
      return { valueUri: value.value };
    case 'coding': {
      const { system, code, display } = value;
      return { valueCoding: present({ system, code, display }) };
    }
    case 'quantity': {
      const { unit, system, code } = value;
      return { valueQuantity: { value: value.value, ...present({ unit, system, code }) } };
    }
    case 'attachment': {
      const url = writing.mediaUrl?.(value.media) ?? value.media;
      return { valueAttachment: { contentType: value.contentType, url } };
    }
    case 'reference': {
      const { reference, display } = value;
      return { valueReference: { reference, ...present({ display }) } };
    }
  }
}

/** How and when an answer was given; only the parts that are known. Every part has a url of one word, as nested extensions do. */
function provenanceExtension(provenance: AnswerProvenance): Extension {
  const { channel, at, confidence, readBack, enteredBy, corrects } = provenance;
  const parts: Extension[] = [
    // Nobody said the form's own value, or what the chart held: there is no channel then, and a part without value is refused.
    ...(channel === undefined ? [] : [{ url: 'channel', valueCode: channel }]),
    { url: 'at', valueInstant: at },
  ];
  if (confidence !== undefined) parts.push({ url: 'confidence', valueDecimal: confidence });
  if (readBack !== undefined) parts.push({ url: 'readBack', valueBoolean: readBack });
  if (enteredBy !== undefined) parts.push({ url: 'enteredBy', valueReference: { reference: enteredBy } });
  if (corrects !== undefined && corrects.trim() !== '') parts.push({ url: 'corrects', valueString: corrects });
  return { url: systems.answerProvenance, extension: parts };
}

function textOf(text: Text, language: Language | undefined): string {
  return language === undefined ? text.default : wordsIn(text, language);
}
