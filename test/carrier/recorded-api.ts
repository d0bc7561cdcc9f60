import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import webhooks from 'twilio/lib/webhooks/webhooks.js';
import { type Carrier, type CarrierOptions, createCarrier } from '../../local/carrier/carrier.ts';

export const ACCOUNT = 'AC00000000000000000000000000000001';
export const TOKEN = 'a-token-for-tests';
export const CLINIC = '+15550100100';
export const ANNA = '+48600100200';

/** One webhook as it arrived, with the verdict of Twilio's own library on its signature. */
export interface Webhook {
  readonly method: string;
  readonly path: string;
  readonly params: Record<string, string>;
  readonly token: string;
  readonly signed: boolean;
}
export interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly delayMs?: number;
  /** Breaks the connection instead of answering. */
  readonly broken?: boolean;
}
type Handler = (webhook: Webhook) => Reply | string;

export interface RecordedApi {
  readonly url: string;
  readonly got: Webhook[];
  /** The parameters of what arrived on a path, in order of arrival. */
  on(path: string): Record<string, string>[];
  reply(path: string, handler: Handler | string): void;
  close(): Promise<void>;
}

/** A webhook server that records and answers as told; anything else gets an empty response. */
export async function recordApi(port = 0): Promise<RecordedApi> {
  const got: Webhook[] = [];
  const handlers = new Map<string, Handler>();
  let url = '';
  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const target = request.url ?? '/';
    const path = target.split('?', 1)[0] ?? '/';
    const body = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
    const query = Object.fromEntries(new URL(target, url).searchParams);
    const signature = String(request.headers['x-twilio-signature'] ?? '');
    const webhook: Webhook = {
      method: request.method ?? '',
      path,
      params: { ...query, ...body },
      token: String(request.headers['i-twilio-idempotency-token'] ?? ''),
      signed: webhooks.validateRequest(TOKEN, signature, url + target, body),
    };
    got.push(webhook);
    const reply = handlers.get(path)?.(webhook) ?? twiml('');
    return typeof reply === 'string' ? { body: reply } : reply;
  };
  const server = createServer((request, response) => {
    void answer(request).then(async (reply) => {
      if (reply.delayMs !== undefined) await sleep(reply.delayMs);
      if (reply.broken) return request.socket.destroy();
      response.writeHead(reply.status ?? 200, { 'content-type': reply.type ?? 'text/xml', ...reply.headers });
      return response.end(reply.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    got,
    on: (path) => got.filter((webhook) => webhook.path === path).map((webhook) => webhook.params),
    reply: (path, handler) => void handlers.set(path, typeof handler === 'string' ? () => handler : handler),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function twiml(inside: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`;
}

/** A clock that moves only when told. */
export function handClock(start = '2026-03-02T02:14:00Z'): { now(): Date; advance(ms: number): void } {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    advance(ms) {
      at += ms;
    },
  };
}

export interface Json {
  readonly status: number;
  readonly headers: Headers;
  // A test reads what it expects to be there; a missing part fails the expectation.
  readonly body: Readonly<Record<string, unknown>>;
}

/** A running carrier with its recorded API, and short ways to speak to it. */
export interface Bench {
  readonly api: RecordedApi;
  readonly carrier: Carrier;
  readonly clock: ReturnType<typeof handClock>;
  readonly shown: string[];
  hand(path: string, body?: unknown): Promise<Json>;
  see(path: string): Promise<Json>;
  rest(
    method: string,
    path: string,
    form?: Record<string, string> | [string, string][],
    credentials?: string,
  ): Promise<Json>;
  idle(): Promise<void>;
  /** Stops the carrier and starts another on the same file. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const jsonOf = async (response: Response): Promise<Json> => {
  const text = await response.text();
  const body: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, body };
};

export async function openBench(options: Partial<CarrierOptions> = {}): Promise<Bench> {
  const api = await recordApi();
  const clock = handClock();
  const shown: string[] = [];
  const start = (): Promise<Carrier> =>
    createCarrier({
      clock,
      accountSid: ACCOUNT,
      authToken: TOKEN,
      number: CLINIC,
      apiUrl: () => api.url,
      onShow: (line) => void shown.push(line),
      ...options,
    });
  let carrier = await start();
  return {
    api,
    clock,
    shown,
    get carrier() {
      return carrier;
    },
    hand: async (path, body = {}) =>
      jsonOf(await fetch(carrier.url + path, { method: 'POST', body: JSON.stringify(body) })),
    see: async (path) => jsonOf(await fetch(carrier.url + path)),
    rest: async (method, path, form, credentials = `${ACCOUNT}:${TOKEN}`) => {
      const body = form === undefined ? null : new URLSearchParams(form);
      const headers = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
      return jsonOf(await fetch(`${carrier.url}/2010-04-01/Accounts/${ACCOUNT}/${path}`, { method, body, headers }));
    },
    async idle() {
      while (carrier.settling.busy()) await sleep(5);
    },
    async restart() {
      await carrier.close();
      carrier = await start();
    },
    async close() {
      await carrier.close();
      await api.close();
    },
  };
}
