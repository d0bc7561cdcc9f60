import type { Appointment } from 'fhir/r4.js';
import { describe, expect, test } from 'vitest';
import { readAppointment } from '../../fhir-mappings/appointment.ts';
import { faultsOf } from '../fhir-mappings/fhir-validation.ts';
import { message, without } from './messages.ts';
import { appointmentOf, changedAppointment, instructionOf, madeAppointment } from './reading.ts';

describe('a new visit', () => {
  const made = madeAppointment(message('siu-s12'));

  test('is what the message says, and shows where it came from', () => {
    expect(made).toMatchObject({
      resourceType: 'Appointment',
      meta: { source: 'urn:told-once:hl7v2' },
      status: 'booked',
      start: '2026-11-24T09:30:00-06:00',
      end: '2026-11-24T10:10:00-06:00',
      identifier: [
        { system: 'https://lakeside.example/appointment', value: 'V-7001' },
        { system: 'urn:told-once:hl7v2:ORDERS', value: 'P-5001' },
      ],
      appointmentType: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'FOLLOWUP' }],
      },
      serviceType: [{ coding: [{ system: 'http://snomed.info/sct', code: '394579002', display: 'Cardiology' }] }],
      comment: 'Please use the side door & ring twice.\nWheelchair ramp on the left.',
      participant: [
        { actor: { reference: 'Patient/anna' }, status: 'accepted' },
        {
          actor: {
            type: 'Practitioner',
            identifier: { system: 'https://lakeside.example/practitioner', value: 'D-17' },
            display: 'Dr Helen Lee',
          },
        },
        {
          actor: {
            type: 'Location',
            identifier: { system: 'https://lakeside.example/location', value: 'CARD/Room 2' },
            display: 'CARD, Room 2, LAKESIDE',
          },
        },
      ],
    });
    expect(made.reasonCode).toBeUndefined();
    expect(faultsOf(made)).toEqual([]);
  });

  test('is understood by whoever reads appointments', () => {
    expect(readAppointment({ ...made, id: 'a' })).toMatchObject({
      state: 'booked',
      patient: 'anna',
      place: 'CARD, Room 2, LAKESIDE',
    });
    expect(readAppointment(made).codes).toEqual(expect.arrayContaining(['394579002', 'FOLLOWUP']));
  });

  test('of 2.3 has its time and length from SCH-11, its number from the placer', () => {
    const old = madeAppointment(message('siu-s12-2.3'));
    expect(old).toMatchObject({
      status: 'booked',
      start: '1999-11-09T10:00:00-06:00',
      end: '1999-11-09T10:45:00-06:00',
      identifier: [{ system: 'urn:told-once:hl7v2:OLDSCHED', value: '8842' }],
      appointmentType: { coding: [{ code: 'CHECKUP' }] },
    });
    expect(faultsOf(old)).toEqual([]);
  });
});

