import { join } from 'node:path';
import { createOutbox } from '../adapters/embedded/bus/outbox.ts';
import { createQueues } from '../adapters/embedded/bus/queues.ts';
import { openDatabase } from '../adapters/embedded/database.ts';
import { createMediaVault } from '../adapters/embedded/media-vault.ts';
import { createRecords } from '../adapters/embedded/records.ts';
import { createScheduler } from '../adapters/embedded/scheduler.ts';
import { createStoryStore } from '../adapters/embedded/story-store.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Log } from '../domain/ports/log.ts';
import type { Moment, StoryView } from '../domain/story/story.ts';
import type { Envelope } from '../events/envelope.ts';
import { type Consumer, subscriptions } from '../events/subscriptions.ts';
import { functions } from '../functions/functions.ts';
import { createApiServer, type ServedRoute } from './api-server.ts';
import { createHandlers, type HandlerParts, type Handlers } from './handlers.ts';
import type { Settling } from './settling.ts';
import { createSweeper } from './sweeper.ts';

export interface ProductParts extends Omit<HandlerParts, 'store' | 'records' | 'scheduler' | 'vault'> {
  /** Where the store and the media are kept. */
  readonly folder: string;
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** The product itself on embedded adapters, without anything that stands in for others. */
export interface Product {
  readonly settling: readonly Settling[];
  onPublished(listener: (event: Envelope) => void): () => void;
  story(patient: string): Promise<(StoryView & { readonly moments: readonly Moment[] }) | undefined>;
  /** Asks as an operator does who invokes the function for it. */
  readonly operator: Handlers['operator'];
  /** Starts delivery and the first sweep; resolves when the phone index is filled. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function openProduct(parts: ProductParts): Promise<Product> {
  const { folder, clock, log } = parts;
  const database = openDatabase(join(folder, 'told-once.db'));
  const outbox = createOutbox({ database, clock, subscriptions });
  let handlers: Handlers | undefined;
  const queues = createQueues({
    database,
    clock,
    outbox,
    subscriptions,
    log,
    deliver: (consumer, event) => handlers?.queues[consumer as Consumer](event) ?? Promise.resolve(undefined),
  });
  const scheduler = createScheduler({ database, clock, outbox, log });
  const store = createStoryStore({ database, clock, outbox });
  const records = createRecords({ database, clock, outbox });
  handlers = createHandlers({ ...parts, store, records, scheduler, vault: createMediaVault(join(folder, 'media')) });
  const sweeper = createSweeper(handlers.sweep, () => clock.now());
  const { server, settling } = createApiServer(routesOf(handlers));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(parts.port, '127.0.0.1', resolve));

  return {
    settling: [settling, queues.settling, scheduler.settling, sweeper.settling],
    onPublished: (listener) => outbox.onPublished(listener),
    story: async (patient) => {
      const view = await store.story(patient);
      return view === undefined ? undefined : { ...view, moments: await store.moments(patient, 50) };
    },
    operator: handlers.operator,
    start: () => {
      queues.start();
      scheduler.start();
      sweeper.start();
      return sweeper.idle();
    },
    close: async () => {
      sweeper.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await queues.stop();
      scheduler.stop();
      database.close();
    },
  };
}

function routesOf(handlers: Handlers): readonly ServedRoute[] {
  return functions.flatMap((spec): readonly ServedRoute[] => {
    const handler = handlers.http[spec.name];
    if (spec.trigger.by !== 'http' || handler === undefined) return [];
    return spec.trigger.routes.map(({ method, path }) => ({ method, path, handler }));
  });
}
