import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createOutbox } from '../adapters/embedded/bus/outbox.ts';
import { createQueues } from '../adapters/embedded/bus/queues.ts';
import { openDatabase } from '../adapters/embedded/database.ts';
import { createMediaVault } from '../adapters/embedded/media-vault.ts';
import { createRecords } from '../adapters/embedded/records.ts';
import { createScheduler } from '../adapters/embedded/scheduler.ts';
import { createStoryStore } from '../adapters/embedded/story-store.ts';
import { createJsonLog } from '../adapters/log/json-log.ts';
import { type Consumer, subscriptions } from '../events/subscriptions.ts';
import { functions } from '../functions/functions.ts';
import { createApiServer, type ServedRoute } from './api-server.ts';
import { createCarrier } from './carrier/carrier.ts';
import { createConsole } from './console/console.ts';
import { afterDuration } from './console/moving-the-clock.ts';
import { createEhr } from './ehr/ehr.ts';
import { addressesOf, type Endpoints } from './endpoints.ts';
import { createHandlers, type Handlers } from './handlers.ts';
import { houseKeys, publicHalf } from './house-keys.ts';
import { createLogFile } from './log-file.ts';
import { clinic, clinicNumber, users } from './seed/clinic.ts';
import { seedResources } from './seed/seed.ts';
import type { Settling } from './settling.ts';
import { createSimulatedClock } from './simulated-clock.ts';

export interface HostOptions {
  /** Everything that is kept: `.told-once`. */
  readonly folder: string;
  /** Begin anew. */
  readonly fresh?: boolean;
  readonly log?: (line: string) => void;
}

export interface Host {
  readonly endpoints: Endpoints;
  close(): Promise<void>;
}

const ehrClientId = 'told-once';
const sweepEvery = 15 * 60_000;

