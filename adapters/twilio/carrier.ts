import { Fault } from '../../domain/errors/errors.ts';
import type { CallOutcome, Carrier, OutgoingText, SendOutcome } from '../../domain/ports/carrier.ts';
import type { Log } from '../../domain/ports/log.ts';
import { twilioErrors } from './error-codes.ts';
import { createExchange, type Exchanged } from './exchange.ts';

export interface CarrierOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** The clinic's number, E.164: calls come from it, and texts too unless a messaging service is named. */
  readonly from: string;
  readonly messagingServiceSid?: string;
  readonly baseUrl?: string;
  readonly log: Log;
  readonly timeoutMs?: number;
  readonly mostMediaBytes?: number;
}

const MOST_ANSWER_BYTES = 4 * 1024 * 1024;
const MOST_REDIRECTS = 5;
const MOST_PAGES = 5;
const LONGEST_WAIT_SECONDS = 3600;
const WAIT = { rate: 2, outage: 10, ours: 300 } as const;

type Failure =
  | { readonly is: 'blocked' }
  | { readonly is: 'refused'; readonly code: number }
  | { readonly is: 'later'; readonly afterSeconds: number; readonly doubt: boolean };

/**
 * Twilio's REST API as our carrier, over kept-alive connections with a deadline for each request. It never tries a send again by itself:
 * whoever gets `later` with `doubt` first asks `find`, so that nothing is sent twice.
 * Numbers and texts appear in no log line and no error.
 */
