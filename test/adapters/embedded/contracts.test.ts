import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createMediaVault } from '../../../adapters/embedded/media-vault.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { describeBus } from '../../contracts/bus.ts';
import { describeMediaVault } from '../../contracts/media-vault.ts';
import { describeRecords } from '../../contracts/records.ts';
import { describeScheduler } from '../../contracts/scheduler.ts';
import { describeStoryStore } from '../../contracts/story-store.ts';
import { dataFolder, eventsIn, openHouse } from './house.ts';

function freshHouse(options: Partial<Parameters<typeof openHouse>[0]> = {}) {
  const folder = dataFolder();
  const house = openHouse({ path: folder.path, ...options });
  const close = async () => {
    await house.close();
    folder.remove();
  };
  return { house, close, published: async () => house.published };
}

for (const [name, cacheBytes] of [
  ['the embedded database', undefined],
  ['the embedded database, each read from the file', 0],
] as const) {
  describeStoryStore(name, async () => {
    const { house, close, published } = freshHouse(cacheBytes === undefined ? {} : { cacheBytes });
    return { store: house.store, records: house.records, published, close };
  });
}

describeRecords('the embedded database', async () => {
  const { house, close, published } = freshHouse();
  return { records: house.records, now: house.clock.now, advance: house.clock.advance, published, close };
});

describeBus('the embedded queues', async () => {
  const received: { consumer: string; event: Envelope }[] = [];
  const { house, close } = freshHouse({
    deliver: async (consumer, batch) => {
      for (const event of eventsIn(batch)) received.push({ consumer, event });
      return { batchItemFailures: [] };
    },
  });
  house.queues.start();
  return {
    bus: house.bus,
    received: async () => {
      await house.settle();
      return received;
    },
    close,
  };
});

describeScheduler('the embedded timers', async () => {
  const { house, close, published } = freshHouse();
  house.scheduler.start();
  house.queues.start();
  return { scheduler: house.scheduler, now: house.clock.now, pass: house.pass, fired: published, close };
});

const folder = mkdtempSync(join(tmpdir(), 'told-once-media-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
describeMediaVault('files', async () => createMediaVault(folder));
