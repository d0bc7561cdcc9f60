import type { Evidence } from '../requirements/evidence.ts';
import type { Requirement } from '../requirements/requirement.ts';
import type { PlannedVisit } from './visit.ts';

/** A visit as the EHR has it now, freed of FHIR, with what content says of its type. */
export type KnownVisit = Pick<
  PlannedVisit,
  | 'appointment'
  | 'seenAt'
  | 'state'
  | 'type'
  | 'start'
  | 'end'
  | 'location'
  | 'practitioner'
  | 'slots'
  | 'codes'
  | 'about'
  | 'urgency'
  | 'requested'
  | 'plan'
>;

/** What is newly known of a visit: itself, what it needs, or both. */
export interface VisitNews {
  readonly appointment: string;
  /** Absent where only what it needs was planned anew. */
  readonly known?: KnownVisit;
  readonly requirements: readonly Requirement[];
  /** A conversation's first message tells of this visit already: only what goes beyond it is told. */
  readonly introduced?: boolean;
}

/** Why a visit is over. `cancelled`: by the clinic or the patient; `never-was`: entered in error. */
export type VisitOverBecause = 'passed' | 'cancelled' | 'missed' | 'never-was';

/** Plans what a visit needs, by the clinic's tables. Pure; see `requirements/`. Handed in where the tables are at hand. */
export type PlanNeeds = (
  visit: KnownVisit,
  patient: PatientFacts,
  before: readonly Requirement[],
  now: Date,
) => readonly Requirement[];

/** What rules may ask about the person. */
export interface PatientFacts {
  readonly evidence: readonly Evidence[];
  readonly birthDate?: string;
  readonly language?: string;
  readonly interpreter?: boolean;
}
