import { Client, type FhirResource } from 'fhir-kit-client';
import { Fault } from '../../domain/errors/errors.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { BackendToken } from './backend-token.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { field } from './refusal-reason.ts';

export interface Patience {
  readonly timeoutMs: number;
  /** No new attempt begins that could not begin within this. */
  readonly totalMs: number;
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly breakerFailures: number;
  readonly breakerOpenMs: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface RequestOptions {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
  readonly redirect: 'manual';
}

export type Answer =
  | { readonly ok: true; readonly body: object; readonly headers: Headers; readonly doubted: boolean }
  /** A 4xx, or 501, that trying again will not change. `doubted`: an earlier attempt of the same call may have been taken. */
  | { readonly ok: false; readonly status: number; readonly body: unknown; readonly doubted: boolean };

export interface Attempt {
  readonly call: (options: RequestOptions) => Promise<FhirResource>;
  /** Whether what came is what was asked for; anything else counts as an outage. */
  readonly isExpected: (body: object) => boolean;
  /** Whether it may be tried again after a doubt: true for reads and for writes that are conditional. */
  readonly repeatable: boolean;
}

type Failed = {
  readonly reason: string;
  readonly status: number | undefined;
  /** It may have been taken nonetheless. */
  readonly doubt: boolean;
  readonly afterMs: number | undefined;
  readonly body: unknown;
};

const NEVER_ARRIVED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Tries a call with a token and a deadline, again after what passes (network, 5xx, 429), waiting as long as the EHR asks or longer and longer with
 * jitter; once more with a new token after a 401; not at all while the circuit is open. What remains is thrown as CHART_UNAVAILABLE,
 * which never carries what was sent or received.
 */
export function createAttempts(
  token: BackendToken,
  log: Log,
  patience: Patience,
): (attempt: Attempt) => Promise<Answer> {
  const breaker = createCircuitBreaker({
    failures: patience.breakerFailures,
    openMs: patience.breakerOpenMs,
    now: patience.now,
  });

  const unavailable = (failed: { reason: string; afterMs: number | undefined }): Fault =>
    new Fault('CHART_UNAVAILABLE', 'The EHR gave no usable answer', {
      cause: new Error(failed.reason),
      ...(failed.afterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(failed.afterMs / 1000) }),
    });

  async function once(
    attempt: Attempt,
    bearer: string,
    timeLeftMs: number,
  ): Promise<{ body: object; headers: Headers } | Failed> {
    // Taken back when it is over: a signal that rings long afterwards costs as much as one that is needed.
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new DOMException('No answer in time', 'TimeoutError')),
      Math.max(1, Math.ceil(Math.min(patience.timeoutMs, timeLeftMs))),
    ).unref();
    try {
      const body = await attempt.call({
        headers: { authorization: `Bearer ${bearer}` },
        signal: deadline.signal,
        redirect: 'manual',
      });
      const { response } = Client.httpFor(body);
      if (response !== undefined && !Array.isArray(body) && attempt.isExpected(body))
        return { body, headers: response.headers };
      return { reason: 'not what was asked for', status: undefined, doubt: true, afterMs: undefined, body: undefined };
    } catch (error) {
      return failureOf(error);
    } finally {
      clearTimeout(timer);
    }
  }

  return async (attempt) => {
    const start = patience.now();
    const timeLeft = (): number => patience.totalMs - (patience.now() - start);
    let doubted = false;
    let renewed = false;
    let refused: string | undefined;
    for (let tries = 1; ; tries += 1) {
      const closedFor = breaker.admit();
      if (closedFor !== undefined) throw unavailable({ reason: 'circuit open', afterMs: closedFor });
      let result: { body: object; headers: Headers } | Failed;
      let bearer = '';
      try {
        bearer = refused === undefined ? await token.current() : await token.insteadOf(refused);
        result = await once(attempt, bearer, timeLeft());
      } catch {
        result = { reason: 'no access token', status: undefined, doubt: false, afterMs: undefined, body: undefined };
      }
      if ('headers' in result) {
        breaker.succeeded();
        return { ok: true, body: result.body, headers: result.headers, doubted };
      }
      const { status } = result;
      doubted ||= result.doubt;
      if (status === 401 && !renewed) {
        breaker.succeeded();
        renewed = true;
        refused = bearer;
        continue;
      }
      if (status !== undefined && !passes(status)) {
        breaker.succeeded();
        if (status === 401 || status < 400) throw unavailable({ reason: result.reason, afterMs: undefined });
        return { ok: false, status, body: result.body, doubted };
      }
      // Too many requests is a sign of life, not of an outage.
      if (status === 429) breaker.succeeded();
      else if (breaker.failed()) log.error('CHART_UNAVAILABLE', { reason: result.reason, circuit: 'opened' });
      const backoff = patience.firstDelayMs * 2 ** (tries - 1) * (0.5 + patience.random() / 2);
      const delay = Math.max(result.afterMs ?? 0, backoff);
      if (tries >= patience.attempts || delay >= timeLeft() || (doubted && !attempt.repeatable))
        throw unavailable(result);
      log.warn('CHART_RETRIED', { reason: result.reason, attempt: tries });
      await patience.sleep(delay);
    }
  };
}

/** Whether another attempt may do better. 501: it does not know how, and will not by then. */
function passes(status: number): boolean {
  return (status >= 500 && status !== 501) || status === 429 || status === 408 || status === 425;
}

/** fhir-kit-client's errors carry the URL, the request and the answer: what is safe is taken out, and the error itself dropped. */
function failureOf(error: unknown): Failed {
  const status = field(field(error, 'response'), 'status');
  if (typeof status === 'number') {
    const headers = field(field(error, 'config'), 'headers');
    const afterMs = headers instanceof Headers ? retryAfterMs(headers) : undefined;
    const body = field(field(error, 'response'), 'data');
    if (status < 300) return { reason: 'not JSON', status: undefined, doubt: true, afterMs, body: undefined };
    return {
      reason: `HTTP ${status}`,
      status,
      doubt: (status >= 500 && status !== 501) || status === 408,
      afterMs,
      body,
    };
  }
  const code = field(field(error, 'cause'), 'code');
  const name = error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'error';
  const reason = typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : name;
  return { reason, status: undefined, doubt: !NEVER_ARRIVED.has(reason), afterMs: undefined, body: undefined };
}

/** A date is read against the answer's own Date, so that no clock of ours matters. */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}
