import { describe, expect, it } from 'vitest';
import { systems } from '../../fhir-mappings/systems.ts';
import { type Clinic, plannedVisit, withClinic } from './clinic.ts';

const old = 'imaging-room-2026-03-04-0900';
const next = 'imaging-room-2026-03-05-1000';

/** Anna is booked at the old slot, has chosen the next one, and waits to hear. */
async function choosing(clinic: Clinic, patient = 'anna-kowalska', from = old, to = next) {
  const appointment = `visit-${patient}`;
  await clinic.book(patient, appointment, from);
  const [was, will] = [await clinic.slot(from), await clinic.slot(to)];
  const taking = { slot: to, start: will.start, end: will.end };
  await clinic.admit(patient, {
    appointment,
    start: was.start,
    end: was.end,
    slots: [from],
    moving: { since: clinic.clock.now().toISOString(), passedOver: [], stage: 'booking', taking },
  });
  return clinic.events.chosen(patient, appointment, to);
}

describe('a time that a patient chose', () => {
  it('is booked, told, and only then is the old one free and offered', () =>
    withClinic(async (clinic) => {
      const event = await choosing(clinic);
      expect(await clinic.give(event)).toBe(true);
      expect((await clinic.slot(next)).status).toBe('busy');
      expect((await clinic.slot(old)).status).toBe('free');
      const visit = await clinic.visit('visit-anna-kowalska');
      expect(visit).toMatchObject({ status: 'booked', slot: [{ reference: `Slot/${next}` }], minutesDuration: 60 });
      expect(visit.extension?.[0]?.url).toBe(systems.movedFrom);
      expect(visit.participant.map(({ actor }) => actor?.reference)).toContain('HealthcareService/imaging');
      expect(clinic.turns).toEqual([`slot-taken/${event.id}`]);
      expect(await clinic.said('anna-kowalska')).toEqual([expect.stringContaining('Thursday, March 5 at 10:00 AM')]);
      expect((await clinic.story('anna-kowalska')).visits[0]).toMatchObject({
        start: (await clinic.slot(next)).start,
        slots: [next],
        seenAt: (await clinic.visit('visit-anna-kowalska')).meta?.lastUpdated,
      });
      expect(clinic.published('slot-freed').map(({ data }) => data)).toEqual([
        { slot: old, version: (await clinic.slot(old)).meta?.versionId },
      ]);
    }));

  it('comes to the same end wherever the consumer is killed, and however often the event comes', () =>
    withClinic(async (clinic) => {
      // How many things it does to the world, on its way without an accident.
      await clinic.give(await choosing(clinic));
      const steps = clinic.kill.done;
      expect(steps).toBeGreaterThan(4);
      const free = (await clinic.freeTimesOf('imaging-room')).map(({ id = '' }) => id).filter((id) => id !== old);
      let serial = 0;
      for (const after of [false, true])
        for (let at = 1; at <= steps; at++) {
          serial++;
          const [from = '', to = ''] = free.splice(0, 2);
          const patient = `patient-${serial}`;
          await clinic.put({ resourceType: 'Patient', id: patient, name: [{ text: 'Anna' }] });
          const event = await choosing(clinic, patient, from, to);
          clinic.kill.done = 0;
          clinic.kill.next = { at, after };
          const tries = await clinic.deliver(event);
          expect(clinic.kill.next).toBeUndefined();
          // Dying after the very last thing is dying when all is done.
          expect(tries).toBe(2);
          expect(await clinic.give(event, event)).toBe(true);
          expect((await clinic.slot(to)).status).toBe('busy');
          expect((await clinic.slot(from)).status).toBe('free');
          expect((await clinic.visit(`visit-${patient}`)).slot).toEqual([{ reference: `Slot/${to}` }]);
          expect(clinic.turns.filter((cause) => cause.endsWith(event.id))).toEqual([`slot-taken/${event.id}`]);
          expect(await clinic.said(patient)).toHaveLength(1);
          const freed = clinic.published('slot-freed').filter(({ cause }) => cause === `freed/${event.cause}`);
          expect(new Set(freed.map(({ id }) => id)).size).toBe(1);
        }
    }));

  it('stays told, and its old slot is freed, though staff move the visit on before the consumer comes back to life', () =>
    withClinic(async (clinic) => {
      const event = await choosing(clinic);
      clinic.kill.done = 0;
      // Booked, told, and dead before the old slot is freed.
      clinic.kill.next = { at: 4, after: false };
      expect(await clinic.give(event)).toBe(false);
      expect(clinic.turns).toEqual([`slot-taken/${event.id}`]);
      expect((await clinic.slot(old)).status).toBe('busy');
      const elsewhere = await clinic.slot('imaging-room-2026-03-06-1500');
      const visit = await clinic.visit('visit-anna-kowalska');
      const { start, end } = elsewhere;
      await clinic.put({
        ...visit,
        id: 'visit-anna-kowalska',
        start,
        end,
        slot: [{ reference: `Slot/${elsewhere.id}` }],
      });
      expect(await clinic.give(event)).toBe(true);
      expect(clinic.turns).toHaveLength(1);
      expect((await clinic.slot(old)).status).toBe('free');
      expect((await clinic.visit('visit-anna-kowalska')).start).toBe(start);
    }));

  it('is told as lost, with the next best, where somebody else was faster', () =>
    withClinic(async (clinic) => {
      const event = await choosing(clinic);
      await clinic.book('piotr-nowak', 'visit-piotr', next);
      expect(await clinic.give(event)).toBe(true);
      expect(clinic.turns).toEqual([`slot-lost/${event.id}`]);
      const [said = ''] = await clinic.said('anna-kowalska');
      expect(said.match(/^\d .*March/gm)).toHaveLength(3);
      expect((await clinic.slot(old)).status).toBe('busy');
      expect((await clinic.visit('visit-anna-kowalska')).slot).toEqual([{ reference: `Slot/${old}` }]);
      expect((await clinic.visit('visit-piotr')).slot).toEqual([{ reference: `Slot/${next}` }]);
      expect(clinic.published('slot-freed')).toEqual([]);
      expect(await clinic.give(event)).toBe(true);
      expect(clinic.turns).toHaveLength(1);
    }));

  it('is lost where it is closed, gone, forbidden or past by then', () =>
    withClinic(async (clinic) => {
      const closed = await choosing(clinic);
      await clinic.put({ ...(await clinic.slot(next)), id: next, status: 'busy-unavailable' });
      expect(await clinic.give(closed)).toBe(true);
      const gone = await choosing(
        clinic,
        'piotr-nowak',
        'imaging-room-2026-03-04-1000',
        'imaging-room-2026-03-05-1100',
      );
      await clinic.remove('Slot/imaging-room-2026-03-05-1100');
      expect(await clinic.give(gone)).toBe(true);
      const past = await choosing(clinic, 'sam-carter', 'imaging-room-2026-03-06-1000', 'imaging-room-2026-03-03-1100');
      clinic.clock.advance(2 * 86_400_000);
      expect(await clinic.give(past)).toBe(true);
      const forbidden = await choosing(
        clinic,
        'david-kim',
        'imaging-room-2026-03-06-1100',
        'imaging-room-2026-03-06-1200',
      );
      await clinic.faults({ status: 403, only: { type: 'Slot', method: 'GET' } });
      expect(await clinic.give(forbidden)).toBe(true);
      await clinic.faults({});
      expect(clinic.turns).toEqual([closed, gone, past, forbidden].map(({ id }) => `slot-lost/${id}`));
    }));

  it('does not overrule staff who called the visit off, moved it, or took it out of the EHR meanwhile', () =>
    withClinic(async (clinic) => {
      const off = await choosing(clinic);
      const visit = await clinic.visit('visit-anna-kowalska');
      await clinic.put({ ...visit, id: 'visit-anna-kowalska', status: 'cancelled' });
      expect(await clinic.give(off)).toBe(true);
      expect((await clinic.visit('visit-anna-kowalska')).status).toBe('cancelled');

      const moved = await choosing(
        clinic,
        'piotr-nowak',
        'imaging-room-2026-03-04-1000',
        'imaging-room-2026-03-05-1100',
      );
      const elsewhere = await clinic.slot('imaging-room-2026-03-06-1500');
      const staffs = {
        ...(await clinic.visit('visit-piotr-nowak')),
        id: 'visit-piotr-nowak',
        start: elsewhere.start,
        end: elsewhere.end,
        slot: [{ reference: `Slot/${elsewhere.id}` }],
      };
      await clinic.put(staffs);
      expect(await clinic.give(moved)).toBe(true);
      expect((await clinic.visit('visit-piotr-nowak')).start).toBe(elsewhere.start);
      expect((await clinic.slot('imaging-room-2026-03-05-1100')).status).toBe('free');

      const gone = await choosing(clinic, 'sam-carter', 'imaging-room-2026-03-04-1100', 'imaging-room-2026-03-05-1200');
      await clinic.remove('Appointment/visit-sam-carter');
      expect(await clinic.give(gone)).toBe(true);
      expect(clinic.turns).toEqual([off, moved, gone].map(({ id }) => `slot-lost/${id}`));
      expect(clinic.published('slot-freed')).toEqual([]);
    }));

  it('is booked though staff changed something else about the visit', () =>
    withClinic(async (clinic) => {
      const event = await choosing(clinic);
      const visit = await clinic.visit('visit-anna-kowalska');
      await clinic.put({ ...visit, id: 'visit-anna-kowalska', comment: 'Needs a wheelchair.' });
      expect(await clinic.give(event)).toBe(true);
      expect(await clinic.visit('visit-anna-kowalska')).toMatchObject({
        comment: 'Needs a wheelchair.',
        slot: [{ reference: `Slot/${next}` }],
      });
    }));

  it('is not booked once the patient wants something else', () =>
    withClinic(async (clinic) => {
      const event = await choosing(clinic);
      await clinic.change('anna-kowalska', {
        moving: { since: clinic.clock.now().toISOString(), passedOver: [next], stage: 'looking' },
      });
      expect(await clinic.give(event)).toBe(true);
      expect((await clinic.slot(next)).status).toBe('free');
    }));

  it('leaves an old slot alone that another visit holds by now, or that is closed', () =>
    withClinic(async (clinic) => {
      const event = await choosing(clinic);
      const shared = await clinic.slot(old);
      await clinic.put({
        ...(await clinic.visit('visit-anna-kowalska')),
        id: 'overbooked',
        slot: [{ reference: `Slot/${old}` }],
      });
      expect(await clinic.give(event)).toBe(true);
      expect((await clinic.slot(old)).meta?.versionId).toBe(shared.meta?.versionId);
      expect(clinic.published('slot-freed')).toEqual([]);
    }));

  it('waits for an EHR that is away, and loses nothing', () =>
    withClinic(async (clinic) => {
      const event = await choosing(clinic);
      for (const plan of [
        { timeouts: true, only: { method: 'POST' } },
        { status: 503 },
        { garbage: true },
        { timeouts: true, only: { method: 'PUT' } },
        { status: 500, only: { type: 'Slot' } },
      ]) {
        await clinic.faults(plan);
        await clinic.give(event);
      }
      await clinic.faults({});
      expect(await clinic.give(event)).toBe(true);
      expect((await clinic.slot(next)).status).toBe('busy');
      expect((await clinic.slot(old)).status).toBe('free');
      expect(clinic.turns).toEqual([`slot-taken/${event.id}`]);
    }));
});

