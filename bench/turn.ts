/**
 * CPU of one SMS turn and one voice turn, against the floor: signature, one store call, TwiML; all in this process, block by block in turn, so that
 * the ratio holds whatever else the machine does. `node bench/turn.ts [blocks]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutbox } from '../adapters/embedded/bus/outbox.ts';
import { openDatabase } from '../adapters/embedded/database.ts';
import { createRecords } from '../adapters/embedded/records.ts';
import { createStoryStore } from '../adapters/embedded/story-store.ts';
import { createPhoneHash } from '../adapters/seals/phone-hash.ts';
import { createSeals } from '../adapters/seals/seals.ts';
import { renderSms, renderVoice } from '../adapters/twilio/twiml.ts';
import { createWebhookVerifier } from '../adapters/twilio/webhook-signature.ts';
import { loadContent } from '../content/content.ts';
import type { Story } from '../domain/story/story.ts';
import { createHandler as smsReceived } from '../functions/sms-received/handler.ts';
import { createHandler as voiceTurnTaken } from '../functions/voice-turn-taken/handler.ts';
import { clinic } from '../local/seed/clinic.ts';
import { seedPatient } from './patients.ts';
import { signedForm } from './signed-form.ts';

const blocks = Number(process.argv[2] ?? 30);
const perBlock = 8;
const publicUrl = 'https://told-once.example';
const authToken = 'bench-token';
const clock = { now: () => new Date() };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const folder = mkdtempSync(join(tmpdir(), 'told-once-turn-'));
const database = openDatabase(join(folder, 'bench.db'));
// Nobody listens: what follows a turn is not the turn's own cost.
const outbox = createOutbox({ database, clock, subscriptions: [] });
const store = createStoryStore({ database, clock, outbox });
const content = loadContent();
const speaker = { clinic, catalogue: content.catalogueFor('US'), emergencyNumber: '911' };
const seals = createSeals({ secret: 'bench-secret-bench-secret-bench-secret' });
const phoneHash = createPhoneHash({ secret: 'bench-secret-bench-secret-bench-secret' });
const verifier = createWebhookVerifier({ authToken, publicUrl });
const common = { store, clinic, clock, log: silent, speaker, verifier, phoneHash, seals };
const sms = smsReceived({
  ...common,
  renderSms,
  statusCallback: (id) => `${publicUrl}/twilio/sms/status?m=${encodeURIComponent(id)}`,
});
const records = createRecords({ database, clock, outbox });
const voice = voiceTurnTaken({ ...common, records, renderVoice });

const signedEvent = (path: string, form: Readonly<Record<string, string>>) =>
  signedForm({ publicUrl, authToken }, path, form);

let serial = 0;
const people = 32;
const numberOf = (kind: 'sms' | 'voice' | 'floor', index: number) =>
  `+1${{ sms: 312, voice: 313, floor: 314 }[kind]}555${String(index).padStart(4, '0')}`;
const answers = ['tired on the stairs', 'two weeks ago', '2', '3', 'no', '1', '64', 'vitamin D', 'back'];
const textForm = (from: string, body: string) => {
  const sid = `SM${++serial}`;
  return {
    AccountSid: 'AC1',
    ApiVersion: '2010-04-01',
    Body: body,
    From: from,
    MessageSid: sid,
    NumMedia: '0',
    SmsMessageSid: sid,
    SmsSid: sid,
    To: '+13125550199',
  };
};
const callForm = (from: string, sid: string, more: Record<string, string> = {}) => ({
  AccountSid: 'AC1',
  ApiVersion: '2010-04-01',
  CallSid: sid,
  From: from,
  To: '+13125550199',
  CallStatus: 'in-progress',
  Direction: 'inbound',
  ...more,
});

/** Answers, then goes back and answers again: durable work each time. */
const turnsOf = new Array<number>(people).fill(0);
async function smsTurn(index: number): Promise<void> {
  const turn = turnsOf[index] ?? 0;
  turnsOf[index] = turn + 1;
  const body = turn < 8 ? (answers[turn] ?? '') : turn % 2 === 0 ? 'back' : 'vitamin C';
  const response = await sms(signedEvent('/twilio/sms', textForm(numberOf('sms', index), body)));
  if (response.statusCode !== 200 || !String(response.body).includes('<Message'))
    throw new Error('A turn was not answered.');
}

