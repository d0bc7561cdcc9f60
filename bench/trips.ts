/**
 * What a turn costs the store: round trips, items and bytes of its one transaction, at 1, 100 and 10,000 moments of history.
 * Round trips are the calls of the store's port (one each, by its contract); items are those that the DynamoDB adapter would send.
 * `node bench/trips.ts`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itemsOf } from '../adapters/dynamodb/commit-items.ts';
import { createOutbox } from '../adapters/embedded/bus/outbox.ts';
import { openDatabase } from '../adapters/embedded/database.ts';
import { createRecords } from '../adapters/embedded/records.ts';
import { createStoryStore } from '../adapters/embedded/story-store.ts';
import { createPhoneHash } from '../adapters/seals/phone-hash.ts';
import { createSeals } from '../adapters/seals/seals.ts';
import { renderSms, renderVoice } from '../adapters/twilio/twiml.ts';
import { createWebhookVerifier } from '../adapters/twilio/webhook-signature.ts';
import { loadContent } from '../content/content.ts';
import type { StoryStore } from '../domain/ports/story-store.ts';
import { createHandler as smsReceived } from '../functions/sms-received/handler.ts';
import { createHandler as voiceTurnTaken } from '../functions/voice-turn-taken/handler.ts';
import { clinic } from '../local/seed/clinic.ts';
import { seedPatient } from './patients.ts';
import { signedForm } from './signed-form.ts';

const publicUrl = 'https://told-once.example';
const authToken = 'bench-token';
const secret = 'bench-secret-bench-secret-bench-secret';
const clock = { now: () => new Date() };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const folder = mkdtempSync(join(tmpdir(), 'told-once-trips-'));
const database = openDatabase(join(folder, 'bench.db'));
const outbox = createOutbox({ database, clock, subscriptions: [] });
const embedded = createStoryStore({ database, clock, outbox });

let seen = { trips: 0, items: 0, bytes: 0, moments: 0 };
/** Counts what passes through the port. */
const store: StoryStore = {
  phone: (id) => {
    seen.trips++;
    return embedded.phone(id);
  },
  story: (id) => {
    seen.trips++;
    return embedded.story(id);
  },
  moments: (story, limit) => embedded.moments(story, limit),
  commit: (change) => {
    const items = itemsOf('told-once', change, clock.now());
    seen.trips++;
    seen.items += items.length;
    seen.bytes += items.reduce((sum, item) => sum + JSON.stringify(item).length, 0);
    seen.moments += change.moments.length;
    return embedded.commit(change);
  },
};
const content = loadContent();
const phoneHash = createPhoneHash({ secret });
const common = {
  store,
  clinic,
  clock,
  log: silent,
  speaker: { clinic, catalogue: content.catalogueFor('US'), emergencyNumber: '911' },
  verifier: createWebhookVerifier({ authToken, publicUrl }),
  phoneHash,
  seals: createSeals({ secret }),
};
const sms = smsReceived({
  ...common,
  renderSms,
  statusCallback: (id) => `${publicUrl}/twilio/sms/status?m=${encodeURIComponent(id)}`,
});
const records = createRecords({ database, clock, outbox });
const voice = voiceTurnTaken({ ...common, records, renderVoice });

const from = '+13125550142';
await seedPatient({ store: embedded, clinic, phone: phoneHash(from), now: clock.now() }, 'anna', from);
const answers = ['tired on the stairs', 'two weeks ago', '2', '3', 'no', '1', '64', 'vitamin D'];
let turn = 0;
let moments = 0;
async function text(): Promise<void> {
  const body = turn < answers.length ? (answers[turn] ?? '') : turn % 2 === 0 ? 'back' : 'vitamin C';
  turn++;
  await sms(
    signedForm({ publicUrl, authToken }, '/twilio/sms', {
      Body: body,
      From: from,
      MessageSid: `SM${turn}`,
      NumMedia: '0',
      To: '+13125550199',
    }),
  );
}
async function spoken(): Promise<void> {
  const sid = `CA${turn++}`;
  const call = { CallSid: sid, From: from, To: '+13125550199', CallStatus: 'in-progress', Direction: 'inbound' };
  const opened = await voice(signedForm({ publicUrl, authToken }, '/twilio/voice', call));
  const next = (/action="([^"]+)"/.exec(String(opened.body))?.[1] ?? '').replace(/&amp;/g, '&');
  seen = { trips: 0, items: 0, bytes: 0, moments: 0 };
  await voice(signedForm({ publicUrl, authToken }, next, { ...call, Digits: '**' }));
}

const rows: object[] = [];
for (const target of [1, 100, 10_000]) {
  while (moments < target) {
    seen = { trips: 0, items: 0, bytes: 0, moments: 0 };
    await text();
    moments += seen.moments;
  }
  const measured = 20;
  let sum = { trips: 0, items: 0, bytes: 0 };
  for (let index = 0; index < measured; index++) {
    seen = { trips: 0, items: 0, bytes: 0, moments: 0 };
    await text();
    moments += seen.moments;
    sum = { trips: sum.trips + seen.trips, items: sum.items + seen.items, bytes: sum.bytes + seen.bytes };
  }
  await spoken();
  rows.push({
    moments: target,
    sms: { trips: sum.trips / measured, items: sum.items / measured, bytes: Math.round(sum.bytes / measured) },
    voice: { trips: seen.trips, items: seen.items, bytes: seen.bytes },
  });
}
console.log(JSON.stringify(rows, null, 1));
database.close();
rmSync(folder, { recursive: true, force: true });
