/**
 * What an answer can be. One member per family of FHIR's `answer.value[x]`.
 * @see https://hl7.org/fhir/R4/questionnaireresponse-definitions.html#QuestionnaireResponse.item.answer.value_x_
 */
export type Value =
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'decimal'; readonly value: number }
  | { readonly kind: 'integer'; readonly value: number }
  /** FHIR date: YYYY, YYYY-MM or YYYY-MM-DD. */
  | { readonly kind: 'date'; readonly value: string }
  /** FHIR dateTime with offset, or a date when no time was said. */
  | { readonly kind: 'dateTime'; readonly value: string }
  /** FHIR time: hh:mm:ss. */
  | { readonly kind: 'time'; readonly value: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'uri'; readonly value: string }
  | ({ readonly kind: 'coding' } & Coding)
  | ({ readonly kind: 'quantity' } & Quantity)
  | { readonly kind: 'attachment'; readonly media: string; readonly contentType: string }
  | { readonly kind: 'reference'; readonly reference: string; readonly display?: string };

export interface Coding {
  readonly system?: string;
  readonly code?: string;
  readonly display?: string;
}

export interface Quantity {
  readonly value: number;
  readonly unit?: string;
  readonly system?: string;
  readonly code?: string;
}

/** Two values that a questionnaire would call the same answer: by code and system for codings, by amount and unit for quantities. */
export function sameValue(a: Value, b: Value): boolean {
  if (a.kind === 'coding' && b.kind === 'coding') return sameCoding(a, b);
  if (a.kind === 'quantity' && b.kind === 'quantity') {
    return a.value === b.value && (a.code ?? a.unit ?? '') === (b.code ?? b.unit ?? '');
  }
  if (a.kind === 'attachment' && b.kind === 'attachment') return a.media === b.media;
  if (a.kind === 'reference' && b.kind === 'reference') return a.reference === b.reference;
  if ('value' in a && 'value' in b) return a.kind === b.kind && a.value === b.value;
  return false;
}

function sameCoding(a: Coding, b: Coding): boolean {
  if (a.code === undefined && b.code === undefined) return a.display === b.display;
  return a.code === b.code && (a.system ?? '') === (b.system ?? '');
}
