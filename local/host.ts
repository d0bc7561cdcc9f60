import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createJsonLog } from '../adapters/log/json-log.ts';
import { createCarrier } from './carrier/carrier.ts';
import { createConsole } from './console/console.ts';
import { afterDuration } from './console/moving-the-clock.ts';
import { createEhr } from './ehr/ehr.ts';
import { addressesOf, type Endpoints } from './endpoints.ts';
import { houseKeys, publicHalf } from './house-keys.ts';
import { createLogFile } from './log-file.ts';
import { keptPorts, writeAtomically } from './ports.ts';
import { openProduct } from './product.ts';
import { clinic, clinicNumber, users } from './seed/clinic.ts';
import { seedResources } from './seed/seed.ts';
import { createSimulatedClock } from './simulated-clock.ts';
import { createSimulator } from './simulator/simulator.ts';

export interface HostOptions {
  /** Everything that is kept: `.told-once`. */
  readonly folder: string;
  /** Begin anew. */
  readonly fresh?: boolean;
  readonly show?: (line: string) => void;
}

export interface Host {
  readonly endpoints: Endpoints;
  close(): Promise<void>;
}

const ehrClientId = 'told-once';
const landlines = ['+13125550117'];

/** The whole house on one machine: the product with the embedded adapters, the carrier and the EHR standing in, the console and its clock. */
export async function startHost({ folder, fresh, show }: HostOptions): Promise<Host> {
  if (fresh === true) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'endpoints.json'), { force: true });
  const keys = houseKeys(join(folder, 'keys.json'));
  const ports = await keptPorts(join(folder, 'ports.json'));
  const addresses = addressesOf(ports);
  const clock = createSimulatedClock(join(folder, 'clock.json'));
  const lines = createLogFile(join(folder, 'log.jsonl'), show);
  const log = createJsonLog({ write: lines.write, clock });
  const cds = { issuer: `${addresses.ehrOrigin}/cds-client`, privateJwk: keys.cdsHooks };

  const [carrier, ehr] = await Promise.all([
    createCarrier({
      port: ports.carrier,
      clock,
      ...keys.twilio,
      number: clinicNumber,
      apiUrl: () => addresses.api,
      stateFile: join(folder, 'carrier.db'),
      landlines,
      ...(show === undefined ? {} : { onShow: (line) => show(`carrier: ${JSON.stringify(line)}`) }),
    }),
    createEhr({
      port: ports.ehr,
      clock,
      stateFile: join(folder, 'ehr.db'),
      seed: seedResources(clock.now()),
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
  const product = await openProduct({
    folder,
    port: ports.api,
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
  for (const part of [...product.settling, carrier.settling, ehr.settling]) clock.watch(part);

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
      product.onPublished(({ time, type, cause, data, patient }) =>
        listener({ at: time, type, cause, data, ...(patient === undefined ? {} : { patient }) }),
      ),
    story: product.story,
    operator: product.operator,
    simulator: (url) => createSimulator(() => ({ ehr: ehr.url, carrier: carrier.url, console: url })),
  });

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
  // Ready means that whoever texts now is known: the first sweep has filled the phone index.
  await product.start();
  await clock.settle();
  writeAtomically(join(folder, 'endpoints.json'), JSON.stringify(endpoints, null, 2));
  log.info('HOST_STARTED', { pid: process.pid });

  return {
    endpoints,
    close: async () => {
      rmSync(join(folder, 'endpoints.json'), { force: true });
      await console.close();
      await product.close();
      await Promise.all([carrier.close(), ehr.close()]);
      log.info('HOST_STOPPED', {});
      await lines.close();
    },
  };
}
