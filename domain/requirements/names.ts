import type { RequirementKind, RequirementOwner, RequirementState } from './requirement.ts';

/** What staff read for each kind, in a list and alone. */
export const requirementNames: Record<RequirementKind, string> = {
  referral: 'Referral',
  authorisation: 'Authorisation by the payer',
  form: 'Form',
  preparation: 'Preparation',
  document: 'Document',
  interpreter: 'Interpreter',
  transport: 'Transport',
  arrival: 'Arrival',
};

/** Whose it is to see to, in the middle of a sentence for staff. */
export const ownerNames: Record<RequirementOwner, string> = {
  patient: 'patient',
  'front-desk': 'front desk',
  'referring-practice': 'referring practice',
  'payer-team': 'insurance team',
};

export const stateNames: Record<RequirementState, string> = {
  open: 'to do',
  waiting: 'under way',
  met: 'done',
  waived: 'not needed',
  missed: 'not done in time',
};
