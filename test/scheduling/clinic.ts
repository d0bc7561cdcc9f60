import type { Appointment, FhirResource, Slot } from 'fhir/r4.js';
import { sqsEventOf } from '../../adapters/embedded/bus/sqs-event.ts';
import { createBackendToken } from '../../adapters/fhir/backend-token.ts';
import { createChart } from '../../adapters/fhir/chart.ts';
import { lookingPlan } from '../../content/scheduling.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { WavePlan } from '../../domain/scheduling/waves.ts';
import type { Story } from '../../domain/story/story.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { offerDeclined } from '../../events/offer-declined.ts';
import { slotChosen } from '../../events/slot-chosen.ts';
import { slotFreed } from '../../events/slot-freed.ts';
import { slotsWanted } from '../../events/slots-wanted.ts';
import { visitGivenUp } from '../../events/visit-given-up.ts';
import type { SchedulingDeps } from '../../functions/scheduling-asked/dependencies.ts';
import { schedulingAsked } from '../../functions/scheduling-asked/environment.ts';
import { createHandler } from '../../functions/scheduling-asked/handler.ts';
import { createEhr } from '../../local/ehr/ehr.ts';
import { seedResources } from '../../local/seed/seed.ts';
import { createHandClock, dataFolder, openHouse } from '../adapters/embedded/house.ts';
import { makeKey } from '../ehr/running-ehr.ts';
import { listeningLog } from '../functions/ehr-notified/http-event.ts';

export const monday = '2026-03-02T16:00:00.000Z';
export const waves: WavePlan = {
  firstWave: 2,
  growsBy: 1,
  paceMinutes: 15,
  askUntilMinutesBefore: 120,
  quiet: { from: '21:00', until: '08:00' },
};
const snomed = 'http://snomed.info/sct';
const scan = [{ coding: [{ system: snomed, code: '113091000' }] }];
const key = await makeKey('told-once');
const cdsKey = await makeKey('cds');
const { kid, alg, d, kty } = key.privateJwk;
if (kid === undefined || alg !== 'ES384' || d === undefined || kty === undefined) throw new Error('No such key');
const clientKey = { ...key.privateJwk, kid, alg: 'ES384' as const, d, kty };

/** Where the consumer is killed: at the n-th thing it does to the world, before or after it is done. */
export interface Kill {
  at: number;
  after: boolean;
}

export class Killed extends Error {}

export type Clinic = Awaited<ReturnType<typeof openClinic>>;

/** The consumer on the embedded store and the EHR stand-in over HTTP, both real. */
export async function withClinic(
  test: (clinic: Clinic) => Promise<void>,
  /** How long the EHR is waited for; short, so that tests of an EHR that is away are. */
  timeoutMs = 300,
): Promise<void> {
  const clinic = await openClinic(timeoutMs);
  try {
    await test(clinic);
  } finally {
    await clinic.close();
  }
}

