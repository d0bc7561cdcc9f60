import * as z from 'zod';
import type { Question } from '../domain/intake/intake.ts';
import { type Coding, sameValue, type Value } from '../domain/intake/value.ts';
import { present } from './present.ts';
import { fitted, kindsByType } from './questionnaire/values.ts';

const text = z.string().optional();
const codingShape = z.looseObject({ system: text, code: text, display: text });
const conceptShape = z.looseObject({ coding: z.array(codingShape) });
const quantityShape = z.looseObject({ value: z.number(), unit: text, system: text, code: text });
const referenceShape = z.looseObject({ reference: z.string(), display: text });
const attachmentShape = z.looseObject({ url: z.string(), contentType: z.string() });

/** What a FHIRPath expression found, as an answer to a question; undefined where it is none that the question can have. */
export function foundValue(found: unknown, question: Question): Value | undefined {
  for (const candidate of candidates(found)) {
    if (question.type === 'choice' || question.type === 'open-choice') {
      const option = optionFor(candidate, question);
      if (option !== undefined) return option;
      if (question.type === 'choice') continue;
    }
    const value = fitted(candidate, kindsByType[question.type]);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A result may be read in several ways: "1990-02-01" is a date, and a string too. */
function candidates(found: unknown): readonly Value[] {
  switch (typeof found) {
    case 'boolean':
      return [{ kind: 'boolean', value: found }];
    case 'number':
      return [Number.isInteger(found) ? { kind: 'integer', value: found } : { kind: 'decimal', value: found }];
    case 'string':
      return (['string', 'date', 'dateTime', 'time', 'uri'] as const).map((kind) => ({ kind, value: found }));
    default:
      return structured(found);
  }
}

function structured(found: unknown): readonly Value[] {
  const quantity = quantityShape.safeParse(found);
  if (quantity.success) {
    const { value, unit, system, code } = quantity.data;
    return [{ kind: 'quantity', value, ...present({ unit, system, code }) }];
  }
  const concept = conceptShape.safeParse(found);
  if (concept.success)
    return concept.data.coding.map(({ system, code, display }) => codingAs({ system, code, display }));
  const reference = referenceShape.safeParse(found);
  if (reference.success) {
    const { display } = reference.data;
    return [{ kind: 'reference', reference: reference.data.reference, ...present({ display }) }];
  }
  const attachment = attachmentShape.safeParse(found);
  if (attachment.success) {
    return [{ kind: 'attachment', media: attachment.data.url, contentType: attachment.data.contentType }];
  }
  const coding = codingShape.safeParse(found);
  if (!coding.success || (coding.data.code === undefined && coding.data.display === undefined)) return [];
  const { system, code, display } = coding.data;
  return [codingAs({ system, code, display })];
}

function codingAs(coding: { [K in keyof Coding]: Coding[K] | undefined }): Value {
  return { kind: 'coding', ...present(coding) };
}

/** The option that a value means: itself, or by a bare code such as Patient.gender's. */
function optionFor(value: Value, question: Question): Value | undefined {
  const exact = question.options.find((option) => sameValue(option.value, value));
  if (exact !== undefined) return exact.value;
  const code = value.kind === 'string' ? value.value : undefined;
  if (code === undefined) return undefined;
  return question.options.find((option) => option.value.kind === 'coding' && option.value.code === code)?.value;
}
