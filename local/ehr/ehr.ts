import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { FhirRouter } from '@medplum/fhir-router';
import type { Resource } from '@medplum/fhirtypes';
import type { JWK } from 'jose';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Settling } from '../settling.ts';
import { CdsCaller } from './cds-caller.ts';
import { ChartDatabase } from './chart-database.ts';
import { ChartRepository } from './chart-repository.ts';
import { loadDefinitions } from './definitions.ts';
import { createEhrServer } from './ehr-server.ts';
import { Faults } from './faults.ts';
import { FhirService } from './fhir-service.ts';
import { Serial } from './serial.ts';
import { type EhrClient, type EhrUser, SmartAuthorization } from './smart-authorization.ts';
import { SubscriptionEngine } from './subscription-engine.ts';
import { addSubscriptionOperations } from './subscription-operations.ts';
import { addTerminologyOperations } from './terminology-operation.ts';

export interface EhrOptions {
  readonly port?: number;
  readonly clock: Clock;
  /** What JWTs and their lifetimes go by, in milliseconds since 1970: the machine's clock, where nothing else is said. */
  readonly wallTime?: () => number;
  /** A SQLite file; without it everything is gone with the process. */
  readonly stateFile?: string;
  /** Stored at the first start only, under the ids given, all or nothing. */
  readonly seed?: readonly Resource[];
  /** A header sent with every notification; a line of that name in a Subscription's channel.header wins. */
  readonly notification: { readonly header: string; readonly secret: string };
  readonly clients: readonly EhrClient[];
  /** The first is the clerk who approves; the first of the rest is the clinician who opens charts. */
  readonly users: readonly EhrUser[];
  readonly cdsHooks: { readonly issuer: string; readonly privateJwk: JWK };
  /** Where CDS services are listed; asked at each call, since the product may start later. */
  readonly cdsServicesUrl?: () => string | undefined;
}

export interface Ehr {
  /** The FHIR base, without a trailing slash. */
  readonly url: string;
  /** Where `/faults`, `/launches`, `/cds/{hook}` and `/cds-feedback` are. */
  readonly origin: string;
  readonly settling: Settling;
  close(): Promise<void>;
}

/** Starts a FHIR R4 server on the loopback interface that stands in for an EHR. */
export async function createEhr(options: EhrOptions): Promise<Ehr> {
  const { clock, stateFile, wallTime = Date.now } = options;
  if (stateFile !== undefined) mkdirSync(dirname(stateFile), { recursive: true });
  const definitions = loadDefinitions();
  const database = new ChartDatabase(stateFile);
  const faults = new Faults();
  const serial = new Serial();
  let origin = '';
  const fhirBase = (): string => `${origin}/fhir`;

  const engine = new SubscriptionEngine({
    database,
    clock,
    faults,
    base: fhirBase,
    isType: (name) => definitions.load(name),
    notification: options.notification,
  });
  const repository = new ChartRepository(database, definitions, clock, engine);
  await repository.load();
  if (!database.hasAny()) {
    await repository.withTransaction(async () => {
      for (const resource of options.seed ?? []) {
        await repository.storeOwn({ ...resource, id: resource.id ?? repository.generateId() });
      }
    });
  }

  const router = new FhirRouter();
  addTerminologyOperations(router, repository, definitions, clock);
  addSubscriptionOperations(router, engine);
  const service = new FhirService(router, repository, definitions, fhirBase);
  const authorization = new SmartAuthorization({
    database,
    clients: options.clients,
    users: options.users,
    origin: () => origin,
    fhirBase,
    hasPatient: (id) => repository.has('Patient', id),
    wallTime,
  });
  const clinician = options.users[1] ?? options.users[0];
  const cds = new CdsCaller({
    ...options.cdsHooks,
    wallTime,
    servicesUrl: () => options.cdsServicesUrl?.(),
    origin: () => origin,
    fhirBase,
    defaultUser: () => clinician?.fhirUser ?? '',
    read: async (url) => {
      const answer = await serial.run(() => service.answer({ method: 'GET', url, body: undefined, headers: {} }));
      return answer.status === 200 ? answer.resource : undefined;
    },
  });
  const server = createEhrServer({
    answer: async (call) => {
      const answer = await serial.run(() => service.answer(call));
      engine.wake();
      return answer;
    },
    authorization,
    cds,
    faults,
    definitions,
    origin: () => origin,
    started: clock.now().toISOString(),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // A thousand at once are a busy morning, not an attack.
    server.listen({ port: options.port ?? 0, host: '127.0.0.1', backlog: 2048 }, resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The EHR has no address.');
  origin = `http://127.0.0.1:${address.port}`;
  engine.start(repository, (work) => serial.run(work));

  return {
    url: fhirBase(),
    origin,
    settling: engine,
    async close() {
      engine.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await serial.run(async () => database.close());
    },
  };
}