/** The whole product on one machine: the API with the embedded adapters, the carrier and the EHR standing in, the console and its clock. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { folder } = options;
  if (options.fresh === true) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const keys = houseKeys(join(folder, 'keys.json'));
  const ports = await keptPorts(join(folder, 'ports.json'));
  const addresses = addressesOf(ports);
  const clock = createSimulatedClock(join(folder, 'clock.json'));
  const logLines = createLogFile(join(folder, 'log.jsonl'), options.log);
  const log = createJsonLog({ write: logLines.write, clock });

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

  const cds = { issuer: `${addresses.ehrOrigin}/cds-client`, privateJwk: keys.cdsHooks };
  const [carrier, ehr] = await Promise.all([
    createCarrier({
      port: ports.carrier,
      clock,
      ...keys.twilio,
      number: clinicNumber,
      apiUrl: () => addresses.api,
      stateFile: join(folder, 'carrier.db'),
      landlines: ['+13125550117'],
      onShow: (line) => options.log?.(`carrier: ${line}`),
    }),
    createEhr({
      port: ports.ehr,
      clock,
      stateFile: join(folder, 'ehr.db'),
      seed: seedResources(),
      notification: keys.notification,
      clients: [
        {
          clientId: ehrClientId,
          jwks: { keys: [publicHalf(keys.ehrClient)] },
          redirectUris: [`${addresses.api}/staff/signed-in`],
        },
      ],
      users,
      cdsHooks: cds,
      cdsServicesUrl: () => `${addresses.api}/cds-services`,
    }),
  ]);

  handlers = createHandlers({
    store,
    records,
    scheduler,
    vault: createMediaVault(join(folder, 'media')),
    clock,
    log,
    clinic,
    clinicNumber,
    keys,
    publicUrl: addresses.api,
    carrierUrl: carrier.url,
    ehrUrl: ehr.url,
    cds: { issuer: cds.issuer, jwksUrl: `${addresses.ehrOrigin}/.well-known/jwks.json` },
    ehrClientId,
    corsOrigins: [addresses.ehrOrigin, addresses.console],
  });
  const { server, settling } = createApiServer(routesOf(handlers));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(ports.api, '127.0.0.1', resolve));

  const sweeper = createSweeper(handlers.sweep, () => clock.now());
  for (const part of [settling, queues.settling, scheduler.settling, carrier.settling, ehr.settling, sweeper.settling])
    clock.watch(part);
  queues.start();
  scheduler.start();
  const console = await createConsole({
    port: ports.console,
    clock: {
      now: clock.now,
      advance: (duration) => clock.moveTo(afterDuration(clock.now(), duration)),
      set: (now) => clock.moveTo(now),
    },
    endpoints: () => ({
      api: addresses.api,
      ehr: ehr.url,
      carrier: carrier.url,
      number: clinicNumber,
      people: { desk: clinic.desk, onCall: clinic.onCall },
      clinic: { name: clinic.name, timeZone: clinic.timeZone },
    }),
    feed: (listener) =>
      outbox.onPublished((event) =>
        listener({
          at: event.time,
          type: event.type,
          cause: event.cause,
          data: event.data,
          ...(event.patient === undefined ? {} : { patient: event.patient }),
        }),
      ),
    story: async (patient) => {
      const view = await store.story(patient);
      return view === undefined ? undefined : { ...view, moments: await store.moments(patient, 50) };
    },
  });
  sweeper.settling.wake();

  const endpoints: Endpoints = {
    pid: process.pid,
    api: addresses.api,
    ehr: ehr.url,
    carrier: carrier.url,
    console: console.url,
    twilio: { ...keys.twilio, number: clinicNumber },
    ehrNotification: keys.notification,
    cdsHooks: { issuer: cds.issuer, privateJwk: keys.cdsHooks },
    people: { desk: clinic.desk, onCall: clinic.onCall },
  };
  // The first sweep fills the phone index: whoever texts the moment we are ready is known.
  await sweeper.idle();
  await clock.settle();
  writeAtomically(join(folder, 'endpoints.json'), JSON.stringify(endpoints, null, 2));
  log.info('HOST_STARTED', { pid: process.pid });

  return {
    endpoints,
    close: async () => {
      await console.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await queues.stop();
      scheduler.stop();
      await Promise.all([carrier.close(), ehr.close()]);
      log.info('HOST_STOPPED', {});
      logLines.close();
      database.close();
      rmSync(join(folder, 'endpoints.json'), { force: true });
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

/** Sweeps at the start and every quarter of an hour of the clock, one at a time. */
function createSweeper(
  sweep: () => Promise<void>,
  now: () => Date,
): { readonly settling: Settling; idle(): Promise<void> } {
  let next = 0;
  let running: Promise<void> | undefined;
  const wake = () => {
    if (running !== undefined || now().getTime() < next) return;
    next = now().getTime() + sweepEvery;
    running = sweep()
      // What could not be swept now is swept a quarter of an hour later; the sweep itself has logged why.
      .catch(() => {
        next = now().getTime() + 60_000;
      })
      .finally(() => {
        running = undefined;
      });
  };
  return {
    settling: { name: 'sweep', busy: () => running !== undefined, nextDue: () => new Date(next), wake },
    idle: async () => running,
  };
}

interface Ports {
  readonly api: number;
  readonly ehr: number;
  readonly carrier: number;
  readonly console: number;
}

/** The ports of the last time, so that links sent still work; free ones the first time. */
async function keptPorts(file: string): Promise<Ports> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Ports;
  } catch {
    const [api, ehr, carrier, console] = await freePorts(4);
    if (api === undefined || ehr === undefined || carrier === undefined || console === undefined)
      throw new Error('No free ports on the loopback interface.');
    const ports = { api, ehr, carrier, console };
    writeAtomically(file, JSON.stringify(ports));
    return ports;
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve, reject) =>
        server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server)),
      );
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function writeAtomically(file: string, content: string): void {
  const next = `${file}.${process.pid}`;
  writeFileSync(next, content, { mode: 0o600 });
  renameSync(next, file);
}
