import type { ClaimResponse, ClaimResponseItemAdjudication, Extension, Reference } from 'fhir/r4.js';
import type { EvidenceState } from '../../domain/requirements/evidence.ts';
import type { PayerOf } from '../../domain/requirements/payer.ts';
import { codesOf } from '../codes.ts';
import { containedIn } from '../contained.ts';
import { localReferences, parseReference } from '../reference.ts';
import { type FoundEvidence, foundEvidence, meaningOf } from './found-evidence.ts';
import { payerKey } from './payers.ts';

/** What a claim is for; only an authorisation asked for beforehand concerns us. @see https://hl7.org/fhir/R4/valueset-claim-use.html */
const isAuthorisation: Record<ClaimResponse['use'], boolean> = {
  claim: false,
  preauthorization: true,
  predetermination: false,
};

/** @see https://hl7.org/fhir/R4/valueset-fm-status.html */
const statuses: Record<ClaimResponse['status'], 'by its outcome' | EvidenceState> = {
  active: 'by its outcome',
  cancelled: 'gone',
  draft: 'under-way',
  'entered-in-error': 'gone',
};

/** `complete` says that the payer is done with it, not what was decided. @see https://hl7.org/fhir/R4/valueset-remittance-outcome.html */
const outcomes: Record<ClaimResponse['outcome'], 'by its decision' | EvidenceState> = {
  queued: 'under-way',
  complete: 'by its decision',
  error: 'refused',
  partial: 'by its decision',
};

/**
 * Decisions of a payer, where they are given as codes. In part, modified and unclear ones are looked at by a person.
 * @see https://hl7.org/fhir/us/davinci-pas/ValueSet-X12278ReviewDecisionReasonCode.html and https://x12.org/codes (list 306)
 */
const decisions = {
  A1: 'holds',
  A2: 'under-way',
  A3: 'refused',
  A4: 'under-way',
  A6: 'under-way',
  C: 'gone',
  CT: 'under-way',
  NA: 'holds',
} as const satisfies Record<string, EvidenceState>;

const reviewAction = 'http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-reviewAction';
const reviewActionCode = 'http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-reviewActionCode';

/** What a payer answered when it was asked beforehand. Undefined for an answer to a bill. */
export function preauthorisationOf(response: ClaimResponse, payerOf: PayerOf): FoundEvidence | undefined {
  if (!meaningOf(isAuthorisation, response.use, false)) return undefined;
  const { addItem = [], insurance = [], contained, preAuthPeriod } = response;
  // The response alone often does not say what it is about; the request sometimes comes along.
  const request = containedIn(contained, response.request?.reference, 'Claim');
  return foundEvidence(response, response.patient, {
    kind: 'authorisation',
    state: stateOf(response),
    codes: codesOf([
      ...addItem.map(({ productOrService }) => productOrService),
      ...(request?.item ?? []).map(({ productOrService }) => productOrService),
    ]),
    about: localReferences([
      ...insurance.map(({ coverage }) => coverage),
      ...(request?.insurance ?? []).map(({ coverage }) => coverage),
      ...(request?.referral === undefined ? [] : [request.referral]),
      ...(response.request === undefined ? [] : [response.request]),
      ...extendedTo(response.extension ?? []),
    ]),
    payer: payerKey(response.insurer === undefined ? [] : [response.insurer], contained, payerOf),
    from: preAuthPeriod?.start ?? response.created,
    until: preAuthPeriod?.end,
  });
}

/** Orders and visits that an extension of the response itself leads to. @see https://hl7.org/fhir/R4/extension-event-basedon.html */
function extendedTo(extensions: readonly Extension[]): readonly Reference[] {
  const references = extensions.flatMap(({ valueReference }) => valueReference ?? []);
  return references.filter(({ reference }) => {
    const parsed = parseReference(reference);
    return parsed?.kind === 'resource' && (parsed.type === 'ServiceRequest' || parsed.type === 'Appointment');
  });
}

function stateOf(response: ClaimResponse): EvidenceState {
  const status = meaningOf(statuses, response.status, 'under-way');
  if (status !== 'by its outcome') return status;
  const outcome = meaningOf(outcomes, response.outcome, 'under-way');
  return outcome === 'by its decision' ? decisionOf(response) : outcome;
}

/** Several decisions that differ are for a person to read; without any, the payer's reference number is what says yes. */
function decisionOf(response: ClaimResponse): EvidenceState {
  const [first, ...others] = new Set(decided(response));
  if (first !== undefined) return others.length === 0 ? first : 'under-way';
  if ((response.error ?? []).length > 0) return 'refused';
  return (response.preAuthRef ?? '').trim() === '' ? 'under-way' : 'holds';
}

function decided({ adjudication = [], item = [], addItem = [] }: ClaimResponse): readonly EvidenceState[] {
  const all = [...adjudication, ...[...item, ...addItem].flatMap((one) => one.adjudication ?? [])];
  return all.flatMap(reviewCodes).map((code) => meaningOf<EvidenceState>(decisions, code, 'under-way'));
}

function reviewCodes({ extension = [] }: ClaimResponseItemAdjudication): readonly string[] {
  return extension
    .filter(({ url }) => url === reviewAction)
    .flatMap((action) => action.extension ?? [])
    .filter(({ url }) => url === reviewActionCode)
    .flatMap(({ valueCodeableConcept }) => valueCodeableConcept?.coding ?? [])
    .flatMap(({ code }) => code ?? []);
}
