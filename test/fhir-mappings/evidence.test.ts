import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import type { Bundle, ClaimResponse, CoverageEligibilityResponse, FhirResource, ServiceRequest } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { payerOf } from '../../content/payers.ts';
import { evidenceKinds, evidenceStates } from '../../domain/requirements/evidence.ts';
import { evidenceOf } from '../../fhir-mappings/evidence/evidence-of.ts';
import { toQuestionnaireResponse } from '../../fhir-mappings/questionnaire-response.ts';
import { faultsOf } from './fhir-validation.ts';
import { someResource } from './generated-evidence.ts';
import { hasRealResources, realText } from './real-resources.ts';

const found = (resource: FhirResource) => evidenceOf(resource, payerOf);
const shown = (resource: FhirResource) => found(resource)?.evidence;
const snomed = (code: string, display?: string) => ({
  coding: [{ system: 'http://snomed.info/sct', code, ...(display === undefined ? {} : { display }) }],
});
const anna = { reference: 'Patient/anna' };
const meta = { lastUpdated: '2026-02-20T10:00:00Z' };

const order: ServiceRequest = {
  resourceType: 'ServiceRequest',
  id: 'r1',
  meta,
  status: 'active',
  intent: 'order',
  priority: 'urgent',
  code: snomed('51619007'),
  subject: anna,
  authoredOn: '2026-02-18',
  occurrencePeriod: { start: '2026-03-01', end: '2026-04-30' },
  requester: { reference: 'Organization/riverside-practice' },
  insurance: [{ reference: 'Coverage/c1' }],
};
const answer: ClaimResponse = {
  resourceType: 'ClaimResponse',
  id: 'p1',
  meta,
  status: 'active',
  type: { text: 'professional' },
  use: 'preauthorization',
  patient: anna,
  created: '2026-02-25',
  insurer: { reference: 'Organization/prairie-health' },
  outcome: 'complete',
  preAuthRef: 'AUTH-1',
  preAuthPeriod: { start: '2026-02-25', end: '2026-06-30' },
  insurance: [{ sequence: 1, focal: true, coverage: { reference: 'Coverage/c1' } }],
  addItem: [{ productOrService: snomed('51619007'), adjudication: [{ category: { text: 'x' } }] }],
};
const eligibility: CoverageEligibilityResponse = {
  resourceType: 'CoverageEligibilityResponse',
  id: 'e1',
  meta,
  status: 'active',
  purpose: ['auth-requirements'],
  patient: anna,
  created: '2026-02-25',
  request: { reference: 'CoverageEligibilityRequest/x' },
  outcome: 'complete',
  insurer: { display: 'Prairie Health' },
  insurance: [
    {
      coverage: { reference: 'Coverage/c1' },
      inforce: true,
      item: [
        { productOrService: snomed('113091000'), authorizationRequired: false },
        { productOrService: snomed('51619007'), authorizationRequired: true },
      ],
    },
  ],
};

/** The states of a resource with each of some values in one field. */
function states<R extends FhirResource, K extends keyof R>(resource: R, field: K, ...values: readonly unknown[]) {
  return values.map((value) => shown(Object.assign({ ...resource }, { [field]: value }))?.state);
}

describe('an order', () => {
  it('counts an order that does not say when it was written from when the EHR told of it', () => {
    const { authoredOn: _, ...undated } = order;
    expect(shown(undated)?.from).toBe(meta.lastUpdated);
    expect(shown(order)?.from).toBe('2026-02-18');
  });

  it('is a referral, with what it is for, who asks, how soon and until when', () => {
    expect(found(order)).toEqual({
      patient: 'anna',
      evidence: {
        reference: 'ServiceRequest/r1',
        kind: 'referral',
        state: 'holds',
        codes: ['http://snomed.info/sct|51619007'],
        about: ['Coverage/c1'],
        requester: 'Organization/riverside-practice',
        urgency: 'urgent',
        from: '2026-02-18',
        until: '2026-04-30',
        seenAt: '2026-02-20T10:00:00Z',
      },
    });
  });
  it('counts while it is active and asks for something to be done', () => {
    expect(
      states(
        order,
        'status',
        'draft',
        'active',
        'on-hold',
        'revoked',
        'completed',
        'entered-in-error',
        'unknown',
        'new',
      ),
    ).toEqual(['under-way', 'holds', 'under-way', 'refused', 'gone', 'gone', 'under-way', 'under-way']);
    expect(states(order, 'intent', 'proposal', 'plan', 'directive', 'order', 'filler-order', 'option', 'new')).toEqual([
      'under-way',
      'under-way',
      'holds',
      'holds',
      'holds',
      'under-way',
      'under-way',
    ]);
    expect(states(order, 'doNotPerform', true, false)).toEqual(['refused', 'holds']);
  });
});

