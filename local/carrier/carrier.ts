import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Settling } from '../settling.ts';
import { createCalls } from './calls.ts';
import type { CarrierContext } from './carrier-context.ts';
import { openCarrierStore } from './carrier-store.ts';
import { createDeliveries } from './deliveries.ts';
import { createShare, type Faults, NO_FAULTS } from './faults.ts';
import { createHandRoutes } from './hand-routes.ts';
import { type Answer, problem, readBody, send } from './http-answer.ts';
import { createMessages } from './messages.ts';
import { Refusal } from './refusal.ts';
import { createRestApi } from './rest-api.ts';
import { RestError, restError } from './rest-errors.ts';
import { createWebhookCaller } from './webhook.ts';

const LARGEST_BODY = 1024 * 1024;
/** Ten media of 5 MB in base64, and some room. */
const LARGEST_WITH_MEDIA = 72 * 1024 * 1024;

const TICK_MS = 1000;

export interface CarrierOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly clock: Clock;
  readonly accountSid: string;
  readonly authToken: string;
  /** The clinic's number, in E.164. */
  readonly number: string;
  /** The base URL of our API: webhooks go to /twilio/sms, /twilio/voice and /twilio/voice/status below it. */
  readonly apiUrl: () => string;
  /** Where everything is kept; in memory without it. */
  readonly stateFile?: string;
  /** Numbers that can't receive texts (30006). */
  readonly landlines?: readonly string[];
  /** Asked when a webhook fails; absolute, or below `apiUrl`. */
  readonly fallbackUrls?: { readonly sms?: string; readonly voice?: string };
  /** One line per thing worth showing; never a number or a text of a person. */
  readonly onShow?: (line: string) => void;
  /** Wall time given to a webhook, 15 seconds as Twilio does. */
  readonly webhookTimeoutMs?: number;
}

export interface Carrier {
  readonly url: string;
  readonly settling: Settling;
  close(): Promise<void>;
}

/** Only pages served from this machine may read the answers. */
function corsOf(request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined || !URL.canParse(origin)) return {};
  const { hostname } = new URL(origin);
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'content-type',
    vary: 'origin',
  };
}

/** What REST answers instead of doing anything, while a fault asks for it. */
function faultAnswer(faults: Faults): Answer | undefined {
  const status = faults.unavailable ? 503 : faults.restStatus;
  if (status === 0) return undefined;
  const error =
    status === 429
      ? new RestError(429, 20429, 'Too Many Requests')
      : new RestError(
          status,
          status >= 500 ? 20500 : 20000 + status,
          status === 503 ? 'Service Unavailable' : 'An internal server error has occurred',
        );
  return restError(error, { 'retry-after': '1' });
}

/**
 * Starts a stand-in for Twilio on 127.0.0.1: its REST API for us, handsets for hands and tests, and signed webhooks to us. Time comes
 * from the clock alone, except for the network's own. What it is told survives a kill -9; faults do not survive a restart.
 */
export async function createCarrier(options: CarrierOptions): Promise<Carrier> {
  if (options.authToken === '') throw new Error('The carrier needs an auth token: an empty one would sign nothing');
  const show = options.onShow ?? (() => undefined);
  const store = openCarrierStore(options.stateFile);
  const deliveries = createDeliveries(NO_FAULTS, show);
  const webhooks = createWebhookCaller({
    authToken: options.authToken,
    timeoutMs: options.webhookTimeoutMs ?? 15_000,
    retryAfterMs: 100,
  });
  const goesTwice = createShare();
  let url = '';

  const context: CarrierContext = {
    clock: options.clock,
    accountSid: options.accountSid,
    number: options.number,
    landlines: new Set(options.landlines),
    ownUrl: () => url,
    apiUrl: () => options.apiUrl().replace(/\/$/, ''),
    fallbackUrls: options.fallbackUrls ?? {},
    store,
    deliveries,
    async post(request) {
      const { latencyMs, duplicateRate } = deliveries.faults();
      if (latencyMs > 0) await sleep(latencyMs);
      const times = goesTwice(duplicateRate) ? 2 : 1;
      return Promise.all(Array.from({ length: times }, () => webhooks.call(request)));
    },
    notice(resource, { code, message }, level = 'error') {
      if (deliveries.closed()) return;
      store.addError({ code, message, resource, at: options.clock.now().toISOString(), level });
      show(`carrier: ${level} ${code} on ${resource}: ${message}`);
    },
  };
  const messages = createMessages(context);
  const calls = createCalls(context, messages);
  const rest = createRestApi(context, { authToken: options.authToken, messages, calls });
  const hand = createHandRoutes(context, { messages, calls });

  const answerRest = async (request: IncomingMessage, path: string, query: string): Promise<Answer | undefined> => {
    const faults = deliveries.faults();
    if (faults.latencyMs > 0) await sleep(faults.latencyMs);
    if (faults.timeouts) return undefined;
    const instead = faultAnswer(faults);
    if (instead) return instead;
    try {
      const body = (await readBody(request, LARGEST_BODY)).toString('utf8');
      const { authorization } = request.headers;
      return rest({ method: request.method ?? 'GET', path, query, body, authorization });
    } catch (error) {
      if (error instanceof Refusal) return restError(new RestError(error.status, 20413, 'Request entity too large'));
      if (!(error instanceof RestError)) throw error;
      return restError(error, error.status === 401 ? { 'www-authenticate': 'Basic realm="Twilio API"' } : {});
    }
  };

  const answer = async (request: IncomingMessage): Promise<Answer | undefined> => {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    try {
      if (path.startsWith('/2010-04-01/')) return await answerRest(request, path, query);
      if (request.method === 'OPTIONS') return { status: 204, contentType: 'text/plain', body: '' };
      const limit = path.endsWith('/messages') ? LARGEST_WITH_MEDIA : LARGEST_BODY;
      return await hand(request.method ?? 'GET', path, await readBody(request, limit));
    } catch (error) {
      if (error instanceof Refusal) return problem(error.status, error.title, error.message);
      show(
        `carrier: ${error instanceof Error ? error.name : 'failure'} in ${request.method ?? ''} ${path.split('/')[1] ?? ''}`,
      );
      return problem(
        500,
        'The carrier failed',
        'This is a defect of the stand-in, not of the request; try again or restart.',
      );
    }
  };

  const server = createServer((request, response) => {
    void answer(request).then((result) => {
      if (result) send(response, { ...result, headers: { ...corsOf(request), ...result.headers } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The carrier has no port');
  url = `http://127.0.0.1:${address.port}`;
  messages.resume();
  // The clock's owner wakes us after each move; this is for the time that passes by itself.
  const ticking = setInterval(calls.wake, TICK_MS).unref();

  return {
    url,
    settling: {
      name: 'carrier',
      busy: deliveries.busy,
      nextDue() {
        const due = store.nextDue();
        return due === undefined ? undefined : new Date(due);
      },
      wake: calls.wake,
    },
    async close() {
      clearInterval(ticking);
      deliveries.close();
      webhooks.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (let tries = 0; deliveries.busy() && tries < 200; tries += 1) await sleep(10);
      store.close();
    },
  };
}
