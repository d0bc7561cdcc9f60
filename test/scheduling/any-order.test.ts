import fc from 'fast-check';
import type { Appointment } from 'fhir/r4.js';
import { expect, it } from 'vitest';
import type { Envelope } from '../../events/envelope.ts';
import { type Clinic, plannedVisit, withClinic } from './clinic.ts';

type Action =
  | { readonly do: 'yes' | 'no'; readonly who: readonly number[] }
  | { readonly do: 'timer' | 'freed' | 'again' | 'staff' }
  | { readonly do: 'kill'; readonly at: number; readonly after: boolean };

const people = ['a', 'b', 'c', 'd', 'e'];
const who = fc.uniqueArray(fc.nat({ max: people.length - 1 }), { minLength: 1, maxLength: 3 });
const actions: fc.Arbitrary<readonly Action[]> = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ do: fc.constantFrom('yes' as const, 'no' as const), who }), weight: 4 },
    { arbitrary: fc.record({ do: fc.constantFrom('timer' as const, 'freed' as const, 'again' as const) }), weight: 4 },
    { arbitrary: fc.constant({ do: 'staff' as const }), weight: 1 },
    {
      arbitrary: fc.record({
        do: fc.constant('kill' as const),
        at: fc.integer({ min: 1, max: 8 }),
        after: fc.boolean(),
      }),
      weight: 3,
    },
  ),
  { maxLength: 8 },
);

/** Everybody waits again, as if nothing had been; yesterday's offers are over. */
async function begin(clinic: Clinic): Promise<void> {
  for (const [index, name] of people.entries()) {
    await clinic.wait(name, `wait-${name}`, `2026-01-0${index + 1}T12:00:00Z`);
    const visit = plannedVisit({ appointment: `wait-${name}`, state: 'wished' });
    if ((await clinic.house.store.story(name)) === undefined) {
      await clinic.put({ resourceType: 'Patient', id: name, name: [{ text: name }] });
      await clinic.admit(name, visit);
    } else await clinic.keep(name, visit);
  }
  clinic.turns.length = 0;
  delete clinic.kill.next;
}

async function play(clinic: Clinic, slot: string, script: readonly Action[]): Promise<void> {
  const { events } = clinic;
  const offerNow = async () => (await clinic.house.records.get('slot-offer', slot))?.value.offer ?? 'offer/none/0';
  let last: readonly Envelope[] = [events.freed(slot)];
  for (const action of script) {
    switch (action.do) {
      case 'kill':
        clinic.kill.done = 0;
        clinic.kill.next = { at: action.at, after: action.after };
        continue;
      case 'staff':
        if ((await clinic.slot(slot)).status === 'free') await clinic.book('david-kim', `staff-${slot}`, slot);
        continue;
      case 'timer': {
        const timer = clinic.timers.get(`wave/${slot}`);
        if (timer === undefined) continue;
        // At least once: the timer's event may come again.
        last = [timer.event];
        break;
      }
      case 'freed':
        last = [events.freed(slot)];
        break;
      case 'again':
        break;
      default: {
        const offer = await offerNow();
        const said: Envelope[] = [];
        for (const index of action.who) {
          const name = people[index] ?? '';
          said.push(
            action.do === 'yes'
              ? await clinic.accepts(name, slot, offer)
              : events.declined(name, `wait-${name}`, offer),
          );
        }
        last = said;
      }
    }
    let left = last;
    for (let tries = 0; left.length > 0 && tries < 6; tries++) left = await clinic.failedOf(left);
    expect(left).toEqual([]);
  }
}

it('whatever is said, repeated, killed or taken by staff, in whatever order: one has the time, and nobody is left without an answer', () =>
  withClinic(async (clinic) => {
    await clinic.nobodyWaits();
    const times = (await clinic.freeTimesOf('imaging-room'))
      .filter(({ start }) => Date.parse(start) > Date.parse('2026-03-05T00:00:00Z'))
      .map(({ id = '' }) => id);
    let wins = 0;
    await fc.assert(
      fc.asyncProperty(actions, async (script) => {
        const slot = times.pop() ?? '';
        await begin(clinic);
        await clinic.give(clinic.events.freed(slot));
        await play(clinic, slot, script);
        const held = (await clinic.deps.chart.search('Appointment', {
          slot: `Slot/${slot}`,
        })) as readonly Appointment[];
        const holders = held.filter(({ status }) => status === 'booked').map(({ id }) => id);
        expect(holders.length).toBeLessThanOrEqual(1);
        const [winner] = holders;
        expect((await clinic.slot(slot)).status).toBe(winner === undefined ? 'free' : 'busy');
        const taken = clinic.turns.filter((cause) => cause.startsWith('slot-taken/'));
        const byPatient = winner?.startsWith('wait-') === true;
        if (byPatient) wins++;
        expect(taken).toHaveLength(byPatient ? 1 : 0);
        const record = (await clinic.house.records.get('slot-offer', slot))?.value;
        if (record === undefined || !byPatient) return;
        expect(record.closed?.to).toBe(winner);
        expect(clinic.timers.has(`wave/${slot}`)).toBe(false);
        for (const { story, appointment } of record.offered) {
          if (appointment === winner || record.declined.includes(appointment)) continue;
          expect(clinic.turns.some((cause) => cause.startsWith(`offer-over/${record.offer}/${appointment}`))).toBe(
            true,
          );
          expect((await clinic.story(story)).visits[0]?.asked).toBeUndefined();
        }
      }),
      { numRuns: 30 },
    );
    expect(wins).toBeGreaterThan(5);
  }, 5_000));
