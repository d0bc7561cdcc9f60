import type { Appointment } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { readAppointment, visitIsAhead } from '../../fhir-mappings/appointment.ts';
import { hasRealResources, realResource } from './real-resources.ts';

const visit: Appointment = {
  resourceType: 'Appointment',
  id: '7',
  meta: { versionId: '2' },
  status: 'booked',
  start: '2026-03-02T09:40:00-06:00',
  end: '2026-03-02T10:00:00-06:00',
  serviceType: [{ coding: [{ system: 's', code: 'CARD', display: 'Cardiology' }] }],
  appointmentType: { coding: [{ code: 'FOLLOWUP' }] },
  specialty: [{ coding: [{ system: 't', code: 'CARD' }] }],
  basedOn: [{ reference: 'ServiceRequest/sr' }],
  participant: [
    { status: 'accepted', actor: { reference: 'Practitioner/p' } },
    { status: 'accepted', actor: { reference: 'Patient/anna' } },
    { status: 'accepted', actor: { reference: 'Location/l', display: 'Lakeside Clinic' } },
  ],
};

describe('an appointment', () => {
  it('says who comes when, where and for what', () => {
    expect(readAppointment(visit)).toEqual({
      id: '7',
      versionId: '2',
      state: 'booked',
      patient: 'anna',
      declinedByPatient: false,
      start: '2026-03-02T09:40:00-06:00',
      end: '2026-03-02T10:00:00-06:00',
      codings: [
        { system: 's', code: 'CARD', display: 'Cardiology' },
        { code: 'FOLLOWUP' },
        { system: 't', code: 'CARD' },
      ],
      codes: ['CARD', 'FOLLOWUP'],
      kindCodes: ['s|CARD', '|FOLLOWUP'],
      place: 'Lakeside Clinic',
      location: 'l',
      practitioner: 'p',
      slots: [],
      serviceRequests: ['sr'],
      about: ['ServiceRequest/sr'],
      urgency: 'routine',
    });
  });

  it('says which times it holds, when it would suit and how soon it is wanted', () => {
    const { serviceRequests: _, ...read } = readAppointment({
      ...visit,
      status: 'waitlist',
      priority: 2,
      slot: [{ reference: 'Slot/a' }, { reference: 'https://ehr.example/fhir/Slot/b' }, { reference: '#c' }],
      requestedPeriod: [
        { start: '2026-03-03T00:00:00-06:00', end: '2026-03-05T00:00:00-06:00' },
        { start: '2026-03-02T23:00:00-06:00', end: '2026-03-04T00:00:00-06:00' },
      ],
      supportingInformation: [{ reference: 'Coverage/c' }, { display: 'a letter' }, { reference: 'ServiceRequest/sr' }],
    });
    expect(read).toMatchObject({
      urgency: 'urgent',
      slots: ['a', 'b'],
      requested: { start: '2026-03-02T23:00:00-06:00', end: '2026-03-05T00:00:00-06:00' },
      about: ['ServiceRequest/sr', 'Coverage/c'],
    });
    expect(
      readAppointment({ ...visit, requestedPeriod: [{ start: '2026-03-02' }, { end: '2026-03-04' }] }),
    ).toMatchObject({
      requested: {},
    });
    expect([0, 1, 4, 5, 9].map((priority) => readAppointment({ ...visit, priority }).urgency)).toEqual([
      'routine',
      'urgent',
      'urgent',
      'routine',
      'routine',
    ]);
  });

  it('is ahead, over or off by its status', () => {
    const statuses = [
      'proposed',
      'pending',
      'booked',
      'arrived',
      'fulfilled',
      'cancelled',
      'noshow',
      'entered-in-error',
      'checked-in',
      'waitlist',
    ] as const;
    const states = statuses.map((status) => readAppointment({ ...visit, status }).state);
    expect(states).toEqual([
      'waiting',
      'waiting',
      'booked',
      'there',
      'passed',
      'cancelled',
      'missed',
      'never-was',
      'there',
      'waiting',
    ]);
    expect(states.map((state) => visitIsAhead[state])).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(readAppointment(JSON.parse(JSON.stringify(visit).replace('booked', 'constructor'))).state).toBe('unknown');
  });

  it("of several patients is nobody's in particular", () => {
    expect(
      readAppointment({
        ...visit,
        participant: ['a', 'b'].map((id) => ({ status: 'accepted', actor: { reference: `Patient/${id}` } })),
      }).patient,
    ).toBeUndefined();
    expect(
      readAppointment({ ...visit, participant: [{ status: 'declined', actor: { reference: 'Patient/anna' } }] }),
    ).toMatchObject({ patient: 'anna', declinedByPatient: true });
  });

  it.skipIf(!hasRealResources)('example of FHIR with two doctors is read', () => {
    expect(
      readAppointment(realResource<Appointment>('fhir-r4-examples/Appointment-2docs.json', 'Appointment')),
    ).toMatchObject({ state: 'booked', patient: 'example' });
  });
});
