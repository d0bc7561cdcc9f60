import type { HealthcareService, Location, Organization, Practitioner, PractitionerRole } from 'fhir/r4.js';
import { clinic, clinicNumber } from './clinic.ts';

export const organization: Organization = {
  resourceType: 'Organization',
  id: 'lakeside-clinic',
  active: true,
  name: clinic.name,
  type: [
    {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/organization-type',
          code: 'prov',
          display: 'Healthcare Provider',
        },
      ],
    },
  ],
  telecom: [
    { system: 'phone', value: clinic.desk, use: 'work', rank: 1 },
    { system: 'sms', value: clinicNumber, use: 'work' },
  ],
  address: [{ line: ['12 Lakeside Avenue'], city: 'Chicago', state: 'IL', postalCode: '60601', country: 'US' }],
};

export const location: Location = {
  resourceType: 'Location',
  id: 'lakeside-main',
  status: 'active',
  name: clinic.name,
  mode: 'instance',
  telecom: [{ system: 'phone', value: clinic.desk, use: 'work' }],
  address: { line: ['12 Lakeside Avenue'], city: 'Chicago', state: 'IL', postalCode: '60601', country: 'US' },
  managingOrganization: { reference: 'Organization/lakeside-clinic' },
};

const specialties = {
  general: { system: 'http://snomed.info/sct', code: '394814009', display: 'General practice' },
  cardiology: { system: 'http://snomed.info/sct', code: '394579002', display: 'Cardiology' },
  radiology: { system: 'http://snomed.info/sct', code: '394914008', display: 'Radiology' },
} as const;

export const services: readonly HealthcareService[] = [
  service('general-practice', 'General practice', specialties.general),
  service('cardiology', 'Cardiology', specialties.cardiology),
  service('imaging', 'Imaging', specialties.radiology),
];

function service(id: string, name: string, specialty: (typeof specialties)[keyof typeof specialties]) {
  return {
    resourceType: 'HealthcareService',
    id,
    active: true,
    name,
    providedBy: { reference: 'Organization/lakeside-clinic' },
    location: [{ reference: 'Location/lakeside-main' }],
    specialty: [{ coding: [specialty] }],
  } satisfies HealthcareService;
}

export const practitioners: readonly Practitioner[] = [
  {
    resourceType: 'Practitioner',
    id: 'dr-lee',
    active: true,
    name: [{ use: 'official', family: 'Lee', given: ['Helen'], prefix: ['Dr'] }],
  },
  {
    resourceType: 'Practitioner',
    id: 'clerk-maya',
    active: true,
    name: [{ use: 'official', family: 'Torres', given: ['Maya'] }],
    telecom: [{ system: 'phone', value: clinic.desk, use: 'work' }],
  },
  {
    resourceType: 'Practitioner',
    id: 'nurse-okafor',
    active: true,
    name: [{ use: 'official', family: 'Okafor', given: ['Grace'] }],
    telecom: [{ system: 'phone', value: clinic.onCall, use: 'work' }],
  },
];

export const roles: readonly PractitionerRole[] = [
  role('dr-lee', { code: 'doctor', display: 'Doctor' }, ['general-practice', 'cardiology']),
  role('nurse-okafor', { code: 'nurse', display: 'Nurse' }, ['general-practice']),
  role('clerk-maya', { text: 'Front desk' }, []),
];

function role(
  practitioner: string,
  what: { readonly code: string; readonly display: string } | { readonly text: string },
  at: readonly string[],
): PractitionerRole {
  return {
    resourceType: 'PractitionerRole',
    id: `${practitioner}-role`,
    active: true,
    practitioner: { reference: `Practitioner/${practitioner}` },
    organization: { reference: 'Organization/lakeside-clinic' },
    code: [
      'text' in what
        ? { text: what.text }
        : { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/practitioner-role', ...what }] },
    ],
    location: [{ reference: 'Location/lakeside-main' }],
    ...(at.length === 0 ? {} : { healthcareService: at.map((id) => ({ reference: `HealthcareService/${id}` })) }),
  };
}
