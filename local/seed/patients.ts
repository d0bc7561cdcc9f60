import type { CodeableConcept, Consent, ContactPoint, Patient, RelatedPerson } from 'fhir/r4.js';
import { toConsent } from '../../fhir-mappings/consent.ts';

type Speaks = 'en' | 'es' | 'pl';
const spoken: Record<Speaks, CodeableConcept> = {
  en: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en', display: 'English' }] },
  es: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es', display: 'Spanish' }] },
  pl: { coding: [{ system: 'urn:ietf:bcp:47', code: 'pl', display: 'Polish' }] },
};

/**
 * A dozen people, each here for one thing that real charts do to a phone index. Ids are fixed: scripts and tests name them.
 * Numbers are of the 555-01xx range unless what is shown is another form; the Polish ones are of no exchange in use.
 */
export const patients: readonly Patient[] = [
  // A number abroad and one here; speaks English with us though the family speaks Polish.
  {
    ...patient('anna-kowalska', 'female', '1986-04-12', 'Kowalska', ['Anna'], 'en', [
      mobile('+13125550142', 1),
      { ...mobile('+48 600 000 142'), use: 'home' },
    ]),
    address: [{ use: 'home', line: ['48 Garden Court, Apt 3'], city: 'Chicago', state: 'IL', postalCode: '60614' }],
  },
  // Two people on one phone.
  patient('maria-lopez', 'female', '1979-09-30', 'López', ['María'], 'es', [mobile('+17735550123')]),
  patient('jose-lopez', 'male', '1977-02-14', 'López', ['José'], 'en', [mobile('(773) 555-0123')]),
  // A landline only: nothing can be texted.
  patient('walter-grant', 'male', '1941-11-03', 'Grant', ['Walter'], 'en', [
    { system: 'phone', value: '+1 312-555-0117', use: 'home' },
  ]),
  // A child: the mother answers on her phone.
  patient('emma-davis', 'female', '2019-06-21', 'Davis', ['Emma'], 'en', []),
  patient('rosa-hernandez', 'female', '1992-01-17', 'Hernández', ['Rosa'], 'es', [mobile('+17735550131')]),
  patient('piotr-nowak', 'male', '1968-08-08', 'Nowak', ['Piotr'], 'pl', [mobile('+18475550108')]),
  // Has said no to texts.
  patient('sam-carter', 'male', '1990-12-01', 'Carter', ['Sam'], 'en', [mobile('+13125550155')]),
  // A number as charts hold it, without a country.
  patient('linda-nguyen', 'female', '1983-03-27', 'Nguyen', ['Linda'], 'en', [
    { system: 'phone', value: '555-866-2259', use: 'home' },
  ]),
  // No way to reach but a letter.
  patient('george-miller', 'male', '1955-05-05', 'Miller', ['George'], 'en', []),
  {
    ...patient('ruth-weiss', 'female', '1938-10-19', 'Weiss', ['Ruth'], 'en', [mobile('+13125550166')]),
    deceasedDateTime: '2026-09-02',
  },
  // An old number beside the one in use, and a work phone that ranks last.
  patient('david-kim', 'male', '1974-07-11', 'Kim', ['David'], 'en', [
    { ...mobile('+13125550170'), use: 'old' },
    mobile('312.555.0171', 1),
    { system: 'phone', value: '+1 (312) 555-0172', use: 'work', rank: 3 },
  ]),
];

export const relatedPersons: readonly RelatedPerson[] = [
  related('halina-kowalska', 'anna-kowalska', 'Kowalska', 'Halina', 'pl', '+48 600 000 143'),
  related('claire-davis', 'emma-davis', 'Davis', 'Claire', 'en', '+13125550128'),
];

export const consents: readonly Consent[] = [
  {
    ...toConsent({
      identifier: 'seed-sam-carter-texts',
      patient: 'Patient/sam-carter',
      texts: 'deny',
      at: '2026-10-01T15:00:00Z',
      words: 'Said at the desk: no texts',
    }),
    id: 'sam-carter-no-texts',
  },
];

function patient(
  id: string,
  gender: 'female' | 'male',
  birthDate: string,
  family: string,
  given: readonly string[],
  language: Speaks,
  telecom: readonly ContactPoint[],
): Patient {
  return {
    resourceType: 'Patient',
    id,
    active: true,
    identifier: [{ system: 'https://lakeside.example/mrn', value: `MRN-${id}` }],
    name: [{ use: 'official', family, given: [...given] }],
    gender,
    birthDate,
    ...(telecom.length === 0 ? {} : { telecom: [...telecom] }),
    communication: [{ language: spoken[language], preferred: true }],
    managingOrganization: { reference: 'Organization/lakeside-clinic' },
  };
}

function mobile(value: string, rank?: number): ContactPoint {
  return { system: 'phone', value, use: 'mobile', ...(rank === undefined ? {} : { rank }) };
}

function related(
  id: string,
  of: string,
  family: string,
  given: string,
  language: Speaks,
  number: string,
): RelatedPerson {
  return {
    resourceType: 'RelatedPerson',
    id,
    active: true,
    patient: { reference: `Patient/${of}` },
    relationship: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH', display: 'mother' }] },
    ],
    name: [{ use: 'official', family, given: [given] }],
    telecom: [mobile(number)],
    communication: [{ language: spoken[language], preferred: true }],
  };
}
