/** Names that are ours in what we write. They are identifiers, not addresses to call. */
export const systems = {
  conversation: 'https://told-once.dev/fhir/identifier/conversation',
  message: 'https://told-once.dev/fhir/identifier/message',
  staffTask: 'https://told-once.dev/fhir/identifier/staff-task',
  consent: 'https://told-once.dev/fhir/identifier/consent',
  requirement: 'https://told-once.dev/fhir/identifier/requirement',
  confirmation: 'https://told-once.dev/fhir/identifier/confirmation',
  product: 'https://told-once.dev/fhir/identifier/product',
  staffTaskCode: 'https://told-once.dev/fhir/CodeSystem/staff-task',
  requirementCode: 'https://told-once.dev/fhir/CodeSystem/requirement',
  requirementStanding: 'https://told-once.dev/fhir/CodeSystem/requirement-standing',
  /** The source of what HL7 v2 messages brought, and the beginning of systems that only they name. */
  hl7v2: 'urn:told-once:hl7v2',
  channel: 'https://told-once.dev/fhir/CodeSystem/channel',
  movedFrom: 'https://told-once.dev/fhir/StructureDefinition/moved-from',
  answerProvenance: 'https://told-once.dev/fhir/StructureDefinition/answer-provenance',
} as const;

/** Ourselves, where a resource says who did something. */
export const ourselves = { identifier: { system: systems.product, value: 'told-once' }, display: 'Told Once' } as const;

/** @see https://hl7.org/fhir/R4/extension-data-absent-reason.html */
export const dataAbsentReason = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
