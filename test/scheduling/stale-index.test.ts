import type { Appointment } from 'fhir/r4.js';
import { expect, it } from 'vitest';
import type { Chart } from '../../domain/ports/chart.ts';
import { releaseSlot } from '../../functions/scheduling-asked/slot-released.ts';
import { withClinic } from './clinic.ts';

const old = 'imaging-room-2026-03-04-0900';

it('frees a slot whose visit has gone elsewhere, though the index of the EHR is behind and still shows it there', () =>
  withClinic(async (clinic) => {
    await clinic.book('anna-kowalska', 'visit-anna', old);
    const before = (await clinic.visit('visit-anna')) as Appointment & { readonly id: string };
    const { slot: _, ...rest } = before;
    await clinic.put({ ...rest, id: 'visit-anna', status: 'cancelled' });
    const behind: Chart = {
      ...clinic.deps.chart,
      search: async (type, query, limit) =>
        type === 'Appointment' ? [before] : clinic.deps.chart.search(type, query, limit),
    };
    expect(await releaseSlot({ ...clinic.deps, chart: behind }, old)).toMatchObject({ isFree: true });
    expect((await clinic.slot(old)).status).toBe('free');
  }));

it('keeps a slot that a visit still has, as often as it is asked', () =>
  withClinic(async (clinic) => {
    await clinic.book('anna-kowalska', 'visit-anna', old);
    expect(await releaseSlot(clinic.deps, old)).toEqual({ isFree: false });
    expect((await clinic.slot(old)).status).toBe('busy');
  }));
