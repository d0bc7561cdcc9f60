import { randomUUID } from 'node:crypto';
import { Fault } from '../../domain/errors/errors.ts';
import type { ChartAccess } from '../../domain/ports/chart.ts';
import type { Log } from '../../domain/ports/log.ts';
import { type ClientKey, createClientAssertion } from '../smart/client-assertion.ts';
import { askForJson, createDiscovery } from '../smart/discovery.ts';
import { missingFrom, scopesFor } from './scopes.ts';

export interface BackendToken {
  /** A token that holds a while yet. Callers that come while one is being fetched share it. */
  current(): Promise<string>;
  /** A token other than this one, which the EHR did not take. */
  insteadOf(refused: string): Promise<string>;
}

export interface BackendTokenOptions {
  readonly fhirBase: string;
  readonly clientId: string;
  readonly key: ClientKey;
  /** What is asked for, and no more. */
  readonly access: ChartAccess;
  readonly log: Pick<Log, 'error'>;
  readonly timeoutMs?: number;
  /** Milliseconds of wall time: tokens run by it, whatever the story's clock says. */
  readonly wallTime?: () => number;
  readonly randomId?: () => string;
}

/** Renewed this long before the EHR would refuse it, so that none expires on its way. */
const MARGIN_MS = 30_000;
const LIFE_IF_UNSAID_SECONDS = 60;

/**
 * The access token of SMART backend services: found by discovery, asked for with a signed assertion, kept until shortly before it expires.
 * An EHR that gives none is a CHART_UNAVAILABLE; one that gives less than was asked for is an EHR_SCOPE_MISSING, and what it gave is used.
 * @see https://hl7.org/fhir/smart-app-launch/backend-services.html
 */
export function createBackendToken(options: BackendTokenOptions): BackendToken {
  const wallTime = options.wallTime ?? Date.now;
  const timeoutMs = options.timeoutMs ?? 5000;
  const discover = createDiscovery({ fhirBase: options.fhirBase, timeoutMs, wallTime });
  const assertion = createClientAssertion({
    clientId: options.clientId,
    key: options.key,
    wallTime,
    randomId: options.randomId ?? randomUUID,
  });
  let held: { readonly token: string; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;
  let lacking = '';

  /** Once, and again when it is something else: a token is fetched every few minutes. */
  const tell = (missing: readonly string[]): void => {
    const now = missing.join(' ');
    if (now !== '' && now !== lacking) options.log.error('EHR_SCOPE_MISSING', { missing: now });
    lacking = now;
  };

  const ask = async (): Promise<string> => {
    const { tokenEndpoint, capabilities } = await discover();
    if (tokenEndpoint === undefined) throw new Fault('CHART_UNAVAILABLE', 'The EHR names no token endpoint');
    const asked = wallTime();
    const scope = scopesFor(options.access, capabilities.includes('permission-v2') ? 'v2' : 'v1');
    const answer = await askForJson(
      tokenEndpoint,
      {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          scope,
          ...(await assertion(tokenEndpoint)),
        }).toString(),
      },
      timeoutMs,
    );
    const { access_token: token, expires_in: life, scope: given, error } = answer.json;
    if (answer.status !== 200 || typeof token !== 'string' || token === '') {
      if (error === 'invalid_scope') tell(missingFrom(options.access, ''));
      throw new Fault('CHART_UNAVAILABLE', 'The EHR gave us no access token', {
        cause: new Error(`HTTP ${answer.status}`),
      });
    }
    const seconds = typeof life === 'number' && life > 0 ? life : LIFE_IF_UNSAID_SECONDS;
    // Without a word of it, all that was asked for. https://www.rfc-editor.org/rfc/rfc6749#section-5.1
    tell(typeof given === 'string' ? missingFrom(options.access, given) : []);
    // A token shorter-lived than twice the margin is used for half its life.
    held = { token, until: asked + Math.max(seconds * 1000 - MARGIN_MS, seconds * 500) };
    return token;
  };

  const askOnce = (): Promise<string> => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  return {
    async current() {
      return held !== undefined && held.until > wallTime() ? held.token : askOnce();
    },
    async insteadOf(refused) {
      if (held?.token === refused) held = undefined;
      return this.current();
    },
  };
}
