import fc from 'fast-check';
import type { Appointment, FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { type Inflow, inflow } from './inflow.ts';
import { appointment, patient, routine, snomed } from './resources.ts';
import { notificationOf } from './small-chart.ts';

/** How the EHR tells of one write. */
type Manner = 'full' | 'bare' | 'id-only' | 'empty' | 'put';

interface Write {
  readonly resource: FhirResource & { readonly id: string };
  readonly deletes: boolean;
  readonly manner: Manner;
  /** It is told so many writes later; `lost`: only when everything is over. */
  readonly delay: number;
  readonly lost: boolean;
  readonly copies: number;
}

const numbers = { anna: '+13125550101', jan: '+13125550102' } as const;
const who = fc.constantFrom('anna' as const, 'jan' as const);
const times = ['2026-03-05T15:00:00Z', '2026-03-06T09:30:00-06:00', '2026-03-20T16:00:00Z', '2026-06-01T08:00:00Z'];
const reference = (id: string) => ({ reference: `Patient/${id}` });

const people = fc
  .record({
    id: who,
    name: fc.constantFrom('Anna', 'Ania'),
    other: fc.boolean(),
    language: fc.constantFrom('en', 'es', 'pl'),
  })
  .map(({ id, name, other, language }) =>
    patient(id, other ? '+13125550199' : numbers[id], {
      name: [{ given: [name] }],
      communication: [{ language: { coding: [{ code: language }] } }],
    }),
  );

// `fulfilled` is left to the tests of its own: what took place does not become a plan again.
const statuses = [
  'proposed',
  'pending',
  'booked',
  'booked',
  'booked',
  'arrived',
  'checked-in',
  'cancelled',
  'noshow',
  'entered-in-error',
  'waitlist',
] as const;
const visits = fc
  .record({
    id: fc.constantFrom('a1', 'a2'),
    whose: fc.constantFrom('anna' as const, 'anna' as const, 'jan' as const),
    start: fc.constantFrom(...times),
    status: fc.constantFrom(...statuses),
    kind: fc.constantFrom<Partial<Appointment>>({}, routine, { serviceType: [] }),
  })
  .map(({ id, whose, start, status, kind }) => appointment(id, whose, start, { status, ...kind }));

const papers = fc
  .record({ whose: who, good: fc.boolean(), which: fc.integer({ min: 0, max: 5 }) })
  .map(({ whose, good, which }): FhirResource & { id: string } => {
    const subject = reference(whose);
    const coded = { coding: [{ system: snomed, code: '51619007' }] };
    const all: readonly (FhirResource & { id: string })[] = [
      {
        resourceType: 'ServiceRequest',
        id: 's1',
        status: good ? 'active' : 'revoked',
        intent: 'order',
        authoredOn: '2026-02-20',
        subject,
        code: coded,
      },
      {
        resourceType: 'Coverage',
        id: 'c1',
        status: good ? 'active' : 'cancelled',
        beneficiary: subject,
        payor: [{ display: 'Prairie Health' }],
      },
      {
        resourceType: 'ClaimResponse',
        id: 'cr1',
        status: 'active',
        type: coded,
        use: 'preauthorization',
        patient: subject,
        created: '2026-03-01',
        insurer: { display: 'Prairie Health' },
        outcome: good ? 'complete' : 'queued',
        preAuthRef: 'A1',
      },
      {
        resourceType: 'QuestionnaireResponse',
        id: 'q1',
        status: good ? 'completed' : 'in-progress',
        subject,
        authored: '2026-03-01T10:00:00Z',
        questionnaire: 'https://lakeside.example/Questionnaire/mri-safety|1.0.0',
      },
      {
        resourceType: 'AllergyIntolerance',
        id: 'al1',
        patient: subject,
        code: { text: good ? 'Iodine contrast' : 'Peanuts' },
      },
      {
        resourceType: 'MedicationRequest',
        id: 'm1',
        status: good ? 'active' : 'stopped',
        intent: 'order',
        subject,
        medicationCodeableConcept: { text: 'Metformin 500 mg' },
      },
    ];
    const [first] = all;
    if (first === undefined) throw new Error('No paper');
    return all[which] ?? first;
  });

const others = fc
  .record({ whose: who, active: fc.boolean() })
  .map(({ whose, active }): FhirResource & { id: string } => ({
    resourceType: 'RelatedPerson',
    id: 'r1',
    active,
    patient: reference(whose),
    relationship: [{ coding: [{ code: 'POWATT' }] }],
    telecom: [{ system: 'phone', value: '+13125550103' }],
  }));

const write = fc.record<Write>({
  resource: fc.oneof(
    { weight: 4, arbitrary: visits },
    { weight: 2, arbitrary: people },
    { weight: 3, arbitrary: papers },
    others,
  ),
  deletes: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  manner: fc.constantFrom('full', 'full', 'bare', 'id-only', 'put', 'empty'),
  delay: fc.integer({ min: 0, max: 6 }),
  lost: fc.boolean(),
  copies: fc.integer({ min: 1, max: 3 }),
});

async function tell(clinic: Inflow, { resource, manner, deletes }: Write, saved: Saved): Promise<void> {
  const { resourceType, id } = resource;
  const numbers = { numbers: [saved.number] };
  const place = `https://ehr.example/fhir/${resourceType}/${id}`;
  const told = {
    full: () => clinic.notify(notificationOf([saved.resource], numbers)),
    bare: () => clinic.notify(saved.resource),
    'id-only': () =>
      clinic.notify(
        notificationOf([{ fullUrl: place, request: { method: 'PUT', url: `${resourceType}/${id}` } }], numbers),
      ),
    put: () => clinic.notify('', `/${resourceType}/${id}`, 'PUT'),
    empty: () => clinic.notify('', `/${resourceType}`),
  } satisfies Record<Manner, () => Promise<number>>;
  const status = deletes
    ? await clinic.notify(notificationOf([deletion(place, resource)], numbers))
    : await told[manner]();
  expect(status).toBe(200);
}

/** Patients are there from the beginning, and are not deleted: nobody books a visit for nobody. */
function begin(clinic: Inflow): void {
  for (const id of ['anna', 'jan'] as const) clinic.ehr.put(patient(id, numbers[id]));
}

interface Saved {
  readonly resource: FhirResource & { readonly id: string };
  readonly number: number;
}

function deletion(place: string, { resourceType, id }: FhirResource & { readonly id: string }) {
  return { resourceType: 'none', fullUrl: place, request: { method: 'DELETE', url: `${resourceType}/${id}` } };
}

function happen(clinic: Inflow, { resource, deletes }: Write): Saved {
  const number = clinic.ehr.told.length + 1;
  if (!deletes) {
    const saved = clinic.ehr.put(resource);
    clinic.ehr.told.push({ number, resource: saved });
    return { resource: saved, number };
  }
  clinic.ehr.delete(`${resource.resourceType}/${resource.id}`);
  clinic.ehr.told.push({
    number,
    resource: deletion(`https://ehr.example/fhir/${resource.resourceType}/${resource.id}`, resource),
  });
  return { resource, number };
}

const isPatient = ({ resource }: Write) => resource.resourceType === 'Patient';

describe('whatever way the EHR tells of what happened', () => {
  it('late, twice, out of order, lost and sent again, in any form: the story is what it is when each is told in its turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 4 }),
        async (drawn, batch) => {
          const writes = drawn.map((each) => (isPatient(each) ? { ...each, deletes: false } : each));
          const inTurn = inflow();
          begin(inTurn);
          for (const id of ['anna', 'jan']) await inTurn.notify('', `/Patient/${id}`, 'PUT');
          await inTurn.follow();
          for (const each of writes) {
            await tell(inTurn, { ...each, manner: 'full' }, happen(inTurn, each));
            expect(await inTurn.follow()).toBe(true);
          }

          const anyhow = inflow();
          begin(anyhow);
          const waiting: { readonly at: number; readonly each: Write; readonly saved: Saved }[] = [];
          for (const [index, each] of writes.entries()) {
            const saved = happen(anyhow, each);
            for (let copy = 0; copy < each.copies; copy++)
              waiting.push({
                at: each.lost && copy === 0 ? Number.POSITIVE_INFINITY : index + each.delay * (copy + 1),
                each,
                saved,
              });
            for (const due of waiting.filter(({ at }) => at === index)) await tell(anyhow, due.each, due.saved);
            if (index % 2 === 0) await anyhow.follow(batch, 1);
          }
          for (const due of waiting.filter(({ at }) => at >= writes.length).toReversed())
            await tell(anyhow, due.each, due.saved);
          for (const id of ['anna', 'jan']) await anyhow.notify('', `/Patient/${id}`, 'PUT');
          expect(await anyhow.follow(batch, 20)).toBe(true);
          expect(anyhow.state()).toEqual(inTurn.state());
        },
      ),
      { numRuns: 120 },
    );
  });
});