const calls = Array.from({ length: people }, (_, index) => ({ sid: `CA${index}`, next: '', turn: 0 }));
async function voiceTurn(index: number): Promise<void> {
  const call = calls[index];
  if (call === undefined) return;
  const from = numberOf('voice', index);
  const opening = call.next === '';
  const digits = call.turn < 3 ? '3' : call.turn % 2 === 0 ? '**' : '3';
  const response = await voice(
    opening
      ? signedEvent('/twilio/voice', callForm(from, call.sid))
      : signedEvent(call.next, callForm(from, call.sid, { Digits: digits })),
  );
  call.next = (/action="([^"]+)"/.exec(String(response.body))?.[1] ?? '').replace(/&amp;/g, '&');
  call.turn++;
  if (call.next === '') throw new Error('A call was not answered.');
}

/** The floor: what no honest handler can leave out. Its one store call keeps a story of the size that a turn keeps. */
const floorVersions = new Array<number>(people).fill(1);
async function floor(index: number, size: Story): Promise<void> {
  const event = signedEvent('/twilio/sms', textForm(numberOf('floor', index), 'yes'));
  const signed = {
    path: event.rawPath,
    rawBody: event.body ?? '',
    contentType: event.headers['content-type'],
    signature: event.headers['x-twilio-signature'],
  };
  if (!verifier.verify(signed)) throw new Error('The floor is not signed.');
  const cause = `floor/${serial}`;
  const version = (floorVersions[index] ?? 1) + 1;
  floorVersions[index] = version;
  const at = clock.now().toISOString();
  await store.commit({
    cause,
    outcome: { reply: 'Thank you.' },
    story: { ...size, id: `floor${index}`, version },
    moments: [{ id: cause, at, cause, what: 'heard', detail: { words: 'yes' } }],
    events: [],
  });
  const body = '(3 of 9) How much does it bother you?\n1 A little\n2 Quite a bit\n3 Very much';
  renderSms({ messages: [{ body, statusCallback: `${publicUrl}/twilio/sms/status?m=${cause}` }] });
}

async function cpuOf(turn: (index: number) => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let round = 0; round < perBlock; round++)
    await Promise.all(Array.from({ length: people }, (_, index) => turn(index)));
  const used = process.cpuUsage(before);
  return (used.user + used.system) / (perBlock * people);
}

for (let index = 0; index < people; index++)
  for (const kind of ['sms', 'voice', 'floor'] as const)
    await seedPatient(
      { store, clinic, phone: phoneHash(numberOf(kind, index)), now: clock.now() },
      `${kind}${index}`,
      numberOf(kind, index),
    );
for (let round = 0; round < 12; round++) for (let index = 0; index < people; index++) await smsTurn(index);
for (let round = 0; round < 4; round++) for (let index = 0; index < people; index++) await voiceTurn(index);
const first = (await store.story('sms0'))?.story;
if (first === undefined) throw new Error('No story.');
const rows: { floor: number; sms: number; voice: number }[] = [];
for (let block = 0; block < blocks; block++) {
  // The floor keeps a story as large as the turns keep.
  const size = (await store.story('sms0'))?.story ?? first;
  rows.push({
    floor: await cpuOf((index) => floor(index, size)),
    sms: await cpuOf(smsTurn),
    voice: await cpuOf(voiceTurn),
  });
}
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const warm = rows.slice(Math.floor(blocks / 3));
console.log(
  JSON.stringify({
    blocks: warm.length,
    floorMicros: Math.round(median(warm.map((row) => row.floor))),
    smsMicros: Math.round(median(warm.map((row) => row.sms))),
    voiceMicros: Math.round(median(warm.map((row) => row.voice))),
    smsToFloor: median(warm.map((row) => row.sms / row.floor)).toFixed(2),
    voiceToFloor: median(warm.map((row) => row.voice / row.floor)).toFixed(2),
  }),
);
database.close();
rmSync(folder, { recursive: true, force: true });
