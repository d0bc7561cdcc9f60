import type { Ports } from './sending-house.ts';

export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * Ports of a process that is killed at one of its steps: before the step is done, or after it is done and before anybody hears of it.
 * From then on it does nothing at all.
 */
export function dyingAt(step: number, when: 'before' | 'after') {
  let steps = 0;
  let dead = false;
  const dying = <Arguments extends readonly unknown[], Result>(does: (...given: Arguments) => Promise<Result>) => {
    return async (...given: Arguments): Promise<Result> => {
      if (dead) throw new Killed();
      steps += 1;
      const last = steps === step;
      if (last && when === 'before') dead = true;
      if (dead) throw new Killed();
      const result = await does(...given);
      if (last) dead = true;
      if (dead) throw new Killed();
      return result;
    };
  };
  return {
    died: () => dead,
    steps: () => steps,
    between: ({ records, store, carrier, scheduler }: Ports): Ports => ({
      records: {
        get: (kind, id) => dying(() => records.get(kind, id))(),
        put: (put, events) => dying(() => records.put(put, events))(),
        list: (kind, after) => records.list(kind, after),
      },
      store: {
        phone: dying(store.phone),
        story: dying(store.story),
        commit: dying(store.commit),
        moments: store.moments,
      },
      carrier: {
        send: dying(carrier.send),
        find: dying(carrier.find),
        call: dying(carrier.call),
        findCall: dying(carrier.findCall),
        media: carrier.media,
      },
      scheduler: { schedule: dying(scheduler.schedule), cancel: scheduler.cancel },
    }),
  };
}
