import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutbox } from '../../adapters/embedded/bus/outbox.ts';
import { createQueues } from '../../adapters/embedded/bus/queues.ts';
import { openDatabase } from '../../adapters/embedded/database.ts';
import { createRecords } from '../../adapters/embedded/records.ts';
import { createScheduler } from '../../adapters/embedded/scheduler.ts';
import { createStoryStore } from '../../adapters/embedded/story-store.ts';
import { createSeals } from '../../adapters/seals/seals.ts';
import { createCarrierClient } from '../../adapters/twilio/carrier.ts';
import { renderVoice } from '../../adapters/twilio/twiml.ts';
import { createWebhookVerifier } from '../../adapters/twilio/webhook-signature.ts';
import type { Carrier } from '../../domain/ports/carrier.ts';
import type { Message } from '../../domain/story/message.ts';
import type { Story } from '../../domain/story/story.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { callbacksAt } from '../../edge/queue/callbacks.ts';
import type { QueueHandler } from '../../edge/queue/queue-handler.ts';
import { queuedAgain } from '../../edge/queue/what-became.ts';
import type { Envelope } from '../../events/envelope.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { createHandler as messageDue } from '../../functions/message-due/handler.ts';
import { createHandler as messageStatusChanged } from '../../functions/message-status-changed/handler.ts';
import { createHandler as voiceTurnTaken } from '../../functions/voice-turn-taken/handler.ts';
import { createApiServer, type ServedRoute } from '../../local/api-server.ts';
import { createCarrier } from '../../local/carrier/carrier.ts';
import { createSimulatedClock } from '../../local/simulated-clock.ts';
import { messageOf, storyOf } from '../contracts/samples.ts';
import { listeningLog } from '../functions/ehr-notified/http-event.ts';

const accountSid = `AC${'0b'.repeat(16)}`;
const authToken = 'the token of the clinic';
const clinicNumber = '+13125550199';
export const mobile = '+13125550142';
export const landline = '+13125550117';

/** What a handset shows. */
export interface Handset {
  readonly messages: readonly { readonly body: string; readonly status: string; readonly kind: string }[];
  readonly calls: readonly {
    readonly sid: string;
    readonly status: string;
    readonly kind: string;
    readonly said: readonly string[];
    readonly gathering: { readonly input: readonly string[]; readonly numDigits: number | null } | null;
  }[];
}

export type Telephone = Awaited<ReturnType<typeof openTelephone>>;

/** The sender, the status routes and the calls of the product on embedded adapters, and the carrier's stand-in over loopback. */
export async function openTelephone(at: string) {
  const folder = mkdtempSync(join(tmpdir(), 'told-once-'));
  const clock = createSimulatedClock(join(folder, 'clock.json'));
  await clock.moveTo(new Date(at));
  const log = listeningLog();
  const database = openDatabase(join(folder, 'data.db'));
  const outbox = createOutbox({ database, clock, subscriptions });
  const published: Envelope[] = [];
  outbox.onPublished((event) => published.push(event));
  const store = createStoryStore({ database, clock, outbox });
  const records = createRecords({ database, clock, outbox });
  const scheduler = createScheduler({ database, clock, outbox });
  let sender: QueueHandler = async () => ({ batchItemFailures: [] });
  const queues = createQueues({
    database,
    clock,
    outbox,
    subscriptions,
    deliver: async (consumer, event) => (consumer === 'message-due' ? sender(event) : undefined),
  });
  let routes: readonly ServedRoute[] = [];
  const served = (path: string): ServedRoute => ({
    method: 'POST',
    path,
    handler: (event) => {
      const route = routes.find((each) => each.path === path);
      if (route === undefined) throw new Error('Not open yet');
      return route.handler(event);
    },
  });
  const paths = ['/twilio/sms/status', '/twilio/voice', '/twilio/voice/turn', '/twilio/voice/status'];
  const api = createApiServer(paths.map(served));
  await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`;
  const carrier = await createCarrier({
    clock,
    accountSid,
    authToken,
    number: clinicNumber,
    apiUrl: () => publicUrl,
    landlines: [landline],
  });
  const client = createCarrierClient({ accountSid, authToken, from: clinicNumber, baseUrl: carrier.url, log });
  const speaker = speakerFor('lakeside');
  const { clinic } = speaker;
  const verifier = createWebhookVerifier({ authToken, publicUrl });
  const phoneHash = (e164: string) => createHash('sha256').update(e164).digest('base64url');
  const common = { store, records, clinic, clock, log, speaker, verifier, phoneHash, scheduler };
  const seals = createSeals({ secret: 'a secret of at least thirty-two bytes' });
  const voice = voiceTurnTaken({ ...common, seals, renderVoice });
  const status = messageStatusChanged(common);
  routes = paths.map((path) => ({ method: 'POST', path, handler: path.includes('/sms/') ? status : voice }));
  let workers = 0;
  /** A new process that sends; `between` stands between it and the carrier. */
  const restart = (between: (carrier: Carrier) => Carrier = (same) => same) => {
    workers += 1;
    const callbacks = callbacksAt(publicUrl);
    const process = { sender: clinicNumber, worker: `worker-${workers}`, carrier: between(client) };
    sender = messageDue({ ...common, ...callbacks, ...process });
  };
  restart();
  for (const part of [queues.settling, scheduler.settling, carrier.settling, api.settling]) clock.watch(part);
  queues.start();
  scheduler.start();

  const act = async (path: string, body: unknown = {}): Promise<Record<string, unknown>> => {
    const response = await fetch(carrier.url + path, { method: 'POST', body: JSON.stringify(body) });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer as Record<string, unknown>;
  };
  return {
    clock,
    log,
    queues,
    store,
    records,
    restart,
    publicUrl,
    speaker,
    /** Straight to a route, unsigned by anybody: for what the carrier never sends. */
    verifier,
    published: (type: string) => published.filter((event) => event.type === type),
    messages: async () => (await records.list('message')).items.map(({ value }) => value),
    async patient(id: string, number: string, person: Partial<Story['person']> = {}): Promise<void> {
      const story = storyOf(id, 1);
      const phone = phoneHash(number);
      const known = { ...story.person, firstName: 'Anna', language: 'en' as const, phones: [phone], ...person };
      const member = { story: id, firstName: known.firstName, as: 'self' as const, language: known.language };
      await store.commit({
        cause: `seed/${id}`,
        outcome: { reply: '' },
        story: { ...story, person: known },
        phones: [{ id: phone, version: 1, number, members: [member], blocked: false, introduced: true, queue: [] }],
        moments: [],
        events: [],
      });
    },
    phone: (number: string) => store.phone(phoneHash(number)),
    async queue(id: string, story: string, to: string, more: Partial<Message> = {}): Promise<void> {
      const createdAt = clock.now().toISOString();
      const value: Message = {
        ...messageOf(id),
        body: `Text ${id}`,
        story,
        phone: phoneHash(to),
        to,
        createdAt,
        ...more,
      };
      await records.put({ kind: 'message', id, value, expect: 'absent' }, [queuedAgain('lakeside', value, createdAt)]);
    },
    settle: () => clock.settle(),
    pass: (ms: number) => clock.moveTo(new Date(clock.now().getTime() + ms)),
    act,
    handset: async (number: string): Promise<Handset> =>
      (await (await fetch(`${carrier.url}/handsets/${encodeURIComponent(number)}`)).json()) as Handset,
    async close() {
      api.server.closeAllConnections();
      await new Promise((resolve) => api.server.close(resolve));
      await queues.stop();
      scheduler.stop();
      await carrier.close();
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
