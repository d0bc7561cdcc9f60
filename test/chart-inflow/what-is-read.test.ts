import { beforeEach, describe, expect, it } from 'vitest';
import { type Inflow, inflow } from './inflow.ts';
import { appointment, patient, routine, snomed } from './resources.ts';
import { notificationOf } from './small-chart.ts';

const number = '+13125550101';
const start = '2026-03-20T16:00:00Z';
let clinic: Inflow;

beforeEach(async () => {
  clinic = inflow();
  clinic.ehr.put(patient('anna', number));
  await clinic.notify('', '/Patient/anna', 'PUT');
  expect(await clinic.follow()).toBe(true);
  clinic.ehr.asked.length = 0;
});

const told = async (...resources: readonly object[]) => {
  const status = await clinic.notify(notificationOf(resources));
  return { status, done: await clinic.follow() };
};
const visit = () => clinic.story('anna')?.visits[0];

describe('a notification that carries the resource', () => {
  it('needs no read of the EHR, whatever it is about and whatever follows from it', async () => {
    const { ehr } = clinic;
    const subject = { reference: 'Patient/anna' };
    const code = { coding: [{ system: snomed, code: '51619007' }] };
    await told(ehr.put(appointment('mri', 'anna', start)));
    await told(ehr.put(appointment('visit', 'anna', start, routine)));
    await told(ehr.put({ resourceType: 'ServiceRequest', id: 's', status: 'active', intent: 'order', subject, code }));
    await told(
      ehr.put(appointment('mri', 'anna', '2026-03-21T16:00:00Z')),
      ehr.put(patient('anna', number, { birthDate: '1981-02-03' })),
    );
    await told(
      ehr.put({
        resourceType: 'Slot',
        id: 'slot',
        status: 'busy',
        start,
        end: start,
        schedule: { reference: 'Schedule/1' },
      }),
    );
    await told(ehr.put({ resourceType: 'Encounter', id: 'e', status: 'planned', class: {}, subject }));
    expect(ehr.asked).toEqual([]);
    expect(
      clinic
        .story('anna')
        ?.visits.map(({ appointment: id, type }) => `${id} ${type}`)
        .sort(),
    ).toEqual(['mri mri-contrast', 'visit first-visit']);
    expect(clinic.story('anna')?.person.birthDate).toBe('1981-02-03');
  });

  it('changes nothing where it is older than what is known, or the same again', async () => {
    const old = clinic.ehr.put(appointment('mri', 'anna', start));
    const current = clinic.ehr.put(appointment('mri', 'anna', '2026-03-21T16:00:00Z'));
    await told(current);
    const before = JSON.stringify(clinic.story('anna'));
    await told(old);
    await told(current, old);
    expect(JSON.stringify(clinic.story('anna'))).toBe(before);
    expect(clinic.ehr.asked).toEqual([]);
  });

  it('is read where the time does not decide: another version of the same instant, no instant, one that is yet to come', async () => {
    const first = clinic.ehr.put(appointment('mri', 'anna', start));
    await told(first);
    const current = clinic.ehr.put(appointment('mri', 'anna', '2026-03-21T16:00:00Z'));
    const { lastUpdated } = first.meta ?? {};
    const doubtful = [
      { ...current, meta: { versionId: 'other', lastUpdated } },
      { ...current, meta: { versionId: 'another' } },
      { ...current, start, meta: { versionId: 'ahead', lastUpdated: '2126-01-01T00:00:00Z' } },
      { ...current, start, meta: undefined },
    ];
    for (const each of doubtful) {
      clinic.ehr.asked.length = 0;
      await told(each);
      expect(clinic.ehr.asked).toEqual(['Appointment/mri']);
      expect(visit()?.start).toBe('2026-03-21T16:00:00Z');
    }
  });

  it('hides nothing that comes later, though the clock of the EHR was once ahead', async () => {
    const wrong = { ...clinic.ehr.put(appointment('mri', 'anna', start)) };
    wrong.meta = { versionId: 'ahead', lastUpdated: '2126-01-01T00:00:00Z' };
    await told(wrong);
    await told(clinic.ehr.put(appointment('mri', 'anna', '2026-03-21T16:00:00Z')));
    expect(visit()?.start).toBe('2026-03-21T16:00:00Z');
  });
});

