import type { Coding } from '../domain/intake/value.ts';

export const loinc = 'http://loinc.org';

/**
 * Results that are worked out from other answers, by LOINC code: of what they are the sum, or `left-out` where it takes a clinician or
 * a rule of its own. None of them is ever asked.
 * @see https://loinc.org/44249-1 (PHQ-9) https://loinc.org/69724-3 (PHQ-2 and GAD-7 panels) https://loinc.org/88121-9 (Hunger Vital Sign)
 */
const derived: Readonly<Record<string, readonly string[] | 'left-out'>> = {
  /** PHQ-9 total score. */
  '44261-6': ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8'],
  /** PHQ-2 total score. */
  '55758-7': ['44250-9', '44255-8'],
  /** GAD-7 total score. */
  '70274-6': ['69725-0', '68509-9', '69733-4', '69734-2', '69735-9', '69689-8', '69736-7'],
  /** AUDIT-C total score. */
  '75626-2': ['68518-0', '68519-8', '68520-6'],
  /** AUDIT total score. */
  '75624-7': 'left-out',
  /** PHQ-9 modified for teens total score. */
  '89204-2': 'left-out',
  /** Edinburgh postnatal depression scale total score. */
  '71354-5': 'left-out',
  /** DAST-10 total score. */
  '82667-7': 'left-out',
  /** MoCA and MMSE total scores. */
  '72172-0': 'left-out',
  '72106-8': 'left-out',
  /** Hunger Vital Sign: food insecurity risk. */
  '88124-3': 'left-out',
};

function isLoinc(coding: Coding): boolean {
  return coding.system === undefined || coding.system.replace(/\/$/, '') === loinc;
}

/** Whether one of the codes is known to be worked out from other answers. */
export function isDerived(codes: readonly Coding[]): boolean {
  return codes.some((coding) => coding.code !== undefined && isLoinc(coding) && Object.hasOwn(derived, coding.code));
}

/** The LOINC codes whose scores add up to this one; undefined where it is no plain sum. */
export function summandsOf(codes: readonly Coding[]): readonly string[] | undefined {
  for (const coding of codes) {
    const rule = coding.code !== undefined && isLoinc(coding) ? derived[coding.code] : undefined;
    if (rule !== undefined && rule !== 'left-out') return rule;
  }
  return undefined;
}

export function hasLoinc(codes: readonly Coding[], code: string): boolean {
  return codes.some((coding) => coding.code === code && isLoinc(coding));
}

/** "Total score" in a numeric question: nobody knows that by heart. */
const totalWords =
  /\b(total score|score total|sum score)\b|\b(puntaje|puntuación) total\b|\b(wynik łączny|suma punktów)\b/i;

export function saysTotal(words: string | undefined): boolean {
  return words !== undefined && totalWords.test(words);
}
