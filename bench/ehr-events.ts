/**
 * EHR events per second, embedded, end to end: notifications with whole resources are posted over HTTP, and the clock stops when the last text
 * that follows from them is queued. Product and EHR in processes of their own, this one posts; write-back and sending run beside, as they do
 * on a working day. `node bench/ehr-events.ts [patients] [resources per notification] [phases]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Appointment, FhirResource } from 'fhir/r4.js';
import { houseKeys } from '../local/house-keys.ts';
import { freePorts } from '../local/ports.ts';
import { createNotifier, routineVisit } from './load/notifications.ts';
import { endAll, figures, start, until } from './load/processes.ts';
import { startCarrier } from './load/taking-carrier.ts';

const patients = Number(process.argv[2] ?? 2000);
const perNotification = Number(process.argv[3] ?? 20);
const mostPhases = Number(process.argv[4] ?? 9);
const folder = mkdtempSync(join(tmpdir(), 'told-once-bench-'));
const keys = houseKeys(join(folder, 'keys.json'));

try {
  await run();
} finally {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function run(): Promise<void> {
  const carrierUrl = await startCarrier();
  const [ehrPort = 0, apiPort = 0] = await freePorts(2);
  const [, ehr] = await start('ehr-process.ts', { folder, port: ehrPort, patients, tasks: 0 });
  const [product] = await start('product-process.ts', {
    folder,
    port: apiPort,
    carrierUrl,
    ehrUrl: ehr.url,
    ehrOrigin: ehr.origin,
    // Sending at the rate of one number would outlast the bench; it is measured elsewhere.
    perSecond: 1_000,
  });
  await until(async () => (await figures(product)).busy.length === 0);

  const phases: readonly (readonly [name: string, of: (patient: number) => FhirResource, texts: number])[] = [
    ['a visit is booked: its questions begin', (patient) => visit(patient, 1, 14), patients],
    ['a visit is moved: the new time is told', (patient) => visit(patient, 2, 16), patients],
    ['a visit is changed in nothing that concerns the patient', (patient) => visit(patient, 3, 16), 0],
    ['a visit of many needs is booked: all of them told in one text', (patient) => imaging(patient), patients],
    ['what meets a need is written', (patient) => referral(patient), 0],
  ];
  const notify = createNotifier(apiPort, keys.notification, () => new Date());
  for (const [name, of, texts] of phases.slice(0, mostPhases)) {
    const before = await figures(product);
    const from = performance.now();
    const bundles = Array.from({ length: Math.ceil(patients / perNotification) }, (_, index) =>
      Array.from({ length: Math.min(perNotification, patients - index * perNotification) }, (_each, offset) =>
        of(index * perNotification + offset),
      ),
    );
    let next = 0;
    const posting = Array.from({ length: 4 }, async () => {
      for (;;) {
        const bundle = bundles[next++];
        if (bundle === undefined) return;
        await notify(bundle);
      }
    });
    await Promise.all(posting);
    const posted = performance.now() - from;
    const wanted = (before.published['message-queued'] ?? 0) + texts;
    let now = await figures(product);
    // Without a text: until every event was followed.
    const done = () =>
      texts > 0 ? (now.published['message-queued'] ?? 0) >= wanted : changesIn(now) >= changesIn(before) + patients;
    while (!done()) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const next = await figures(product);
      now = { ...next, cpuMicros: now.cpuMicros + next.cpuMicros };
    }
    const took = performance.now() - from;
    let all = now.cpuMicros;
    await until(async () => {
      const next = await figures(product);
      all += next.cpuMicros;
      return !next.busy.includes('queues');
    });
    const written = (now.followed['chart-due'] ?? 0) - (before.followed['chart-due'] ?? 0);
    console.log(
      JSON.stringify({
        phase: name,
        eventsPerSecond: Math.round(patients / (took / 1000)),
        acknowledgedPerSecond: Math.round(patients / (posted / 1000)),
        microsCpuPerEvent: Math.round(now.cpuMicros / patients),
        // With all that was written to the EHR and sent after the clock had stopped.
        microsCpuPerEventInAll: Math.round(all / patients),
        chartDueMeanwhile: written,
        rssMb: Math.round(now.rss / 1e6),
      }),
    );
  }
}

function changesIn({ followed }: { readonly followed: Readonly<Record<string, number>> }): number {
  return followed['chart-changed'] ?? 0;
}

function visit(patient: number, version: number, day: number): Appointment {
  return { ...routineVisit(patient, version, day, new Date()), ...(version === 3 ? { comment: 'Room 2' } : {}) };
}

function imaging(patient: number): Appointment {
  const { appointmentType: _, ...appointment } = visit(patient, 1, 20);
  return {
    ...appointment,
    id: `i${patient}`,
    serviceType: [{ coding: [{ system: 'http://snomed.info/sct', code: '51619007' }] }],
  };
}

function referral(patient: number): FhirResource {
  const now = new Date().toISOString();
  return {
    resourceType: 'ServiceRequest',
    id: `s${patient}`,
    meta: { versionId: '1', lastUpdated: now },
    status: 'active',
    intent: 'order',
    authoredOn: now,
    subject: { reference: `Patient/p${patient}` },
    code: { coding: [{ system: 'http://snomed.info/sct', code: '51619007' }] },
  };
}