describe('a coverage', () => {
  const coverage = {
    resourceType: 'Coverage',
    id: 'c1',
    meta,
    status: 'active',
    beneficiary: anna,
    payor: [{ reference: 'Organization/prairie-health' }],
    period: { start: '2026-01-01' },
  } as const satisfies FhirResource;
  it('names its payer by the clinic’s list, however the chart does', () => {
    const payer = (fields: object) => shown(Object.assign({ ...coverage }, fields))?.payer;
    expect(payer({})).toBe('prairie-health');
    expect(payer({ payor: [{ display: 'LAKESHORE mutual' }] })).toBe('lakeshore-mutual');
    const identifier = { system: 'https://lakeside.example/payer', value: 'MEDICARE' };
    expect(payer({ payor: [{ identifier }] })).toBe('medicare');
    const contained = [{ resourceType: 'Organization', id: 'o', identifier: [identifier] }];
    expect(payer({ payor: [{ reference: '#o' }], contained })).toBe('medicare');
    expect(payer({ payor: [{ reference: 'Organization/77', display: 'Acme' }] })).toBe('other');
    expect(payer({ payor: [anna] })).toBe('self');
    expect(payer({ payor: [{ reference: 'RelatedPerson/mum' }] })).toBe('self');
    expect(payer({ payor: [{ reference: 'Organization/77' }, { display: 'Medicare' }] })).toBe('medicare');
    const type = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/coverage-selfpay', code: 'pay' }] };
    expect(payer({ type })).toBe('self');
  });
  it('counts while it is active', () => {
    expect(
      states<FhirResource, 'id'>(coverage, 'status' as 'id', 'active', 'cancelled', 'draft', 'entered-in-error', 'new'),
    ).toEqual(['holds', 'gone', 'under-way', 'gone', 'under-way']);
    expect(shown(coverage)).toMatchObject({ from: '2026-01-01' });
  });
});

describe('a payer’s answer', () => {
  it('is an authorisation for what it names', () => {
    expect(shown(answer)).toEqual({
      reference: 'ClaimResponse/p1',
      kind: 'authorisation',
      state: 'holds',
      codes: ['http://snomed.info/sct|51619007'],
      about: ['Coverage/c1'],
      payer: 'prairie-health',
      from: '2026-02-25',
      until: '2026-06-30',
      seenAt: '2026-02-20T10:00:00Z',
    });
  });
  it('names it also by the request that came along, or by an extension', () => {
    const { addItem: _, ...bare } = answer;
    expect(shown(bare)?.codes).toEqual([]);
    const claim: FhirResource = {
      resourceType: 'Claim',
      id: 'c',
      status: 'active',
      type: { text: 'x' },
      use: 'preauthorization',
      patient: anna,
      created: '2026-02-20',
      provider: { display: 'x' },
      priority: { text: 'x' },
      referral: { reference: 'ServiceRequest/r1' },
      insurance: [{ sequence: 1, focal: true, coverage: { reference: 'Coverage/c1' } }],
      item: [{ sequence: 1, productOrService: snomed('51619007') }],
    };
    expect(shown({ ...bare, request: { reference: '#c' }, contained: [claim] })).toMatchObject({
      codes: ['http://snomed.info/sct|51619007'],
      about: ['Coverage/c1', 'ServiceRequest/r1'],
    });
    const extension = [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/event-basedOn',
        valueReference: { reference: 'ServiceRequest/r1' },
      },
    ];
    expect(shown({ ...bare, extension })?.about).toContain('ServiceRequest/r1');
  });
  it('is a yes by its reference number, or by the code of the decision', () => {
    expect(states(answer, 'outcome', 'queued', 'complete', 'error', 'partial', 'new')).toEqual([
      'under-way',
      'holds',
      'refused',
      'holds',
      'under-way',
    ]);
    expect(states(answer, 'status', 'active', 'cancelled', 'draft', 'entered-in-error', 'new')).toEqual([
      'holds',
      'gone',
      'under-way',
      'gone',
      'under-way',
    ]);
    expect(states(answer, 'preAuthRef', undefined, ' ')).toEqual(['under-way', 'under-way']);
    const { preAuthRef: _, ...silent } = answer;
    expect(shown({ ...silent, error: [{ code: { text: 'x' } }] })?.state).toBe('refused');
    const decided = (...codes: string[]) =>
      shown({
        ...answer,
        item: codes.map((code, at) => ({
          itemSequence: at + 1,
          adjudication: [
            {
              category: { text: 'x' },
              extension: [
                {
                  url: 'http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-reviewAction',
                  extension: [
                    {
                      url: 'http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-reviewActionCode',
                      valueCodeableConcept: { coding: [{ system: 'https://codesystem.x12.org/005010/306', code }] },
                    },
                  ],
                },
              ],
            },
          ],
        })),
      })?.state;
    expect(['A1', 'A2', 'A3', 'A4', 'A6', 'C', 'CT', 'NA', 'Z9'].map((code) => decided(code))).toEqual([
      'holds',
      'under-way',
      'refused',
      'under-way',
      'under-way',
      'gone',
      'under-way',
      'holds',
      'under-way',
    ]);
    expect([decided('A1', 'A1'), decided('A1', 'A3')]).toEqual(['holds', 'under-way']);
  });
  it('to a bill is none', () => {
    for (const use of ['claim', 'predetermination', 'new'])
      expect(found(Object.assign({ ...answer }, { use }))).toBeUndefined();
  });
});

