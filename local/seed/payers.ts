import type { Coverage, Organization } from 'fhir/r4.js';

const organizationType = 'http://terminology.hl7.org/CodeSystem/organization-type';

/** Those of `content/payers.json`, as a chart holds them. */
export const payers: readonly Organization[] = [
  payer('prairie-health', 'Prairie Health', 'PRAIRIE'),
  payer('lakeshore-mutual', 'Lakeshore Mutual', 'LAKESHORE'),
  payer('medicare', 'Medicare', 'MEDICARE'),
];

/** A practice that sends patients here; referrals name it. */
export const referringPractice: Organization = {
  resourceType: 'Organization',
  id: 'riverside-practice',
  active: true,
  name: 'Riverside Family Practice',
  type: [{ coding: [{ system: organizationType, code: 'prov', display: 'Healthcare Provider' }] }],
  telecom: [{ system: 'phone', value: '+13125550180', use: 'work' }],
  address: [{ line: ['301 River Street'], city: 'Chicago', state: 'IL', postalCode: '60654', country: 'US' }],
};

export const coverages: readonly Coverage[] = [
  coverage('anna-kowalska', 'prairie-health', 'Prairie Health', 'PH-204-118'),
  coverage('rosa-hernandez', 'lakeshore-mutual', 'Lakeshore Mutual', 'LM-77-5531'),
  coverage('piotr-nowak', 'prairie-health', 'Prairie Health', 'PH-331-940'),
  coverage('walter-grant', 'medicare', 'Medicare', '1EG4-TE5-MK73'),
];

function payer(id: string, name: string, identifier: string): Organization {
  return {
    resourceType: 'Organization',
    id,
    active: true,
    identifier: [{ system: 'https://lakeside.example/payer', value: identifier }],
    name,
    type: [{ coding: [{ system: organizationType, code: 'ins', display: 'Insurance Company' }] }],
  };
}

function coverage(patient: string, payerId: string, name: string, member: string): Coverage {
  return {
    resourceType: 'Coverage',
    id: `${patient}-coverage`,
    status: 'active',
    type: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'EHCPOL', display: 'extended healthcare' },
      ],
    },
    subscriberId: member,
    beneficiary: { reference: `Patient/${patient}` },
    relationship: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/subscriber-relationship', code: 'self' }],
    },
    period: { start: '2026-01-01' },
    payor: [{ reference: `Organization/${payerId}`, display: name }],
  };
}
