import type { Appointment, Bundle } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../events/envelope.ts';
import { type Clinic, withClinic } from './clinic.ts';

const slot = 'imaging-room-2026-03-05-1000';
const many = 1_000;
const names = Array.from({ length: many }, (_, index) => `person-${index}`);

/** They all wait for the imaging room. The versions of their Appointments. */
async function allWait(clinic: Clinic): Promise<ReadonlyMap<string, Appointment>> {
  const waiting = new Map<string, Appointment>();
  for (let at = 0; at < many; at += 100) {
    const resources = names.slice(at, at + 100).flatMap((name) => [
      { resourceType: 'Patient', id: name, name: [{ text: name }] },
      {
        resourceType: 'Appointment',
        id: `wait-${name}`,
        status: 'waitlist',
        participant: [{ actor: { reference: `Patient/${name}` }, status: 'accepted' }],
      },
    ]);
    const entry = resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    const { entry: written = [] } = await post<Bundle<Appointment>>(clinic, entry);
    for (const { resource } of written)
      if (resource?.resourceType === 'Appointment' && resource.id !== undefined) waiting.set(resource.id, resource);
  }
  return waiting;
}

async function post<T>(clinic: Clinic, entry: readonly object[]): Promise<T & { readonly httpStatus: number }> {
  const response = await fetch(clinic.ehr.url, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  });
  return { ...((await response.json()) as T), httpStatus: response.status };
}

const holders = async (clinic: Clinic) =>
  (await clinic.deps.chart.search('Appointment', { slot: `Slot/${slot}`, status: 'booked' })).map(({ id }) => id);

describe('a thousand who want one time', () => {
  it('are one who gets it and 999 who are refused, at the EHR', () =>
    withClinic(async (clinic) => {
      const waiting = await allWait(clinic);
      const free = await clinic.slot(slot);
      const matching = (resource: Pick<Appointment, 'meta'>) => ({
        ifMatch: `W/"${resource.meta?.versionId}"`,
      });
      const answers = await Promise.all(
        [...waiting].map(([id, appointment]) =>
          post(clinic, [
            {
              resource: { ...free, status: 'busy' },
              request: { method: 'PUT', url: `Slot/${slot}`, ...matching(free) },
            },
            {
              resource: {
                ...appointment,
                status: 'booked',
                start: free.start,
                end: free.end,
                slot: [{ reference: `Slot/${slot}` }],
              },
              request: { method: 'PUT', url: `Appointment/${id}`, ...matching(appointment) },
            },
          ]),
        ),
      );
      const statuses = answers.map(({ httpStatus }) => httpStatus);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412 || status === 409)).toHaveLength(many - 1);
      expect(await holders(clinic)).toHaveLength(1);
      expect((await clinic.slot(slot)).status).toBe('busy');
      // All or nothing: who lost is as before, to the version.
      const still = await clinic.deps.chart.search('Appointment', { status: 'waitlist', _count: '500' }, 3_000);
      const same = still.filter(({ id = '', meta }) => waiting.get(id)?.meta?.versionId === meta?.versionId);
      expect(same).toHaveLength(many - 1);
    }, 30_000));

  it('are one who hears that it is theirs, and 999 who hear that it is gone', () =>
    withClinic(async (clinic) => {
      await allWait(clinic);
      const { start, end } = await clinic.slot(slot);
      const offer = `offer/${slot}/1`;
      const moving = { since: '', passedOver: [], stage: 'booking', taking: { slot, start, end }, offer } as const;
      for (const name of names) await clinic.admit(name, { appointment: `wait-${name}`, state: 'wished', moving });
      await clinic.house.records.put({
        kind: 'slot-offer',
        id: slot,
        expect: 'absent',
        value: {
          offer,
          slot: { slot, start, end },
          offered: names.map((name) => ({ story: name, appointment: `wait-${name}`, wave: 1 })),
          declined: [],
        },
      });
      const yes = names.map((name) => clinic.events.chosen(name, `wait-${name}`, slot, offer));
      let left: readonly Envelope[] = yes;
      // What a conflict or a slow answer sends back comes again, as from a queue.
      for (let round = 0; round < 5 && left.length > 0; round++) left = await clinic.failedOf(left);
      expect(left).toEqual([]);
      const taken = clinic.turns.filter((cause) => cause.startsWith('slot-taken/'));
      expect(taken).toHaveLength(1);
      const [winner, ...others] = await holders(clinic);
      expect(others).toEqual([]);
      expect((await clinic.house.records.get('slot-offer', slot))?.value.closed?.to).toBe(winner);
      const heard = new Set(
        clinic.turns.flatMap((cause) => (cause.startsWith('offer-over/') ? [/wait-person-\d+/.exec(cause)?.[0]] : [])),
      );
      expect(heard.size).toBe(many - 1);
      expect(heard.has(winner)).toBe(false);
    }, 30_000));
});