describe('a visit that is given up', () => {
  async function booked(clinic: Clinic, patient = 'anna-kowalska', slot = old) {
    const appointment = `visit-${patient}`;
    await clinic.book(patient, appointment, slot);
    const { start, end } = await clinic.slot(slot);
    const moving = { since: clinic.clock.now().toISOString(), passedOver: [], stage: 'giving-up' } as const;
    await clinic.admit(patient, { appointment, start, end, slots: [slot], moving });
    return clinic.events.givenUp(patient, appointment);
  }

  it('is off in the EHR, its time is free, and the patient hears it once, wherever the consumer is killed', () =>
    withClinic(async (clinic) => {
      await clinic.give(await booked(clinic));
      const steps = clinic.kill.done;
      expect(steps).toBeGreaterThan(4);
      const free = (await clinic.freeTimesOf('imaging-room')).map(({ id = '' }) => id);
      for (const after of [false, true])
        for (let at = 1; at <= steps; at++) {
          const patient = `patient-${at}-${after}`;
          await clinic.put({ resourceType: 'Patient', id: patient, name: [{ text: 'Anna' }] });
          const slot = free.pop() ?? '';
          const event = await booked(clinic, patient, slot);
          clinic.kill.done = 0;
          clinic.kill.next = { at, after };
          expect(await clinic.deliver(event)).toBe(2);
          expect(await clinic.give(event)).toBe(true);
          const visit = await clinic.visit(`visit-${patient}`);
          expect(visit.status).toBe('cancelled');
          expect(visit.cancelationReason?.coding?.[0]?.code).toBe('pat');
          expect((await clinic.slot(slot)).status).toBe('free');
          expect(clinic.turns.filter((cause) => cause.endsWith(event.id))).toEqual([`given-up/${event.id}`]);
          expect(await clinic.said(patient)).toHaveLength(1);
        }
    }));

  it('stays where the patient means to come after all', () =>
    withClinic(async (clinic) => {
      const event = await booked(clinic);
      const { moving: _, ...kept } =
        (await clinic.story('anna-kowalska')).visits[0] ?? plannedVisit({ appointment: '' });
      await clinic.keep('anna-kowalska', kept);
      expect(await clinic.give(event)).toBe(true);
      expect((await clinic.visit('visit-anna-kowalska')).status).toBe('booked');
      expect((await clinic.slot(old)).status).toBe('busy');
    }));

  it('stays where staff have moved it meanwhile, or the patient is here', () =>
    withClinic(async (clinic) => {
      const moved = await booked(clinic);
      const { start, end } = await clinic.slot(next);
      await clinic.put({ ...(await clinic.visit('visit-anna-kowalska')), id: 'visit-anna-kowalska', start, end });
      expect(await clinic.give(moved)).toBe(true);
      expect((await clinic.visit('visit-anna-kowalska')).status).toBe('booked');
      const here = await booked(clinic, 'piotr-nowak', 'imaging-room-2026-03-04-1000');
      await clinic.put({ ...(await clinic.visit('visit-piotr-nowak')), id: 'visit-piotr-nowak', status: 'arrived' });
      expect(await clinic.give(here)).toBe(true);
      expect((await clinic.visit('visit-piotr-nowak')).status).toBe('arrived');
      expect(clinic.turns).toEqual([]);
    }));

  it('is given up also where the EHR has it no more, and goes to the desk where we may not see it', () =>
    withClinic(async (clinic) => {
      const gone = await booked(clinic);
      await clinic.remove('Appointment/visit-anna-kowalska');
      expect(await clinic.give(gone)).toBe(true);
      expect((await clinic.slot(old)).status).toBe('free');
      const hidden = await booked(clinic, 'piotr-nowak', 'imaging-room-2026-03-04-1000');
      await clinic.faults({ status: 403, only: { type: 'Appointment' } });
      expect(await clinic.give(hidden)).toBe(true);
      await clinic.faults({});
      expect(clinic.turns).toEqual([`given-up/${gone.id}`]);
      expect(clinic.published('person-requested').map(({ data, patient }) => [patient, data])).toEqual([
        ['piotr-nowak', { because: 'not-moved', urgency: 'urgent', appointment: 'visit-piotr-nowak' }],
      ]);
    }));
});
