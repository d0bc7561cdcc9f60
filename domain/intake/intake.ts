import type { Text } from '../guidance/language.ts';
import type { Coding, Value } from './value.ts';

/**
 * An intake: a FHIR Questionnaire compiled into what a conversation needs. Plain data (it is stored), immutable, and the same on every
 * channel. Compiled and checked by `fhir-mappings/questionnaire` when it is published, so that whatever is here can be run.
 */
export interface Intake {
  /** The Questionnaire's canonical url without version; a Questionnaire without url uses `Questionnaire/{id}`. */
  readonly canonical: string;
  readonly version: string;
  readonly title: Text;
  readonly items: readonly Item[];
}

export type Item = Question | Group | Display;

interface Placed {
  /** Unique in the questionnaire. */
  readonly linkId: string;
  readonly text: Text;
  readonly codes: readonly Coding[];
  readonly enabled?: Enablement;
  /** questionnaire-hidden: never shown or asked; initial values are recorded silently. */
  readonly hidden: boolean;
}

export interface Group extends Placed {
  readonly kind: 'group';
  readonly required: boolean;
  /** After each round the person is asked whether there is another. */
  readonly repeats: boolean;
  readonly items: readonly Item[];
}

/** Said together with the next question. */
export interface Display extends Placed {
  readonly kind: 'display';
}

export type QuestionType =
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'date'
  | 'dateTime'
  | 'time'
  | 'string'
  | 'text'
  | 'url'
  | 'choice'
  | 'open-choice'
  | 'quantity'
  | 'attachment'
  | 'reference';

export interface Question extends Placed {
  readonly kind: 'question';
  readonly type: QuestionType;
  readonly required: boolean;
  /** Several answers allowed. */
  readonly repeats: boolean;
  readonly readOnly: boolean;
  /** Computed by us (or left out), never asked: a total score. FHIRPath where the author gave it. */
  readonly calculated?: { readonly expression?: string };
  readonly maxLength?: number;
  /** Inclusive bounds from minValue / maxValue. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** Empty unless choice or open-choice; in the order they are offered. An optionExclusive one ends with itself. */
  readonly options: readonly Option[];
  /** Units a quantity may be given in; the first is the one assumed for a bare number. */
  readonly units: readonly Unit[];
  /** Offered for one confirmation, not asked: `initial`, or what initialExpression found in the EHR when the intake began. */
  readonly initial: readonly Value[];
  /** SDC initialExpression (FHIRPath), evaluated when an intake begins; the result replaces `initial` in the copy that is run. */
  readonly initialExpression?: string;
  /** True once initial came from the EHR: an earlier answer as far as privacy is concerned. */
  readonly initialFromChart?: boolean;
  /** A positive answer is answered with crisis words (LOINC 44260-8). */
  readonly selfHarm: boolean;
  /** A short hint from a help display or the entryFormat extension. */
  readonly help?: Text;
  /** Nested under this question: asked once it has an answer. */
  readonly items: readonly Item[];
}

export interface Option {
  readonly value: Value;
  readonly label: Text;
  readonly exclusive: boolean;
  /** Ordinal or score, where the author gave one. */
  readonly score?: number;
}

export interface Unit {
  readonly label: string;
  readonly system?: string;
  readonly code?: string;
}

/**
 * enableWhen with its behaviour, in R5's wording: any answer of the other question that matches is enough; `!=` is true where no answer
 * is equal, so also where there is none; `exists` is false for an answer that is absent for a reason.
 * @see https://hl7.org/fhir/R5/questionnaire-definitions.html#Questionnaire.item.enableWhen
 */
export interface Enablement {
  readonly behavior: 'all' | 'any';
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly question: string;
  readonly operator: 'exists' | '=' | '!=' | '>' | '<' | '>=' | '<=';
  readonly answer: Value;
}
