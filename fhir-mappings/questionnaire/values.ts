import type { QuestionType } from '../../domain/intake/intake.ts';
import type { Coding, Quantity, Value } from '../../domain/intake/value.ts';
import { present } from '../present.ts';
import type { CodingShape, ValueShape } from './shape.ts';

/** A FHIR coding without its extensions. */
export function codingOf({ system, code, display }: CodingShape): Coding {
  return present({ system, code, display });
}

/** A value[x] as one of our values; undefined when it holds none that we can carry. */
export function carriedValue(from: ValueShape): Value | undefined {
  if (from.valueBoolean !== undefined) return { kind: 'boolean', value: from.valueBoolean };
  if (from.valueDecimal !== undefined) return { kind: 'decimal', value: from.valueDecimal };
  if (from.valueInteger !== undefined) return { kind: 'integer', value: from.valueInteger };
  if (from.valueDate !== undefined) return { kind: 'date', value: from.valueDate };
  if (from.valueDateTime !== undefined) return { kind: 'dateTime', value: from.valueDateTime };
  if (from.valueTime !== undefined) return { kind: 'time', value: from.valueTime };
  if (from.valueString !== undefined) return { kind: 'string', value: from.valueString };
  if (from.valueUri !== undefined) return { kind: 'uri', value: from.valueUri };
  if (from.valueCoding !== undefined) return codingValue(codingOf(from.valueCoding));
  if (from.valueQuantity !== undefined) return quantityValue(from.valueQuantity);
  if (from.valueReference?.reference !== undefined) {
    const { reference, display } = from.valueReference;
    return { kind: 'reference', reference, ...present({ display }) };
  }
  if (from.valueAttachment?.url !== undefined) {
    const { url, contentType } = from.valueAttachment;
    return { kind: 'attachment', media: url, contentType: contentType ?? 'application/octet-stream' };
  }
  return undefined;
}

export function codingValue(coding: Coding): Value | undefined {
  return coding.code === undefined && coding.display === undefined ? undefined : { kind: 'coding', ...coding };
}

function quantityValue({ value, unit, system, code }: NonNullable<ValueShape['valueQuantity']>): Value | undefined {
  if (value === undefined) return undefined;
  const quantity: Quantity = { value, ...present({ unit, system, code }) };
  return { kind: 'quantity', ...quantity };
}

type Kind = Value['kind'];

/** What a question of a type is answered with. @see https://hl7.org/fhir/R4/valueset-item-type.html */
export const kindsByType = {
  boolean: ['boolean'],
  decimal: ['decimal'],
  integer: ['integer'],
  date: ['date'],
  dateTime: ['dateTime'],
  time: ['time'],
  string: ['string'],
  text: ['string'],
  url: ['uri'],
  choice: ['coding'],
  'open-choice': ['coding', 'string'],
  quantity: ['quantity'],
  attachment: ['attachment'],
  reference: ['reference'],
} as const satisfies Record<QuestionType, readonly Kind[]>;

/**
 * A value as one of the wanted kinds, where it can be without loss: a whole decimal is an integer, a date is a dateTime of which no time
 * was said, a string in a url's place is a uri. Undefined when it does not fit.
 */
export function fitted(value: Value, wanted: readonly Kind[]): Value | undefined {
  if (wanted.includes(value.kind)) return wellFormed(value) ? value : undefined;
  const takes = (kind: Kind) => wanted.includes(kind);
  switch (value.kind) {
    case 'integer':
      return takes('decimal') ? { kind: 'decimal', value: value.value } : undefined;
    case 'decimal':
      return takes('integer') && Number.isInteger(value.value) ? { kind: 'integer', value: value.value } : undefined;
    case 'date':
      return takes('dateTime') && wellFormed(value) ? { kind: 'dateTime', value: value.value } : undefined;
    case 'dateTime': {
      const date: Value = { kind: 'date', value: value.value };
      return takes('date') && wellFormed(date) ? date : undefined;
    }
    case 'string':
      return takes('uri') ? { kind: 'uri', value: value.value } : undefined;
    case 'uri':
      return takes('string') ? { kind: 'string', value: value.value } : undefined;
    default:
      return undefined;
  }
}

/** @see https://hl7.org/fhir/R4/datatypes.html#date */
const forms: Partial<Record<Kind, RegExp>> = {
  date: /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/,
  dateTime:
    /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?$/,
  time: /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?$/,
  uri: /^\S+$/,
};

export function wellFormed(value: Value): boolean {
  if (value.kind === 'integer') return Number.isInteger(value.value);
  const form = forms[value.kind];
  if (form !== undefined && 'value' in value) return form.test(String(value.value));
  return value.kind !== 'string' || value.value.trim() !== '';
}
