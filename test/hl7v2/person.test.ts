import type { Patient } from 'fhir/r4.js';
import { describe, expect, test } from 'vitest';
import { faultsOf } from '../fhir-mappings/fhir-validation.ts';
import { message } from './messages.ts';
import { changedPatient, instructionOf, madePatient, personOf } from './reading.ts';

const mrn = 'https://lakeside.example/mrn';

describe('a new record', () => {
  test('is what PID says, and shows where it came from', () => {
    const made = madePatient(message('adt-a04'));
    expect(made).toEqual({
      resourceType: 'Patient',
      meta: { source: 'urn:told-once:hl7v2' },
      active: true,
      identifier: [
        {
          type: {
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/v2-0203',
                code: 'MR',
                display: 'Medical record number',
              },
            ],
          },
          system: mrn,
          value: 'MRN-tomas-rivera',
        },
      ],
      name: [
        { use: 'official', family: 'Rivera', given: ['Tomás', 'J'], prefix: ['Mr.'] },
        { use: 'nickname', family: 'Rivera', given: ['Tom'] },
      ],
      birthDate: '1979-11-05',
      gender: 'male',
      address: [
        { use: 'home', line: ['880 Lake Road'], city: 'Chicago', state: 'IL', postalCode: '60611', country: 'USA' },
      ],
      telecom: [
        { system: 'phone', value: '(312)555-0186', use: 'mobile' },
        { system: 'phone', value: '(312) 555-0187', use: 'work' },
        { system: 'email', value: 'tomas.rivera@lakeside.example', use: 'home' },
      ],
      communication: [
        {
          language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }], text: 'Spanish' },
          preferred: true,
        },
      ],
    });
    expect(faultsOf(made)).toEqual([]);
  });

  test.each(['siu-s12', 'siu-s12-2.3', 'adt-a08', 'adt-a31', 'adt-a40'])('of %s is valid R4', (name) => {
    expect(faultsOf(madePatient(message(name)))).toEqual([]);
  });
});

describe('a number', () => {
  const systemOf = (cx: string) => personOf(message('adt-a08', { 'PID-3': cx })).primary.system;
  test.each([
    ['A1^^^LAKESIDE^MR', mrn],
    ['A1^^^lakeside', mrn],
    ['A1^^^LAKESIDE^PI', mrn],
    ['A1^^^^MR', mrn],
    ['A1^^^EASTPARK^MR', 'urn:told-once:hl7v2:EASTPARK'],
    ['A1^^^East Park/2^MR', 'urn:told-once:hl7v2:East%20Park%2F2'],
    ['A1^^^ŁÓDŹ^MR', 'urn:told-once:hl7v2:%C5%81%C3%93D%C5%B9'],
    ['A1^^^EP&2.16.840.1.113883.19.5&ISO^MR', 'urn:oid:2.16.840.1.113883.19.5'],
    ['A1^^^&2.16.840.1.113883.19.5^MR', 'urn:oid:2.16.840.1.113883.19.5'],
    ['A1^^^EP&02.16.840&ISO^MR', 'urn:told-once:hl7v2:EP'],
    ['A1^^^EP&6E8BC430-9C3A-11D9-9669-0800200C9A66&UUID^MR', 'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66'],
    ['A1^^^EP&https://eastpark.example/mrn&URI^MR', 'https://eastpark.example/mrn'],
    ['V9^^^LAKESIDE^VN', 'urn:told-once:hl7v2:LAKESIDE:VN'],
    ['123-45-6789^^^USSSA^SS', 'http://hl7.org/fhir/sid/us-ssn'],
    ['X7^^^^XX', 'urn:told-once:hl7v2:LAKESIDE:XX'],
    ['X7', 'urn:told-once:hl7v2:LAKESIDE:patients'],
  ])('%s is of %s', (cx, system) => {
    expect(systemOf(cx)).toBe(system);
  });

  test('of the clinic leads, whatever its place; one that people carry everywhere never does', () => {
    const numbers = '123-45-6789^^^USSSA^SS~E5^^^EASTPARK^MR~MRN-1^^^LAKESIDE^MR';
    const { primary, identifiers } = personOf(message('adt-a08', { 'PID-3': numbers }));
    expect(primary).toMatchObject({ system: mrn, value: 'MRN-1' });
    expect(identifiers.map(({ value }) => value)).toEqual(['MRN-1', 'E5', '123-45-6789']);
    const foreign = personOf(message('adt-a08', { 'PID-3': '123-45-6789^^^USSSA^SS~E5^^^EASTPARK^MR' }));
    expect(foreign.primary.value).toBe('E5');
  });
});

