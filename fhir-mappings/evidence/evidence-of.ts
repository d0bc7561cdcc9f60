import type { FhirResource } from 'fhir/r4.js';
import type { PayerOf } from '../../domain/requirements/payer.ts';
import { coverageOf } from './coverage.ts';
import { documentOf } from './document.ts';
import { eligibilityOf } from './eligibility.ts';
import { formOf } from './form.ts';
import type { FoundEvidence } from './found-evidence.ts';
import { allergyOf, conditionOf, prescriptionOf, statementOf } from './health.ts';
import { preauthorisationOf } from './preauthorisation.ts';
import { referralOf } from './referral.ts';

/**
 * What a resource shows that may meet a requirement or decide whether there is one, and whose it is. Undefined where it can show nothing:
 * another type, no id, not about one patient, an answer to a bill. Never throws on a valid resource.
 */
export function evidenceOf(resource: FhirResource, payerOf: PayerOf): FoundEvidence | undefined {
  switch (resource.resourceType) {
    case 'ServiceRequest':
      return referralOf(resource);
    case 'Coverage':
      return coverageOf(resource, payerOf);
    case 'CoverageEligibilityResponse':
      return eligibilityOf(resource, payerOf);
    case 'ClaimResponse':
      return preauthorisationOf(resource, payerOf);
    case 'QuestionnaireResponse':
      return formOf(resource);
    case 'AllergyIntolerance':
      return allergyOf(resource);
    case 'MedicationRequest':
      return prescriptionOf(resource);
    case 'MedicationStatement':
      return statementOf(resource);
    case 'Condition':
      return conditionOf(resource);
    case 'DocumentReference':
      return documentOf(resource);
    default:
      return undefined;
  }
}
