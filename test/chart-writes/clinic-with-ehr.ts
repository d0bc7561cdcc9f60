import type { Appointment, Task } from 'fhir/r4.js';
import { createBackendToken } from '../../adapters/fhir/backend-token.ts';
import { createChart } from '../../adapters/fhir/chart.ts';
import { ownerReference } from '../../content/owners.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { Requirement } from '../../domain/requirements/requirement.ts';
import type { Story, StoryView } from '../../domain/story/story.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { personRequested } from '../../events/person-requested.ts';
import { visitEnded } from '../../events/visit-ended.ts';
import { visitPlanned } from '../../events/visit-planned.ts';
import { chartDue } from '../../functions/chart-due/environment.ts';
import { createHandler } from '../../functions/chart-due/handler.ts';
import { createHandClock, dataFolder, type House, openHouse } from '../adapters/embedded/house.ts';
import { backendKey, type RunningEhr, startEhr } from '../ehr/running-ehr.ts';
import { deliver } from '../functions/deliver.ts';
import { listeningLog } from '../functions/ehr-notified/http-event.ts';
import { clinic, untold } from '../handoff/telling.ts';

export const start = '2026-03-03T15:40:00.000Z';
const now = Date.parse('2026-03-02T14:00:00.000Z');

export function requirement(id: string, more: Partial<Requirement> = {}): Requirement {
  return {
    id,
    kind: 'authorisation',
    owner: 'payer-team',
    due: '2026-03-02T23:00:00.000Z',
    state: 'open',
    says: { default: 'We are getting the authorisation.' },
    because: 'MRI with contrast, payer Prairie Health',
    content: `${id}@1`,
    ...more,
  };
}

export function visit(requirements: readonly Requirement[], more: Partial<PlannedVisit> = {}): PlannedVisit {
  return {
    appointment: 'visit',
    state: 'booked',
    type: 'mri-contrast',
    start,
    end: '2026-03-03T16:10:00.000Z',
    slots: [],
    codes: [],
    plan: { reminders: [] },
    requirements,
    done: [],
    changedAt: new Date(now).toISOString(),
    ...more,
  };
}

export interface ChartedClinic {
  readonly house: House;
  readonly ehr: RunningEhr;
  readonly chart: Chart;
  /** Reads and writes that reached the EHR, in order: `create Task`. */
  readonly asked: string[];
  readonly log: ReturnType<typeof listeningLog>;
  /** While set, the consumer is one that read the story before, and comes to write only now. */
  readonly slow: { view?: StoryView };
  /** The story as it is from now on. */
  tell(change: (story: Story) => Story): Promise<Story>;
  visits(...visits: readonly PlannedVisit[]): Promise<Story>;
  /** True where nothing has to come again. */
  give(...events: readonly Envelope[]): Promise<boolean>;
  planned(appointment?: string): Envelope;
  ended(because: 'passed' | 'cancelled' | 'missed' | 'never-was', appointment?: string): Envelope;
  wanted(data: Parameters<typeof eventOf<'person-requested', typeof personRequested.data>>[2]): Envelope;
  occasion(cause: string): { cause: string; time: string; tenant: string; patient: string };
  tasks(): Promise<readonly Task[]>;
  task(requirement: string): Promise<Task>;
  /** Staff change a Task in their inbox. */
  staff(task: Task, change: Partial<Task>): Promise<void>;
}

let given = 0;

export const anAppointment: Appointment = {
  resourceType: 'Appointment',
  id: 'visit',
  status: 'booked',
  start,
  end: '2026-03-03T16:10:00.000Z',
  participant: [
    { actor: { reference: 'Patient/anna' }, status: 'needs-action' },
    { actor: { reference: 'Practitioner/clerk' }, status: 'accepted' },
  ],
};

/** chart-due with the embedded store and the real EHR stand-in, over HTTP. */
export async function withChart(test: (clinic: ChartedClinic) => Promise<void>): Promise<void> {
  const ehr = await startEhr();
  const folder = dataFolder();
  const house = openHouse({ path: folder.path, clock: createHandClock(now) });
  const log = listeningLog();
  const asked: string[] = [];
  const chart = listening(
    createChart({
      fhirBase: ehr.ehr.url,
      token: createBackendToken({
        fhirBase: ehr.ehr.url,
        clientId: 'backend',
        key: { ...backendKey.privateJwk, kty: 'EC', kid: 'backend', alg: 'ES384' },
        access: chartDue.ehrAccess,
        log,
      }),
      log,
      firstDelayMs: 1,
      attempts: 2,
    }),
    asked,
  );
  const slow: ChartedClinic['slow'] = {};
  const handler = createHandler({
    store: { ...house.store, story: async (id) => slow.view ?? house.store.story(id) },
    records: house.records,
    chart,
    scheduler: house.scheduler,
    clinic,
    clock: house.clock,
    log,
    keepsCommunications: true,
    ownerReference,
  });
  await house.store.commit({ cause: 'begin', outcome: { reply: '' }, story: untold(), moments: [], events: [] });
  const occasion = (cause: string) => ({
    cause,
    time: house.clock.now().toISOString(),
    tenant: 'lakeside',
    patient: 'anna',
  });
  const cause = () => `test/${++given}`;
  const tell: ChartedClinic['tell'] = async (change) => {
    const view = await house.store.story('anna');
    if (view === undefined) throw new Error('No story');
    const story = { ...change(view.story), version: view.story.version + 1 };
    await house.store.commit({ cause: cause(), outcome: { reply: '' }, story, moments: [], events: [] });
    return story;
  };
  const tasks = async (): Promise<readonly Task[]> => (await chart.search('Task', {})) as readonly Task[];
  try {
    await test({
      house,
      ehr,
      chart,
      asked,
      log,
      slow,
      tell,
      visits: (...visits) => tell((story) => ({ ...story, visits })),
      give: (...events) => deliver(handler, events),
      planned: (appointment = 'visit') => eventOf(visitPlanned, occasion(cause()), { appointment }),
      ended: (because, appointment = 'visit') => eventOf(visitEnded, occasion(cause()), { appointment, because }),
      wanted: (data) => eventOf(personRequested, occasion(cause()), data),
      occasion,
      tasks,
      async task(id) {
        const found = (await tasks()).find(({ identifier }) => identifier?.[0]?.value === `visit/${id}`);
        if (found === undefined) throw new Error(`No Task of ${id}`);
        return found;
      },
      async staff(task, change) {
        const answer = await ehr.call('PUT', `Task/${task.id}`, { ...task, ...change });
        if (answer.status !== 200) throw new Error(`The EHR answered ${answer.status}`);
      },
    });
  } finally {
    await house.close();
    await ehr.ehr.close();
    folder.remove();
  }
}

function listening(chart: Chart, asked: string[]): Chart {
  return {
    ...chart,
    read: (type, id) => {
      asked.push(`read ${type}`);
      return chart.read(type, id);
    },
    create: (resource, ifNoneExist) => {
      asked.push(`create ${resource.resourceType}`);
      return chart.create(resource, ifNoneExist);
    },
    update: (resource, versionId) => {
      asked.push(`update ${resource.resourceType}`);
      return chart.update(resource, versionId);
    },
    transaction: (entries) => {
      asked.push(`together ${entries.map(({ method, resource }) => `${method} ${resource.resourceType}`).join(', ')}`);
      return chart.transaction(entries);
    },
  };
}