describe('a phone', () => {
  const telecom = (xtn: string, more: Record<string, string> = {}) =>
    madePatient(message('adt-a04', { 'PID-13': xtn, 'PID-14': '', ...more })).telecom;
  test.each([
    ['(312)555-0186', { value: '(312)555-0186', use: 'home' }],
    ['^PRN^CP^^^312^5550186', { value: '312 5550186', use: 'mobile' }],
    ['^PRN^PH^^1^312^5550186^22', { value: '+1 312 5550186 ext. 22', use: 'home' }],
    ['^^CP^^48^^600000142', { value: '+48 600000142', use: 'mobile' }],
    ['^PRN^CP^^^^^^^^^+13125550186', { value: '+13125550186', use: 'mobile' }],
    ['(312)555-0186^PRN^CP^^^312^5550187^^^^^3125550188', { value: '3125550188', use: 'mobile' }],
    ['312-555-0186^WPN', { value: '312-555-0186', use: 'work' }],
    ['312-555-0186^VHN^PH', { value: '312-555-0186', use: 'temp' }],
    ['312-555-0186^PRS', { value: '312-555-0186', use: 'mobile' }],
    ['312-555-0186^QQQ^ZZZ', { value: '312-555-0186', use: 'home' }],
    ['312-555-0186^PRN^FX', { system: 'fax', value: '312-555-0186', use: 'home' }],
    ['312-555-0186^BPN', { system: 'pager', value: '312-555-0186', use: 'home' }],
    ['312-555-0186^PRN^TDD', { system: 'other', value: '312-555-0186', use: 'home' }],
    ['anna@lakeside.example^NET^Internet', { system: 'email', value: 'anna@lakeside.example', use: 'home' }],
    ['^NET^Internet^anna@lakeside.example', { system: 'email', value: 'anna@lakeside.example', use: 'home' }],
    [
      '^PRN^PH^^^312^5550186^^^^^^20200101^20251231^^^^2',
      { value: '312 5550186', use: 'home', rank: 2, period: { start: '2020-01-01', end: '2025-12-31' } },
    ],
  ])('%s', (xtn, expected) => {
    expect(telecom(xtn)).toEqual([{ system: 'phone', ...expected }]);
  });

  test('that is none is left out and counted, and takes nobody’s number away', () => {
    const text = message('adt-a08', { 'PID-13': 'ask her sister~NONE~0', 'PID-40': '' });
    const before: Patient = { resourceType: 'Patient', telecom: [{ system: 'phone', value: '+13125550142' }] };
    expect(personOf(text).unreadablePhones).toBe(3);
    expect(changedPatient(before, text).telecom).toEqual(before.telecom);
  });

  test('from 2.7 on may stand in PID-40, at home or at work', () => {
    const points = telecom('', { 'PID-40': '^WPN^PH^^^312^5550190~^PRS^CP^^^^^^^^^+13125550188' });
    expect(points?.map(({ value, use }) => [value, use])).toEqual([
      ['+13125550188', 'mobile'],
      ['312 5550190', 'work'],
    ]);
  });
});

