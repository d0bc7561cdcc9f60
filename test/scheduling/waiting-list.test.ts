import { describe, expect, it } from 'vitest';
import type { SlotOfferRecord } from '../../domain/ports/records.ts';
import { type Clinic, Killed, plannedVisit, withClinic } from './clinic.ts';

const slot = 'imaging-room-2026-03-05-1000';

/** So many people, a, b, c …, wait for the imaging room, the first of them longest. */
async function queueOf(clinic: Clinic, count: number): Promise<void> {
  await clinic.nobodyWaits();
  for (let index = 0; index < count; index++) {
    const name = nameOf(index);
    await clinic.put({ resourceType: 'Patient', id: name, name: [{ text: name }] });
    await clinic.wait(name, `wait-${name}`, `2026-01-${String(index + 1).padStart(2, '0')}T12:00:00Z`);
    await clinic.admit(name, { appointment: `wait-${name}`, state: 'wished' });
  }
}
const nameOf = (index: number) => String.fromCharCode(97 + index);

async function recordOf(clinic: Clinic, id = slot): Promise<SlotOfferRecord> {
  const stored = await clinic.house.records.get('slot-offer', id);
  if (stored === undefined) throw new Error('It is offered to nobody.');
  return stored.value;
}
const asked = ({ offered }: SlotOfferRecord) => offered.map(({ story, wave }) => `${story}${wave}`).join(' ');
/** Who was told what, in order: `slot-offered a`. */
const told = (clinic: Clinic) =>
  clinic.turns.map((cause) => {
    const [what = ''] = cause.split('/');
    const [, who = ''] = /\/wait-([a-z])/.exec(cause) ?? [];
    return `${what} ${who}`.trim();
  });

/** What the timer of the slot's offer brings, at its time. */
async function timer(clinic: Clinic, id = slot): Promise<boolean> {
  const set = clinic.timers.get(`wave/${id}`);
  if (set === undefined) throw new Error('No timer is set.');
  clinic.clock.advance(set.at.getTime() - clinic.clock.now().getTime());
  return clinic.give(set.event);
}

