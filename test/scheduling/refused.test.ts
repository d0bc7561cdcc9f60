import { expect, it } from 'vitest';
import { sqsEventOf } from '../../adapters/embedded/bus/sqs-event.ts';
import { createHandler } from '../../functions/scheduling-asked/handler.ts';
import { withClinic } from './clinic.ts';

const old = 'imaging-room-2026-03-04-0900';
const next = 'imaging-room-2026-03-05-1000';

it('a time that the EHR will not book for us brings a person, not one time after the other that it will not book either', () =>
  withClinic(async (clinic) => {
    await clinic.book('anna-kowalska', 'visit-anna', old);
    const [was, will] = [await clinic.slot(old), await clinic.slot(next)];
    await clinic.admit('anna-kowalska', {
      appointment: 'visit-anna',
      start: was.start,
      end: was.end,
      slots: [old],
      moving: {
        since: clinic.clock.now().toISOString(),
        passedOver: [],
        stage: 'booking',
        taking: { slot: next, start: will.start, end: will.end },
      },
    });
    const refused = { is: 'refused', status: 422, reason: 'business-rule' } as const;
    const chart = { ...clinic.deps.chart, transaction: async () => [refused, refused] };
    const detail = clinic.events.chosen('anna-kowalska', 'visit-anna', next);
    const delivery = { seq: 0, body: JSON.stringify({ detail }), sent: 0, attempt: 1 };
    const handle = createHandler({ ...clinic.deps, chart });
    expect((await handle(sqsEventOf('test', [delivery], 0))).batchItemFailures).toEqual([]);
    const [said = ''] = await clinic.said('anna-kowalska');
    expect(said).not.toMatch(/^\d .*March/m);
    expect(clinic.published('person-requested')).toHaveLength(1);
    expect((await clinic.slot(next)).status).toBe('free');
  }));
