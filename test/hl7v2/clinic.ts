import type { Appointment, Patient, Practitioner } from 'fhir/r4.js';
import { sqsEventOf } from '../../adapters/embedded/bus/sqs-event.ts';
import { createBackendToken } from '../../adapters/fhir/backend-token.ts';
import { createChart } from '../../adapters/fhir/chart.ts';
import { hl7Systems } from '../../content/hl7-systems.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Envelope } from '../../events/envelope.ts';
import { createHandler as createDoor } from '../../functions/ehr-notified/handler.ts';
import { hl7Received } from '../../functions/hl7-received/environment.ts';
import { createHandler as createConsumer } from '../../functions/hl7-received/handler.ts';
import { createHandler as createOperator } from '../../functions/operator-asked/handler.ts';
import { createEhr } from '../../local/ehr/ehr.ts';
import { seedResources } from '../../local/seed/seed.ts';
import { createHandClock, dataFolder, openHouse } from '../adapters/embedded/house.ts';
import { backendKey, cdsKey } from '../ehr/running-ehr.ts';
import { httpEvent, listeningLog } from '../functions/ehr-notified/http-event.ts';

const header = 'x-ehr-secret';
const secret = 'what the interface engine was told';
export const started = Date.parse('2026-11-02T06:00:00.000Z');
export const er7 = 'x-application/hl7-v2+er7';

export interface Sent {
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The door, the consumer and the operator on one real store, before the seeded EHR that the host has; events are handed on by hand. */
export type Hl7Clinic = Awaited<ReturnType<typeof openClinic>>;

export async function withClinic(test: (clinic: Hl7Clinic) => Promise<void>): Promise<void> {
  const clinic = await openClinic();
  try {
    await test(clinic);
  } finally {
    await clinic.close();
  }
}

export async function openClinic() {
  const folder = dataFolder();
  const clock = createHandClock(started);
  const house = openHouse({ path: folder.path, clock });
  const ehr = await createEhr({
    clock,
    seed: seedResources(),
    notification: { header, secret },
    clients: [{ clientId: 'backend', jwks: { keys: [backendKey.publicJwk] } }],
    users: [],
    cdsHooks: { issuer: 'https://ehr.example', privateJwk: cdsKey.privateJwk },
  });
  const log = listeningLog();
  const { kid = '', kty = '', d = '' } = backendKey.privateJwk;
  const key = { ...backendKey.privateJwk, kid, kty, d, alg: 'ES384' as const };
  const token = createBackendToken({ fhirBase: ehr.url, clientId: 'backend', key, access: hl7Received.ehrAccess, log });
  const chart = createChart({
    fhirBase: ehr.url,
    token,
    log,
    firstDelayMs: 1,
    attempts: 2,
    timeoutMs: 30_000,
    breakerFailures: 1000,
  });
  /** What breaks the next time it is used. */
  const faults: { put?: Error; beforePut?: () => Promise<void> } = {};
  const records: Records = {
    ...house.records,
    put: async (put, events) => {
      if (faults.put !== undefined) throw faults.put;
      await faults.beforePut?.();
      return house.records.put(put, events);
    },
  };
  const always = {
    store: house.store,
    records,
    clock,
    log,
    clinic: { tenant: 'lakeside', timeZone: 'America/Chicago' },
  };
  const door = createDoor({ ...always, secret: { header, secret } });
  const consumerOn = (with_: Chart) => createConsumer({ ...always, chart: with_, systems: hl7Systems() });
  const consumer = consumerOn(chart);
  let told = 0;

  const send = async (body: string, { type = er7, headers = {} }: Sent = {}) => {
    const route = 'POST /ehr/hl7v2';
    const answer = await door(
      httpEvent({ route, path: '/ehr/hl7v2', headers: { [header]: secret, 'content-type': type, ...headers }, body }),
    );
    return { status: answer.statusCode ?? 0, type: String(answer.headers?.['content-type']), body: answer.body ?? '' };
  };
  /** Gives events to the consumer in one batch; true where none has to come again. */
  const give = async (events: readonly Envelope[], to = consumer): Promise<boolean> => {
    const deliveries = events.map((detail, seq) => ({ seq, body: JSON.stringify({ detail }), sent: 0, attempt: 1 }));
    return (await to(sqsEventOf('hl7-received', deliveries, 0))).batchItemFailures.length === 0;
  };
  const received = () => house.published.filter(({ type }) => type === 'hl7-received');
  const fhir = async (path: string, method = 'GET', body?: object): Promise<unknown> => {
    const response = await fetch(`${ehr.url}/${path}`, {
      method,
      headers: { 'content-type': 'application/fhir+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const search = async (query: string): Promise<readonly unknown[]> => {
    const bundle = (await fhir(query)) as { readonly entry?: readonly { readonly resource: unknown }[] };
    return (bundle.entry ?? []).map(({ resource }) => resource);
  };

  return {
    house,
    clock,
    chart,
    log,
    faults,
    consumerOn,
    send,
    give,
    received,
    fhir,
    search,
    operator: createOperator(always),
    /** Sends a message, and has everything followed that it brought. */
    async bring(body: string): Promise<string> {
      const { body: ack } = await send(body);
      clock.advance(60_000);
      const fresh = received().slice(told);
      told += fresh.length;
      for (const event of fresh) if (!(await give([event]))) throw new Error('It has to come again');
      return ack.split('\r')[1]?.split('|')[1] ?? '';
    },
    patients: async (value: string) =>
      (await search(`Patient?identifier=${encodeURIComponent(`https://lakeside.example/mrn|${value}`)}`)) as Patient[],
    appointments: async () => (await search('Appointment')) as Appointment[],
    /** The visit of the fixtures. */
    async visit(): Promise<Appointment> {
      const all = (await search('Appointment?identifier=V-7001')) as Appointment[];
      const [only, other] = all;
      if (only === undefined || other !== undefined) throw new Error(`There are ${all.length} of it`);
      return only;
    },
    put: (resource: Patient | Practitioner) => fhir(`${resource.resourceType}/${resource.id}`, 'PUT', resource),
    ehrFaults: async (plan: object) => {
      await fetch(`${ehr.origin}/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(plan),
      });
    },
    quarantined: async () => (await house.records.list('quarantine')).items,
    changes: () => house.published.flatMap(({ type, id }) => (type === 'chart-changed' ? [id] : [])),
    async close() {
      await Promise.all([house.close(), ehr.close()]);
      folder.remove();
    },
  };
}
