import { describe, expect, test } from 'vitest';
import type { Message } from '../../domain/story/message.ts';
import type { Envelope } from '../../events/envelope.ts';
import { eventOf } from '../../events/envelope.ts';
import { visitEnded } from '../../events/visit-ended.ts';
import { visitPlanned } from '../../events/visit-planned.ts';
import { appointment, number, patient, withClinic } from '../functions/consumers/small-clinic.ts';

type Clinic = Parameters<Parameters<typeof withClinic>[0]>[0];

/** Friday, 9:40 in Chicago; the clinic's clock stands on the Monday before, at 8:00. */
const friday = '2026-03-06T15:40:00.000Z';
/** The day before, at 10:00. */
const reminder = '2026-03-05T16:00:00.000Z';
const hour = 3_600_000;

async function booked(clinic: Clinic, start = friday): Promise<void> {
  const { put, give, consumers, changed } = clinic;
  put(patient('anna', 'Anna', number));
  put(appointment('7', 'anna', start));
  await give(consumers.chartChanged, changed('Patient', 'anna'), changed('Appointment', '7'));
  await give(consumers.timeCame, planned());
}

async function calledOff({ put, give, consumers, changed }: Clinic): Promise<void> {
  put({
    ...appointment('7', 'anna', friday),
    status: 'cancelled',
    meta: { versionId: '2', lastUpdated: '2026-03-02T15:00:00Z' },
  });
  await give(consumers.chartChanged, changed('Appointment', '7'));
}

const occasion = { cause: 'test', time: '2026-03-02T14:00:00.000Z', tenant: 'lakeside', patient: 'anna' };
const planned = () => eventOf(visitPlanned, occasion, { appointment: '7' });

function timer({ timers }: Clinic): { readonly at: string; readonly event: Envelope } {
  const found = timers.get('visit/7');
  if (found === undefined) throw new Error('No timer');
  return { at: found.at.toISOString(), event: found.event };
}

function goTo({ house }: Clinic, instant: string): void {
  house.clock.advance(Date.parse(instant) - house.clock.now().getTime());
}

async function messages({ house }: Clinic): Promise<readonly Message[]> {
  const ids = house.published.flatMap((event) =>
    event.type === 'message-queued' ? [String((event.data as { message: string }).message)] : [],
  );
  const found = await Promise.all(ids.map((id) => house.records.get('message', id)));
  return found.flatMap((each) => (each === undefined ? [] : [each.value]));
}

describe('the timer of a visit', () => {
  test('stands at what comes next, and carries the reminder with all that the sender must know', () =>
    withClinic(async (clinic) => {
      await booked(clinic);
      expect(timer(clinic).at).toBe(reminder);
      goTo(clinic, reminder);
      await clinic.give(clinic.consumers.timeCame, timer(clinic).event);
      expect((await messages(clinic)).at(-1)).toMatchObject({
        body: expect.stringContaining('Your visit at Lakeside Clinic is soon: Friday, March 6 at 9:40 AM.'),
        priority: 'reminder',
        channel: 'sms',
        about: { appointment: '7' },
        expires: friday,
      });
      expect(timer(clinic).at).toBe('2026-03-05T21:40:00.000Z');
    }));

  test('goes on by a call and ends with the desk, where nobody answers', () =>
    withClinic(async (clinic) => {
      await booked(clinic);
      for (let rings = 0; rings < 3; rings++) {
        goTo(clinic, timer(clinic).at);
        await clinic.give(clinic.consumers.timeCame, timer(clinic).event);
      }
      expect((await messages(clinic)).map(({ channel }) => channel).slice(-2)).toEqual(['sms', 'voice']);
      expect(clinic.published('person-requested').map(({ data }) => data)).toContainEqual(
        expect.objectContaining({ because: 'no-reply', appointment: '7' }),
      );
      goTo(clinic, timer(clinic).at);
      await clinic.give(clinic.consumers.timeCame, timer(clinic).event);
      expect((await clinic.story('anna')).visits[0]?.state).toBe('passed');
      expect(clinic.timers.has('visit/7')).toBe(false);
    }));

  test('does nothing when it rings twice, or before its time, or for nobody', () =>
    withClinic(async (clinic) => {
      await booked(clinic);
      const { event } = timer(clinic);
      const before = (await messages(clinic)).length;
      await clinic.give(clinic.consumers.timeCame, event);
      expect(await messages(clinic)).toHaveLength(before);
      expect(timer(clinic).at).toBe(reminder);
      goTo(clinic, reminder);
      await clinic.give(clinic.consumers.timeCame, event, event);
      await clinic.give(clinic.consumers.timeCame, event, { ...event, id: 'again', cause: 'again' });
      expect(await messages(clinic)).toHaveLength(before + 1);
      expect(await clinic.give(clinic.consumers.timeCame, { ...event, patient: 'nobody' })).toBe(true);
    }));

  test('moves with the visit: what was set for the former time finds nothing due', () =>
    withClinic(async (clinic) => {
      await booked(clinic);
      const { event } = timer(clinic);
      clinic.put(appointment('7', 'anna', '2026-03-13T14:40:00.000Z'));
      await clinic.give(clinic.consumers.chartChanged, clinic.changed('Appointment', '7'));
      await clinic.give(clinic.consumers.timeCame, planned());
      expect(timer(clinic).at).toBe('2026-03-12T15:00:00.000Z');
      goTo(clinic, reminder);
      const before = (await messages(clinic)).length;
      await clinic.give(clinic.consumers.timeCame, event);
      expect(await messages(clinic)).toHaveLength(before);
      expect(timer(clinic).at).toBe('2026-03-12T15:00:00.000Z');
    }));

  test('goes when the visit is over', () =>
    withClinic(async (clinic) => {
      await booked(clinic);
      const ended = eventOf(visitEnded, occasion, { appointment: '7', because: 'cancelled' });
      await clinic.give(clinic.consumers.timeCame, ended);
      // It was booked again before this came.
      expect(clinic.timers.has('visit/7')).toBe(true);
      await calledOff(clinic);
      await clinic.give(clinic.consumers.timeCame, ended);
      expect(clinic.timers.has('visit/7')).toBe(false);
    }));

  test('rings at once where it was late, and never for ever', () =>
    withClinic(async (clinic) => {
      await booked(clinic);
      goTo(clinic, '2026-03-06T12:00:00.000Z');
      await clinic.give(clinic.consumers.timeCame, planned());
      for (let rings = 0; rings < 10 && clinic.timers.has('visit/7'); rings++) {
        const at = Date.parse(timer(clinic).at);
        expect(at).toBeGreaterThanOrEqual(clinic.house.clock.now().getTime());
        goTo(clinic, new Date(at).toISOString());
        await clinic.give(clinic.consumers.timeCame, timer(clinic).event);
      }
      expect(clinic.timers.has('visit/7')).toBe(false);
      expect((await messages(clinic)).filter(({ body }) => /A reminder|is soon/.test(body)).length).toBeLessThanOrEqual(
        2,
      );
      expect(clinic.house.clock.now().getTime()).toBe(Date.parse(friday) + hour / 2 + 4 * hour);
    }));
});