describe('what a coverage says of itself', () => {
  it('is an authorisation of what needs none', () => {
    expect(shown(eligibility)).toMatchObject({
      kind: 'authorisation',
      state: 'holds',
      codes: ['http://snomed.info/sct|113091000'],
      about: ['Coverage/c1'],
      payer: 'prairie-health',
    });
  });
  it('is one of all it names where it carries a reference number', () => {
    expect(shown({ ...eligibility, preAuthRef: 'A-1' })?.codes).toHaveLength(2);
  });
  it('is none where it was asked something else, or is queued, failed, or not in force', () => {
    expect(states(eligibility, 'purpose', ['benefits'], ['validation'], ['discovery'], ['new'])).toEqual([
      'holds',
      'gone',
      'gone',
      'gone',
    ]);
    expect(states(eligibility, 'outcome', 'queued', 'complete', 'error', 'partial', 'new')).toEqual([
      'under-way',
      'holds',
      'gone',
      'holds',
      'under-way',
    ]);
    expect(states(eligibility, 'status', 'active', 'cancelled', 'draft', 'entered-in-error', 'new')).toEqual([
      'holds',
      'gone',
      'under-way',
      'gone',
      'under-way',
    ]);
    const [insurance] = eligibility.insurance ?? [];
    if (insurance === undefined) throw new Error('no insurance');
    expect(shown({ ...eligibility, insurance: [{ ...insurance, inforce: false }] })?.state).toBe('refused');
    const item = [{ productOrService: snomed('51619007'), authorizationRequired: false, excluded: true }];
    expect(shown({ ...eligibility, insurance: [{ ...insurance, item }] })?.state).toBe('gone');
  });
});

describe('a form', () => {
  const response = {
    resourceType: 'QuestionnaireResponse',
    id: 'q1',
    meta,
    status: 'completed',
    subject: anna,
    questionnaire: 'https://lakeside.example/Questionnaire/mri-safety|1.0.0',
    authored: '2026-03-01T12:00:00Z',
  } as const;
  it('is of its questionnaire, from when it was written', () => {
    expect(shown(response)).toMatchObject({
      kind: 'form',
      state: 'holds',
      questionnaire: 'https://lakeside.example/Questionnaire/mri-safety|1.0.0',
      from: '2026-03-01T12:00:00Z',
    });
    expect(
      states<FhirResource, 'id'>(
        response,
        'status' as 'id',
        'in-progress',
        'completed',
        'amended',
        'entered-in-error',
        'stopped',
        'new',
      ),
    ).toEqual(['under-way', 'holds', 'holds', 'gone', 'gone', 'under-way']);
  });
  it('that we took ourselves names the visit it was taken for', () => {
    const written = toQuestionnaireResponse({
      intake: {
        canonical: 'https://lakeside.example/Questionnaire/mri-safety',
        version: '1.0.0',
        title: { default: 'x' },
        items: [],
      },
      items: [],
      conversation: 'appointment/a1',
      patient: 'Patient/anna',
      status: 'completed',
      authored: '2026-03-01T12:00:00Z',
      id: 'q',
    });
    expect(found(written)).toMatchObject({ patient: 'anna', evidence: { about: ['Appointment/a1'] } });
  });
});

