import type { Language } from '../guidance/language.ts';

/** The clinician-owned list in `content/red-flags.json`. */
export interface RedFlagList {
  readonly version: string;
  readonly approvedBy: string;
  readonly flags: readonly RedFlag[];
}

export interface RedFlag {
  /** e.g. `chest-pain`, `breathing`, `stroke`, `bleeding`, `allergy`, `overdose`, `self-harm`, `baby-wont-wake`. */
  readonly code: string;
  /** `emergency` is answered with the emergency words, `crisis` with the crisis words. */
  readonly kind: 'emergency' | 'crisis';
  /** Plain label for staff. */
  readonly label: string;
  readonly phrases: Readonly<Record<Language, readonly string[]>>;
}

/** A red flag found in someone's words. */
export interface RaisedFlag {
  readonly code: string;
  readonly kind: RedFlag['kind'];
  readonly label: string;
}
