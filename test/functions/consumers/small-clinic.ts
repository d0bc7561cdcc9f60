import { createHash } from 'node:crypto';
import type { Appointment, FhirResource, Patient } from 'fhir/r4.js';
import { sqsEventOf } from '../../../adapters/embedded/bus/sqs-event.ts';
import { ownerReference } from '../../../content/owners.ts';
import { ownQuestionnaire } from '../../../content/questionnaires.ts';
import { visitContent } from '../../../content/visit-content.ts';
import { takeTurn } from '../../../domain/conversation/take-turn.ts';
import type { Carrier, SendOutcome } from '../../../domain/ports/carrier.ts';
import type { Chart, ChartBody, ChartResource, ChartWrite } from '../../../domain/ports/chart.ts';
import type { ChartChanges } from '../../../domain/ports/chart-changes.ts';
import type { Scheduler } from '../../../domain/ports/scheduler.ts';
import type { Change, Committed, StoryStore } from '../../../domain/ports/story-store.ts';
import { speakerFor } from '../../../edge/lambda/speaker.ts';
import { callbacksAt } from '../../../edge/queue/callbacks.ts';
import type { QueueHandler } from '../../../edge/queue/queue-handler.ts';
import { chartChanged } from '../../../events/chart-changed.ts';
import { type Envelope, eventOf } from '../../../events/envelope.ts';
import { createHandler as createChartChanged } from '../../../functions/chart-changed/handler.ts';
import { createHandler as createChartDue } from '../../../functions/chart-due/handler.ts';
import { createHandler as createMessageDue } from '../../../functions/message-due/handler.ts';
import { createHandler as createPersonNeeded } from '../../../functions/person-needed/handler.ts';
import { createHandler as createPhoneFreed } from '../../../functions/phone-freed/handler.ts';
import { createHandler as createReplyOverdue } from '../../../functions/reply-overdue/handler.ts';
import { createHandler as createTimeCame } from '../../../functions/time-came/handler.ts';
import { createHandClock, dataFolder, openHouse } from '../../adapters/embedded/house.ts';
import { listeningLog } from '../ehr-notified/http-event.ts';

export const number = '+13125550142';
export const phoneHash = (e164: string): string => createHash('sha256').update(e164).digest('base64url');

/** What breaks the next time it is used; each is used up once. */
export interface Faults {
  /** A commit whose cause begins so dies before it is kept. */
  commit?: string;
  /** A write of this type finds the EHR away. */
  write?: string;
  send?: SendOutcome;
}

/** The consumers on one real embedded store, with a chart in memory: each event is given by hand, so that a crash falls between two steps. */
export async function withClinic(
  test: (clinic: Awaited<ReturnType<typeof openClinic>>) => Promise<void>,
): Promise<void> {
  const folder = dataFolder();
  const clinic = await openClinic(folder.path);
  try {
    await test(clinic);
  } finally {
    await clinic.house.close();
    folder.remove();
  }
}

async function openClinic(path: string) {
  const faults: Faults = {};
  const house = openHouse({ path, clock: createHandClock(Date.parse('2026-03-02T14:00:00.000Z')) });
  const { clock, records } = house;
  const timers = new Map<string, { readonly at: Date; readonly event: Envelope }>();
  const scheduler: Scheduler = {
    schedule: async (name, at, event) => void timers.set(name, { at, event }),
    cancel: async (name) => void timers.delete(name),
  };
  const log = listeningLog();
  const speaker = speakerFor('lakeside');
  const store: StoryStore = { ...house.store, commit: (change) => commit(house.store, faults, change) };
  const ehr = memoryChart(faults);
  const sent: string[] = [];
  const carrier: Carrier = {
    async send({ body }) {
      const { send } = faults;
      delete faults.send;
      if (send !== undefined) return send;
      sent.push(body);
      return { is: 'accepted', sid: `SM${sent.length}`, status: 'queued' };
    },
    find: async (_to, body) => (sent.includes(body) ? { sid: 'SM0', status: 'sent' } : undefined),
    call: async () => ({ is: 'ringing', sid: 'CA1' }),
    findCall: async () => undefined,
    media: async () => ({ bytes: new Uint8Array(), contentType: 'image/png' }),
  };
  const always = { store, records, chart: ehr.chart, clinic: speaker.clinic, clock, log, speaker, scheduler, carrier };
  const sending = { ...callbacksAt('https://told-once.example'), sender: 'clinic', worker: 'test' };
  const consumers = {
    chartChanged: createChartChanged({
      ...always,
      phoneHash,
      us: ['told-once'],
      visits: visitContent(speaker.clinic),
      ownQuestionnaire,
    }),
    chartDue: createChartDue({ ...always, keepsCommunications: true, ownerReference }),
    personNeeded: createPersonNeeded({ ...always, onCallUrl: 'https://told-once.example/twilio/voice' }),
    phoneFreed: createPhoneFreed(always),
    messageDue: createMessageDue({ ...always, ...sending }),
    replyOverdue: createReplyOverdue({ ...always, ...sending }),
    timeCame: createTimeCame(always),
  };
  return {
    house,
    timers,
    faults,
    log,
    sent,
    ...ehr,
    speaker,
    consumers,
    store,
    /** True where nothing has to come again. */
    async give(consumer: QueueHandler, ...events: readonly Envelope[]): Promise<boolean> {
      const deliveries = events.map((detail, seq) => ({ seq, body: JSON.stringify({ detail }), sent: 0, attempt: 1 }));
      const { batchItemFailures } = await consumer(sqsEventOf('test', deliveries, 0));
      return batchItemFailures.length === 0;
    },
    changed: (resourceType: string, id: string) =>
      eventOf(
        chartChanged,
        { cause: `ehr/${resourceType}/${id}`, time: clock.now().toISOString(), tenant: 'lakeside' },
        { resourceType, id },
      ),
    published: (type: string) => house.published.filter((event) => event.type === type),
    /** The patient writes, as far as the story is concerned. */
    async say(id: string, cause: string, words: string) {
      const view = await store.story(id);
      if (view === undefined) throw new Error('No such story');
      const heard = { is: 'words', words, channel: 'sms', via: 'text' } as const;
      const express = () => ({ reply: '' });
      await takeTurn({ ...always }, { cause, view, words, channel: 'sms', heard, express });
    },
    async story(id: string) {
      const view = await store.story(id);
      if (view === undefined) throw new Error('No such story');
      return view.story;
    },
  };
}