describe('a freed time', () => {
  it('is offered to who waits longest, wave by wave, until it is too late, and then closed kindly', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 6);
      const freed = clinic.events.freed(slot);
      expect(await clinic.give(freed)).toBe(true);
      expect(asked(await recordOf(clinic))).toBe('a1 b1');
      expect(await clinic.give(freed)).toBe(true);
      expect(asked(await recordOf(clinic))).toBe('a1 b1');
      expect(await timer(clinic)).toBe(true);
      expect(asked(await recordOf(clinic))).toBe('a1 b1 c2 d2 e2');
      expect(await timer(clinic)).toBe(true);
      expect(asked(await recordOf(clinic))).toBe('a1 b1 c2 d2 e2 f3');
      expect(told(clinic)).toEqual('abcdef'.split('').map((who) => `slot-offered ${who}`));
      // Two hours before nobody could come any more.
      expect(clinic.timers.get(`wave/${slot}`)?.at).toEqual(new Date('2026-03-05T14:00:00Z'));
      expect(await timer(clinic)).toBe(true);
      const closed = await recordOf(clinic);
      expect(closed.closed).toEqual({ at: '2026-03-05T14:00:00.000Z' });
      expect(told(clinic).slice(6)).toEqual('abcdef'.split('').map((who) => `offer-over ${who}`));
      expect(clinic.timers.size).toBe(0);
      expect(await clinic.give(freed)).toBe(true);
      expect(told(clinic)).toHaveLength(12);
    }));

  it('goes to whoever says yes first; the others hear it once, and a yes that crosses it is no second time', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 4);
      await clinic.give(clinic.events.freed(slot));
      await timer(clinic);
      const { offer } = await recordOf(clinic);
      expect(asked(await recordOf(clinic))).toBe('a1 b1 c2 d2');
      expect(await clinic.give(clinic.events.declined('a', 'wait-a', offer))).toBe(true);
      const yes = await clinic.accepts('c', slot, offer);
      expect(await clinic.give(yes)).toBe(true);
      const visit = await clinic.visit('wait-c');
      expect(visit).toMatchObject({ status: 'booked', slot: [{ reference: `Slot/${slot}` }] });
      expect(visit.start).toBe((await clinic.slot(slot)).start);
      expect(visit).not.toHaveProperty('requestedPeriod');
      expect((await recordOf(clinic)).closed).toMatchObject({ to: 'wait-c' });
      expect(clinic.timers.size).toBe(0);
      const after = [
        'slot-offered a',
        'slot-offered b',
        'slot-offered c',
        'slot-offered d',
        'slot-taken',
        'offer-over b',
        'offer-over d',
      ];
      expect(told(clinic)).toEqual(after);
      expect(await clinic.give(yes, clinic.events.declined('d', 'wait-d', offer))).toBe(true);
      expect(told(clinic)).toEqual(after);
      expect(await clinic.give(await clinic.accepts('b', slot, offer))).toBe(true);
      expect(told(clinic)).toEqual(after);
      // Offered, and gone: said once, though b's yes crossed it. A no, and a yes, are answered where they are said.
      expect((await clinic.said('b')).length).toBe(2);
      expect((await clinic.said('d')).length).toBe(2);
      expect((await clinic.said('a')).length).toBe(1);
      expect((await clinic.said('c')).length).toBe(2);
      expect((await clinic.visit('wait-b')).status).toBe('waitlist');
    }));

  it('is told as gone at once to who waits for it, and to who only was asked not at night', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 3);
      await clinic.give(clinic.events.freed(slot));
      await timer(clinic);
      const { offer } = await recordOf(clinic);
      await clinic.accepts('b', slot, offer);
      await clinic.give(await clinic.accepts('a', slot, offer));
      const { items } = await clinic.house.records.list('message');
      const over = items
        .map(({ value }) => value)
        .filter(({ content }) => content.some((each) => each.startsWith('offer.gone')));
      expect(Object.fromEntries(over.map(({ story, priority }) => [story, priority]))).toEqual({
        b: 'urgent',
        c: 'reminder',
      });
    }));

  it('comes to the same end wherever the winner’s booking is killed', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 2);
      await clinic.give(clinic.events.freed(slot));
      clinic.kill.done = 0;
      await clinic.give(await clinic.accepts('a', slot, (await recordOf(clinic)).offer));
      const steps = clinic.kill.done;
      expect(steps).toBeGreaterThan(5);
      const times = (await clinic.freeTimesOf('imaging-room')).map(({ id = '' }) => id);
      for (const after of [false, true])
        for (let at = 1; at <= steps; at++) {
          const time = times.pop() ?? '';
          for (const name of ['a', 'b']) {
            await clinic.wait(name, `wait-${name}`, '2026-01-01T12:00:00Z');
            await clinic.change(name, { state: 'wished' });
          }
          clinic.kill.done = -1_000_000;
          await clinic.give(clinic.events.freed(time));
          const { offer } = await recordOf(clinic, time);
          const yes = await clinic.accepts('a', time, offer);
          clinic.turns.length = 0;
          clinic.kill.done = 0;
          clinic.kill.next = { at, after };
          expect(await clinic.deliver(yes)).toBe(2);
          expect(await clinic.give(yes)).toBe(true);
          expect(told(clinic)).toEqual(['slot-taken', 'offer-over b']);
          expect(await recordOf(clinic, time)).toMatchObject({ closed: { to: 'wait-a' } });
          expect((await clinic.visit('wait-a')).slot).toEqual([{ reference: `Slot/${time}` }]);
          expect(clinic.timers.has(`wave/${time}`)).toBe(false);
        }
    }));

  it('leaves nobody out and asks nobody twice wherever a wave is killed', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 3);
      clinic.kill.done = 0;
      await clinic.give(clinic.events.freed(slot));
      const steps = clinic.kill.done;
      expect(steps).toBeGreaterThan(4);
      const times = (await clinic.freeTimesOf('imaging-room')).map(({ id = '' }) => id);
      for (const after of [false, true])
        for (let at = 1; at <= steps; at++) {
          const time = times.pop() ?? '';
          for (const name of ['a', 'b', 'c'])
            await clinic.keep(name, plannedVisit({ appointment: `wait-${name}`, state: 'wished' }));
          clinic.turns.length = 0;
          clinic.kill.done = 0;
          clinic.kill.next = { at, after };
          expect(await clinic.deliver(clinic.events.freed(time))).toBe(2);
          expect(told(clinic)).toEqual(['slot-offered a', 'slot-offered b']);
          expect(asked(await recordOf(clinic, time))).toBe('a1 b1');
          expect(clinic.timers.get(`wave/${time}`)?.event.data).toMatchObject({ wave: 2 });
        }
    }));

  it('is asked of the next at once when a whole wave has said no, and of nobody when all have', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 3);
      await clinic.give(clinic.events.freed(slot));
      const { offer } = await recordOf(clinic);
      await clinic.give(clinic.events.declined('a', 'wait-a', offer));
      expect(asked(await recordOf(clinic))).toBe('a1 b1');
      await clinic.give(clinic.events.declined('b', 'wait-b', offer), clinic.events.declined('b', 'wait-b', offer));
      expect(asked(await recordOf(clinic))).toBe('a1 b1 c2');
      await clinic.give(clinic.events.declined('c', 'wait-c', offer));
      expect(await recordOf(clinic)).toMatchObject({ declined: ['wait-a', 'wait-b', 'wait-c'] });
      expect((await recordOf(clinic)).closed?.to).toBeUndefined();
      expect((await recordOf(clinic)).closed).toBeDefined();
      expect(told(clinic)).toEqual(['slot-offered a', 'slot-offered b', 'slot-offered c']);
      // Free again in another version, though nobody had it: who did not want it is not asked again.
      await clinic.put({ ...(await clinic.slot(slot)), id: slot, comment: 'Still free.' });
      await clinic.give(clinic.events.freed(slot));
      expect(told(clinic)).toHaveLength(3);
    }));

  it('passes over who cannot be reached, has said no to texts, died, wants another day, or is asked about another time', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 7);
      const story = async (name: string) => clinic.story(name);
      const commit = async (name: string, change: object) => {
        const before = await story(name);
        await clinic.house.store.commit({
          cause: `change/${name}`,
          outcome: { reply: '' },
          story: { ...before, ...change, version: before.version + 1 },
          moments: [],
          events: [],
        });
      };
      await commit('a', { consent: { texts: 'refused', at: '2026-01-01T00:00:00Z', how: 'in-words' } });
      await commit('b', { person: { ...(await story('b')).person, phones: [] } });
      await commit('c', { person: { ...(await story('c')).person, deceased: true } });
      await clinic.change('d', { moving: { since: '', passedOver: [], stage: 'looking', wish: { weekdays: [1] } } });
      await clinic.change('e', {
        asked: { is: 'slot-offer', at: '2026-03-02T15:00:00Z', choices: [], misread: 0, offer: 'offer/another/1' },
      });
      await clinic.give(clinic.events.freed(slot));
      expect(asked(await recordOf(clinic))).toBe('f1 g1');
      await clinic.change('e', { asked: { is: 'confirm', at: '2026-03-02T15:00:00Z', choices: [], misread: 0 } });
      await timer(clinic);
      expect(asked(await recordOf(clinic))).toBe('f1 g1 e2');
    }));

  it('waits for the morning where all who wait are asleep', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 2);
      // 23:30 in Chicago.
      clinic.clock.advance(Date.parse('2026-03-03T05:30:00Z') - clinic.clock.now().getTime());
      await clinic.give(clinic.events.freed(slot));
      expect(told(clinic)).toEqual([]);
      expect(clinic.timers.get(`wave/${slot}`)?.at).toEqual(new Date('2026-03-03T14:00:00Z'));
      await timer(clinic);
      expect(asked(await recordOf(clinic))).toBe('a1 b1');
    }));

  it('is no offer any more once staff have given it away: who was asked hears it with the next wave, or when they say yes', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 4);
      await clinic.give(clinic.events.freed(slot));
      await clinic.book('david-kim', 'staffs', slot);
      const { offer } = await recordOf(clinic);
      await clinic.give(await clinic.accepts('a', slot, offer));
      expect((await clinic.visit('wait-a')).status).toBe('waitlist');
      await timer(clinic);
      expect(told(clinic)).toEqual(['slot-offered a', 'slot-offered b', 'offer-over a', 'offer-over b']);
      expect((await recordOf(clinic)).closed).toBeDefined();
      // Freed again: a new round.
      await clinic.put({ ...(await clinic.visit('staffs')), id: 'staffs', status: 'cancelled' });
      await clinic.put({ ...(await clinic.slot(slot)), id: slot, status: 'free' });
      await clinic.give(clinic.events.freed(slot));
      expect((await recordOf(clinic)).offer).not.toBe(offer);
      expect(asked(await recordOf(clinic))).toBe('a1 b1');
    }));

  it('is not booked for somebody whom staff have booked or called off meanwhile', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 2);
      await clinic.give(clinic.events.freed(slot));
      const { offer } = await recordOf(clinic);
      const other = await clinic.slot('imaging-room-2026-03-06-0900');
      const { requestedPeriod: _, ...a } = await clinic.visit('wait-a');
      await clinic.put({ ...a, id: 'wait-a', status: 'booked', start: other.start, end: other.end });
      await clinic.put({ ...(await clinic.visit('wait-b')), id: 'wait-b', status: 'cancelled' });
      await clinic.give(await clinic.accepts('a', slot, offer), await clinic.accepts('b', slot, offer));
      expect((await clinic.visit('wait-a')).start).toBe(other.start);
      expect((await clinic.slot(slot)).status).toBe('free');
      expect(told(clinic).slice(2).sort()).toEqual(['offer-over a', 'offer-over b']);
    }));

  it('is not booked for somebody who took their yes back before it was', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 2);
      await clinic.give(clinic.events.freed(slot));
      const yes = await clinic.accepts('a', slot, (await recordOf(clinic)).offer);
      await clinic.change('a', { moving: { since: '', passedOver: [], stage: 'giving-up' } });
      expect(await clinic.give(yes)).toBe(true);
      expect((await clinic.visit('wait-a')).status).toBe('waitlist');
      expect((await clinic.slot(slot)).status).toBe('free');
      expect((await recordOf(clinic)).closed).toBeUndefined();
    }));

  it('is told as gone to who was asked of it while it was taken, though whoever asked was killed', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 2);
      const { store } = clinic.deps;
      const { commit } = store;
      let tries = 0;
      const meanwhile: typeof commit = async (change) => {
        const asksB = /^slot-offered\/.*\/wait-b$/.test(change.cause);
        if (asksB && ++tries === 1) await clinic.give(await clinic.accepts('a', slot, (await recordOf(clinic)).offer));
        const committed = await commit(change);
        if (asksB && committed.is === 'committed') throw new Killed();
        return committed;
      };
      Object.assign(store, { commit: meanwhile });
      const freed = clinic.events.freed(slot);
      expect(await clinic.give(freed)).toBe(false);
      expect((await clinic.story('b')).visits[0]?.asked?.is).toBe('slot-offer');
      expect(await clinic.give(freed)).toBe(true);
      expect((await clinic.story('b')).visits[0]?.asked).toBeUndefined();
      expect(await clinic.said('b')).toHaveLength(2);
    }));

  it('is told as gone where staff gave it away before a timer was set, by somebody who was killed', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 2);
      const { scheduler } = clinic.deps;
      const { schedule } = scheduler;
      Object.assign(scheduler, { schedule: () => Promise.reject(new Killed()) });
      const freed = clinic.events.freed(slot);
      expect(await clinic.give(freed)).toBe(false);
      Object.assign(scheduler, { schedule });
      await clinic.book('david-kim', 'staffs', slot);
      expect(await clinic.give(freed)).toBe(true);
      expect((await recordOf(clinic)).closed).toBeDefined();
      expect(told(clinic)).toEqual(['slot-offered a', 'slot-offered b', 'offer-over a', 'offer-over b']);
    }));

  it('is never said to be gone to whom it becomes, though a wave comes while it is booked', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 2);
      await clinic.give(clinic.events.freed(slot));
      const yes = await clinic.accepts('a', slot, (await recordOf(clinic)).offer);
      // Booked in the EHR, and killed before anybody could say so.
      const { store } = clinic.deps;
      const { commit } = store;
      Object.assign(store, { commit: () => Promise.reject(new Killed()) });
      expect(await clinic.give(yes)).toBe(false);
      Object.assign(store, { commit });
      expect((await clinic.visit('wait-a')).status).toBe('booked');
      await timer(clinic);
      expect(told(clinic).slice(2)).toEqual(['offer-over b']);
      expect(await clinic.give(yes)).toBe(true);
      expect(await clinic.said('a')).toHaveLength(2);
      expect((await clinic.said('a')).join()).toContain('Done. Your visit is on');
    }));

  it('is offered with until when one may say yes', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 1);
      await clinic.give(clinic.events.freed(slot));
      expect((await clinic.said('a')).join()).toContain('You can say yes until Thursday, March 5 at 8:00 AM');
    }));

  it('is offered to nobody where nobody waits for it, it is taken, or it is too late', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 1);
      for (const id of ['dr-lee-general-2026-03-05-0900', 'never-was']) await clinic.give(clinic.events.freed(id));
      await clinic.book('david-kim', 'staffs', slot);
      await clinic.give(clinic.events.freed(slot));
      clinic.clock.advance(Date.parse('2026-03-04T13:30:00Z') - clinic.clock.now().getTime());
      await clinic.give(clinic.events.freed('imaging-room-2026-03-04-0900'));
      expect(told(clinic)).toEqual([]);
      expect(clinic.timers.size).toBe(0);
    }));

  it('is told as gone at once where somebody else moves their visit to it', () =>
    withClinic(async (clinic) => {
      await queueOf(clinic, 2);
      await clinic.give(clinic.events.freed(slot));
      const from = 'imaging-room-2026-03-06-0900';
      await clinic.book('david-kim', 'visit', from);
      const [was, will] = [await clinic.slot(from), await clinic.slot(slot)];
      await clinic.admit('david-kim', {
        appointment: 'visit',
        start: was.start,
        slots: [from],
        moving: { since: '', passedOver: [], stage: 'booking', taking: { slot, start: will.start, end: will.end } },
      });
      await clinic.give(clinic.events.chosen('david-kim', 'visit', slot));
      expect(told(clinic)).toEqual(['slot-offered a', 'slot-offered b', 'slot-taken', 'offer-over a', 'offer-over b']);
      expect(clinic.timers.size).toBe(0);
    }));
});
