import type { Language } from '../../guidance/language.ts';
import type { AbsentReason } from '../answer.ts';
import type { Question } from '../intake.ts';
import type { Value } from '../value.ts';

/** What a person's words were taken to mean as an answer to one question. */
export type Reading =
  /** Clear. `also`: further values said in the same breath that belong to the question after this one ("130 over 85"). */
  | {
      readonly is: 'values';
      readonly values: readonly Value[];
      readonly also?: readonly Value[];
      readonly near?: boolean;
    }
  /** "I don't know", "I'd rather not say". */
  | { readonly is: 'absent'; readonly reason: AbsentReason }
  /** Could mean several things: ask which. Each choice is what it would be recorded as. */
  | { readonly is: 'ambiguous'; readonly choices: readonly { readonly values: readonly Value[] }[] }
  /** Understood but not acceptable, or not understood. */
  | { readonly is: 'unreadable'; readonly why: Unreadable; readonly limit?: string };

export type Unreadable =
  | 'not-understood'
  | 'empty'
  | 'too-long'
  | 'out-of-range'
  | 'too-many'
  | 'not-a-whole-number'
  | 'unknown-unit'
  | 'needs-attachment'
  | 'not-an-option';

export interface ReadingContext {
  readonly language: Language;
  /** For "yesterday", "next Tuesday". */
  readonly now: Date;
  /** IANA zone of the clinic, in which dates are meant. */
  readonly timeZone: string;
  /** Order of day and month where digits alone are ambiguous: US clinics month first. `ask` brings `ambiguous`. */
  readonly dateOrder: 'month-first' | 'day-first';
  /** How the words reached us: keypad digits and speech are read more leniently in some types (1 = yes, "one" = 1). */
  readonly via: 'text' | 'keypad' | 'speech';
}

/** Reads a person's words as an answer to a question. Never throws, whatever the words. */
export type ReadAnswer = (words: string, question: Question, context: ReadingContext) => Reading;
