/**
 * A snow day, whole: every visit is moved in the EHR at once, while others are asked for a form, which is urgent. From the notifications over
 * HTTP to the carrier: when the last text is queued, when the last is sent at the sender's rate, and how long each class waits from its
 * notification to the carrier. Product and EHR in processes of their own; the clinic's clock shows ten in the morning, since at night
 * nobody would be told. `node bench/snow-day.ts [visits] [urgent] [per second]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { houseKeys } from '../local/house-keys.ts';
import { freePorts } from '../local/ports.ts';
import { clinic } from '../local/seed/clinic.ts';
import { createNotifier, routineVisit } from './load/notifications.ts';
import { phoneOf, taskFor } from './load/people.ts';
import { end, endAll, figures, start, until } from './load/processes.ts';
import { startCarrier } from './load/taking-carrier.ts';

const [visits = 10_000, urgent = 200, perSecond = 100] = process.argv.slice(2).map(Number);
const perNotification = 20;
const folder = mkdtempSync(join(tmpdir(), 'told-once-bench-'));
const keys = houseKeys(join(folder, 'keys.json'));
const ahead = untilTen();
const now = () => new Date(Date.now() + ahead);

try {
  await run();
} finally {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function run(): Promise<void> {
  const texts = new Map<string, number[]>();
  const carrierUrl = await startCarrier((to) => texts.set(to, [...(texts.get(to) ?? []), performance.now()]));
  const [ehrPort = 0, apiPort = 0] = await freePorts(2);
  const [, ehr] = await start('ehr-process.ts', { folder, port: ehrPort, patients: visits + urgent, tasks: 0, ahead });
  const parts = { folder, port: apiPort, carrierUrl, ehrUrl: ehr.url, ehrOrigin: ehr.origin, ahead };
  const notify = createNotifier(apiPort, keys.notification, now);
  const all = Array.from({ length: visits }, (_, index) => index);

  // Booked beforehand, and told as fast as can be.
  const [booking] = await start('product-process.ts', { ...parts, perSecond: 1_000 });
  await inTurn(chunked(all), (chunk) => notify(chunk.map((patient) => routineVisit(patient, 1, 14, now()))));
  await until(async () => (await figures(booking)).busy.length === 0 && texts.size >= visits);
  await end(booking);
  texts.clear();

  const [product] = await start('product-process.ts', { ...parts, perSecond });
  await until(async () => (await figures(product)).busy.length === 0);
  const from = performance.now();
  const posted = new Map<string, number>();
  const post = async (patients: readonly number[], is: 'moved' | 'asked') => {
    for (const patient of patients) posted.set(phoneOf(patient), performance.now());
    await notify(
      patients.map((patient) =>
        is === 'moved'
          ? routineVisit(patient, 2, 16, now())
          : { ...taskFor(patient), meta: { versionId: '1', lastUpdated: now().toISOString() } },
      ),
    );
  };
  const moving = inTurn(chunked(all), (chunk) => post(chunk, 'moved')).then(() => performance.now() - from);
  let asked = 0;
  const between = (visits / perSecond / urgent) * 1000;
  const asking = (async () => {
    for (let index = 0; index < urgent; index++) {
      await post([visits + index], 'asked');
      asked++;
      await new Promise((resolve) => setTimeout(resolve, between));
    }
  })();
  let queued = 0;
  const longest = performance.now() + 3_000 * (10 + (visits + urgent) / perSecond);
  while (texts.size < visits + urgent && performance.now() < longest) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { published } = await figures(product);
    if (queued === 0 && (published['message-queued'] ?? 0) >= visits + asked) queued = performance.now() - from;
  }
  await asking;
  await until(async () => (await figures(product)).busy.length === 0);
  const waits = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const number = phoneOf(first + index);
      return (texts.get(number)?.[0] ?? Number.POSITIVE_INFINITY) - (posted.get(number) ?? 0);
    }).sort((a, b) => a - b);
  const at = (sorted: readonly number[], share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  const [ofVisits, ofForms] = [waits(0, visits), waits(visits, urgent)];
  console.log(
    JSON.stringify({
      visits,
      urgent,
      perSecond,
      acknowledgedSeconds: seconds(await moving),
      lastQueuedSeconds: seconds(queued),
      lastSentSeconds: seconds(Math.max(...[...texts.values()].flat()) - from),
      lost: visits + urgent - texts.size,
      toldTwice: [...texts.values()].filter((times) => times.length > 1).length,
      urgentMs: { p50: at(ofForms, 0.5), p99: at(ofForms, 0.99) },
      movedMs: { p50: at(ofVisits, 0.5), p99: at(ofVisits, 0.99) },
    }),
  );
}

function chunked(patients: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(patients.length / perNotification) }, (_, index) =>
    patients.slice(index * perNotification, (index + 1) * perNotification),
  );
}

/** Four at a time, as an EHR posts. */
async function inTurn<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await each(item);
    }),
  );
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}

/** Milliseconds from now to the clinic's next ten in the morning. */
function untilTen(): number {
  const here = Temporal.Now.zonedDateTimeISO(clinic.timeZone);
  const ten = here.withPlainTime('10:00');
  return Math.round(
    (ten.epochMilliseconds > here.epochMilliseconds ? ten : ten.add({ days: 1 })).epochMilliseconds -
      here.epochMilliseconds,
  );
}