export function createCarrierClient(options: CarrierOptions): Carrier {
  const { accountSid, authToken, log } = options;
  if (accountSid === '' || authToken.trim() === '')
    throw new Fault('CONFIGURATION_MISSING', 'The Twilio account or its token is empty');
  if (options.from === '') throw new Fault('CONFIGURATION_MISSING', 'The number to send from is empty');
  const base = new URL(options.baseUrl ?? 'https://api.twilio.com');
  const account = `${base.href.replace(/\/+$/, '')}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}`;
  const timeoutMs = options.timeoutMs ?? 10_000;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const exchange = createExchange();

  const get = (url: URL) =>
    exchange({
      method: 'GET',
      url,
      headers: { authorization, accept: 'application/json' },
      timeoutMs,
      mostBytes: MOST_ANSWER_BYTES,
    });

  /** Posts a form; what was created, or why nothing was (or may have been). */
  async function post(
    resource: 'Messages' | 'Calls',
    form: Readonly<Record<string, string>>,
  ): Promise<{ is: 'created'; sid: string; status: string } | Failure> {
    const exchanged = await exchange({
      method: 'POST',
      url: new URL(`${account}/${resource}.json`),
      headers: { authorization, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      timeoutMs,
      mostBytes: MOST_ANSWER_BYTES,
    });
    if (exchanged.is === 'answered' && exchanged.status >= 200 && exchanged.status < 300) {
      const { sid, status } = readJson(exchanged.body);
      if (typeof sid === 'string') {
        return { is: 'created', sid, status: textOf(status) || 'unknown' };
      }
    }
    const failure = readFailure(exchanged);
    const data =
      exchanged.is === 'answered'
        ? { resource, status: exchanged.status, twilioCode: twilioCode(exchanged) }
        : { resource, reason: exchanged.is === 'failed' ? exchanged.code : exchanged.is };
    const unsent = resource === 'Calls' ? 'CALL_REFUSED' : 'MESSAGE_REFUSED';
    if (failure.is === 'later' && failure.afterSeconds < WAIT.ours)
      log.warn('MESSAGE_RETRIED', { ...data, doubt: failure.doubt });
    else log.error(unsent, { ...data, outcome: failure.is });
    return failure;
  }

  /**
   * Lists what went to the number, newest first, and reads back to `since`. Not narrowed by DateSent or StartTime: what is still queued has
   * neither, and exactly that one must be found.
   */
  async function listed(
    resource: 'Messages' | 'Calls',
    to: string,
    since: Date,
    isIt: (one: Record<string, unknown>) => boolean,
  ): Promise<{ readonly sid: string; readonly status: string } | undefined> {
    // Twilio dates are whole seconds.
    const earliest = Math.floor(since.getTime() / 1000) * 1000;
    const query = new URLSearchParams({ To: to, PageSize: '200' });
    let url: URL | undefined = new URL(`${account}/${resource}.json?${query.toString()}`);
    for (let page = 0; page < MOST_PAGES && url !== undefined; page += 1) {
      const exchanged: Exchanged = await get(url);
      if (exchanged.is !== 'answered' || exchanged.status !== 200) throw unavailable(exchanged);
      const answer = readJson(exchanged.body);
      const next = answer.next_page_uri;
      const all = answer[resource.toLowerCase()];
      if (!Array.isArray(all)) throw unavailable(exchanged);
      let allBefore = all.length > 0;
      for (const one of all.map(asRecord)) {
        const created = Date.parse(textOf(one.date_created) || textOf(one.date_sent));
        const recent = Number.isNaN(created) || created >= earliest;
        if (recent) allBefore = false;
        const outbound = textOf(one.direction).startsWith('outbound');
        const { sid } = one;
        if (recent && outbound && one.to === to && isIt(one) && typeof sid === 'string')
          return { sid, status: textOf(one.status) || 'unknown' };
      }
      const nextUrl = typeof next === 'string' && !allBefore ? new URL(next, base) : undefined;
      url = nextUrl?.origin === base.origin ? nextUrl : undefined;
    }
    return undefined;
  }

  return {
    async send({ to, body, statusCallback }: OutgoingText): Promise<SendOutcome> {
      const sender =
        options.messagingServiceSid === undefined
          ? { From: options.from }
          : { MessagingServiceSid: options.messagingServiceSid };
      const outcome = await post('Messages', { To: to, ...sender, Body: body, StatusCallback: statusCallback });
      return outcome.is === 'created' ? { is: 'accepted', sid: outcome.sid, status: outcome.status } : outcome;
    },

    async call({ to, url, statusCallback }): Promise<CallOutcome> {
      const callback = statusCallback === undefined ? {} : { StatusCallback: statusCallback };
      const outcome = await post('Calls', { To: to, From: options.from, Url: url, Method: 'POST', ...callback });
      if (outcome.is === 'created') return { is: 'ringing', sid: outcome.sid };
      if (outcome.is === 'blocked') return { is: 'refused', code: 21610 };
      return outcome;
    },

    find: (to, body, since) => listed('Messages', to, since, (one) => sameBody(one.body, body)),

    findCall: (to, since) => listed('Calls', to, since, (one) => one.direction === 'outbound-api'),

    /**
     * Follows redirects to where the bytes are kept. Only our own API's host ever sees the credentials, and only URLs of that host are fetched
     * at all: the address came in a webhook.
     */
    async media(address) {
      const mostBytes = options.mostMediaBytes ?? 16 * 1024 * 1024;
      let url = URL.canParse(address) ? new URL(address) : undefined;
      if (url?.origin !== base.origin) throw new Fault('CARRIER_UNAVAILABLE', 'The media is not at the carrier');
      for (let hop = 0; url !== undefined && hop <= MOST_REDIRECTS; hop += 1) {
        const headers: Record<string, string> = url.origin === base.origin ? { authorization } : {};
        const exchanged: Exchanged = await exchange({ method: 'GET', url, headers, timeoutMs, mostBytes });
        if (exchanged.is === 'too-large') throw new Fault('CARRIER_UNAVAILABLE', 'The media is larger than we take');
        if (exchanged.is !== 'answered' || exchanged.status >= 400) throw unavailable(exchanged);
        if (exchanged.status < 300) {
          return {
            bytes: exchanged.body,
            contentType: exchanged.headers['content-type'] ?? 'application/octet-stream',
          };
        }
        const { location } = exchanged.headers;
        const next: URL | undefined =
          location !== undefined && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
        url = next !== undefined && (next.protocol === 'https:' || next.protocol === base.protocol) ? next : undefined;
      }
      throw new Fault('CARRIER_UNAVAILABLE', 'The media leads nowhere');
    },
  };
}

function readFailure(exchanged: Exchanged): Failure {
  if (exchanged.is === 'too-large') return { is: 'later', afterSeconds: WAIT.outage, doubt: true };
  if (exchanged.is === 'failed') return { is: 'later', afterSeconds: WAIT.outage, doubt: exchanged.taken };
  const { status } = exchanged;
  const code = twilioCode(exchanged);
  const meaning = code === undefined ? undefined : twilioErrors[code];
  if (meaning === 'blocked') return { is: 'blocked' };
  if (meaning === 'refused') return { is: 'refused', code: code ?? status };
  if (status === 429 || meaning === 'later')
    return { is: 'later', afterSeconds: retryAfter(exchanged) ?? WAIT.rate, doubt: false };
  if (status === 401 || status === 403 || status === 404 || meaning === 'ours')
    return { is: 'later', afterSeconds: WAIT.ours, doubt: false };
  if (status >= 400 && status < 500 && status !== 408) return { is: 'refused', code: code ?? status };
  // An outage, or a "created" that we cannot read: it may have been taken.
  return { is: 'later', afterSeconds: retryAfter(exchanged) ?? WAIT.outage, doubt: true };
}

type Answered = Extract<Exchanged, { is: 'answered' }>;

function twilioCode(answered: Answered): number | undefined {
  const { code } = readJson(answered.body);
  return typeof code === 'number' ? code : undefined;
}

/** Retry-After in seconds, or as a date read against the answer's own Date, so that our clock does not matter. */
function retryAfter({ headers }: Answered): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.parse(headers.date ?? '')) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 1), LONGEST_WAIT_SECONDS);
}

function unavailable(exchanged: Exchanged): Fault {
  const after = exchanged.is === 'answered' ? retryAfter(exchanged) : undefined;
  return new Fault('CARRIER_UNAVAILABLE', 'The carrier gave no usable answer', {
    cause: new Error(
      exchanged.is === 'answered'
        ? `HTTP ${exchanged.status}`
        : exchanged.is === 'failed'
          ? exchanged.code
          : exchanged.is,
    ),
    ...(after === undefined ? {} : { retryAfterSeconds: after }),
  });
}

// Twilio trims what ends a text.
const sameBody = (theirs: unknown, ours: string): boolean =>
  typeof theirs === 'string' && theirs.trimEnd() === ours.trimEnd();

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function readJson(body: Buffer): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(body.toString('utf8')));
  } catch {
    return {};
  }
}
