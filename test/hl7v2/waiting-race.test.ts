import type { Appointment } from 'fhir/r4.js';
import { expect, test } from 'vitest';
import type { Chart } from '../../domain/ports/chart.ts';
import { withClinic } from './clinic.ts';
import { message } from './messages.ts';

test('a change whose search is behind a booking that was brought meanwhile is applied, and does not wait for a booking that has been', () =>
  withClinic(async (clinic) => {
    await clinic.send(message('siu-s14'));
    await clinic.send(message('siu-s12'));
    const [change, booking] = clinic.received();
    if (change === undefined || booking === undefined) throw new Error('Nothing came');
    let isBooked = false;
    const behind: Chart = {
      ...clinic.chart,
      search: async (type, query, limit) => {
        if (type !== 'Appointment') return clinic.chart.search(type, query, limit);
        // By another consumer, all the way through; an index that is behind never shows it.
        if (!isBooked) expect(await clinic.give([booking])).toBe(true);
        isBooked = true;
        return [];
      },
    };
    expect(await clinic.give([change], clinic.consumerOn(behind))).toBe(true);
    const visit = (await clinic.search('Appointment?identifier=V-7001')) as Appointment[];
    expect(visit).toHaveLength(1);
    expect(await clinic.quarantined()).toEqual([]);
  }));
