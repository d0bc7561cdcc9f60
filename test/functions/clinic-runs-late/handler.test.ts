import type { Appointment } from 'fhir/r4.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackendToken } from '../../../adapters/fhir/backend-token.ts';
import { createChart } from '../../../adapters/fhir/chart.ts';
import type { Chart } from '../../../domain/ports/chart.ts';
import { speakerFor } from '../../../edge/lambda/speaker.ts';
import { clinicLate } from '../../../events/clinic-late.ts';
import { type Envelope, eventOf } from '../../../events/envelope.ts';
import { clinicRunsLate } from '../../../functions/clinic-runs-late/environment.ts';
import { createHandler } from '../../../functions/clinic-runs-late/handler.ts';
import { visitsConcerned } from '../../../functions/clinic-runs-late/visits-concerned.ts';
import { createHandClock, dataFolder, openHouse } from '../../adapters/embedded/house.ts';
import { visit } from '../../chart-writes/clinic-with-ehr.ts';
import { backendKey, type RunningEhr, startEhr } from '../../ehr/running-ehr.ts';
import { untold } from '../../handoff/telling.ts';
import { deliver } from '../deliver.ts';
import { listeningLog } from '../ehr-notified/http-event.ts';

const speaker = speakerFor('lakeside');
let ehr: RunningEhr;
let chart: Chart;

beforeAll(async () => {
  ehr = await startEhr();
  const fhirBase = ehr.ehr.url;
  const key = { ...backendKey.privateJwk, kty: 'EC', kid: 'backend', alg: 'ES384' as const };
  const log = listeningLog();
  const token = createBackendToken({ fhirBase, clientId: 'backend', key, access: clinicRunsLate.ehrAccess, log });
  chart = createChart({ fhirBase, token, log });
  // By the clinic's clock: the 2nd ends at six in the morning of the 3rd, in UTC.
  await book('early', 'anna', '2026-03-02T06:00:00Z');
  await book('anna', 'anna', '2026-03-02T15:00:00Z');
  await book('jan', 'jan', '2026-03-02T16:00:00Z', { status: 'arrived' });
  await book('late', 'maria', '2026-03-03T05:30:00Z');
  await book('tomorrow', 'anna', '2026-03-03T06:00:00Z');
  await book('yesterday', 'anna', '2026-03-02T05:59:00Z');
  await book('over', 'anna', '2026-03-02T14:00:00Z', { status: 'fulfilled' });
  await book('off', 'anna', '2026-03-02T15:20:00Z', { status: 'cancelled' });
  await book('elsewhere', 'anna', '2026-03-02T15:40:00Z', {}, 'dr-ruiz');
});
afterAll(() => ehr.ehr.close());

async function book(
  id: string,
  who: string,
  start: string,
  more: Partial<Appointment> = {},
  doctor = 'dr-lee',
): Promise<void> {
  const answer = await ehr.call('PUT', `Appointment/${id}`, {
    resourceType: 'Appointment',
    id,
    status: 'booked',
    start,
    end: new Date(Date.parse(start) + 600_000).toISOString(),
    participant: [
      { actor: { reference: `Patient/${who}` }, status: 'accepted' },
      { actor: { reference: `Practitioner/${doctor}` }, status: 'accepted' },
      { actor: { reference: 'Location/main' }, status: 'accepted' },
    ],
    ...more,
  });
  expect(answer.status).toBe(201);
}

const idsOf = async (concerned: Parameters<typeof visitsConcerned>[1], timeZone = 'America/Chicago') =>
  (await visitsConcerned({ chart, clinic: { ...speaker.clinic, timeZone } }, concerned)).map(
    (each) => each.appointment,
  );