describe('what the EHR has no more', () => {
  const deleted = (reference: string) => ({
    fullUrl: `https://ehr.example/fhir/${reference}`,
    request: { method: 'DELETE', url: reference },
  });

  it('is gone for us, and stays so where an older version comes late', async () => {
    const booked = clinic.ehr.put(appointment('mri', 'anna', start));
    await told(booked);
    clinic.ehr.delete('Appointment/mri');
    await told(deleted('Appointment/mri'));
    expect(visit()?.state).toBe('cancelled');
    await told(booked);
    expect(visit()?.state).toBe('cancelled');
  });

  it('is there again where it was made again', async () => {
    await told(clinic.ehr.put(appointment('mri', 'anna', start)));
    clinic.ehr.delete('Appointment/mri');
    await told(deleted('Appointment/mri'));
    await told(clinic.ehr.put(appointment('mri', 'anna', '2026-03-21T16:00:00Z')));
    expect([visit()?.state, visit()?.start]).toEqual(['booked', '2026-03-21T16:00:00Z']);
  });

  it('is not believed to be gone because a read says 404 while a search finds it', async () => {
    await told(clinic.ehr.put(appointment('mri', 'anna', start)));
    clinic.ehr.put(appointment('mri', 'anna', '2026-03-21T16:00:00Z'));
    clinic.ehr.troubles.set('Appointment/mri', 'missing');
    await clinic.notify('', '/Appointment/mri', 'PUT');
    expect(await clinic.follow()).toBe(false);
    expect(visit()?.state).toBe('booked');
    clinic.ehr.troubles.clear();
    await clinic.notify('', '/Appointment/mri', 'PUT');
    expect(await clinic.follow()).toBe(true);
    expect(visit()?.start).toBe('2026-03-21T16:00:00Z');
  });

  it('ends what it met: evidence that is deleted meets nothing any more', async () => {
    const subject = { reference: 'Patient/anna' };
    const code = { coding: [{ system: snomed, code: '51619007' }] };
    await told(
      clinic.ehr.put({ resourceType: 'ServiceRequest', id: 's', status: 'active', intent: 'order', subject, code }),
    );
    expect(clinic.story('anna')?.evidence).toHaveLength(1);
    clinic.ehr.delete('ServiceRequest/s');
    await told(deleted('ServiceRequest/s'));
    expect(clinic.story('anna')?.evidence).toEqual([]);
  });
});

