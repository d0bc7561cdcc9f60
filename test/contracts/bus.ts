import { describe, expect, it } from 'vitest';
import type { Bus } from '../../domain/ports/bus.ts';
import type { Envelope } from '../../events/envelope.ts';
import { eventOfType } from './samples.ts';

export interface BusUnderTest {
  readonly bus: Bus;
  /** Everything consumers were given, settled. */
  readonly received: () => Promise<readonly { readonly consumer: string; readonly event: Envelope }[]>;
  readonly close: () => Promise<void>;
}

let unique = 0;
const fresh = () => `bus-${process.pid}-${Date.now().toString(36)}-${++unique}`;

/** What every Bus promises, as its consumers see it through the subscriptions `message-due` and `person-needed`. */
export function describeBus(name: string, make: () => Promise<BusUnderTest>): void {
  describe(`the bus on ${name}`, () => {
    it('brings each event to those who listen for it, whole, and to nobody else', async () => {
      const under = await make();
      const mark = fresh();
      const events = [
        ...Array.from({ length: 25 }, (_, n) => eventOfType('message-queued', `${mark}/${n}`)),
        eventOfType('number-unknown', `${mark}/ä „25” 🌱`),
        eventOfType('nobody-listens', `${mark}/26`),
      ];
      expect(await under.bus.publish(events)).toEqual({ refused: [] });
      const received = (await under.received()).filter(({ event }) => event.cause.startsWith(mark));
      const to = (consumer: string) => received.filter((one) => one.consumer === consumer).map(({ event }) => event);
      const byId = (a: Envelope, b: Envelope) => a.id.localeCompare(b.id);
      expect([...to('message-due')].sort(byId)).toStrictEqual(events.slice(0, 25).sort(byId));
      expect(to('person-needed')).toStrictEqual(events.slice(25, 26));
      expect(received.some(({ event }) => event.type === 'nobody-listens')).toBe(false);
      await under.close();
    });

    it('takes an empty list', async () => {
      const under = await make();
      expect(await under.bus.publish([])).toEqual({ refused: [] });
      await under.close();
    });
  });
}