async function openClinic(timeoutMs: number) {
  const folder = dataFolder();
  const house = openHouse({
    path: folder.path,
    clock: createHandClock(Date.parse(monday)),
    deliver: (_, event) => handle(event),
  });
  const { clock } = house;
  const ehr = await createEhr({
    clock,
    seed: seedResources(clock.now()).filter(isNeeded),
    notification: { header: 'x-secret', secret: 's' },
    clients: [{ clientId: 'told-once', jwks: { keys: [key.publicJwk] } }],
    users: [{ id: 'clerk', name: 'Clerk', fhirUser: 'Practitioner/clerk-maya' }],
    cdsHooks: { issuer: 'https://ehr.example', privateJwk: cdsKey.privateJwk },
  });
  const log = listeningLog();
  const token = createBackendToken({
    fhirBase: ehr.url,
    clientId: 'told-once',
    key: clientKey,
    access: schedulingAsked.ehrAccess,
    log,
  });
  const patience = { firstDelayMs: 1, timeoutMs, attempts: 2, breakerFailures: 1_000_000 };
  const kill: { next?: Kill; done: number } = { done: 0 };
  /** Turns that were committed, by their causes. */
  const turns: string[] = [];
  const timers = new Map<string, { readonly at: Date; readonly event: Envelope }>();
  const chart = createChart({ fhirBase: ehr.url, token, log, ...patience });
  const store: StoryStore = {
    ...house.store,
    commit: async (change) => {
      const committed = await house.store.commit(change);
      if (committed.is === 'committed') turns.push(change.cause);
      return committed;
    },
  };
  const scheduler: Scheduler = {
    schedule: async (name, at, event) => void timers.set(name, { at, event }),
    cancel: async (name) => void timers.delete(name),
  };
  const speaker = speakerFor('lakeside');
  const deps: SchedulingDeps = {
    ...mortal(kill, { store, records: house.records, chart, scheduler }),
    clinic: speaker.clinic,
    clock,
    log,
    speaker,
    looking: lookingPlan(),
    waves,
  };
  const handle = createHandler(deps);
  let serial = 0;

  async function put(resource: FhirResource & { readonly id: string }): Promise<string> {
    const response = await fetch(`${ehr.url}/${resource.resourceType}/${resource.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(resource),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return ((await response.json()) as FhirResource).meta?.versionId ?? '';
  }

  async function read<T extends FhirResource>(type: T['resourceType'], id: string): Promise<T> {
    return (await (await fetch(`${ehr.url}/${type}/${id}`)).json()) as T;
  }

  const clinic = {
    ehr,
    clock,
    house,
    deps,
    log,
    turns,
    timers,
    kill,
    put,
    slot: (id: string) => read<Slot>('Slot', id),
    visit: (id: string) => read<Appointment>('Appointment', id),
    async remove(reference: string) {
      await fetch(`${ehr.url}/${reference}`, { method: 'DELETE' });
    },
    async faults(plan: object) {
      await fetch(`${ehr.origin}/faults`, { method: 'POST', body: JSON.stringify(plan) });
    },
    /** True where nothing has to come again. */
    async give(...events: readonly Envelope[]): Promise<boolean> {
      const deliveries = events.map((detail, seq) => ({ seq, body: JSON.stringify({ detail }), sent: 0, attempt: 1 }));
      const { batchItemFailures } = await handle(sqsEventOf('test', deliveries, 0));
      return batchItemFailures.length === 0;
    },
    /** Those of a batch that have to come again. */
    async failedOf(events: readonly Envelope[]): Promise<readonly Envelope[]> {
      const deliveries = events.map((detail, seq) => ({ seq, body: JSON.stringify({ detail }), sent: 0, attempt: 1 }));
      const batch = sqsEventOf('test', deliveries, 0);
      const { batchItemFailures } = await handle(batch);
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      return events.filter((_, index) => failed.has(batch.Records[index]?.messageId ?? ''));
    },
    /** Gives an event until it is through, as a queue does. */
    async deliver(event: Envelope): Promise<number> {
      for (let tries = 1; tries <= 10; tries++) if (await clinic.give(event)) return tries;
      throw new Error('It never gets through.');
    },
    published: (type: string) => house.published.filter((event) => event.type === type),
    async story(id: string): Promise<Story> {
      const view = await house.store.story(id);
      if (view === undefined) throw new Error('No such story');
      return view.story;
    },
    /** Somebody whom we may text, with a visit in their story. */
    async admit(
      id: string,
      visit: Partial<PlannedVisit> & { readonly appointment: string },
      more: Partial<Story> = {},
    ) {
      const phone = `phone-${id}`;
      await house.store.commit({
        cause: `admit/${id}/${++serial}`,
        outcome: { reply: '' },
        story: {
          id,
          version: 1,
          person: { firstName: 'Anna', language: 'en', deceased: false, phones: [phone], ...more.person },
          consent: { texts: 'allowed' },
          conversations: [],
          facts: {},
          concerns: [],
          acknowledgements: [],
          visits: [plannedVisit(visit)],
          evidence: [],
          onFile: [],
          ...without(more, 'person'),
        },
        phones: [
          {
            id: phone,
            version: 1,
            number: '+13125550142',
            members: [{ story: id, firstName: 'Anna', as: 'self', language: 'en' }],
            blocked: false,
            introduced: true,
            queue: [],
          },
        ],
        moments: [],
        events: [],
      });
    },
    /** Their story says something else of the visit from now on. */
    async change(id: string, visit: Partial<PlannedVisit>) {
      const { visits } = await clinic.story(id);
      for (const each of visits) await clinic.keep(id, { ...each, ...visit });
    },
    /** Their story holds this visit, and no other. */
    async keep(id: string, visit: PlannedVisit) {
      const story = await clinic.story(id);
      const visits = [visit];
      await house.store.commit({
        cause: `change/${id}/${++serial}`,
        outcome: { reply: '' },
        story: { ...story, version: story.version + 1, visits },
        moments: [],
        events: [],
      });
    },
    /** Their yes to a freed time, as a turn leaves it; who is not asked has nothing to say yes to. */
    async accepts(id: string, slot: string, offer: string): Promise<Envelope> {
      const { visits } = await clinic.story(id);
      const { start, end } = await clinic.slot(slot);
      const moving = { since: '', passedOver: [], stage: 'booking', taking: { slot, start, end }, offer } as const;
      for (const { asked, ...visit } of visits) if (asked?.offer === offer) await clinic.keep(id, { ...visit, moving });
      return clinic.events.chosen(id, `wait-${id}`, slot, offer);
    },
    /** A visit in the imaging room, booked at a slot. */
    async book(patient: string, appointment: string, slot: string): Promise<void> {
      const time = await clinic.slot(slot);
      await put({ ...time, id: slot, status: 'busy' });
      await put(bookedVisit(patient, appointment, time));
    },
    /** Somebody who waits for the imaging room. */
    async wait(
      patient: string,
      appointment: string,
      created: string,
      more: Omit<Partial<Appointment>, 'id'> = {},
    ): Promise<void> {
      await put({
        resourceType: 'Appointment',
        id: appointment,
        status: 'waitlist',
        serviceType: scan,
        created,
        requestedPeriod: [{ start: '2026-03-01', end: '2026-05-01' }],
        participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
        ...more,
      });
    },
    /** Everything that was planned by the seed is out of the way. */
    async nobodyWaits(): Promise<void> {
      for (const id of ['rosa-hernandez-waits', 'david-kim-waits']) await clinic.remove(`Appointment/${id}`);
    },
    /** What was queued for somebody to be told, in order. */
    async said(patient: string): Promise<readonly string[]> {
      const { items } = await house.records.list('message');
      const theirs = items.map(({ value }) => value).filter(({ story }) => story === patient);
      return theirs.map(({ body }) => body);
    },
    async freeTimesOf(schedule: string): Promise<readonly Slot[]> {
      return (await chart.search('Slot', { schedule: `Schedule/${schedule}`, status: 'free' })) as readonly Slot[];
    },
    async close() {
      await house.close();
      await ehr.close();
      folder.remove();
    },
    events: {
      wanted: (patient: string, appointment: string) => eventOf(slotsWanted, occasion(patient), { appointment }),
      chosen: (patient: string, appointment: string, slot: string, offer?: string) =>
        eventOf(slotChosen, occasion(patient), { appointment, slot, ...(offer === undefined ? {} : { offer }) }),
      givenUp: (patient: string, appointment: string) => eventOf(visitGivenUp, occasion(patient), { appointment }),
      freed: (slot: string) => eventOf(slotFreed, occasion(), { slot }),
      declined: (patient: string, appointment: string, offer: string) =>
        eventOf(offerDeclined, occasion(patient), { appointment, offer }),
    },
  };

  function occasion(patient?: string) {
    const cause = `sms/SM${++serial}`;
    const time = clock.now().toISOString();
    return { cause, time, tenant: 'lakeside', ...(patient === undefined ? {} : { patient }) };
  }

  return clinic;
}

export function plannedVisit(visit: Partial<PlannedVisit> & { readonly appointment: string }): PlannedVisit {
  return {
    state: 'booked',
    type: 'mri',
    slots: [],
    codes: [`${snomed}|113091000`],
    plan: { reminders: [] },
    requirements: [],
    done: [],
    changedAt: monday,
    ...visit,
  };
}

export function bookedVisit(
  patient: string,
  id: string,
  { id: slot = '', start, end }: Slot,
): Appointment & { readonly id: string } {
  return {
    resourceType: 'Appointment',
    id,
    status: 'booked',
    serviceType: scan,
    start,
    end,
    slot: [{ reference: `Slot/${slot}` }],
    participant: [
      { actor: { reference: `Patient/${patient}` }, status: 'accepted' },
      { actor: { reference: 'Location/lakeside-imaging' }, status: 'accepted' },
    ],
  };
}

/** What these tests look at of the seed: the rest would be checked and stored for each of them. */
function isNeeded({ resourceType, id = '' }: { readonly resourceType: string; readonly id?: string }): boolean {
  if (resourceType === 'Questionnaire') return false;
  return resourceType !== 'Slot' || id.startsWith('imaging-room-') || id.includes('-2026-03-0');
}

function without<T extends object, K extends keyof T>(record: T, name: K): Omit<T, K> {
  const { [name]: _, ...rest } = record;
  return rest;
}

interface World {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: Chart;
  readonly scheduler: Scheduler;
}

/** The ports, each of whose writes may be the last thing that this process does. */
function mortal(kill: { next?: Kill; done: number }, { store, records, chart, scheduler }: World): World {
  async function acts<T>(work: () => Promise<T>): Promise<T> {
    kill.done++;
    const { next } = kill;
    const dies = next !== undefined && kill.done === next.at;
    if (dies) delete kill.next;
    if (dies && !next.after) throw new Killed();
    const result = await work();
    if (dies) throw new Killed();
    return result;
  }
  return {
    store: { ...store, commit: (change) => acts(() => store.commit(change)) },
    records: { ...records, put: (put, events) => acts(() => records.put(put, events)) },
    chart: {
      ...chart,
      create: (resource, condition) => acts(() => chart.create(resource, condition)),
      update: (resource, version) => acts(() => chart.update(resource, version)),
      transaction: (entries) => acts(() => chart.transaction(entries)),
    },
    scheduler: {
      schedule: (name, at, event) => acts(() => scheduler.schedule(name, at, event)),
      cancel: (name) => acts(() => scheduler.cancel(name)),
    },
  };
}
