import type { Text } from '../guidance/language.ts';

/** Something a visit needs, with who sees to it, until when, and how it stands. */
export interface Requirement {
  /** The rule's id, stable over versions of the table: `mri-authorisation`. */
  readonly id: string;
  readonly kind: RequirementKind;
  readonly owner: RequirementOwner;
  /** ISO instant by which it must be met. */
  readonly due: string;
  /** Something the patient keeps to from this instant on (fasting begins). */
  readonly from?: string;
  readonly state: RequirementState;
  /** Why it was waived, in words for staff. */
  readonly waivedBecause?: string;
  /** The lead time is longer than what is left: it can't be met any more unless the visit moves. */
  readonly tooLate?: boolean;
  /** What the patient hears of it as it stands now; blanks `{from}` and `{due}` are filled by the renderer in the clinic's zone. */
  readonly says: Text;
  /** The same in more words, for the details page. */
  readonly details?: Text;
  /** Why it is needed, in words for staff: "because: MRI with contrast, payer Prairie Health". */
  readonly because: string;
  /** Rule and version that it was made from: `mri-authorisation@2026-11-1`. */
  readonly content: string;
  /** What met it, or who said so: `ClaimResponse/7`, `patient`, `staff`. */
  readonly evidence?: string;
  /** Set by staff through the Task in the EHR, or by the patient; stands against the rules until it is taken back. */
  readonly setBy?: 'staff' | 'patient';
  /** Of a form: `canonical|version` of the questionnaire that meets it. */
  readonly questionnaire?: string;
}

export const requirementKinds = [
  'referral',
  'authorisation',
  'form',
  'preparation',
  'document',
  'interpreter',
  'transport',
  'arrival',
] as const;
export type RequirementKind = (typeof requirementKinds)[number];

export const requirementOwners = ['patient', 'front-desk', 'referring-practice', 'payer-team'] as const;
export type RequirementOwner = (typeof requirementOwners)[number];

/** `open`: nobody has begun; `waiting`: its owner is on it. */
export const requirementStates = ['open', 'waiting', 'met', 'waived', 'missed'] as const;
export type RequirementState = (typeof requirementStates)[number];

/** Whether nothing is left to do about it. */
export const isSettled: Record<RequirementState, boolean> = {
  open: false,
  waiting: false,
  met: true,
  waived: true,
  missed: true,
};

/** What a patient can be told twice only by mistake: equal where nothing changed that concerns them. */
export function digestOf({ state, due, from, says, tooLate }: Requirement): string {
  return JSON.stringify([state, due, from ?? '', says.default, tooLate === true]);
}
