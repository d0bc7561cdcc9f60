import fc from 'fast-check';
import type { FhirResource } from 'fhir/r4.js';

/** Valid resources of every type that may show something, with odd codes, references of all kinds (also to what no validator would let pass), and whatever may be left out left out. */

const words = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcXYZ 0ą') }),
  fc.constant('Metformin'),
);
const some = words.filter((text) => text.trim() !== '');
const uri = fc.constantFrom('http://snomed.info/sct', 'http://loinc.org', 'urn:oid:1.2.3');
const code = fc.constantFrom(
  '51619007',
  'A1',
  'A3',
  'pay',
  'active',
  'confirmed',
  'resolved',
  'constructor',
  '__proto__',
  'x',
);
const coding = fc.record({ system: uri, code, display: some }, { requiredKeys: ['code'] });
const concept = fc.record({ coding: fc.array(coding, { minLength: 1, maxLength: 3 }), text: some });
const dateTime = fc.constantFrom(
  '2026',
  '2026-03',
  '2026-03-10',
  '2026-03-10T09:40:00-05:00',
  '2026-03-10T14:40:00.123Z',
);
const period = fc.record({ start: dateTime, end: dateTime }, { requiredKeys: [] });
const literal = fc.constantFrom(
  'Patient/anna',
  'https://ehr.example/fhir/Patient/anna/_history/2',
  'Coverage/c1',
  'Organization/prairie-health',
  'ServiceRequest/r1',
  'Appointment/a1',
  'urn:uuid:2d5afc69-6ef2-420f-a8d1-8500c99eb96c',
  '#inside',
);
const identifier = fc.record({ system: uri, value: some }, { requiredKeys: ['value'] });
const reference = fc.oneof(
  fc.record({ reference: literal }),
  fc.record({ identifier, display: some }),
  fc.record({ reference: literal, display: some, type: fc.constantFrom('Patient', 'Organization') }),
);
const several = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const from = (...codes: readonly string[]) => fc.constantFrom(...codes, 'of-the-future', 'constructor');

const financial = from('active', 'cancelled', 'draft', 'entered-in-error');
const outcome = from('queued', 'complete', 'error', 'partial');
const reviewed = fc.record({
  extension: fc.constantFrom('A1', 'A2', 'A3', 'A4', 'ZZ').map((value) => [
    {
      url: 'http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-reviewAction',
      extension: [
        {
          url: 'http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-reviewActionCode',
          valueCodeableConcept: { coding: [{ code: value }] },
        },
      ],
    },
  ]),
  category: concept,
});
const adjudication = fc.oneof(reviewed, fc.record({ category: concept }));
const organizationInside = fc.record({ name: some, alias: several(some), identifier: several(identifier) });

/** The types of resource that may show something a visit's rules ask for. */
const evidenceTypes = [
  'ServiceRequest',
  'Coverage',
  'CoverageEligibilityResponse',
  'ClaimResponse',
  'QuestionnaireResponse',
  'AllergyIntolerance',
  'MedicationRequest',
  'MedicationStatement',
  'Condition',
  'DocumentReference',
] as const satisfies readonly FhirResource['resourceType'][];

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;
interface Shape {
  readonly required: Fields;
  readonly optional: Fields;
}

