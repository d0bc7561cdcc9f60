import type { Value } from './value.ts';

/** How something reached us. FHIR-facing codes of the answer-provenance extension. */
export const channels = ['sms', 'mms', 'voice-keypad', 'voice-speech', 'page', 'desk'] as const;
export type Channel = (typeof channels)[number];

/** Why a question has no value though it was answered. @see http://terminology.hl7.org/CodeSystem/data-absent-reason */
export type AbsentReason = 'asked-unknown' | 'asked-declined';

/**
 * One answer and where it came from. `values` is empty exactly when `absent` says why.
 * Corrected answers stay in the conversation's history; `corrects` is what this one replaced, in words for staff.
 */
export interface Answer {
  readonly values: readonly Value[];
  readonly absent?: AbsentReason;
  readonly provenance: AnswerProvenance;
}

export interface AnswerProvenance {
  /** Absent where nobody said it: a form's own initial value, or what the EHR held. */
  readonly channel?: Channel;
  /** ISO instant. */
  readonly at: string;
  /** 0 to 1, of the speech recogniser. */
  readonly confidence?: number;
  /** True when it was read back and confirmed. */
  readonly readBack?: boolean;
  /** Who typed it when it was not the patient: a FHIR reference such as Practitioner/123. */
  readonly enteredBy?: string;
  /** What was on file before this correction, as its words. */
  readonly corrects?: string;
  /** Where the answer was reused from: told on another occasion, on file in the EHR, or offered and confirmed. */
  readonly source?: 'fact' | 'chart' | 'initial';
}
