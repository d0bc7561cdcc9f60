import type { AbsentReason, AnswerProvenance } from './answer.ts';
import type { Value } from './value.ts';

/** An answer that can be used again. Keyed by its code (`system|code`), or without a code by `canonical#linkId`. */
export interface Fact {
  readonly key: string;
  readonly values: readonly Value[];
  readonly absent?: AbsentReason;
  /** Of the answer that it came from. */
  readonly provenance: AnswerProvenance;
  /** ISO instant; from then on it is asked again. */
  readonly validUntil: string;
}
