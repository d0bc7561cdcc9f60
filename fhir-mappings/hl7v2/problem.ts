import type { ErrorCode } from './tables.ts';

/** What is wrong with a message, for its answer: in words that say what to do, and never with anything of the patient in them. */
export interface Problem {
  /** Table 0357. */
  readonly code: ErrorCode;
  /** `PID^1^3`: segment, its how-manieth, field. Absent where it is the whole message. */
  readonly at?: string;
  readonly says: string;
}

/** AE: it is HL7 and we would take it, if it said what it must. AR: it is not for us as it is. */
export interface Refusal {
  readonly code: 'AE' | 'AR';
  readonly problems: readonly [Problem, ...Problem[]];
}
