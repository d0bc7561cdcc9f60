import type { DocumentReference } from 'fhir/r4.js';
import type { EvidenceState } from '../../domain/requirements/evidence.ts';
import { codesOf } from '../codes.ts';
import { localReferences } from '../reference.ts';
import { type FoundEvidence, foundEvidence, meaningOf } from './found-evidence.ts';

/** @see https://hl7.org/fhir/R4/valueset-document-reference-status.html */
const statuses: Record<DocumentReference['status'], EvidenceState> = {
  current: 'holds',
  superseded: 'gone',
  'entered-in-error': 'gone',
};

/** Of the document itself. @see https://hl7.org/fhir/R4/valueset-composition-status.html */
const documentStatuses: Record<NonNullable<DocumentReference['docStatus']>, EvidenceState> = {
  preliminary: 'under-way',
  final: 'holds',
  amended: 'holds',
  'entered-in-error': 'gone',
};

/** A document that lies in the chart. */
export function documentOf(document: DocumentReference): FoundEvidence | undefined {
  const { type, category = [], context, docStatus } = document;
  const status = meaningOf(statuses, document.status, 'under-way');
  const own = docStatus === undefined ? 'holds' : meaningOf(documentStatuses, docStatus, 'under-way');
  return foundEvidence(document, document.subject, {
    kind: 'document',
    state: status === 'holds' ? own : status,
    codes: codesOf([type, ...category]),
    about: localReferences([...(context?.related ?? []), ...(context?.encounter ?? [])]),
  });
}
