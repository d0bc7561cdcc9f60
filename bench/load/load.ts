/**
 * Durable turns per second over HTTP: 64 conversations at once, signed webhooks, relay and write-back running; the product and the EHR in
 * processes of their own, the load generator (and a carrier that takes every text) here. `node bench/load/load.ts [seconds] [conversations]`
 */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { houseKeys } from '../../local/house-keys.ts';
import { freePorts } from '../../local/ports.ts';
import { clinicNumber } from '../../local/seed/clinic.ts';
import { phoneOf, questions } from './people.ts';
import { endAll, figures, start, until } from './processes.ts';

const seconds = Number(process.argv[2] ?? 20);
const conversations = Number(process.argv[3] ?? 64);
const folder = mkdtempSync(join(tmpdir(), 'told-once-bench-'));
const keys = houseKeys(join(folder, 'keys.json'));

/** The texts that our replies carried, by number: what the carrier's list shows when a reply is looked for after its minute. */
const carried = new Map<string, string[]>();

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
  const [, ehr] = await start('ehr-process.ts', { folder, port: ehrPort, patients: conversations });
  const [product] = await start('product-process.ts', {
    folder,
    port: apiPort,
    carrierUrl,
    ehrUrl: ehr.url,
    ehrOrigin: ehr.origin,
  });
  await until(async () => (await figures(product)).busy.length === 0);

  const agent = new Agent({ keepAlive: true, maxSockets: conversations });
  const latencies: number[] = [];
  let turns = 0;
  let odd = 0;
  const until10 = Date.now() + 3_000;
  const end = until10 + seconds * 1000;
  let counting = false;
  await figures(product);
  const talkers = Array.from({ length: conversations }, async (_, index) => {
    for (let turn = 0; Date.now() < end; turn++) {
      // Answers every question but the last, then changes answers back and forth: the story stays as long as it is.
      const body =
        turn < questions - 1 ? String(turn % 90) : turn % 2 === (questions - 1) % 2 ? 'back' : String(turn % 90);
      const before = performance.now();
      const reply = await text(agent, apiPort, phoneOf(index), body, `SM${index}x${turn}`);
      if (counting) {
        latencies.push(performance.now() - before);
        turns++;
      }
      if (!reply.includes('Question number')) odd++;
      remember(phoneOf(index), reply);
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  counting = true;
  await figures(product);
  const from = performance.now();
  const memory: number[] = [];
  const sampler = setInterval(() => {
    void figures(product).then(({ rss }) => memory.push(rss));
  }, 30_000);
  await Promise.all(talkers);
  clearInterval(sampler);
  const took = (performance.now() - from) / 1000;
  const { rss, cpuMicros } = await figures(product);
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    (latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0).toFixed(1);
  console.log(
    JSON.stringify({
      conversations,
      seconds: Math.round(took),
      turnsPerSecond: Math.round(turns / took),
      p50ms: at(0.5),
      p99ms: at(0.99),
      rssMb: Math.round(rss / 1e6),
      rssEachHalfMinuteMb: memory.map((bytes) => Math.round(bytes / 1e6)),
      microsCpuPerTurn: memory.length === 0 ? Math.round(cpuMicros / turns) : undefined,
      unexpectedReplies: odd,
    }),
  );
}

/** The newest few are enough: questions repeat. */
function remember(number: string, twiml: string): void {
  const body = (/<Message[^>]*>([^<]*)</.exec(twiml)?.[1] ?? '')
    .replace(/&apos;|&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
  const known = carried.get(number) ?? [];
  if (!known.includes(body)) carried.set(number, [...known, body].slice(-40));
}

function text(agent: Agent, port: number, from: string, body: string, sid: string): Promise<string> {
  const parameters: Record<string, string> = {
    AccountSid: keys.twilio.accountSid,
    ApiVersion: '2010-04-01',
    Body: body,
    From: from,
    MessageSid: sid,
    NumMedia: '0',
    SmsMessageSid: sid,
    SmsSid: sid,
    To: clinicNumber,
  };
  const url = `http://127.0.0.1:${port}/twilio/sms`;
  const signed =
    url +
    Object.keys(parameters)
      .sort()
      .map((name) => name + parameters[name])
      .join('');
  const payload = new URLSearchParams(parameters).toString();
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(payload),
          'x-twilio-signature': createHmac('sha1', keys.twilio.authToken).update(signed).digest('base64'),
        },
      },
      (response) => {
        let reply = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          reply += chunk;
        });
        response.on('end', () => resolve(reply));
      },
    );
    sent.on('error', reject).end(payload);
  });
}

/** Takes every text at once, as the network would, and lists what it carried. */
function startCarrier(): Promise<string> {
  let sent = 0;
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => {
      const to = new URL(incoming.url ?? '/', 'http://carrier').searchParams.get('To') ?? '';
      const messages = (carried.get(to) ?? []).map((body, index) => ({
        sid: `SMlisted${index}`,
        body,
        to,
        status: 'delivered',
        direction: 'outbound-reply',
        date_created: new Date().toUTCString(),
        date_sent: new Date().toUTCString(),
      }));
      const listed = incoming.method === 'GET';
      response
        .writeHead(listed ? 200 : 201, { 'content-type': 'application/json' })
        .end(JSON.stringify(listed ? { messages } : { sid: `SMout${sent++}`, status: 'queued' }));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
