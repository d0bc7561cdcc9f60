/**
 * Payer keys that rules may name beside those of the clinic's list. `self`: the patient or the family pays; `other`: a payer that the list
 * does not know; `none`: the chart shows no coverage that holds on the day of the visit.
 */
export const payerKinds = ['self', 'other', 'none'] as const;

/** How a chart names a payer: any of these may be enough. */
export interface NamedPayer {
  /** `Organization/7`. */
  readonly reference?: string;
  /** `system|value`. */
  readonly identifiers: readonly string[];
  readonly names: readonly string[];
}

/** The key of a payer that the clinic's list knows. */
export type PayerOf = (named: NamedPayer) => string | undefined;
