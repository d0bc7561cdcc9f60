import type { Coverage } from 'fhir/r4.js';
import type { EvidenceState } from '../../domain/requirements/evidence.ts';
import type { PayerOf } from '../../domain/requirements/payer.ts';
import { codesOf } from '../codes.ts';
import { type FoundEvidence, foundEvidence, meaningOf } from './found-evidence.ts';
import { payerKey } from './payers.ts';

/** @see https://hl7.org/fhir/R4/valueset-fm-status.html */
const statuses: Record<Coverage['status'], EvidenceState> = {
  active: 'holds',
  cancelled: 'gone',
  draft: 'under-way',
  'entered-in-error': 'gone',
};

/** @see https://terminology.hl7.org/CodeSystem-coverage-selfpay.html */
const selfPay = 'http://terminology.hl7.org/CodeSystem/coverage-selfpay|pay';

/** Who pays, and from when until when. */
export function coverageOf(coverage: Coverage, payerOf: PayerOf): FoundEvidence | undefined {
  const codes = codesOf([coverage.type]);
  return foundEvidence(coverage, coverage.beneficiary, {
    kind: 'coverage',
    state: meaningOf(statuses, coverage.status, 'under-way'),
    codes,
    about: [],
    payer: codes.includes(selfPay) ? 'self' : (payerKey(coverage.payor ?? [], coverage.contained, payerOf) ?? 'other'),
    from: coverage.period?.start,
    until: coverage.period?.end,
  });
}
