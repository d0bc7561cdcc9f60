/**
 * What the EHR shows that may meet a requirement, freed of FHIR. Kept in the patient's story, newest state of each resource, so that a
 * visit is planned without asking the EHR again.
 */
export interface Evidence {
  /** `ServiceRequest/7`. */
  readonly reference: string;
  readonly kind: EvidenceKind;
  /** Where it stands, closed by each mapping: what it means for a requirement. `gone`: deleted or entered in error. */
  readonly state: EvidenceState;
  /**
   * Codes (`system|code`) of what it is about: service, product, kind of document. Of what belongs to the person's health (allergy,
   * medication, condition) also the words of the chart in small letters, as `text|metformin 500 mg`.
   */
  readonly codes: readonly string[];
  /** References it leads to: `Appointment/1`, `ServiceRequest/7`, `Coverage/2`. */
  readonly about: readonly string[];
  /** Of a coverage or a decision: the payer's key, as requirement rules name it. */
  readonly payer?: string;
  /** Of a referral: who asks for it: `Organization/3`. What the visit still needs from them is theirs to bring. */
  readonly requester?: string;
  /** Of a referral: how soon. */
  readonly urgency?: 'routine' | 'urgent';
  /** Of a form: `canonical|version` or canonical. */
  readonly questionnaire?: string;
  /** Between which it holds: ISO instants, or dates or parts of one (whole days in the clinic's zone, both inclusive). */
  readonly from?: string;
  readonly until?: string;
  /** ISO instant of the version it was read from. */
  readonly seenAt?: string;
}

export const evidenceKinds = [
  'referral',
  'authorisation',
  'coverage',
  'form',
  'allergy',
  'medication',
  'condition',
  'document',
  'transport',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** `holds`: it counts; `under-way`: somebody works on it; `refused`: decided against; `gone`: as if it never was. */
export const evidenceStates = ['holds', 'under-way', 'refused', 'gone'] as const;
export type EvidenceState = (typeof evidenceStates)[number];