describe('those who wait', () => {
  it('are booked or there with that practitioner on that day of the clinic', async () => {
    expect(await idsOf({ date: '2026-03-02', practitioner: 'dr-lee' })).toEqual(['early', 'anna', 'jan', 'late']);
    expect(await idsOf({ date: '2026-03-02', practitioner: 'dr-ruiz' })).toEqual(['elsewhere']);
    expect(await idsOf({ date: '2026-03-02', location: 'main' })).toContain('elsewhere');
    expect(await idsOf({ date: '2026-03-02', location: 'main', practitioner: 'dr-ruiz' })).toEqual(['elsewhere']);
    expect(await idsOf({ date: '2026-03-03', practitioner: 'dr-lee' })).toEqual(['tomorrow']);
    expect(await idsOf({ date: '2026-03-02', practitioner: 'dr-lee' }, 'Europe/Warsaw')).toContain('yesterday');
  });

  it('are nobody where it is not said whose, or when', async () => {
    expect(await idsOf({ date: '2026-03-02' })).toEqual([]);
    expect(await idsOf({ date: 'today', practitioner: 'dr-lee' })).toEqual([]);
  });
});

async function withHouse(
  test: (house: {
    give(...events: readonly Envelope[]): Promise<boolean>;
    late(at: string, minutes?: { from: number; to: number }): Envelope;
    /** Appointments about which a patient's story took a turn, in order. */
    heard(): readonly string[];
  }) => Promise<void>,
): Promise<void> {
  const folder = dataFolder();
  const house = openHouse({ path: folder.path, clock: createHandClock(Date.parse('2026-03-02T14:30:00.000Z')) });
  const heard: string[] = [];
  const store: typeof house.store = {
    ...house.store,
    commit: async (change) => {
      const committed = await house.store.commit(change);
      if (committed.is === 'committed' && change.cause.startsWith('desk/')) heard.push(change.cause);
      return committed;
    },
  };
  for (const [id, appointment] of [
    ['anna', 'anna'],
    ['jan', 'jan'],
    ['maria', 'unknown-to-us'],
  ] as const) {
    const story = { ...untold(id), visits: [visit([], { appointment, start: '2026-03-02T15:00:00Z' })] };
    await house.store.commit({ cause: `begin/${id}`, outcome: { reply: '' }, story, moments: [], events: [] });
  }
  const handler = createHandler({
    store,
    records: house.records,
    chart,
    clinic: speaker.clinic,
    clock: house.clock,
    log: listeningLog(),
    speaker,
  });
  try {
    await test({
      give: (...events) => deliver(handler, events),
      late: (time, minutes) =>
        eventOf(
          clinicLate,
          { cause: `desk/${time}`, time, tenant: 'lakeside' },
          { date: '2026-03-02', practitioner: 'dr-lee', ...(minutes === undefined ? {} : { minutes }) },
        ),
      heard: () => heard,
    });
  } finally {
    await house.close();
    folder.remove();
  }
}

describe('lateness', () => {
  const at = (minute: number) => `2026-03-02T14:${minute}:00.000Z`;

  it('is heard once in each story that knows the visit', () =>
    withHouse(async ({ give, late, heard }) => {
      const event = late(at(10), { from: 20, to: 30 });
      expect(await give(event)).toBe(true);
      expect(await give(event)).toBe(true);
      expect(heard()).toEqual([`desk/${at(10)}/anna`, `desk/${at(10)}/jan`]);
    }));

  it('that was overtaken by newer news is told to nobody', () =>
    withHouse(async ({ give, late, heard }) => {
      await give(late(at(20)));
      expect(await give(late(at(10), { from: 45, to: 60 }))).toBe(true);
      expect(heard()).toEqual([`desk/${at(20)}/anna`, `desk/${at(20)}/jan`]);
    }));

  it('that was kept waiting for more than an hour says nothing of now; that it is on time again still helps', () =>
    withHouse(async ({ give, late, heard }) => {
      expect(await give(late('2026-03-02T13:29:00.000Z', { from: 20, to: 30 }))).toBe(true);
      expect(heard()).toEqual([]);
      await give(late('2026-03-02T13:29:30.000Z'));
      expect(heard()).toEqual(['desk/2026-03-02T13:29:30.000Z/anna', 'desk/2026-03-02T13:29:30.000Z/jan']);
    }));

  it('is told when the EHR is back', () =>
    withHouse(async ({ give, late, heard }) => {
      const { search } = chart;
      const event = late(at(10), { from: 20, to: 30 });
      Object.assign(chart, { search: () => Promise.reject(new Error('The EHR is away')) });
      expect(await give(event)).toBe(false);
      Object.assign(chart, { search });
      expect(await give(event)).toBe(true);
      expect(heard()).toHaveLength(2);
    }));
});
