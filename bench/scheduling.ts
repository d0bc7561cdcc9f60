/**
 * (1) What an appointment costs the store from its booking to its end: round trips and items of every call through the two ports, by all
 * functions that the step wakes. (2) A thousand who accept one slot at the same moment, at the EHR stand-in over HTTP.
 * `node bench/scheduling.ts [visits]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Appointment, Bundle, FhirResource, Slot } from 'fhir/r4.js';
import { itemsOf } from '../adapters/dynamodb/commit-items.ts';
import type { Records } from '../domain/ports/records.ts';
import type { StoryStore } from '../domain/ports/story-store.ts';
import type { Consumer } from '../events/subscriptions.ts';
import { createCarrier } from '../local/carrier/carrier.ts';
import { createEhr } from '../local/ehr/ehr.ts';
import { createHandlers, type Handlers } from '../local/handlers.ts';
import { houseKeys, publicHalf } from '../local/house-keys.ts';
import { clinic, clinicNumber, users } from '../local/seed/clinic.ts';
import { seedResources } from '../local/seed/seed.ts';
import { createHandClock, openHouse } from '../test/adapters/embedded/house.ts';
import { httpEvent } from '../test/functions/ehr-notified/http-event.ts';
import { signedForm } from './signed-form.ts';

const visits = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'told-once-scheduling-'));
const keys = houseKeys(join(folder, 'keys.json'));
const publicUrl = 'https://told-once.example';
// A Monday morning at the clinic.
const clock = createHandClock(Date.parse('2026-03-02T16:00:00.000Z'));
let handlers: Handlers | undefined;
const house = openHouse({
  path: join(folder, 'told-once.db'),
  clock,
  deliver: (consumer, event) => handlers?.queues[consumer as Consumer](event) ?? Promise.resolve(undefined),
});
const carrier = await createCarrier({
  clock,
  ...keys.twilio,
  number: clinicNumber,
  apiUrl: () => 'http://127.0.0.1:9',
});
const ehr = await createEhr({
  clock,
  seed: seedResources(clock.now()),
  notification: keys.notification,
  clients: [{ clientId: 'told-once', jwks: { keys: [publicHalf(keys.ehrClient)] } }],
  users,
  cdsHooks: { issuer: 'https://ehr.example', privateJwk: keys.cdsHooks },
});

let seen = { reads: 0, writes: 0, items: 0 };
const store: StoryStore = {
  ...house.store,
  phone: (id) => {
    seen.reads++;
    return house.store.phone(id);
  },
  story: (id) => {
    seen.reads++;
    return house.store.story(id);
  },
  commit: (change) => {
    seen.writes++;
    seen.items += itemsOf('told-once', change, clock.now()).length;
    return house.store.commit(change);
  },
};
const records: Records = {
  ...house.records,
  get: (kind, id) => {
    seen.reads++;
    return house.records.get(kind, id);
  },
  put: (put, events = []) => {
    seen.writes++;
    seen.items += events.length > 0 ? 2 : 1;
    return house.records.put(put, events);
  },
};
handlers = createHandlers({
  store,
  records,
  scheduler: house.scheduler,
  vault: { keep: async () => undefined, fetch: async () => undefined },
  clock,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  clinic,
  clinicNumber,
  keys,
  publicUrl,
  carrierUrl: carrier.url,
  ehrUrl: ehr.url,
  cds: { issuer: 'https://ehr.example', jwksUrl: `${ehr.origin}/.well-known/jwks.json` },
  ehrClientId: 'told-once',
  corsOrigins: [],
});
const { 'ehr-notified': notified, 'sms-received': received } = handlers.http;
if (notified === undefined || received === undefined) throw new Error('Two functions are missing.');
house.queues.start();
house.scheduler.start();

async function put<R extends FhirResource & { readonly id: string }>(resource: R): Promise<R> {
  const response = await fetch(`${ehr.url}/${resource.resourceType}/${resource.id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  });
  if (!response.ok) throw new Error(`The EHR answered ${response.status}.`);
  return (await response.json()) as R;
}

/** As the EHR's subscription tells us. */
async function tell(resource: FhirResource): Promise<void> {
  const { header, secret } = keys.notification;
  await notified?.(
    httpEvent({
      route: 'POST /ehr/notifications',
      path: '/ehr/notifications',
      headers: { [header]: secret, 'content-type': 'application/fhir+json' },
      body: JSON.stringify(resource),
    }),
  );
}

let serial = 0;
async function text(from: string, Body: string): Promise<void> {
  const form = { Body, From: from, MessageSid: `SM${++serial}`, NumMedia: '0', To: clinicNumber };
  await received?.(signedForm({ publicUrl, authToken: keys.twilio.authToken }, '/twilio/sms', form));
}

const free = async (): Promise<readonly Slot[]> =>
  (
    (await (
      await fetch(`${ehr.url}/Slot?schedule=Schedule/imaging-room&status=free&_sort=start&_count=250`)
    ).json()) as Bundle<Slot>
  ).entry?.flatMap(({ resource }) => resource ?? []) ?? [];
const visitNow = async (id: string): Promise<Appointment> =>
  (await (await fetch(`${ehr.url}/Appointment/${id}`)).json()) as Appointment;

