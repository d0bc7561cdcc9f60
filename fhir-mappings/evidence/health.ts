import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  MedicationRequest,
  MedicationStatement,
  Reference,
  Resource,
} from 'fhir/r4.js';
import type { EvidenceState } from '../../domain/requirements/evidence.ts';
import { codesOf, wordsOf } from '../codes.ts';
import { containedIn } from '../contained.ts';
import { localReferences } from '../reference.ts';
import { type FoundEvidence, foundEvidence, meaningOf } from './found-evidence.ts';

/*
 * What rules ask of a person's health. They only ever lead to a nurse's question, so doubt counts as yes: a status that is absent or
 * unknown to us holds.
 */

/** @see https://hl7.org/fhir/R4/valueset-allergyintolerance-clinical.html */
const allergyStatuses = {
  active: 'holds',
  inactive: 'gone',
  resolved: 'gone',
} as const satisfies Record<string, EvidenceState>;

/** @see https://hl7.org/fhir/R4/valueset-condition-clinical.html */
const conditionStatuses = {
  active: 'holds',
  recurrence: 'holds',
  relapse: 'holds',
  inactive: 'gone',
  remission: 'gone',
  resolved: 'gone',
} as const satisfies Record<string, EvidenceState>;

/** @see https://hl7.org/fhir/R4/valueset-allergyintolerance-verification.html and https://hl7.org/fhir/R4/valueset-condition-ver-status.html */
const verifications = {
  unconfirmed: 'holds',
  provisional: 'holds',
  differential: 'holds',
  confirmed: 'holds',
  refuted: 'gone',
  'entered-in-error': 'gone',
} as const satisfies Record<string, EvidenceState>;

/** @see https://hl7.org/fhir/R4/valueset-medicationrequest-status.html */
const prescriptionStatuses: Record<MedicationRequest['status'], EvidenceState> = {
  active: 'holds',
  'on-hold': 'holds',
  cancelled: 'gone',
  completed: 'gone',
  'entered-in-error': 'gone',
  stopped: 'gone',
  draft: 'under-way',
  unknown: 'holds',
};

/** @see https://hl7.org/fhir/R4/valueset-medication-statement-status.html */
const statementStatuses: Record<MedicationStatement['status'], EvidenceState> = {
  active: 'holds',
  completed: 'gone',
  'entered-in-error': 'gone',
  intended: 'under-way',
  stopped: 'gone',
  'on-hold': 'holds',
  unknown: 'holds',
  'not-taken': 'gone',
};

export function allergyOf(allergy: AllergyIntolerance): FoundEvidence | undefined {
  const { code, reaction = [], clinicalStatus, verificationStatus } = allergy;
  const concepts = [code, ...reaction.map(({ substance }) => substance)];
  return foundEvidence(allergy, allergy.patient, {
    kind: 'allergy',
    state: both(coded(allergyStatuses, clinicalStatus), coded(verifications, verificationStatus)),
    codes: named(concepts),
    about: [],
  });
}

export function conditionOf(condition: Condition): FoundEvidence | undefined {
  const { code, clinicalStatus, verificationStatus } = condition;
  return foundEvidence(condition, condition.subject, {
    kind: 'condition',
    state: both(coded(conditionStatuses, clinicalStatus), coded(verifications, verificationStatus)),
    codes: named([code]),
    about: [],
  });
}

export function prescriptionOf(request: MedicationRequest): FoundEvidence | undefined {
  const state = meaningOf(prescriptionStatuses, request.status, 'holds');
  return foundEvidence(request, request.subject, {
    kind: 'medication',
    state: request.doNotPerform === true ? 'gone' : state,
    ...medicine(request),
  });
}

export function statementOf(statement: MedicationStatement): FoundEvidence | undefined {
  return foundEvidence(statement, statement.subject, {
    kind: 'medication',
    state: meaningOf(statementStatuses, statement.status, 'holds'),
    ...medicine(statement),
    until: statement.effectivePeriod?.end,
  });
}

function coded(table: Readonly<Record<string, EvidenceState>>, concept: CodeableConcept | undefined): EvidenceState {
  const known = (concept?.coding ?? []).find(({ code }) => code !== undefined && Object.hasOwn(table, code));
  return meaningOf(table, known?.code, 'holds');
}

function both(clinical: EvidenceState, verified: EvidenceState): EvidenceState {
  return verified === 'holds' ? clinical : verified;
}

/** A medicine that lies elsewhere is known by its words alone. */
function medicine(source: {
  readonly medicationCodeableConcept?: CodeableConcept | undefined;
  readonly medicationReference?: Reference | undefined;
  readonly contained?: readonly Resource[] | undefined;
}) {
  const { medicationCodeableConcept: concept, medicationReference: reference, contained } = source;
  const product = containedIn(contained, reference?.reference, 'Medication');
  const ingredients = (product?.ingredient ?? []).map(({ itemCodeableConcept }) => itemCodeableConcept);
  const shown = reference?.display === undefined ? [] : [{ text: reference.display }];
  return {
    codes: named([concept, product?.code, ...ingredients, ...shown]),
    about: reference === undefined ? [] : localReferences([reference]),
  };
}

function named(concepts: readonly (CodeableConcept | undefined)[]): readonly string[] {
  return [...codesOf(concepts), ...wordsOf(concepts)];
}