describe('when it is', () => {
  const time = (text: string) => appointmentOf(text).said.time;
  const only = (changes: Record<string, string>, ...segments: readonly string[]) =>
    segments.reduce(without, message('siu-s12', changes));

  test.each([
    ['TQ1 before SCH-11', { 'SCH-11': '^^M10^20270101080000' }, [], '2026-11-24T09:30:00-06:00', 40],
    ['SCH-11 where there is no TQ1', { 'SCH-11': '^^M10^202701010800' }, ['TQ1'], '2027-01-01T08:00:00-06:00', 10],
    ['SCH-11 with its end', { 'SCH-11': '^^^202701010800^202701010825' }, ['TQ1'], '2027-01-01T08:00:00-06:00', 25],
    ['the earliest resource, and the longest', {}, ['TQ1'], '2026-11-24T09:30:00-06:00', 40],
    ['SCH-9 and SCH-10', { 'TQ1-8': '', 'SCH-9': '2', 'SCH-10': 'hours' }, [], '2026-11-24T09:30:00-06:00', 120],
    [
      'minutes where no unit is said',
      { 'TQ1-8': '', 'SCH-9': '25', 'SCH-10': '' },
      [],
      '2026-11-24T09:30:00-06:00',
      25,
    ],
    ['TQ1-6', { 'TQ1-8': '', 'TQ1-6': '90^min&minutes&UCUM' }, [], '2026-11-24T09:30:00-06:00', 90],
    ['no unit that we know: the next length', { 'TQ1-8': '', 'SCH-10': 'moons' }, [], '2026-11-24T09:30:00-06:00', 40],
    ['an end before its start: by its length', { 'TQ1-8': '20261124090000' }, [], '2026-11-24T09:30:00-06:00', 40],
    ['no length at all', { 'TQ1-8': '', 'SCH-9': '' }, ['AIS'], '2026-11-24T09:30:00-06:00', 0],
  ] as const)('%s', (_, changes, segments, start, minutes) => {
    const said = time(only(changes, ...segments));
    expect(said?.start).toBe(start);
    expect((Date.parse(said?.end ?? '') - Date.parse(said?.start ?? '')) / 60_000).toBe(minutes);
    expect(said?.end.slice(-6)).toBe(said?.start.slice(-6));
  });

  test('across the change of clocks its length stays', () => {
    const said = time(message('siu-s12', { 'TQ1-7': '20261101003000', 'TQ1-8': '', 'SCH-9': '90' }));
    expect(said).toEqual({ start: '2026-11-01T00:30:00-05:00', end: '2026-11-01T02:00:00-05:00' });
  });
});

describe('how it stands', () => {
  const status = (name: string, changes: Record<string, string> = {}) =>
    appointmentOf(message(name, changes)).said.status;

  test.each([
    ['siu-s12', 'booked'],
    ['siu-s13', 'booked'],
    ['siu-s14', undefined],
    ['siu-s15', 'cancelled'],
    ['siu-s17', 'entered-in-error'],
    ['siu-s26', 'noshow'],
  ])('%s makes it %s', (name, expected) => {
    expect(status(name)).toBe(expected);
  });

  test.each([
    ['Pending', 'pending'],
    ['Waitlist', 'waitlist'],
    ['BOOKED', 'booked'],
    ['Started', 'checked-in'],
    ['Complete^Complete^HL70278', 'fulfilled'],
    ['Cancelled', 'cancelled'],
    ['Canceled', 'cancelled'],
    ['DC', 'cancelled'],
    ['Deleted', 'entered-in-error'],
    ['Blocked', 'cancelled'],
    ['Overbook', 'booked'],
    ['No-show', 'noshow'],
    ['Whatever', 'booked'],
    ['', 'booked'],
  ])('SCH-25 %s of a booking makes it %s', (code, expected) => {
    expect(status('siu-s12', { 'SCH-25': code })).toBe(expected);
  });

  test('a tentative booking is not fixed; an event that ends it has the last word', () => {
    expect(status('siu-s12', { 'SCH-8': 'Tentative', 'SCH-25': '' })).toBe('pending');
    expect(status('siu-s15', { 'SCH-25': 'Booked' })).toBe('cancelled');
    expect(status('siu-s14', { 'SCH-25': 'Started' })).toBe('checked-in');
  });
});

describe('what kind it is', () => {
  const type = (seven: string, eight: string) => {
    const { said } = appointmentOf(message('siu-s12', { 'SCH-7': seven, 'SCH-8': eight }));
    return [said.type?.coding?.map(({ system, code }) => `${system?.split('/').at(-1)} ${code}`), said.reason?.text];
  };
  test.each([
    ['WALKIN', 'NORMAL', [['v2-0276 WALKIN'], undefined]],
    ['checkup', '', [['v2-0276 CHECKUP'], undefined]],
    ['', 'ROUTINE', [['v2-0276 ROUTINE'], undefined]],
    ['113091000^MRI^SCT', 'ROUTINE', [['v2-0276 ROUTINE'], 'MRI']],
    ['FOLLOWUP', 'MRI^MRI of the head^LOCAL', [['v2-0276 FOLLOWUP', 'urn:told-once:hl7v2:code:LOCAL MRI'], undefined]],
    ['^sore knee', '', [undefined, 'sore knee']],
    ['', '', [undefined, undefined]],
  ])('SCH-7 %s and SCH-8 %s', (seven, eight, expected) => {
    expect(type(seven, eight)).toEqual(expected);
  });
});

