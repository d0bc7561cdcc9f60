import type { Text } from '../guidance/language.ts';

/** Something a visit needs, with who sees to it, until when, and how it stands. */
export interface Requirement {
  /** The rule's id, stable over versions of the table: `mri-authorisation`. */
  readonly id: string;
  readonly kind: RequirementKind;
  readonly owner: RequirementOwner;
  /** ISO instant by which it must be met. */
  readonly due: string;
  /** ISO instant by which its owner must have begun, of what takes time: after it, while open, it is too late. */
  readonly startBy?: string;
  /** Something the patient keeps to from this instant on (fasting begins). */
  readonly from?: string;
  readonly state: RequirementState;
  /** Why it was waived, in words for staff. */
  readonly waivedBecause?: string;
  /** Its owner won't see to it, with their reason: somebody else has to. */
  readonly givenBack?: { readonly because?: string };
  /** Somebody decided against it, and its owner is working on that. */
  readonly refused?: true;
  /** The lead time is longer than what is left: it can't be met any more unless the visit moves. */
  readonly tooLate?: boolean;
  /** What the patient hears of it as it stands now; blanks `{from}` and `{due}` are filled by the renderer in the clinic's zone. */
  readonly says: Text;
  /** What they hear of it once it is met, or too late; absent where it is. */
  readonly saysMet?: Text;
  readonly saysTooLate?: Text;
  /** The same in more words, for the details page. */
  readonly details?: Text;
  /** Why it is needed, in words for staff: "MRI with contrast, payer Prairie Health". */
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

/** As it stands once it is met, with the words for that. */
export function metNow(need: Requirement, by: Pick<Requirement, 'evidence' | 'setBy'>): Requirement {
  const {
    saysMet,
    saysTooLate: _,
    tooLate: _late,
    refused: _refused,
    waivedBecause: _because,
    givenBack: _givenBack,
    ...rest
  } = need;
  return { ...rest, ...by, state: 'met', says: saysMet ?? need.says };
}

/** As it stands once nobody has begun it in time. */
export function tooLateNow(need: Requirement): Requirement {
  const { saysTooLate, ...rest } = need;
  return { ...rest, tooLate: true, says: saysTooLate ?? need.says };
}

/** What a digest was made of. */
export function whatDigestHolds(digest: string): {
  readonly state: RequirementState;
  readonly due: string;
  readonly from: string;
  readonly says: string;
  readonly tooLate: boolean;
} {
  const [state, due, from, says, tooLate] = JSON.parse(digest) as [RequirementState, string, string, string, boolean];
  return { state, due, from, says, tooLate };
}