async function commit(store: StoryStore, faults: Faults, change: Change): Promise<Committed> {
  if (faults.commit !== undefined && change.cause.startsWith(faults.commit)) {
    delete faults.commit;
    throw new Error('Killed');
  }
  return store.commit(change);
}

function memoryChart(faults: Faults) {
  const resources = new Map<string, FhirResource & ChartResource>();
  const existing = new Map<string, string>();
  let made = 0;
  const put = (resource: FhirResource): string => {
    const id = resource.id ?? `made-${++made}`;
    const key = `${resource.resourceType}/${id}`;
    const versionId = String(Number(resources.get(key)?.meta?.versionId ?? '0') + 1);
    resources.set(key, { ...resource, id, meta: { versionId } });
    return id;
  };
  const written = (id: string, type: string): ChartWrite => ({
    is: 'written',
    id,
    versionId: resources.get(`${type}/${id}`)?.meta?.versionId ?? '',
  });
  const write = (resource: ChartBody, under?: string): ChartWrite => {
    if (faults.write === resource.resourceType) {
      delete faults.write;
      throw new Error('The EHR is away');
    }
    const known = under === undefined ? undefined : existing.get(under);
    const isThere = known !== undefined && resources.has(`${resource.resourceType}/${known}`);
    const id = isThere ? known : put(resource as FhirResource);
    if (under !== undefined) existing.set(under, id);
    return written(id, resource.resourceType);
  };
  const ofType = (type: string) => [...resources.values()].filter((each) => each.resourceType === type);
  const chart: Chart & ChartChanges = {
    async read(type, id) {
      const resource = resources.get(`${type}/${id}`);
      return resource === undefined ? { is: 'missing' } : { is: 'found', resource };
    },
    async search(type, query) {
      const { phone } = query;
      if (phone === undefined) return ofType(type);
      return ofType(type).filter((each) => (each as Patient).telecom?.some(({ value }) => value === phone));
    },
    create: async (resource, ifNoneExist) => write(resource, `${resource.resourceType}?${ifNoneExist}`),
    update: async (resource, versionId) =>
      versionId === undefined || resources.has(`${resource.resourceType}/${resource.id}`)
        ? write(resource)
        : { is: 'conflict' },
    transaction: async () => [],
    expand: async () => undefined,
    async *pages(type) {
      yield ofType(type);
    },
    told: async () => undefined,
  };
  return { chart, put, remove: (reference: string) => resources.delete(reference), ofType };
}

export function patient(id: string, given: string, ...numbers: readonly string[]): Patient {
  return {
    resourceType: 'Patient',
    id,
    active: true,
    name: [{ given: [given], family: 'Person' }],
    birthDate: '1980-01-02',
    telecom: numbers.map((value) => ({ system: 'phone', value, use: 'mobile' })),
  };
}

const system = 'http://terminology.hl7.org/CodeSystem/v2-0276';

export function appointment(id: string, who: string, start: string, more: Partial<Appointment> = {}): Appointment {
  return {
    resourceType: 'Appointment',
    id,
    status: 'booked',
    appointmentType: { coding: [{ system, code: 'ROUTINE' }] },
    start,
    end: new Date(Date.parse(start) + 1_800_000).toISOString(),
    participant: [{ actor: { reference: `Patient/${who}` }, status: 'accepted' }],
    ...more,
  };
}