describe('what the chart shows of a person', () => {
  const status = (code: string) => ({ coding: [{ code }] });
  it('is by its codes and by its words', () => {
    const allergy: FhirResource = {
      resourceType: 'AllergyIntolerance',
      id: 'a',
      meta,
      patient: anna,
      code: { ...snomed('293637006', 'Allergy to contrast media'), text: 'IV Contrast Dye' },
      reaction: [{ substance: snomed('385420005'), manifestation: [{ text: 'rash' }] }],
    };
    expect(shown(allergy)).toMatchObject({
      kind: 'allergy',
      state: 'holds',
      codes: [
        'http://snomed.info/sct|293637006',
        'http://snomed.info/sct|385420005',
        'text|iv contrast dye',
        'text|allergy to contrast media',
      ],
    });
    for (const [clinical, verified, state] of [
      ['active', 'confirmed', 'holds'],
      ['active', 'unconfirmed', 'holds'],
      ['resolved', 'confirmed', 'gone'],
      ['inactive', 'confirmed', 'gone'],
      ['active', 'refuted', 'gone'],
      ['active', 'entered-in-error', 'gone'],
      ['new', 'new', 'holds'],
    ] as const)
      expect(shown({ ...allergy, clinicalStatus: status(clinical), verificationStatus: status(verified) })?.state).toBe(
        state,
      );
  });
  it('is a condition while it lasts', () => {
    const condition: FhirResource = {
      resourceType: 'Condition',
      id: 'c',
      meta,
      subject: anna,
      code: snomed('709044004'),
    };
    const clinical = ['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved', 'new'].map(
      (code) => shown({ ...condition, clinicalStatus: status(code) })?.state,
    );
    expect(clinical).toEqual(['holds', 'holds', 'holds', 'gone', 'gone', 'gone', 'holds']);
    const verified = ['unconfirmed', 'provisional', 'differential', 'confirmed', 'refuted', 'entered-in-error'].map(
      (code) => shown({ ...condition, verificationStatus: status(code) })?.state,
    );
    expect(verified).toEqual(['holds', 'holds', 'holds', 'holds', 'gone', 'gone']);
  });
  it('is a medicine while it may be taken, wherever its name stands', () => {
    const request = {
      resourceType: 'MedicationRequest',
      id: 'm',
      meta,
      status: 'active',
      intent: 'order',
      subject: anna,
      medicationReference: { reference: '#med' },
      contained: [
        {
          resourceType: 'Medication',
          id: 'med',
          code: { text: 'Glucophage 500 mg' },
          ingredient: [{ itemCodeableConcept: snomed('372567009') }],
        },
      ],
    };
    const resource: FhirResource = JSON.parse(JSON.stringify(request));
    expect(shown(resource)).toMatchObject({
      kind: 'medication',
      state: 'holds',
      codes: ['http://snomed.info/sct|372567009', 'text|glucophage 500 mg'],
    });
    expect(
      ['active', 'on-hold', 'cancelled', 'completed', 'entered-in-error', 'stopped', 'draft', 'unknown', 'new'].map(
        (one) => shown(Object.assign({ ...resource }, { status: one }))?.state,
      ),
    ).toEqual(['holds', 'holds', 'gone', 'gone', 'gone', 'gone', 'under-way', 'holds', 'holds']);
    expect(shown(Object.assign({ ...resource }, { doNotPerform: true }))?.state).toBe('gone');
    const statement: FhirResource = {
      resourceType: 'MedicationStatement',
      id: 's',
      status: 'active',
      subject: anna,
      medicationReference: { reference: 'Medication/7', display: 'Warfarin' },
    };
    expect(shown(statement)).toMatchObject({ kind: 'medication', codes: ['text|warfarin'], about: ['Medication/7'] });
    expect(
      ['active', 'completed', 'entered-in-error', 'intended', 'stopped', 'on-hold', 'unknown', 'not-taken', 'new'].map(
        (one) => shown(Object.assign({ ...statement }, { status: one }))?.state,
      ),
    ).toEqual(['holds', 'gone', 'gone', 'under-way', 'gone', 'holds', 'holds', 'gone', 'holds']);
  });
  it('is a document by its kind', () => {
    const document: FhirResource = {
      resourceType: 'DocumentReference',
      id: 'd',
      status: 'current',
      subject: anna,
      type: { coding: [{ system: 'http://loinc.org', code: '18748-4' }] },
      content: [{ attachment: {} }],
    };
    expect(shown(document)).toMatchObject({ kind: 'document', state: 'holds', codes: ['http://loinc.org|18748-4'] });
    const state = (fields: object) => shown(Object.assign({ ...document }, fields))?.state;
    expect(['superseded', 'entered-in-error', 'new'].map((one) => state({ status: one }))).toEqual([
      'gone',
      'gone',
      'under-way',
    ]);
    expect(
      ['preliminary', 'final', 'amended', 'entered-in-error', 'new'].map((one) => state({ docStatus: one })),
    ).toEqual(['under-way', 'holds', 'holds', 'gone', 'under-way']);
  });
});

