import fc from 'fast-check';
import type { AppointmentResponse, Encounter } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { readAppointmentResponse } from '../../fhir-mappings/appointment-response.ts';
import { readEncounter } from '../../fhir-mappings/encounter.ts';
import { patientOf } from '../../fhir-mappings/patient-of.ts';
import { hasRealResources, realResource } from './real-resources.ts';

const encounter: Encounter = {
  resourceType: 'Encounter',
  id: 'e',
  status: 'in-progress',
  class: { code: 'AMB' },
  subject: { reference: 'https://ehr.example/fhir/Patient/anna' },
  appointment: [{ reference: 'Appointment/7' }, { reference: 'Slot/no' }],
  participant: [
    { individual: { reference: 'PractitionerRole/x' } },
    { individual: { reference: 'Practitioner/dr-lee' } },
  ],
  location: [{ location: { reference: 'Location/room-2' } }],
  period: { start: '2026-03-02T09:52:00-06:00' },
};

describe('an encounter', () => {
  it('says of which visit it is, with whom, where, and since when', () => {
    expect(readEncounter(encounter)).toEqual({
      id: 'e',
      state: 'under-way',
      patient: 'anna',
      appointments: ['7'],
      practitioner: 'dr-lee',
      location: 'room-2',
      begunAt: '2026-03-02T09:52:00-06:00',
    });
  });

  it('began when its history says that it got under way, not when the patient came', () => {
    const statusHistory: Encounter['statusHistory'] = [
      { status: 'arrived', period: { start: '2026-03-02T09:30:00-06:00' } },
      { status: 'in-progress', period: { start: '2026-03-02T09:55:00-06:00' } },
    ];
    expect(readEncounter({ ...encounter, statusHistory }).begunAt).toBe('2026-03-02T09:55:00-06:00');
    expect(readEncounter({ ...encounter, status: 'arrived', statusHistory }).begunAt).toBeUndefined();
    expect(readEncounter({ ...encounter, period: { start: '2026-03-02' } }).begunAt).toBeUndefined();
  });

  it.each<[Encounter['status'], string]>([
    ['planned', 'nothing'],
    ['arrived', 'arrived'],
    ['triaged', 'arrived'],
    ['in-progress', 'under-way'],
    ['onleave', 'under-way'],
    ['finished', 'finished'],
    ['cancelled', 'nothing'],
    ['entered-in-error', 'nothing'],
    ['unknown', 'nothing'],
  ])('that is %s means %s', (status, state) => {
    expect(readEncounter({ ...encounter, status }).state).toBe(state);
  });

  it.skipIf(!hasRealResources)('of the specification is read', () => {
    const real = realResource<Encounter>('fhir-r4-examples/Encounter-f203.json', 'Encounter');
    expect(readEncounter(real)).toMatchObject({ patient: 'f201', state: 'finished', appointments: ['example'] });
  });
});

describe('a reply to an appointment', () => {
  it('says who comes to what', () => {
    const response: AppointmentResponse = {
      resourceType: 'AppointmentResponse',
      appointment: { reference: 'Appointment/7' },
      actor: { reference: 'Patient/anna' },
      participantStatus: 'accepted',
    };
    expect(readAppointmentResponse(response)).toEqual({
      reply: 'comes',
      ours: false,
      appointment: '7',
      patient: 'anna',
    });
    expect(readAppointmentResponse({ ...response, participantStatus: 'declined' }).reply).toBe('declines');
    expect(readAppointmentResponse({ ...response, participantStatus: 'tentative' }).reply).toBe('open');
  });
});

describe('whom a resource is about', () => {
  it.each<[object, string | undefined]>([
    [{ resourceType: 'Patient', id: 'anna' }, 'anna'],
    [{ resourceType: 'Coverage', beneficiary: { reference: 'Patient/anna' } }, 'anna'],
    [{ resourceType: 'Task', for: { reference: 'Patient/anna/_history/3' } }, 'anna'],
    [
      {
        resourceType: 'Appointment',
        participant: [{ actor: { reference: 'Practitioner/x' } }, { actor: { reference: 'Patient/anna' } }],
      },
      'anna',
    ],
    [
      { resourceType: 'Appointment', participant: ['a', 'b'].map((id) => ({ actor: { reference: `Patient/${id}` } })) },
      undefined,
    ],
    [{ resourceType: 'Slot', schedule: { reference: 'Schedule/1' } }, undefined],
  ])('%j', (resource, patient) => {
    expect(patientOf(resource)).toBe(patient);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const place of ['patient', 'subject', 'participant', 'actor'])
          patientOf({ resourceType: 'X', [place]: value });
        patientOf(value);
      }),
      { numRuns: 500 },
    );
  });
});

/** Any of what FHIR allows to be there or not, and codes of tomorrow. */
const concept = fc.record({ text: fc.string() }, { requiredKeys: [] });
const reference = fc.record(
  {
    reference: fc.constantFrom('Patient/a', 'https://e.example/Appointment/7/_history/2', '#c', 'urn:uuid:1', ''),
    display: fc.string(),
  },
  { requiredKeys: [] },
);
const period = fc.record(
  { start: fc.constantFrom('2026', '2026-03-02', '2026-03-02T09:00:00Z', 'soon'), end: fc.string() },
  { requiredKeys: [] },
);
const someOf = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });
const anEncounter = fc.record(
  {
    status: fc.constantFrom('in-progress', 'finished', 'teleported', 'constructor'),
    subject: reference,
    appointment: someOf(reference),
    participant: someOf(fc.record({ individual: reference, type: someOf(concept) }, { requiredKeys: [] })),
    location: someOf(fc.record({ location: reference }, { requiredKeys: [] })),
    statusHistory: someOf(fc.record({ status: fc.constantFrom('in-progress', 'x'), period })),
    period,
  },
  { requiredKeys: [] },
);
const aReply = fc.record(
  {
    participantStatus: fc.constantFrom('accepted', 'maybe', 'toString'),
    appointment: reference,
    actor: reference,
    start: fc.string(),
    identifier: someOf(fc.record({ system: fc.string(), value: fc.string() }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);

describe('no valid resource, and hardly an invalid one,', () => {
  it('makes a mapping throw', () => {
    fc.assert(
      fc.property(anEncounter, aReply, (encounterLike, replyLike) => {
        const one: Encounter = JSON.parse(JSON.stringify({ resourceType: 'Encounter', class: {}, ...encounterLike }));
        const other: AppointmentResponse = JSON.parse(
          JSON.stringify({ resourceType: 'AppointmentResponse', ...replyLike }),
        );
        expect(['nothing', 'arrived', 'under-way', 'finished']).toContain(readEncounter(one).state);
        expect(['comes', 'declines', 'open']).toContain(readAppointmentResponse(other).reply);
      }),
      { numRuns: 500 },
    );
  });

  it.skipIf(!hasRealResources)('of the specification’s examples makes one throw', () => {
    for (const name of ['example', 'f002', 'f202', 'f203'])
      readEncounter(realResource<Encounter>(`fhir-r4-examples/Encounter-${name}.json`, 'Encounter'));
    const response = realResource<AppointmentResponse>(
      'fhir-r4-examples/AppointmentResponse-example.json',
      'AppointmentResponse',
    );
    expect(readAppointmentResponse(response)).toMatchObject({ appointment: 'example', reply: 'comes' });
  });
});
