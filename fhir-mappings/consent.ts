import type { Consent } from 'fhir/r4.js';
import { systems } from './systems.ts';

export interface ConsentInput {
  /** Derived from its cause, so that a retry writes the same one. */
  readonly identifier: string;
  /** `Patient/{id}`. */
  readonly patient: string;
  /** Who said so when that was not the patient. */
  readonly performer?: string;
  readonly texts: 'permit' | 'deny';
  /** ISO instant. */
  readonly at: string;
  /** For staff: "STOP by text". */
  readonly words?: string;
}

/** @see https://terminology.hl7.org/CodeSystem-v3-ActCode.html (ActConsentDirective) */
const directives: Record<ConsentInput['texts'], { readonly code: string; readonly display: string }> = {
  permit: { code: 'OPTIN', display: 'opt-in' },
  deny: { code: 'OPTOUT', display: 'op-out' },
};

/** Whether the patient lets us write texts. @see https://hl7.org/fhir/R4/consent.html */
export function toConsent(input: ConsentInput): Consent {
  const { patient, performer = patient, texts } = input;
  return {
    resourceType: 'Consent',
    identifier: [{ system: systems.consent, value: input.identifier }],
    status: 'active',
    scope: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
    },
    // "Consent Document": FHIR's own categories have none for being written to.
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }], text: 'Text messages' }],
    patient: { reference: patient },
    dateTime: input.at,
    performer: [{ reference: performer }],
    policyRule: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', ...directives[texts] }],
      ...(input.words === undefined ? {} : { text: input.words }),
    },
    provision: {
      type: texts,
      period: { start: input.at },
      code: [{ coding: [{ system: systems.channel, code: 'sms' }], text: 'Text messages' }],
    },
  };
}