describe('any valid resource', () => {
  it('is read without a fault, into what a story can carry', () => {
    let shownOnce = 0;
    fc.assert(
      fc.property(someResource, (resource) => {
        const read = found(resource);
        if (read === undefined) return;
        shownOnce += 1;
        const { reference, kind, state, codes, about } = read.evidence;
        expect(read.patient).toBe('anna');
        expect(reference).toBe(`${resource.resourceType}/${resource.id ?? ''}`);
        expect(evidenceKinds).toContain(kind);
        expect(evidenceStates).toContain(state);
        for (const code of codes) expect(code).toMatch(/^[^|]*\|/);
        for (const one of about) expect(one).toMatch(/^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+$/);
        expect(JSON.parse(JSON.stringify(read))).toEqual(read);
      }),
      { numRuns: 2000 },
    );
    expect(shownOnce).toBeGreaterThan(200);
  });

  it('(and those that are drawn are valid, but for references to what is of another type)', () => {
    const drawn = fc.sample(someResource, 100);
    const faults = drawn.flatMap((resource) => faultsOf(resource).filter((fault) => !/Invalid reference/.test(fault)));
    expect(faults).toEqual([]);
  });

  it('brings no more than a story can carry, whatever its size', () => {
    const coding = Array.from({ length: 1000 }, (_, at) => ({ system: 's', code: String(at) }));
    const insurance = coding.map(({ code }) => ({ reference: `Coverage/${code}` }));
    const text = 'x'.repeat(10_000);
    expect(JSON.stringify(shown({ ...order, code: { coding, text }, insurance })).length).toBeLessThan(2000);
    const allergy: FhirResource = { resourceType: 'AllergyIntolerance', id: 'a', patient: anna, code: { text } };
    expect(JSON.stringify(shown(allergy)).length).toBeLessThan(400);
  });

  it('of somebody unknown, of a group, or without an id shows nothing', () => {
    for (const reference of ['Group/1', 'urn:uuid:2d5afc69-6ef2-420f-a8d1-8500c99eb96c', '#p', ''])
      expect(found({ ...order, subject: { reference } })).toBeUndefined();
    const { id: _, ...unnamed } = order;
    expect(found(unnamed)).toBeUndefined();
    expect(found({ resourceType: 'Observation', id: 'o', status: 'final', code: {}, subject: anna })).toBeUndefined();
  });

  it.skipIf(!hasRealResources)('written by others is read, with nothing lost of what it is about', () => {
    const folder = 'fhir-r4-examples';
    const files = readdirSync(`${import.meta.dirname}/../../../shared/testdata/${folder}`);
    const resources = files.map((file): FhirResource => JSON.parse(realText(`${folder}/${file}`)));
    const bundles = readdirSync(`${import.meta.dirname}/../../../shared/testdata/synthea`).flatMap((file) => {
      const bundle: Bundle<FhirResource> = JSON.parse(realText(`synthea/${file}`));
      return (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
    });
    const read = [...resources, ...bundles].flatMap((resource) => found(resource) ?? []);
    const byReference = Object.fromEntries(read.map(({ evidence }) => [evidence.reference, evidence]));
    expect(read.length).toBeGreaterThan(15);
    expect(byReference['Coverage/SP1234']).toMatchObject({ payer: 'self', until: '2012-03-17' });
    expect(byReference['Coverage/9876B1']).toMatchObject({ payer: 'other', state: 'holds' });
    expect(byReference['CoverageEligibilityResponse/E2503']).toMatchObject({ state: 'gone' });
    expect(byReference['ServiceRequest/lipid']).toMatchObject({
      state: 'holds',
      codes: ['http://acme.org/tests|LIPID'],
    });
  });
});
