import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export type Method = 'GET' | 'POST';

export interface WebhookRequest {
  readonly url: string;
  readonly method: Method;
  readonly params: Readonly<Record<string, string>>;
}

export interface WebhookResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Where the answer came from after redirects: relative URLs in it are resolved against this. */
  readonly url: string;
}

/** A webhook's answer, or why there is none, with Twilio's error number for it. */
export type WebhookOutcome =
  | { readonly ok: true; readonly response: WebhookResponse }
  | { readonly ok: false; readonly code: number; readonly reason: string };

const MOST_REDIRECTS = 5;
const LARGEST_ANSWER = 64 * 1024;
const CONNECTION_FAILURES = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

/**
 * The X-Twilio-Signature of a request: the URL, then each POST parameter's name and value in order of name.
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export function signatureOf(authToken: string, url: string, params: Readonly<Record<string, string>>): string {
  const signed = Object.keys(params)
    .sort()
    .reduce((text, name) => text + name + params[name], url);
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}

type Attempt =
  | WebhookOutcome
  | { readonly ok: 'redirect'; readonly status: number; readonly location: string }
  | 'not connected';

/**
 * Posts webhooks as Twilio does: form-encoded, signed, with an idempotency token; at most one retry, with the same token, and only
 * when no connection could be made; redirects followed; given up after `timeoutMs` of wall time.
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export function createWebhookCaller(options: { authToken: string; timeoutMs: number; retryAfterMs: number }): {
  call(request: WebhookRequest): Promise<WebhookOutcome>;
  close(): void;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });

  const attempt = (request: WebhookRequest, token: string): Promise<Attempt> =>
    new Promise((resolve) => {
      const target = new URL(request.url);
      const form = new URLSearchParams(request.params).toString();
      if (request.method === 'GET' && form !== '')
        target.search = target.search === '' ? form : `${target.search}&${form}`;
      const signed = request.method === 'GET' ? {} : request.params;
      // Signed over the URL as written: URL would normalise it, and the receiver compares with what it was told.
      const url = request.method === 'GET' && form !== '' ? target.href : request.url;
      const secure = target.protocol === 'https:';
      const outgoing = (secure ? httpsRequest : httpRequest)(target, {
        method: request.method,
        ...(secure ? {} : { agent }),
        headers: {
          accept: '*/*',
          'user-agent': 'TwilioProxy/1.1',
          'x-twilio-signature': signatureOf(options.authToken, url, signed),
          'i-twilio-idempotency-token': token,
          ...(request.method === 'POST'
            ? {
                'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
                'content-length': String(Buffer.byteLength(form)),
              }
            : {}),
        },
      });
      const timer = setTimeout(() => {
        resolve({ ok: false, code: 11200, reason: `No answer within ${options.timeoutMs} ms` });
        outgoing.destroy();
      }, options.timeoutMs);
      const finish = (result: Attempt): void => {
        clearTimeout(timer);
        resolve(result);
      };
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        const never = CONNECTION_FAILURES.has(error.code ?? '');
        // A kept-alive socket that the other side had already closed never carried the request.
        if (never || (outgoing.reusedSocket && error.code === 'ECONNRESET')) finish('not connected');
        else finish({ ok: false, code: 11200, reason: `The connection broke (${error.code ?? 'unknown'})` });
      });
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= LARGEST_ANSWER) chunks.push(chunk);
        });
        incoming.on('error', () => finish({ ok: false, code: 11200, reason: 'The answer broke off' }));
        incoming.on('end', () => {
          const status = incoming.statusCode ?? 0;
          const location = incoming.headers.location;
          if (size > LARGEST_ANSWER) finish({ ok: false, code: 11750, reason: 'The answer is larger than 64 KB' });
          else if (status >= 300 && status < 400 && location !== undefined)
            finish({ ok: 'redirect', status, location });
          else {
            const body = Buffer.concat(chunks).toString('utf8');
            const contentType = incoming.headers['content-type'] ?? '';
            finish({ ok: true, response: { status, contentType, body, url: request.url } });
          }
        });
      });
      outgoing.end(request.method === 'POST' ? form : undefined);
    });

  return {
    async call(first) {
      const token = randomUUID();
      let request = first;
      for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
        if (!URL.canParse(request.url)) return { ok: false, code: 11100, reason: 'The URL is not valid' };
        let result = await attempt(request, token);
        if (result === 'not connected') {
          await new Promise((resolve) => setTimeout(resolve, options.retryAfterMs));
          result = await attempt(request, token);
        }
        if (result === 'not connected') return { ok: false, code: 11205, reason: 'No connection, tried twice' };
        if (result.ok !== 'redirect') return result;
        const url = new URL(result.location, request.url).href;
        // 307 and 308 repeat the request as it was; the older ones turn it into a bare GET.
        request = result.status >= 307 ? { ...request, url } : { url, method: 'GET', params: {} };
      }
      return { ok: false, code: 11215, reason: `More than ${MOST_REDIRECTS} redirects` };
    },
    close: () => agent.destroy(),
  };
}
