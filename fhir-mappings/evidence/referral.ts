import type { ServiceRequest } from 'fhir/r4.js';
import type { Evidence, EvidenceState } from '../../domain/requirements/evidence.ts';
import { codesOf } from '../codes.ts';
import { localReferences } from '../reference.ts';
import { type FoundEvidence, foundEvidence, meaningOf } from './found-evidence.ts';

/**
 * Withdrawn and completed ones count no more: a completed one was used for another visit.
 * @see https://hl7.org/fhir/R4/valueset-request-status.html
 */
const statuses: Record<NonNullable<ServiceRequest['status']>, EvidenceState> = {
  draft: 'under-way',
  active: 'holds',
  'on-hold': 'under-way',
  revoked: 'refused',
  completed: 'gone',
  'entered-in-error': 'gone',
  unknown: 'under-way',
};

/** Whether it asks for something to be done, or only thinks of it. @see https://hl7.org/fhir/R4/valueset-request-intent.html */
const asks: Record<NonNullable<ServiceRequest['intent']>, boolean> = {
  proposal: false,
  plan: false,
  directive: true,
  order: true,
  'original-order': true,
  'reflex-order': true,
  'filler-order': true,
  'instance-order': true,
  option: false,
};

/** @see https://hl7.org/fhir/R4/valueset-request-priority.html */
const urgencies: Record<NonNullable<ServiceRequest['priority']>, NonNullable<Evidence['urgency']>> = {
  routine: 'routine',
  urgent: 'urgent',
  asap: 'urgent',
  stat: 'urgent',
};

/** A practice's order for what the visit is to do. */
export function referralOf(request: ServiceRequest): FoundEvidence | undefined {
  const { code, authoredOn, occurrencePeriod, occurrenceTiming } = request;
  return foundEvidence(request, request.subject, {
    kind: 'referral',
    state: stateOf(request),
    codes: codesOf([code]),
    about: localReferences([
      ...(request.basedOn ?? []),
      ...(request.insurance ?? []),
      ...(request.supportingInfo ?? []),
    ]),
    requester: localReferences(request.requester === undefined ? [] : [request.requester])[0],
    urgency: meaningOf(urgencies, request.priority, 'routine'),
    // It may leave out when it was written: then it counts from when the EHR first told of it.
    from: authoredOn ?? request.meta?.lastUpdated,
    until: occurrencePeriod?.end ?? occurrenceTiming?.repeat?.boundsPeriod?.end,
  });
}

function stateOf({ status, intent, doNotPerform }: ServiceRequest): EvidenceState {
  if (doNotPerform === true) return 'refused';
  const state = meaningOf(statuses, status, 'under-way');
  return state === 'holds' && !meaningOf(asks, intent, false) ? 'under-way' : state;
}
