import { isResource } from '@medplum/core';
import { parsePhoneNumberWithError } from 'libphonenumber-js/min';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPerson, readRelatedPerson } from '../../fhir-mappings/patient.ts';
import { type Definitions, loadDefinitions } from '../../local/ehr/definitions.ts';
import { checkResource } from '../../local/ehr/validation.ts';
import { clinic, clinicNumber, users } from '../../local/seed/clinic.ts';
import { consents, patients, relatedPersons } from '../../local/seed/patients.ts';
import { seedResources } from '../../local/seed/seed.ts';

const normalise = (raw: string): string | undefined => {
  const parsed = parsePhoneNumberWithError(raw, clinic.country);
  return parsed.isPossible() ? parsed.number : undefined;
};
const people = patients.map((patient) => readPerson(patient, normalise, '2026-11-22'));
const related = relatedPersons.map((one) => readRelatedPerson(one, normalise, '2026-11-22'));
const person = (id: string) => people.find((one) => one.id === id);

describe('the seed of the EHR stand-in', () => {
  let definitions: Definitions;
  beforeAll(() => {
    definitions = loadDefinitions();
  });

  it('is valid FHIR R4, required codes included', () => {
    for (const resource of seedResources()) expect(() => checkResource(resource, definitions)).not.toThrow();
    const [organization] = seedResources();
    const wrong: unknown = { ...organization, name: 7 };
    if (!isResource(wrong)) throw new Error('not a resource');
    expect(() => checkResource(wrong, definitions)).toThrow();
  });

  it('has every id once, and names nothing that is not there', () => {
    const ids = seedResources().map(({ resourceType, id }) => `${resourceType}/${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...JSON.stringify(seedResources()).matchAll(/"reference":"([^"]+)"/g)].map((found) => found[1]);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((reference) => !ids.includes(reference ?? ''))).toEqual([]);
    expect(users.filter(({ fhirUser }) => !ids.includes(fhirUser))).toEqual([]);
  });

  it('holds a dozen patients, each for what charts do to a phone index', () => {
    expect(people).toHaveLength(12);
    expect(people.every(({ unreadablePhones }) => unreadablePhones === 0)).toBe(true);
    expect(person('anna-kowalska')).toMatchObject({ language: 'en', name: { first: 'Anna', full: 'Anna Kowalska' } });
    expect(person('anna-kowalska')?.phones.map(({ number }) => number)).toEqual(['+13125550142', '+48600000142']);
    expect(person('maria-lopez')?.phones[0]?.number).toBe(person('jose-lopez')?.phones[0]?.number);
    expect(person('maria-lopez')?.language).toBe('es');
    expect(person('piotr-nowak')?.language).toBe('pl');
    expect(person('walter-grant')?.phones.map(({ use }) => use)).toEqual(['home']);
    expect(person('linda-nguyen')?.phones.map(({ number }) => number)).toEqual(['+15558662259']);
    expect(person('george-miller')?.phones).toEqual([]);
    expect(person('ruth-weiss')?.deceased).toBe(true);
    expect(people.filter(({ deceased }) => deceased)).toHaveLength(1);
    expect(person('david-kim')?.phones.map(({ number }) => number)).toEqual(['+13125550171', '+13125550172']);
    expect(consents.map(({ patient, provision }) => [patient?.reference, provision?.type])).toEqual([
      ['Patient/sam-carter', 'deny'],
    ]);
  });

  it('lets a mother answer for her child, and knows what language the other mother speaks', () => {
    expect(person('emma-davis')?.phones).toEqual([]);
    expect(related).toMatchObject([
      { patient: 'anna-kowalska', language: 'pl', name: { first: 'Halina' }, phones: [{ number: '+48600000143' }] },
      { patient: 'emma-davis', language: 'en', name: { first: 'Claire' }, phones: [{ number: '+13125550128' }] },
    ]);
  });

  it('gives nobody a number of the clinic, and a number to two people only where that is meant', () => {
    const ours = [clinic.desk, clinic.onCall, clinicNumber];
    expect(new Set(ours).size).toBe(3);
    expect(ours.map(normalise)).toEqual(ours);
    const numbers = [...people, ...related].flatMap(({ phones }) => phones.map(({ number }) => number));
    expect(numbers.filter((number) => ours.includes(number))).toEqual([]);
    expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual(['+17735550123']);
  });

  it('is run for a clinic that reads dates and numbers as its country does', () => {
    expect(clinic).toMatchObject({ country: 'US', timeZone: 'America/Chicago', dateOrder: 'month-first' });
    expect(clinic.redFlags.flags.map(({ code }) => code)).toContain('chest-pain');
  });
});
