import type {
  CoverageEligibilityResponse,
  CoverageEligibilityResponseInsurance,
  CoverageEligibilityResponseInsuranceItem,
} from 'fhir/r4.js';
import type { EvidenceState } from '../../domain/requirements/evidence.ts';
import type { PayerOf } from '../../domain/requirements/payer.ts';
import { codesOf } from '../codes.ts';
import { localReferences } from '../reference.ts';
import { type FoundEvidence, foundEvidence, meaningOf, type Shown } from './found-evidence.ts';
import { payerKey } from './payers.ts';

/** @see https://hl7.org/fhir/R4/valueset-fm-status.html */
const statuses: Record<CoverageEligibilityResponse['status'], 'by its outcome' | EvidenceState> = {
  active: 'by its outcome',
  cancelled: 'gone',
  draft: 'under-way',
  'entered-in-error': 'gone',
};

/** A question that could not be answered says nothing of the authorisation. @see https://hl7.org/fhir/R4/valueset-remittance-outcome.html */
const outcomes: Record<CoverageEligibilityResponse['outcome'], 'by its answer' | EvidenceState> = {
  queued: 'under-way',
  complete: 'by its answer',
  error: 'gone',
  partial: 'by its answer',
};

/** Whether an answer to this can say that no authorisation is needed. @see https://hl7.org/fhir/R4/valueset-eligibilityresponse-purpose.html */
const answersIt: Record<CoverageEligibilityResponse['purpose'][number], boolean> = {
  'auth-requirements': true,
  benefits: true,
  discovery: false,
  validation: false,
};

/** What a payer says of what it covers: that a service needs no authorisation, or that it has given one. */
export function eligibilityOf(response: CoverageEligibilityResponse, payerOf: PayerOf): FoundEvidence | undefined {
  const { insurance = [], servicedPeriod, servicedDate } = response;
  const { state, codes } = answerOf(response);
  return foundEvidence(response, response.patient, {
    kind: 'authorisation',
    state,
    codes,
    about: localReferences(insurance.map(({ coverage }) => coverage)),
    payer: payerKey(response.insurer === undefined ? [] : [response.insurer], response.contained, payerOf),
    from: servicedPeriod?.start ?? servicedDate ?? response.created,
    until: servicedPeriod?.end ?? servicedDate,
  });
}

type Answer = Pick<Shown, 'state' | 'codes'>;

function answerOf(response: CoverageEligibilityResponse): Answer {
  const insurance = response.insurance ?? [];
  const items = insurance.flatMap(({ item = [] }) => item);
  const named = codesOf(items.map(({ productOrService }) => productOrService));
  const status = meaningOf(statuses, response.status, 'under-way');
  if (status !== 'by its outcome') return { state: status, codes: named };
  const outcome = meaningOf(outcomes, response.outcome, 'under-way');
  if (outcome !== 'by its answer') return { state: outcome, codes: named };
  if (insurance.length > 0 && insurance.every(isNotInForce)) return { state: 'refused', codes: named };
  if ((response.preAuthRef ?? '').trim() !== '') return { state: 'holds', codes: named };
  const answers = (response.purpose ?? []).some((purpose) => meaningOf(answersIt, purpose, false));
  const free = answers ? items.filter(needsNone) : [];
  return { state: free.length > 0 ? 'holds' : 'gone', codes: codesOf(free.map((item) => item.productOrService)) };
}

function isNotInForce({ inforce }: CoverageEligibilityResponseInsurance): boolean {
  return inforce === false;
}

function needsNone({ authorizationRequired, excluded }: CoverageEligibilityResponseInsuranceItem): boolean {
  return authorizationRequired === false && excluded !== true;
}