describe('a record that is there', () => {
  const anna: Patient = {
    resourceType: 'Patient',
    id: 'anna',
    identifier: [{ system: mrn, value: 'MRN-tomas-rivera' }],
    name: [
      { use: 'official', family: 'Łęcka-Rivera', given: ['Żaneta'] },
      { use: 'maiden', family: 'Łęcka', given: ['Żaneta'] },
    ],
    birthDate: '1986-04-12',
    telecom: [
      { system: 'phone', value: '+13125550142', use: 'mobile', rank: 1 },
      { system: 'phone', value: '+1 312 555 0199', use: 'work' },
      { system: 'email', value: 'anna@home.example' },
      { system: 'phone', value: '312-555-0100', use: 'old' },
    ],
    address: [{ use: 'home', city: 'Chicago' }],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'pl' }] }, preferred: true }],
    deceasedDateTime: '2026-09-02',
  };
  const told = (changes: Record<string, string>) =>
    changedPatient(anna, message('adt-a08', { 'PID-40': '', ...changes }));
  const nothing = { 'PID-5': '', 'PID-7': '', 'PID-8': '', 'PID-11': '', 'PID-15': '' };

  test('keeps what the message does not speak of', () => {
    expect(told(nothing)).toEqual(anna);
  });

  test('takes the numbers of one kind, and keeps those of others, old ones and what it knows of a number', () => {
    const { telecom } = told({ ...nothing, 'PID-13': '(312) 555-0142^PRN^PH~^PRN^CP^^^312^5550177' });
    expect(telecom).toEqual([
      { system: 'phone', value: '+13125550142', use: 'home', rank: 1 },
      { system: 'phone', value: '312 5550177', use: 'mobile' },
      { system: 'phone', value: '+1 312 555 0199', use: 'work' },
      { system: 'email', value: 'anna@home.example' },
      { system: 'phone', value: '312-555-0100', use: 'old' },
    ]);
  });

  test('loses what is said to be none any more', () => {
    const { telecom, address, communication } = told({ ...nothing, 'PID-11': '""', 'PID-14': '""', 'PID-15': '""' });
    expect(telecom?.map(({ use }) => use)).toEqual(['mobile', undefined, 'old']);
    expect([address, communication]).toEqual([undefined, undefined]);
  });

  test('is spelled as people wrote it where only capitals and accents differ, and keeps a maiden name', () => {
    expect(told({ ...nothing, 'PID-5': 'LECKA RIVERA^ZANETA' }).name).toEqual(anna.name);
    expect(told({ ...nothing, 'PID-5': 'Rivera^Żaneta' }).name).toEqual([
      { family: 'Rivera', given: ['Żaneta'] },
      { use: 'maiden', family: 'Łęcka', given: ['Żaneta'] },
    ]);
  });

  test('does not forget the day of birth for a year, nor the day of a death', () => {
    expect(told({ ...nothing, 'PID-7': '1986' }).birthDate).toBe('1986-04-12');
    expect(told({ ...nothing, 'PID-7': '19860413' }).birthDate).toBe('1986-04-13');
    expect(told({ ...nothing, 'PID-30': 'Y' }).deceasedDateTime).toBe('2026-09-02');
    expect(told({ ...nothing, 'PID-29': '20260903', 'PID-30': 'Y' }).deceasedDateTime).toBe('2026-09-03');
  });

  test('speaks another language from now on', () => {
    expect(told({ ...nothing, 'PID-15': 'es' }).communication).toEqual([
      { language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] }, preferred: true },
    ]);
  });

  test('is dead when either says so, and alive again only by the word of registration', () => {
    expect(told({ ...nothing, 'PID-30': 'N' }).deceasedDateTime).toBeUndefined();
    const schedule = message('siu-s12', { 'PID-5': '', 'PID-30': 'N' });
    expect(changedPatient(anna, schedule).deceasedDateTime).toBe('2026-09-02');
    const { deceasedDateTime: _, ...alive } = anna;
    expect(changedPatient(alive, message('siu-s12', { 'PID-30': 'Y' })).deceasedBoolean).toBe(true);
    expect(changedPatient(alive, message('adt-a31')).deceasedDateTime).toBe('2026-11-04T02:00:00-06:00');
  });
});

describe('codes that nobody knows take a branch', () => {
  test.each([
    ['PID-8', 'Q', 'gender', undefined],
    ['PID-8', 'X', 'gender', 'other'],
    ['PID-7', 'unknown', 'birthDate', undefined],
  ] as const)('%s %s', (place, code, field, expected) => {
    expect(madePatient(message('adt-a04', { [place]: code }))[field]).toBe(expected);
  });

  test.each([
    ['eng', 'en', undefined],
    ['EN', 'en', undefined],
    ['es-MX', 'es-MX', undefined],
    ['Polish', 'pl', undefined],
    ['Español', 'es', undefined],
    ['^Spanish', 'es', 'Spanish'],
    ['99^Klingon', undefined, 'Klingon'],
    ['sign language', undefined, 'sign language'],
  ])('language %s', (field, code, text) => {
    const [spoken] = madePatient(message('adt-a04', { 'PID-15': field })).communication ?? [];
    expect([spoken?.language.coding?.[0]?.code, spoken?.language.text]).toEqual([code, text]);
  });

  test('a partner’s name is not the patient’s; an unknown kind of name is', () => {
    const made = madePatient(message('adt-a04', { 'PID-5': 'Lopez^Maria^^^^^P~Rivera^Tom^^^^^QQ' }));
    expect(made.name).toEqual([{ family: 'Rivera', given: ['Tom'] }]);
  });
});

test('a merge names the surviving and the old record, however many there are in one message', () => {
  const asked = instructionOf(`${message('adt-a40')}PID|2||B1^^^LAKESIDE^MR\rPV1|1\rMRG|B2^^^LAKESIDE^MR\r`);
  expect(asked?.about).toBe('merge');
  const merges = asked?.about === 'merge' ? asked.merges : [];
  expect(merges.map(({ surviving, old }) => [surviving.primary.value, old.primary.value])).toEqual([
    ['MRN-anna-kowalska', 'MRN-ana-kowalski'],
    ['B1', 'B2'],
  ]);
});
