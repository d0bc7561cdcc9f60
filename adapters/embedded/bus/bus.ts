import type { Bus } from '../../../domain/ports/bus.ts';
import type { Database } from '../database.ts';
import type { Outbox } from './outbox.ts';

/** The bus of the embedded host: an event is durable in the queue of each consumer when this returns; none is ever refused. */
export function createBus({ database, outbox }: { database: Database; outbox: Outbox }): Bus {
  return {
    async publish(events) {
      const sent = outbox.prepare(events);
      await database.write(sent.enqueue, sent.announce);
      return { refused: [] };
    },
  };
}