const shapes: Record<(typeof evidenceTypes)[number], Shape> = {
  ServiceRequest: {
    required: {
      status: from('draft', 'active', 'on-hold', 'revoked', 'completed'),
      intent: from('order', 'plan'),
      subject: reference,
    },
    optional: {
      priority: from('routine', 'stat'),
      doNotPerform: fc.boolean(),
      code: concept,
      authoredOn: dateTime,
      occurrencePeriod: period,
      requester: reference,
      basedOn: several(reference),
      insurance: several(reference),
      supportingInfo: several(reference),
    },
  },
  Coverage: {
    required: { status: financial, beneficiary: reference, payor: several(reference) },
    optional: {
      type: concept,
      period,
      contained: organizationInside.map((fields) => [{ resourceType: 'Organization', id: 'inside', ...fields }]),
    },
  },
  CoverageEligibilityResponse: {
    required: {
      status: financial,
      purpose: several(from('auth-requirements', 'benefits', 'discovery', 'validation')),
      patient: reference,
      created: dateTime,
      request: reference,
      outcome,
      insurer: reference,
    },
    optional: {
      preAuthRef: some,
      servicedPeriod: period,
      insurance: several(
        fc.record(
          {
            coverage: reference,
            inforce: fc.boolean(),
            item: several(
              fc.oneof(
                fc.record({ category: concept, authorizationRequired: fc.boolean() }, { requiredKeys: ['category'] }),
                fc.record(
                  { productOrService: concept, authorizationRequired: fc.boolean(), excluded: fc.boolean() },
                  { requiredKeys: ['productOrService'] },
                ),
              ),
            ),
          },
          { requiredKeys: ['coverage'] },
        ),
      ),
    },
  },
  ClaimResponse: {
    required: {
      status: financial,
      type: concept,
      use: from('claim', 'preauthorization', 'predetermination'),
      patient: reference,
      created: dateTime,
      insurer: reference,
      outcome,
    },
    optional: {
      preAuthRef: some,
      preAuthPeriod: period,
      request: reference,
      adjudication: several(adjudication),
      item: several(fc.record({ itemSequence: fc.constant(1), adjudication: several(adjudication) })),
      addItem: several(fc.record({ productOrService: concept, adjudication: several(adjudication) })),
      insurance: several(fc.record({ sequence: fc.constant(1), focal: fc.boolean(), coverage: reference })),
      error: several(fc.record({ code: concept })),
      extension: several(fc.record({ url: uri, valueReference: reference })),
      contained: fc.record({ referral: reference, code: concept }).map(({ referral, code: what }) => [
        {
          resourceType: 'Claim',
          id: 'inside',
          status: 'active',
          type: what,
          use: 'preauthorization',
          patient: { reference: 'Patient/anna' },
          created: '2026-02-01',
          provider: { display: 'x' },
          priority: what,
          insurance: [{ sequence: 1, focal: true, coverage: { reference: 'Coverage/c1' } }],
          referral,
          item: [{ sequence: 1, productOrService: what }],
        },
      ]),
    },
  },
  QuestionnaireResponse: {
    required: { status: from('in-progress', 'completed', 'amended', 'entered-in-error', 'stopped') },
    optional: {
      subject: reference,
      questionnaire: fc.constantFrom('https://x.example/q', 'https://x.example/q|1'),
      authored: dateTime,
      identifier,
      basedOn: several(reference),
      partOf: several(reference),
      encounter: reference,
    },
  },
  AllergyIntolerance: {
    required: { patient: reference, clinicalStatus: concept },
    optional: {
      verificationStatus: concept,
      code: concept,
      reaction: several(fc.record({ substance: concept, manifestation: several(concept) })),
    },
  },
  MedicationRequest: {
    required: {
      status: from('active', 'completed'),
      intent: from('order', 'plan'),
      subject: reference,
      medicationCodeableConcept: concept,
    },
    optional: {
      doNotPerform: fc.boolean(),
      contained: concept.map((what) => [
        { resourceType: 'Medication', id: 'inside', code: what, ingredient: [{ itemCodeableConcept: what }] },
      ]),
    },
  },
  MedicationStatement: {
    required: { status: from('active', 'not-taken'), subject: reference, medicationReference: reference },
    optional: { effectivePeriod: period },
  },
  Condition: {
    required: { subject: reference },
    optional: { clinicalStatus: concept, verificationStatus: concept, code: concept },
  },
  DocumentReference: {
    required: {
      status: from('current', 'superseded', 'entered-in-error'),
      content: fc.constant([{ attachment: { title: 'x' } }]),
    },
    optional: {
      subject: reference,
      docStatus: from('preliminary', 'final'),
      type: concept,
      category: several(concept),
      context: fc.record({ encounter: several(reference), related: several(reference) }),
    },
  },
};

const common: Fields = {
  id: fc.constantFrom('1', 'a-b.c'),
  meta: fc.constant({ lastUpdated: '2026-02-20T10:00:00Z' }),
};

function resourceOf(type: (typeof evidenceTypes)[number]): fc.Arbitrary<FhirResource> {
  const { required, optional } = shapes[type];
  return fc
    .record({ ...required, ...optional, ...common }, { requiredKeys: Object.keys(required) })
    .map((fields) => JSON.parse(JSON.stringify({ resourceType: type, ...fields })));
}

export const someResource: fc.Arbitrary<FhirResource> = fc.constantFrom(...evidenceTypes).chain(resourceOf);
