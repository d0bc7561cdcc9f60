import { loadRequirements } from '../../content/requirements.ts';
import type { Evidence } from '../../domain/requirements/evidence.ts';
import { createPlanner } from '../../domain/requirements/planning.ts';
import type { Requirement } from '../../domain/requirements/requirement.ts';
import type { RequirementTable } from '../../domain/requirements/table.ts';
import type { KnownVisit, PatientFacts } from '../../domain/visit/known-visit.ts';

/** A chart freed of FHIR, and the planner with the seed clinic's tables: what the tests of requirements are told in. */

export const zone = 'America/Chicago';
export const facts = { defaultDays: 180, absentDays: 2, byKey: {} };
export const seedTable = loadRequirements();

export const codes = {
  mri: 'http://snomed.info/sct|113091000',
  mriContrast: 'http://snomed.info/sct|51619007',
  ultrasound: 'http://snomed.info/sct|16310003',
  colonoscopy: 'http://snomed.info/sct|73761001',
} as const;

/** Tuesday, March 10, 2026, 9:40 in Chicago; clocks there went forward two days before. */
export const mri: KnownVisit = {
  appointment: 'a1',
  seenAt: '2026-02-20T10:00:00Z',
  state: 'booked',
  type: 'mri-contrast',
  start: '2026-03-10T09:40:00-05:00',
  end: '2026-03-10T10:40:00-05:00',
  location: 'lakeside-main',
  slots: [],
  codes: [codes.mriContrast],
  plan: { reminders: [] },
};

export const booked = new Date('2026-02-20T16:00:00Z');

export const coverage: Evidence = {
  reference: 'Coverage/c1',
  kind: 'coverage',
  state: 'holds',
  codes: [],
  about: [],
  payer: 'prairie-health',
  from: '2026-01-01',
};
export const referral: Evidence = {
  reference: 'ServiceRequest/r1',
  kind: 'referral',
  state: 'holds',
  codes: [codes.mriContrast],
  about: [],
  from: '2026-02-18T09:00:00Z',
};
export const approval: Evidence = {
  reference: 'ClaimResponse/p1',
  kind: 'authorisation',
  state: 'holds',
  codes: [codes.mriContrast],
  about: ['Coverage/c1'],
  payer: 'prairie-health',
  from: '2026-02-25',
  until: '2026-06-30',
};
export const form: Evidence = {
  reference: 'QuestionnaireResponse/q1',
  kind: 'form',
  state: 'holds',
  codes: [],
  about: [],
  questionnaire: 'https://lakeside.example/Questionnaire/mri-safety|1.0.0',
  from: '2026-03-01T12:00:00Z',
};

export interface Asked {
  readonly visit?: Partial<KnownVisit>;
  readonly evidence?: readonly Evidence[];
  readonly patient?: Omit<PatientFacts, 'evidence'>;
  readonly before?: readonly Requirement[];
  readonly now?: Date;
  readonly table?: RequirementTable;
  readonly timeZone?: string;
}

/** What the visit needs; without anything said, an MRI with contrast of somebody with coverage, planned on the day it was booked. */
export function plan(asked: Asked = {}): readonly Requirement[] {
  const { visit = {}, evidence = [coverage], patient = {}, before = [], now = booked } = asked;
  const planner = createPlanner(asked.table ?? seedTable, { timeZone: asked.timeZone ?? zone, facts });
  return planner({ ...mri, ...visit }, { ...patient, evidence }, before, now);
}

/** One of them by its id. */
export function need(id: string, asked: Asked = {}): Requirement {
  const found = plan(asked).find((each) => each.id === id);
  if (found === undefined) throw new Error(`${id} is not needed`);
  return found;
}

export function idsOf(asked: Asked = {}): readonly string[] {
  return plan(asked).map(({ id }) => id);
}
