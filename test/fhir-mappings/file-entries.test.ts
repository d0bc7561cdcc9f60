import type { Coverage, Patient } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { coverageOnFile, patientOnFile } from '../../fhir-mappings/file-entries.ts';
import { coverages } from '../../local/seed/payers.ts';

const today = '2026-11-22';
const meta = { lastUpdated: '2026-10-01T09:00:00Z' };
const normalise = (raw: string) => (raw.startsWith('+') ? raw.replaceAll(/[^+\d]/g, '') : undefined);

const patient: Patient = {
  resourceType: 'Patient',
  id: 'anna',
  meta,
  name: [{ use: 'official', family: 'Kowalska', given: ['Anna'] }],
  birthDate: '1986-04-12',
  telecom: [
    { system: 'phone', value: '+1 312 555 0142', use: 'mobile' },
    { system: 'phone', value: '+48 600 000 142', use: 'home' },
    { system: 'email', value: 'anna@x.example' },
  ],
  address: [
    { use: 'old', text: 'Elsewhere' },
    { use: 'work', line: ['1 Office Road'], city: 'Chicago' },
    { use: 'home', line: ['48 Garden Court', 'Apt 3'], city: 'Chicago', state: 'IL', postalCode: '60614' },
  ],
};
const coverage: Coverage = {
  resourceType: 'Coverage',
  id: 'c1',
  meta,
  status: 'active',
  subscriberId: 'PH-1',
  beneficiary: { reference: 'Patient/anna' },
  period: { start: '2026-01-01', end: '2026-12-31' },
  payor: [{ reference: 'Organization/7', display: ' Prairie ' }],
};
const values = (entries: readonly { key: string; value: string }[]) =>
  Object.fromEntries(entries.map(({ key, value }) => [key, value]));

describe('what is on file', () => {
  it('is who somebody is and how they are reached, with where it stands and since when', () => {
    const entries = patientOnFile(patient, normalise, today);
    expect(values(entries)).toEqual({
      name: 'Anna Kowalska',
      'birth-date': '1986-04-12',
      address: '48 Garden Court, Apt 3, Chicago, IL 60614',
      phone: '+13125550142, +48600000142',
    });
    for (const entry of entries)
      expect(entry).toMatchObject({ source: 'Patient/anna', since: meta.lastUpdated, label: expect.any(String) });
  });

  it('has no entry for what the chart does not hold', () => {
    expect(patientOnFile({ resourceType: 'Patient', id: 'x' }, normalise, today)).toEqual([]);
    expect(patientOnFile({ resourceType: 'Patient', name: [{ text: 'No id' }] }, normalise, today)).toEqual([]);
    const moved: Patient = { ...patient, address: [{ text: 'Here\n  60614 Chicago', period: { end: '2026-11-21' } }] };
    expect(values(patientOnFile(moved, normalise, today))).not.toHaveProperty('address');
    const here: Patient = { ...patient, address: [{ text: 'Here\n  60614 Chicago', period: { end: '2026-11' } }] };
    expect(values(patientOnFile(here, normalise, today))).toMatchObject({ address: 'Here, 60614 Chicago' });
  });

  it('is the coverage that holds today, with the member’s number', () => {
    expect(coverageOnFile(coverage, 'Prairie Health', today)).toEqual([
      {
        key: 'coverage/c1',
        label: 'Coverage',
        value: 'Prairie Health, member PH-1, until 2026-12-31',
        source: 'Coverage/c1',
        since: meta.lastUpdated,
      },
    ]);
    expect(values(coverageOnFile(coverage, undefined, today))['coverage/c1']).toContain('Prairie,');
    const child: Coverage = { ...coverage, relationship: { coding: [{ code: 'child', display: 'Child' }] } };
    expect(values(coverageOnFile(child, 'P', today))['coverage/c1']).toBe('P, member PH-1, as Child, until 2026-12-31');
  });

  it('is no coverage that is over, called off or only drafted', () => {
    for (const status of ['cancelled', 'draft', 'entered-in-error'] as const)
      expect(coverageOnFile({ ...coverage, status }, 'P', today)).toEqual([]);
    expect(coverageOnFile({ ...coverage, period: { end: '2026-11-21' } }, 'P', today)).toEqual([]);
    expect(coverageOnFile({ ...coverage, period: { end: '2026' } }, 'P', today)).toHaveLength(1);
  });

  it('is read from the seed', () => {
    for (const one of coverages) expect(coverageOnFile(one, undefined, today)).toHaveLength(1);
  });
});
