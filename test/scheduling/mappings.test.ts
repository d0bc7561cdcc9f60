import fc from 'fast-check';
import type { Appointment, Schedule, Slot } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { givenUp, readBooking, withTime } from '../../fhir-mappings/appointment-booking.ts';
import { readSchedule } from '../../fhir-mappings/schedule.ts';
import { openTime, readSlot, slotWith } from '../../fhir-mappings/slot.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import { faultsOf } from '../fhir-mappings/fhir-validation.ts';
import { hasRealResources, realResource } from '../fhir-mappings/real-resources.ts';

const snomed = 'http://snomed.info/sct';
const coded = (code: string) => ({ coding: [{ system: snomed, code }] });
const slot: Slot = {
  resourceType: 'Slot',
  id: 'wed-9',
  meta: { versionId: '4', lastUpdated: '2026-03-01T10:00:00Z' },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">free</div>' },
  schedule: { reference: 'Schedule/room' },
  status: 'free',
  start: '2026-03-04T09:00:00-06:00',
  end: '2026-03-04T10:00:00-06:00',
};
const schedule: Schedule = {
  resourceType: 'Schedule',
  id: 'room',
  serviceType: [coded('113091000'), coded('51619007')],
  actor: [
    { reference: 'Location/imaging', display: 'Imaging' },
    { reference: 'https://ehr.example/fhir/HealthcareService/scans' },
    { display: 'The scanner' },
    { reference: '#contained' },
  ],
};
const visit: Appointment = {
  resourceType: 'Appointment',
  id: '7',
  status: 'booked',
  serviceType: [coded('113091000')],
  start: '2026-03-03T09:00:00-06:00',
  end: '2026-03-03T10:00:00-06:00',
  minutesDuration: 60,
  comment: 'Bring the old pictures.',
  slot: [{ reference: 'Slot/tue-9' }],
  participant: [
    { actor: { reference: 'Patient/anna' }, status: 'needs-action' },
    { actor: { reference: 'RelatedPerson/halina' }, status: 'accepted' },
    { actor: { reference: 'Location/other-room' }, status: 'accepted' },
    { actor: { reference: 'Practitioner/dr-lee' }, status: 'accepted', required: 'optional' },
  ],
};
const newTime = {
  slot: 'wed-9',
  start: slot.start,
  end: '2026-03-04T10:30:00-06:00',
  actors: readSchedule(schedule).actors,
  at: '2026-03-02T14:00:00Z',
};

describe('a slot', () => {
  it.each([
    ['free', 'free'],
    ['busy', 'taken'],
    ['busy-tentative', 'taken'],
    ['busy-unavailable', 'closed'],
    ['entered-in-error', 'closed'],
    ['toString', 'closed'],
  ])('%s is %s', (status, state) => {
    expect(readSlot({ ...slot, status: status as Slot['status'] }).state).toBe(state);
  });

  it('has what its schedule says, where it says nothing itself', () => {
    const within = new Map([['imaging', ['main']]]);
    const read = readSchedule(schedule);
    expect(openTime(readSlot(slot), read, within)).toEqual({
      slot: 'wed-9',
      start: slot.start,
      end: slot.end,
      schedule: 'room',
      location: 'imaging',
      sites: ['imaging', 'main'],
      practitioners: [],
      kinds: {
        services: [`${snomed}|113091000`, `${snomed}|51619007`],
        specialties: [],
        styles: [],
        offeredBy: ['scans'],
      },
    });
    const own = readSlot({ ...slot, serviceType: [coded('1')], appointmentType: coded('2') });
    expect(openTime(own, read, within)?.kinds).toMatchObject({ services: [`${snomed}|1`], styles: [`${snomed}|2`] });
    expect(openTime(readSlot(slot), undefined, within)).toMatchObject({ sites: [], practitioners: [] });
  });

  it('changes hands without the words that told of it before', () => {
    const taken = slotWith(slot, 'busy');
    expect(taken).toEqual({ ...slot, status: 'busy', text: undefined });
    expect(taken).not.toHaveProperty('text');
    expect(faultsOf(taken)).toEqual([]);
  });
});

describe('an appointment', () => {
  it('that is moved has the time, people and places of its new slot, and a note of the old time', () => {
    const moved = withTime(visit, newTime);
    expect(moved).toMatchObject({
      status: 'booked',
      start: newTime.start,
      end: newTime.end,
      minutesDuration: 90,
      comment: 'Bring the old pictures.',
      slot: [{ reference: 'Slot/wed-9' }],
    });
    expect(moved.participant.map(({ actor, status }) => `${actor?.reference} ${status}`)).toEqual([
      'Patient/anna accepted',
      'RelatedPerson/halina accepted',
      'Practitioner/dr-lee accepted',
      'Location/imaging accepted',
      'HealthcareService/scans accepted',
    ]);
    expect(moved.extension).toEqual([
      {
        url: systems.movedFrom,
        extension: [
          { url: 'start', valueInstant: visit.start },
          { url: 'slot', valueReference: { reference: 'Slot/tue-9' } },
          { url: 'at', valueInstant: newTime.at },
        ],
      },
    ]);
    expect(faultsOf(moved)).toEqual([]);
    expect(withTime(moved, { ...newTime, at: '2026-03-02T15:00:00Z' })).toEqual(moved);
    const again = withTime(moved, { ...newTime, slot: 'thu-9', start: '2026-03-05T09:00:00-06:00' });
    expect(again.extension).toHaveLength(1);
  });

  it('that waited, waits no more', () => {
    const { start: _, end: __, slot: ___, minutesDuration: ____, ...rest } = visit;
    const booked = withTime(
      { ...rest, status: 'waitlist', requestedPeriod: [{ start: '2026-03-01' }] },
      { ...newTime, actors: [] },
    );
    expect(booked).not.toHaveProperty('requestedPeriod');
    expect(booked).not.toHaveProperty('extension');
    expect(booked).toMatchObject({ status: 'booked', slot: [{ reference: 'Slot/wed-9' }] });
    expect(faultsOf(booked)).toEqual([]);
  });

  it('that is given up says who did', () => {
    const off = givenUp(visit);
    expect(off.status).toBe('cancelled');
    expect(off.cancelationReason?.coding?.[0]?.code).toBe('pat');
    expect(off.slot).toEqual(visit.slot);
    expect(faultsOf(off)).toEqual([]);
    const byClinic: Appointment = { ...visit, status: 'cancelled', cancelationReason: { text: 'snow' } };
    expect(givenUp(byClinic)).toEqual(byClinic);
  });

  it('is read for what a time must be like', () => {
    expect(readBooking({ ...visit, requestedPeriod: [{ start: '2026-03-01' }, {}] })).toEqual({
      status: 'booked',
      patient: 'anna',
      start: visit.start,
      end: visit.end,
      slots: ['tue-9'],
      kinds: { services: [`${snomed}|113091000`], specialties: [], styles: [], offeredBy: [] },
      location: 'other-room',
      practitioner: 'dr-lee',
      actors: ['Location/other-room', 'Practitioner/dr-lee'],
      requested: [{ start: '2026-03-01' }, {}],
    });
    const group = [...visit.participant, { actor: { reference: 'Patient/jan' }, status: 'accepted' as const }];
    expect(readBooking({ ...visit, participant: group }).patient).toBeUndefined();
  });
});

