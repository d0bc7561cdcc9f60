import type { Appointment } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { lookForTimes } from '../../functions/scheduling-asked/looking.ts';
import { type Clinic, monday, withClinic } from './clinic.ts';

const now = '2026-03-04-0900';
const scanAt = `imaging-room-${now}`;

async function found(clinic: Clinic, patient: string, appointment: string, askedAt = monday) {
  const story = await clinic.story(patient);
  return (await lookForTimes(clinic.deps, appointment, story, askedAt)).best(story).map(({ slot }) => slot);
}

/** Anna has a visit in the imaging room and wants another time. */
async function wanting(clinic: Clinic, visit: Partial<PlannedVisit> = {}) {
  await clinic.book('anna-kowalska', 'visit', scanAt);
  const { start, end } = await clinic.slot(scanAt);
  await clinic.admit('anna-kowalska', {
    appointment: 'visit',
    start,
    end,
    slots: [scanAt],
    moving: { since: monday, passedOver: [], stage: 'looking' },
    ...visit,
  });
}

describe('other times', () => {
  it('are found in the same calendar, the soonest of three days, and told once', () =>
    withClinic(async (clinic) => {
      await wanting(clinic);
      expect(await found(clinic, 'anna-kowalska', 'visit')).toEqual([
        'imaging-room-2026-03-03-0900',
        'imaging-room-2026-03-04-1000',
        'imaging-room-2026-03-05-0900',
      ]);
      const event = clinic.events.wanted('anna-kowalska', 'visit');
      expect(await clinic.give(event, event)).toBe(true);
      expect(await clinic.give(event)).toBe(true);
      expect(clinic.turns).toEqual([`slots-found/${event.id}`]);
    }));

  it('are as wished, and not those passed over', () =>
    withClinic(async (clinic) => {
      const wish = { weekdays: [2], after: '15:00' };
      const passedOver = ['imaging-room-2026-03-10-1500'];
      await wanting(clinic, { moving: { since: monday, passedOver, stage: 'looking', wish } });
      expect(await found(clinic, 'anna-kowalska', 'visit')).toEqual([
        'imaging-room-2026-03-03-1500',
        'imaging-room-2026-03-10-1600',
        'imaging-room-2026-03-17-1500',
      ]);
      await clinic.change('anna-kowalska', {
        moving: { since: monday, passedOver: [], stage: 'looking', wish: { from: '2026-03-20', until: '2026-03-20' } },
      });
      const onThatDay = await found(clinic, 'anna-kowalska', 'visit');
      expect(onThatDay[0]).toBe('imaging-room-2026-03-20-0900');
      expect(onThatDay).toHaveLength(3);
    }));

  it('keep to the practitioner, and to what the calendar is for', () =>
    withClinic(async (clinic) => {
      const slot = await clinic.slot('dr-lee-cardiology-2026-03-04-1300');
      const visit: Appointment & { readonly id: string } = {
        resourceType: 'Appointment',
        id: 'heart',
        status: 'booked',
        appointmentType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'FOLLOWUP' }] },
        specialty: [{ coding: [{ system: 'http://snomed.info/sct', code: '394579002' }] }],
        start: slot.start,
        end: slot.end,
        slot: [{ reference: `Slot/${slot.id}` }],
        participant: [
          { actor: { reference: 'Patient/anna-kowalska' }, status: 'accepted' },
          { actor: { reference: 'Practitioner/dr-lee' }, status: 'accepted' },
        ],
      };
      await clinic.put(visit);
      await clinic.admit('anna-kowalska', { appointment: 'heart' });
      expect(await found(clinic, 'anna-kowalska', 'heart')).toEqual([
        'dr-lee-cardiology-2026-03-03-1300',
        'dr-lee-cardiology-2026-03-04-1330',
        'dr-lee-cardiology-2026-03-05-1300',
      ]);
      // Nothing but the slot says what it is for: the same calendar.
      const { specialty: _, appointmentType: __, ...bare } = visit;
      await clinic.put({ ...bare, id: 'bare' });
      await clinic.admit('piotr-nowak', { appointment: 'bare' });
      for (const id of await found(clinic, 'piotr-nowak', 'bare')) expect(id).toContain('dr-lee-');
    }));

  it('are no sooner than what the visit still needs', () =>
    withClinic(async (clinic) => {
      const { start } = await clinic.slot(scanAt);
      const due = new Date(Date.parse(start) - 7 * 86_400_000).toISOString();
      await wanting(clinic, {
        requirements: [
          {
            id: 'authorisation',
            kind: 'authorisation',
            owner: 'payer-team',
            due,
            state: 'waiting',
            says: { default: 'We are getting it.' },
            because: 'payer',
            content: 'authorisation@1',
          },
        ],
      });
      const [first = ''] = await found(clinic, 'anna-kowalska', 'visit');
      // Seven times 24 hours after ten o'clock: the clocks have gone forward since.
      expect(first).toBe('imaging-room-2026-03-09-1100');
    }));

  it('are none, so that a person takes over, where the EHR keeps no slot for the visit, or no visit', () =>
    withClinic(async (clinic) => {
      await wanting(clinic);
      const { slot: _, ...without } = await clinic.visit('visit');
      await clinic.put({ ...without, id: 'visit' });
      expect(await found(clinic, 'anna-kowalska', 'visit')).toEqual([]);
      await clinic.put({ ...without, id: 'visit', status: 'cancelled' });
      expect(await found(clinic, 'anna-kowalska', 'visit')).toEqual([]);
      await clinic.remove('Appointment/visit');
      expect(await found(clinic, 'anna-kowalska', 'visit')).toEqual([]);
      expect(await found(clinic, 'anna-kowalska', 'never')).toEqual([]);
      await clinic.faults({ status: 403, only: { type: 'Appointment' } });
      expect(await found(clinic, 'anna-kowalska', 'visit')).toEqual([]);
      await clinic.faults({});
    }));

  it('are waited for ten minutes where the EHR does not answer, and then are none', () =>
    withClinic(async (clinic) => {
      await wanting(clinic);
      const event = clinic.events.wanted('anna-kowalska', 'visit');
      await clinic.faults({ status: 503 });
      expect(await clinic.give(event)).toBe(false);
      clinic.clock.advance(9 * 60_000);
      expect(await clinic.give(event)).toBe(false);
      expect(clinic.turns).toEqual([]);
      clinic.clock.advance(60_000);
      expect(await clinic.give(event)).toBe(true);
      await clinic.faults({});
      expect(clinic.turns).toEqual([`slots-found/${event.id}`]);
    }));

  it('are at the same site: a room is part of its house', () =>
    withClinic(async (clinic) => {
      await wanting(clinic);
      const visit = await clinic.visit('visit');
      const at = (reference: string): Appointment & { readonly id: string } => ({
        ...visit,
        id: 'visit',
        status: 'waitlist',
        slot: [],
        participant: [
          { actor: { reference: 'Patient/anna-kowalska' }, status: 'accepted' },
          { actor: { reference: 'HealthcareService/imaging' }, status: 'accepted' },
          { actor: { reference }, status: 'accepted' },
        ],
      });
      await clinic.put({ resourceType: 'Location', id: 'far-away', name: 'Far away' });
      const unslotted = ({ slot: _, ...rest }: ReturnType<typeof at>) => rest;
      await clinic.put(unslotted(at('Location/lakeside-main')));
      expect(await found(clinic, 'anna-kowalska', 'visit')).toHaveLength(3);
      await clinic.put(unslotted(at('Location/far-away')));
      expect(await found(clinic, 'anna-kowalska', 'visit')).toEqual([]);
    }));
});
