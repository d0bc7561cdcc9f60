import type { Appointment, FhirResource, Slot } from 'fhir/r4.js';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { closeForSnow } from '../../local/simulator/snow-day.ts';

const day = Temporal.PlainDate.from('2026-03-10');
const concept = (code: string) => ({ coding: [{ system: 'http://snomed.info/sct', code }] });
const imaging = { serviceType: [concept('113091000')] };
const hearts = { specialty: [concept('394579002')] };

const free = (
  id: string,
  start: string,
  kind: Pick<Slot, 'serviceType' | 'specialty'>,
): Slot & { readonly id: string } => ({
  resourceType: 'Slot',
  id,
  schedule: { reference: 'Schedule/1' },
  status: 'free',
  start,
  end: start,
  ...kind,
});
const visit = (
  id: string,
  kind: Pick<Appointment, 'serviceType' | 'specialty'>,
): Appointment & { readonly id: string } => ({
  resourceType: 'Appointment',
  id,
  status: 'booked',
  start: `2026-03-10T1${id}:00:00Z`,
  participant: [{ actor: { reference: `Patient/${id}` }, status: 'accepted' }],
  ...kind,
});

test('a visit is moved to a time of its own kind, and called off where there is none', async () => {
  const put: FhirResource[] = [];
  const { moved, calledOff } = await closeForSnow(
    {
      between: async () => [visit('4', imaging), visit('5', hearts), visit('6', imaging), visit('7', {})],
      freeSlots: async () => [
        free('hearts', '2026-03-11T14:00:00Z', hearts),
        free('imaging', '2026-03-11T15:00:00Z', imaging),
        free('anything', '2026-03-11T16:00:00Z', {}),
      ],
      put: async (resources) => void put.push(...resources),
    },
    day,
  );
  expect(moved.map(({ patient, to }) => [patient, to])).toEqual([
    ['4', '2026-03-11T15:00:00Z'],
    ['5', '2026-03-11T14:00:00Z'],
    ['6', '2026-03-11T16:00:00Z'],
  ]);
  expect(calledOff).toBe(1);
  expect(put.flatMap((each) => (each.resourceType === 'Appointment' ? `${each.id} ${each.status}` : []))).toEqual([
    '4 booked',
    '5 booked',
    '6 booked',
    '7 cancelled',
  ]);
});