const totals = new Map<string, { reads: number; writes: number; items: number }>();
async function step(name: string, work: () => Promise<void>, then: () => Promise<void> = () => house.settle()) {
  seen = { reads: 0, writes: 0, items: 0 };
  await work();
  await then();
  const total = totals.get(name) ?? { reads: 0, writes: 0, items: 0 };
  totals.set(name, {
    reads: total.reads + seen.reads,
    writes: total.writes + seen.writes,
    items: total.items + seen.items,
  });
}

const snomed = 'http://snomed.info/sct';
const day = 86_400_000;
interface Booked {
  readonly number: string;
  readonly appointment: Appointment & { readonly id: string };
}

/** A patient with a phone, and a time in the imaging room about a week ahead, as the EHR has it and before anybody has told us. */
async function book(index: number): Promise<Booked> {
  const [patient, number] = [`bench-${index}`, `+1312555${String(2000 + index)}`];
  const person = await put({
    resourceType: 'Patient',
    id: patient,
    active: true,
    name: [{ given: ['Anna'], family: 'Bench' }],
    telecom: [{ system: 'phone', value: number, use: 'mobile' }],
  });
  await tell(person);
  await house.settle();
  const slot = (await free()).find(({ start }) => Date.parse(start) > clock.now().getTime() + 8.5 * day);
  if (slot?.id === undefined) throw new Error('No time is free.');
  const { start, end } = slot;
  await put({ ...slot, id: slot.id, status: 'busy' });
  const appointment: Booked['appointment'] = {
    resourceType: 'Appointment',
    id: `visit-${index}`,
    status: 'booked',
    serviceType: [{ coding: [{ system: snomed, code: '113091000' }] }],
    start,
    end,
    slot: [{ reference: `Slot/${slot.id}` }],
    participant: [
      { actor: { reference: `Patient/${patient}` }, status: 'accepted' },
      { actor: { reference: 'Location/lakeside-imaging' }, status: 'accepted' },
    ],
  };
  return { number, appointment };
}

const passUntil = (at: number) => house.pass(Math.max(0, at - clock.now().getTime()));
const startOf = ({ start = '' }: Appointment) => Date.parse(start);
const nothing = async () => undefined;

const booked: Booked[] = [];
for (let index = 0; index < visits; index++) {
  const one = await book(index);
  booked.push(one);
  await step('booked and told', async () => tell(await put(one.appointment)));
}
const first = Math.min(...booked.map(({ appointment }) => startOf(appointment)));
await step('reminded', nothing, () => passUntil(first - 1.5 * day));
for (const { number } of booked) await step('confirmed', () => text(number, 'Yes, I will come'));
const moved: (Booked & { readonly start: number })[] = [];
for (const { number, appointment } of booked) {
  await step('moved', async () => {
    await text(number, 'another time please');
    await house.settle();
    await text(number, '1');
    await house.settle();
    await tell(await visitNow(appointment.id));
  });
  const start = startOf(await visitNow(appointment.id));
  if (start === startOf(appointment)) throw new Error('It was not moved.');
  moved.push({ number, appointment, start });
}
for (const { number, appointment, start } of moved.toSorted((a, b) => a.start - b.start)) {
  await step('reminded again', nothing, () => passUntil(start - 1_800_000));
  await step('arrived', () => text(number, "I'm here"));
  await step('passed', async () =>
    tell(await put({ ...(await visitNow(appointment.id)), id: appointment.id, status: 'fulfilled' })),
  );
}
const rows = [...totals].map(([name, { reads, writes, items }]) => ({
  step: name,
  reads: reads / visits,
  writes: writes / visits,
  items: items / visits,
}));
const sum = (key: 'reads' | 'writes' | 'items') => rows.reduce((total, row) => total + row[key], 0);
console.table([...rows, { step: 'all of it', reads: sum('reads'), writes: sum('writes'), items: sum('items') }]);

const many = 1_000;
const [wanted] = await free();
if (wanted?.id === undefined) throw new Error('No time is free.');
const ifMatch = `W/"${wanted.meta?.versionId}"`;
const began = performance.now();
const statuses = await Promise.all(
  Array.from({ length: many }, async (_, index) => {
    const response = await fetch(ehr.url, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { resource: { ...wanted, status: 'busy' }, request: { method: 'PUT', url: `Slot/${wanted.id}`, ifMatch } },
          {
            resource: {
              resourceType: 'Appointment',
              id: `race-${index}`,
              status: 'booked',
              start: wanted.start,
              end: wanted.end,
              slot: [{ reference: `Slot/${wanted.id}` }],
              participant: [{ actor: { reference: 'Patient/anna-kowalska' }, status: 'accepted' }],
            },
            request: { method: 'PUT', url: `Appointment/race-${index}` },
          },
        ],
      }),
    });
    await response.arrayBuffer();
    return response.status;
  }),
);
const seconds = (performance.now() - began) / 1000;
console.table(
  [...Map.groupBy(statuses, (status) => status)].map(([status, answers]) => ({ status, answers: answers.length })),
);
console.log(`${many} acceptances of one slot in ${seconds.toFixed(1)} s`);

await house.close();
await Promise.all([carrier.close(), ehr.close()]);
rmSync(folder, { recursive: true, force: true });