const references = fc.oneof(
  fc.constantFrom(
    'Location/a',
    'Practitioner/b',
    'PractitionerRole/c',
    'Patient/d',
    'HealthcareService/e',
    'urn:uuid:1',
    '#f',
  ),
  fc.string(),
);
const concepts = fc.array(
  fc.record(
    {
      coding: fc.array(fc.record({ system: fc.string(), code: fc.string() }, { requiredKeys: [] }), { maxLength: 2 }),
      text: fc.string(),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 2 },
);
const participants = fc.array(
  fc.record(
    {
      actor: fc.record({ reference: references, display: fc.string() }, { requiredKeys: [] }),
      status: fc.constantFrom('accepted' as const, 'declined' as const),
    },
    { requiredKeys: ['status'] },
  ),
  { maxLength: 4 },
);
const anySlot: fc.Arbitrary<Slot> = fc.record(
  {
    resourceType: fc.constant('Slot' as const),
    id: fc.string(),
    schedule: fc.record({ reference: references }, { requiredKeys: [] }),
    status: fc.constantFrom('free' as const, 'busy' as const, 'busy-unavailable' as const),
    start: fc.string(),
    end: fc.string(),
    serviceType: concepts,
    specialty: concepts,
  },
  { requiredKeys: ['resourceType', 'schedule', 'status', 'start', 'end'] },
);
const anySchedule: fc.Arbitrary<Schedule> = fc.record(
  {
    resourceType: fc.constant('Schedule' as const),
    id: fc.string(),
    active: fc.boolean(),
    actor: fc.array(fc.record({ reference: references, display: fc.string() }, { requiredKeys: [] }), { maxLength: 3 }),
    serviceType: concepts,
    specialty: concepts,
  },
  { requiredKeys: ['resourceType', 'actor'] },
);
const anyAppointment: fc.Arbitrary<Appointment> = fc.record(
  {
    resourceType: fc.constant('Appointment' as const),
    status: fc.constantFrom('booked' as const, 'waitlist' as const, 'cancelled' as const, 'noshow' as const),
    participant: participants,
    slot: fc.array(fc.record({ reference: references }, { requiredKeys: [] }), { maxLength: 2 }),
    serviceType: concepts,
    start: fc.string(),
    created: fc.string(),
    requestedPeriod: fc.array(fc.record({ start: fc.string(), end: fc.string() }, { requiredKeys: [] }), {
      maxLength: 2,
    }),
  },
  { requiredKeys: ['resourceType', 'status', 'participant'] },
);

describe('whatever the EHR has', () => {
  it('is read, and booking twice is booking once', () => {
    fc.assert(
      fc.property(anySlot, anySchedule, anyAppointment, (oneSlot, oneSchedule, appointment) => {
        const read = readSchedule(oneSchedule);
        openTime(readSlot(oneSlot), read, new Map());
        const booked = withTime(appointment, { ...newTime, actors: read.actors });
        expect(readBooking(booked)).toMatchObject({ status: 'booked', slots: ['wed-9'], requested: [] });
        expect(withTime(booked, { ...newTime, actors: read.actors, at: 'later' })).toEqual(booked);
        const people = (each: Appointment) =>
          each.participant.filter(({ actor }) => actor?.reference === 'Patient/d').length;
        expect(people(booked)).toBe(people(appointment));
        expect(givenUp(givenUp(appointment))).toEqual(givenUp(appointment));
      }),
    );
  });

  it.runIf(hasRealResources)('includes the official examples', () => {
    const example = readSchedule(realResource<Schedule>('fhir-r4-examples/Schedule-example.json', 'Schedule'));
    expect(example.actors).toHaveLength(1);
    for (const name of ['Slot-1', 'Slot-3']) {
      const read = readSlot(realResource<Slot>(`fhir-r4-examples/${name}.json`, 'Slot'));
      expect(openTime(read, example, new Map())?.slot).toBe(read.id);
    }
    const appointment = realResource<Appointment>('fhir-r4-examples/Appointment-2docs.json', 'Appointment');
    expect(faultsOf(withTime(appointment, newTime))).toEqual([]);
    expect(faultsOf(givenUp(appointment))).toEqual([]);
  });
});