describe('its number', () => {
  const number = (changes: Record<string, string>) => appointmentOf(message('siu-s12', changes)).primary;
  test('is the filler’s, else the placer’s; a sender’s own where it names no authority, each kind apart', () => {
    expect(number({})).toMatchObject({ system: 'https://lakeside.example/appointment', value: 'V-7001' });
    expect(number({ 'SCH-2': '' })).toMatchObject({ system: 'urn:told-once:hl7v2:ORDERS', value: 'P-5001' });
    expect(number({ 'SCH-2': '36996', 'MSH-4': 'EP^2.16.840.1^ISO' }).system).toBe(
      'urn:told-once:hl7v2:2.16.840.1:filler',
    );
    expect(number({ 'SCH-2': '', 'SCH-1': '36996' }).system).toBe('urn:told-once:hl7v2:LAKESIDE:placer');
    expect(number({ 'SCH-2': '9^^2.16.840.1.5^ISO' }).system).toBe('urn:oid:2.16.840.1.5');
  });

  test('of a visit that comes again and again tells one from the next', () => {
    expect([number({ 'SCH-3': '1' }).value, number({ 'SCH-3': '2' }).value]).toEqual(['V-7001', 'V-7001/2']);
  });
});

describe('a visit that is there', () => {
  const booked: Appointment = { ...madeAppointment(message('siu-s12')), id: 'visit' };

  test('moves, and keeps what the message does not speak of', () => {
    const moved = changedAppointment(booked, message('siu-s13'));
    expect(moved).toEqual({ ...booked, start: '2026-12-01T14:00:00-06:00', end: '2026-12-01T14:40:00-06:00' });
  });

  test('gets another room: one that is taken out by the message is gone', () => {
    const places = changedAppointment(booked, message('siu-s14')).participant.map(({ actor }) => actor?.display);
    expect(places).toEqual([undefined, 'Dr Helen Lee', 'CARD, Room 5, LAKESIDE']);
  });

  test('is called off with its reason, which it loses when it is booked again', () => {
    const off = changedAppointment(booked, message('siu-s15'));
    expect(off).toMatchObject({
      status: 'cancelled',
      cancelationReason: { text: 'Clinician is ill' },
      start: booked.start,
    });
    expect(changedAppointment(off, message('siu-s12'))).toEqual(booked);
  });

  test('is not taken back to booked by a change, when somebody at the desk said that they came', () => {
    const arrived: Appointment = { ...booked, status: 'arrived' };
    const change = message('siu-s14', { 'SCH-25': 'Booked' });
    expect(changedAppointment(arrived, change, true).status).toBe('arrived');
    expect(changedAppointment(arrived, change, false).status).toBe('booked');
    expect(changedAppointment(arrived, message('siu-s13'), true).status).toBe('booked');
  });

  test('does not change where the same time is only written otherwise', () => {
    const inUtc: Appointment = { ...booked, start: '2026-11-24T15:30:00Z', end: '2026-11-24T16:10:00Z' };
    expect(changedAppointment(inUtc, message('siu-s12')).start).toBe('2026-11-24T15:30:00Z');
  });
});

test('one person or place that is named twice takes part once', () => {
  const text = `${message('siu-s12')}AIP|2|A|D-17^Lee^Helen^^^Dr^^^LAKESIDE\rAIP|3|A|^Okafor^Grace\r`;
  expect(appointmentOf(text).said.practitioners?.map(({ display }) => display)).toEqual([
    'Dr Helen Lee',
    'Grace Okafor',
  ]);
});

test('who is not there or has no number asks for nothing', () => {
  expect(instructionOf(without(message('siu-s12'), 'PID'))).toBeUndefined();
  expect(instructionOf(message('siu-s12', { 'SCH-1': '', 'SCH-2': '' }))).toBeUndefined();
  expect(instructionOf(message('adt-a40', { 'MRG-1': '' }))).toBeUndefined();
});