describe('a read in the middle that goes wrong ends in a stated place, and loses nothing', () => {
  const idOnly = () => clinic.notify('', '/Appointment/mri', 'PUT');

  it('404 and 410 of what we never knew: operators see its name', async () => {
    for (const trouble of ['missing', 'gone'] as const) {
      clinic.ehr.troubles.set('Appointment/mri', trouble);
      await idOnly();
      expect(await clinic.follow()).toBe(true);
    }
    expect(await clinic.quarantined()).toEqual(['followed/Appointment/mri: The EHR told of it and does not show it']);
    expect(clinic.story('anna')?.visits).toEqual([]);
  });

  it('403: operators see its name, and it is followed when we may read it', async () => {
    clinic.ehr.put(appointment('mri', 'anna', start));
    clinic.ehr.troubles.set('Appointment/mri', 'forbidden');
    await idOnly();
    expect(await clinic.follow()).toBe(true);
    expect(await clinic.quarantined()).toEqual(['followed/Appointment/mri: The EHR does not let us read it']);
    clinic.ehr.troubles.clear();
    await idOnly();
    await clinic.follow();
    expect(visit()?.state).toBe('booked');
  });

  it('no answer: it stays on its queue until there is one', async () => {
    clinic.ehr.put(appointment('mri', 'anna', start));
    clinic.ehr.troubles.set('*', 'unavailable');
    await idOnly();
    expect(await clinic.follow()).toBe(false);
    clinic.ehr.troubles.clear();
    expect(await clinic.follow()).toBe(true);
    await idOnly();
    await clinic.follow();
    expect(visit()?.state).toBe('booked');
  });

  it('a patient whom the EHR does not show yet: the visit waits, and is followed once they are known', async () => {
    await told(clinic.ehr.put(appointment('mri', 'jan', start)));
    expect(await clinic.quarantined()).toEqual([
      'followed/Patient/jan: The EHR told of it and does not show it',
      'followed/Appointment/mri: It names a patient whom the EHR does not show us',
    ]);
    await told(clinic.ehr.put(patient('jan', '+13125550102')));
    expect(await clinic.follow()).toBe(true);
    expect(clinic.story('jan')?.visits.map(({ state }) => state)).toEqual(['booked']);
    expect(await clinic.quarantined()).toEqual([]);
  });

  it('dies between two steps: told again, it goes on where it stopped and says nothing twice', async () => {
    await told(clinic.ehr.put(appointment('visit', 'anna', start, routine)));
    const off = clinic.ehr.put(appointment('visit', 'anna', start, { ...routine, status: 'cancelled' }));
    clinic.dieAt('/appointment/visit');
    await clinic.notify(notificationOf([off]));
    expect(await clinic.follow(10, 1)).toBe(false);
    expect([visit()?.state, clinic.story('anna')?.conversations[0]?.status]).toEqual(['cancelled', 'open']);
    const texts = await clinic.texts();
    clinic.dieAt(undefined);
    await clinic.notify('', '/Appointment/visit', 'PUT');
    expect(await clinic.follow()).toBe(true);
    expect(clinic.story('anna')?.conversations[0]?.status).toEqual({ closed: 'visit-cancelled' });
    expect(await clinic.texts()).toEqual(texts);
  });
});

describe('a gap in the numbers', () => {
  const numbered = (index: number, resource: object) => notificationOf([resource], { numbers: [index] });
  const three = () => {
    const written = [
      clinic.ehr.put(appointment('first', 'anna', start)),
      clinic.ehr.put(appointment('second', 'anna', start)),
      clinic.ehr.put(appointment('third', 'anna', start)),
    ] as const;
    for (const [index, resource] of written.entries()) clinic.ehr.told.push({ number: index + 1, resource });
    return written;
  };
  const known = () =>
    clinic
      .story('anna')
      ?.visits.map((each) => each.appointment)
      .sort();

  it('is asked for by its numbers, and nothing else is looked for', async () => {
    const [first, , third] = three();
    await clinic.notify(numbered(1, first));
    await clinic.notify(numbered(3, third));
    expect(await clinic.follow()).toBe(true);
    expect(known()).toEqual(['first', 'second', 'third']);
    expect(clinic.ehr.asked).toEqual(['$events']);
  });

  it('is swept for where the EHR does not tell again', async () => {
    const [first, , third] = three();
    clinic.ehr.troubles.set('$events', 'missing');
    await clinic.notify(numbered(1, first));
    await clinic.notify(numbered(3, third));
    expect(await clinic.follow()).toBe(true);
    expect(known()).toEqual(['first', 'second', 'third']);
    expect(clinic.ehr.asked).toContain('Appointment?');
  });

  it('is swept for where not all of it is told again', async () => {
    const [first, , third] = three();
    clinic.ehr.told.splice(1, 1);
    await clinic.notify(numbered(1, first));
    await clinic.notify(numbered(3, third));
    expect(await clinic.follow()).toBe(true);
    expect(known()).toEqual(['first', 'second', 'third']);
  });

  it('that one who comes late fills does no harm', async () => {
    const [first, second, third] = three();
    await clinic.notify(numbered(1, first));
    await clinic.notify(numbered(3, third));
    await clinic.notify(numbered(2, second));
    expect(await clinic.follow()).toBe(true);
    expect(known()).toEqual(['first', 'second', 'third']);
  });
});
