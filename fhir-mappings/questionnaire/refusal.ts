/** Why a questionnaire can't be run. `reason` is for staff: plain, and without anything about a patient. */
export interface Refusal {
  readonly linkId?: string;
  readonly code: RefusalCode;
  readonly reason: string;
}

export type RefusalCode =
  | 'malformed'
  | 'retired'
  | 'no-identity'
  | 'wrong-subject'
  | 'unknown-modifier'
  | 'no-items'
  | 'nothing-to-ask'
  | 'missing-link-id'
  | 'duplicate-link-id'
  | 'unsupported-type'
  | 'no-text'
  | 'too-deep'
  | 'nested-repeats'
  | 'no-options'
  | 'two-option-sources'
  | 'option-without-words'
  | 'too-many-options'
  | 'value-set-not-expanded'
  | 'unit-value-set-not-expanded'
  | 'required-reference'
  | 'condition-missing-question'
  | 'condition-on-itself'
  | 'condition-cycle'
  | 'condition-operator'
  | 'condition-answer'
  | 'condition-behavior'
  | 'condition-expression'
  | 'invalid-expression'
  | 'invalid-regex'
  | 'invalid-bound'
  | 'invalid-initial';
