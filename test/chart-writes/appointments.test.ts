import type { Appointment, AppointmentResponse } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { eventOf } from '../../events/envelope.ts';
import { patientArrived } from '../../events/patient-arrived.ts';
import { visitConfirmed } from '../../events/visit-confirmed.ts';
import { acceptedBy, arrivedAt, toAppointmentResponse } from '../../fhir-mappings/appointment-update.ts';
import { faultsOf } from '../fhir-mappings/fhir-validation.ts';
import { anAppointment, type ChartedClinic, start, visit, withChart } from './clinic-with-ehr.ts';

const confirmed = { confirmedAt: '2026-03-02T14:00:00.000Z' };
const appointment = { appointment: 'visit' };

let said = 0;

function hands({ occasion, ehr, chart, house }: ChartedClinic) {
  return {
    confirms: () => eventOf(visitConfirmed, occasion(`sms/${++said}`), appointment),
    arrives: () => eventOf(patientArrived, occasion(`sms/${++said}`), appointment),
    put: (change: Partial<Appointment> = {}) => ehr.call('PUT', 'Appointment/visit', { ...anAppointment, ...change }),
    current: async () => {
      const read = await chart.read('Appointment', 'visit');
      if (read.is !== 'found') throw new Error('No Appointment');
      return read.resource as Appointment;
    },
    responses: async () => (await chart.search('AppointmentResponse', {})) as readonly AppointmentResponse[],
    /** The day of the visit. */
    onTheDay: () => house.clock.advance(Date.parse(start) - house.clock.now().getTime() - 600_000),
  };
}

describe('a yes', () => {
  it('is an AppointmentResponse, once, and the participant’s own status', () =>
    withChart(async (clinic) => {
      const { confirms, put, current, responses } = hands(clinic);
      await put();
      await clinic.visits(visit([], confirmed));
      expect(await clinic.give(confirms(), confirms())).toBe(true);
      expect(await clinic.give(confirms())).toBe(true);
      expect(clinic.asked).toEqual(['create AppointmentResponse', 'read Appointment', 'update Appointment']);
      expect(await responses()).toMatchObject([
        {
          appointment: { reference: 'Appointment/visit' },
          actor: { reference: 'Patient/anna' },
          participantStatus: 'accepted',
          start,
        },
      ]);
      expect(await current()).toMatchObject({
        status: 'booked',
        participant: [{ status: 'accepted' }, { status: 'accepted' }],
        meta: { versionId: expect.anything() },
      });
    }));

  it('to another time of the visit is another yes', () =>
    withChart(async (clinic) => {
      const { confirms, put, responses } = hands(clinic);
      await put();
      await clinic.visits(visit([], confirmed));
      await clinic.give(confirms());
      const moved = { start: '2026-03-05T15:40:00.000Z', end: '2026-03-05T16:10:00.000Z' };
      await put(moved);
      await clinic.visits(visit([], { ...confirmed, ...moved }));
      await clinic.give(confirms());
      expect((await responses()).map((each) => each.start).sort()).toEqual([start, moved.start]);
    }));

  it('says nothing of a time that the EHR has changed in between, or of a visit that is off', () =>
    withChart(async (clinic) => {
      const { confirms, put, current, responses } = hands(clinic);
      await put({ start: '2026-03-05T15:40:00.000Z', end: '2026-03-05T16:10:00.000Z' });
      await clinic.visits(visit([], confirmed));
      await clinic.give(confirms());
      expect((await current()).participant[0]?.status).toBe('needs-action');
      await clinic.visits(visit([], { ...confirmed, state: 'cancelled', start: '2026-03-06T15:40:00.000Z' }));
      await clinic.give(confirms());
      await clinic.visits(visit([], { start: '2026-03-07T15:40:00.000Z' }));
      await clinic.give(confirms());
      expect(await responses()).toHaveLength(1);
    }));
});

describe('"here"', () => {
  it('makes the Appointment arrived, once', () =>
    withChart(async (clinic) => {
      const { arrives, put, current, onTheDay } = hands(clinic);
      await put();
      await clinic.visits(visit([], { state: 'arrived' }));
      onTheDay();
      await clinic.give(arrives(), arrives());
      const arrived = await current();
      expect(arrived.status).toBe('arrived');
      expect(clinic.asked.filter((each) => each === 'update Appointment')).toHaveLength(1);
    }));

  it.each(['checked-in', 'fulfilled', 'cancelled', 'noshow', 'entered-in-error'] as const)(
    'leaves what is %s',
    (status) =>
      withChart(async (clinic) => {
        const { arrives, put, current, onTheDay } = hands(clinic);
        await put({ status });
        await clinic.visits(visit([], { state: 'arrived' }));
        onTheDay();
        await clinic.give(arrives());
        expect((await current()).status).toBe(status);
      }),
  );

  it('is written over a change that came in between, and not onto another day', () =>
    withChart(async (clinic) => {
      const { arrives, put, current, onTheDay } = hands(clinic);
      await put();
      await clinic.visits(visit([], { state: 'arrived' }));
      onTheDay();
      const said = arrives();
      // Somebody at the desk changes it right after it was read.
      const { read } = clinic.chart;
      let changed = false;
      Object.assign(clinic.chart, {
        read: async (type: string, id: string) => {
          const found = await read(type, id);
          if (!changed) await put({ comment: 'Wheelchair' });
          changed = true;
          return found;
        },
      });
      expect(await clinic.give(said)).toBe(true);
      expect(await current()).toMatchObject({ status: 'arrived', comment: 'Wheelchair' });
      const later = { start: '2026-03-17T15:40:00.000Z', end: '2026-03-17T16:10:00.000Z' };
      await put(later);
      await clinic.visits(visit([], later));
      await clinic.give(said);
      expect((await current()).status).toBe('booked');
    }));
});

it('what is written is valid R4', () => {
  for (const more of [{}, { start, end: '2026-03-03T16:10:00.000Z' }, { start }])
    expect(faultsOf(toAppointmentResponse({ appointment: 'visit', patient: 'anna', ...more }))).toEqual([]);
  expect(faultsOf(acceptedBy(anAppointment, 'anna') ?? {})).toEqual([]);
  expect(faultsOf(arrivedAt(anAppointment) ?? {})).toEqual([]);
  expect(acceptedBy(anAppointment, 'jan')).toBeUndefined();
});
