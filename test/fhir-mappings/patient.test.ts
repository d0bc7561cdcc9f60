import type { Bundle, FhirResource, Patient, RelatedPerson } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { readPerson, readRelatedPerson } from '../../fhir-mappings/patient.ts';
import { hasRealResources, realResource } from './real-resources.ts';

const normalise = (raw: string) => {
  const digits = raw.replace(/\D/g, '');
  return digits.length === 10 ? `+1${digits}` : digits.length === 11 ? `+${digits}` : undefined;
};
const read = (patient: Partial<Patient>) =>
  readPerson({ resourceType: 'Patient', id: 'anna', ...patient }, normalise, '2026-03-02');

describe('a patient', () => {
  it('is called by the first name as it is written, the usual one before the official', () => {
    expect(
      read({
        name: [
          { use: 'old', given: ['Ania'] },
          { use: 'official', given: ['Anna', 'Maria'], family: 'Kowalska' },
        ],
      }).name,
    ).toEqual({ first: 'Anna', family: 'Kowalska', full: 'Anna Maria Kowalska' });
    expect(
      read({
        name: [
          { use: 'official', given: ['Robert'] },
          { use: 'usual', given: ['bob '] },
        ],
      }).name.first,
    ).toBe('bob');
    expect(read({ name: [{ given: ['Ended'], period: { end: '2020' } }, { given: ['Now'] }] }).name.first).toBe('Now');
    expect(read({ name: [{ text: 'Jean-Luc P.' }] }).name).toEqual({ first: 'Jean-Luc P.', full: 'Jean-Luc P.' });
    expect(read({}).name).toEqual({});
  });

  it('has every number that still works, best first and once', () => {
    const person = read({
      telecom: [
        { system: 'phone', use: 'work', value: '(312) 555-0001' },
        { system: 'phone', use: 'home', value: '312-555-0002' },
        { system: 'sms', use: 'mobile', value: 'tel:+1 312 555 0003' },
        { system: 'phone', use: 'old', value: '312-555-0004' },
        { system: 'phone', value: '312-555-0005', period: { end: '2026-03-01' } },
        { system: 'phone', value: '312-555-0006', period: { end: '2026' }, rank: 1 },
        { system: 'phone', use: 'home', value: '312 555 0003' },
        { system: 'email', value: 'a@x.example' },
        { system: 'phone', value: 'ask mum' },
        { system: 'phone' },
      ],
    });
    expect(person.phones).toEqual([
      { number: '+13125550006', use: 'unknown', system: 'phone', rank: 1 },
      { number: '+13125550003', use: 'mobile', system: 'sms' },
      { number: '+13125550002', use: 'home', system: 'phone' },
      { number: '+13125550001', use: 'work', system: 'phone' },
    ]);
    expect(person.unreadablePhones).toBe(1);
  });

  it('speaks the language that is preferred, if we do', () => {
    const language = (...codes: [string, boolean][]) =>
      read({
        communication: codes.map(([code, preferred]) => ({
          language: { coding: [{ system: 'urn:ietf:bcp:47', code }] },
          preferred,
        })),
      }).language;
    expect(language(['en-US', false], ['pl', true])).toBe('pl');
    expect(language(['es-MX', false])).toBe('es');
    expect(language(['de', true], ['en', false])).toBe('en');
    expect(language(['de', true])).toBeUndefined();
  });

  it('may have died, be inactive or be merged into another', () => {
    expect(read({ deceasedBoolean: true }).deceased).toBe(true);
    expect(read({ deceasedDateTime: '2026-01-01' }).deceased).toBe(true);
    expect(read({ deceasedBoolean: false })).toMatchObject({ deceased: false, active: true });
    expect(
      read({
        active: false,
        link: [{ type: 'replaced-by', other: { reference: 'https://ehr.example/fhir/Patient/new' } }],
      }),
    ).toMatchObject({ active: false, replacedBy: 'new' });
    expect(read({ link: [{ type: 'replaces', other: { reference: 'Patient/older' } }] }).replacedBy).toBeUndefined();
  });
});

describe('a related person', () => {
  const mother: RelatedPerson = {
    resourceType: 'RelatedPerson',
    id: 'mum',
    patient: { reference: 'Patient/anna' },
    relationship: [{ coding: [{ code: 'MTH', display: 'mother' }], text: 'Mum' }],
    telecom: [{ system: 'phone', value: '312-555-0009' }],
    name: [{ given: ['Ewa'] }],
  };
  it('acts for a patient until the period ends', () => {
    expect(readRelatedPerson(mother, normalise, '2026-03-02')).toMatchObject({
      id: 'mum',
      patient: 'anna',
      relationship: ['MTH', 'mother', 'Mum'],
      active: true,
      name: { first: 'Ewa' },
      phones: [{ number: '+13125550009' }],
    });
    expect(readRelatedPerson({ ...mother, period: { end: '2026-03-01' } }, normalise, '2026-03-02').active).toBe(false);
    expect(readRelatedPerson({ ...mother, active: false }, normalise, '2026-03-02').active).toBe(false);
  });
});

describe.skipIf(!hasRealResources)('people written by others', () => {
  it.each(['animal', 'ch-example', 'dicom', 'infant-fetal', 'mom', 'newborn', 'pat1', 'pat2', 'xds'])(
    'Patient %s is read',
    (name) => {
      expect(
        readPerson(realResource<Patient>(`fhir-r4-examples/Patient-${name}.json`, 'Patient'), normalise, '2026-03-02')
          .id,
      ).not.toBe('');
    },
  );
  it.each(['f001', 'f002', 'newborn-mom', 'peter'])('RelatedPerson %s acts for somebody', (name) => {
    expect(
      readRelatedPerson(
        realResource<RelatedPerson>(`fhir-r4-examples/RelatedPerson-${name}.json`, 'RelatedPerson'),
        normalise,
        '2026-03-02',
      ).patient,
    ).toBeTypeOf('string');
  });
  it('a Synthea patient has a phone that is not in E.164 form', () => {
    const bundle = realResource<Bundle<FhirResource>>(
      'synthea/Ned_Hintz_e4b9259d-0f54-48d1-a35d-b526729a4dfe.json',
      'Bundle',
    );
    const patient = bundle.entry
      ?.map(({ resource }) => resource)
      .find((resource) => resource?.resourceType === 'Patient');
    if (patient?.resourceType !== 'Patient') throw new Error('no patient');
    expect(readPerson(patient, normalise, '2026-03-02').phones[0]?.number).toMatch(/^\+1555/);
  });
});
