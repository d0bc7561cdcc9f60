import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Fault } from '../../domain/errors/errors.ts';
import { type ClientKey, createClientAssertion } from './client-assertion.ts';
import { askForJson, createDiscovery } from './discovery.ts';

export interface SmartClientOptions {
  /** The one EHR whose staff may sign in. */
  readonly fhirBase: string;
  readonly clientId: string;
  /** Without a key we are a public client, protected by PKCE alone. */
  readonly key?: ClientKey;
  readonly redirectUri: string;
  /** So many random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly wallTime?: () => number;
  readonly timeoutMs?: number;
  readonly clockToleranceSeconds?: number;
}

export type SmartBegin =
  /** Keep state and verifier in the browser's session (sealed); compare the state before `finish`. */
  | { readonly is: 'begun'; readonly redirectTo: string; readonly state: string; readonly verifier: string }
  | { readonly is: 'refused'; readonly why: 'unknown-ehr' };

export type SmartFinish =
  | {
      readonly is: 'signed-in';
      /** `Practitioner/1` or `PractitionerRole/1`: patients and their relatives have no place at the desk. */
      readonly user: string;
      readonly name?: string;
      /** The id of the patient whose chart was open. */
      readonly patient?: string;
      readonly expiresAt: Date;
    }
  | { readonly is: 'refused'; readonly why: 'code-refused' | 'identity-invalid' | 'not-staff' };

export interface SmartClient {
  /** Where to send the browser so that the EHR says who sits there. */
  begin(launch: { readonly iss: string; readonly launch?: string }): Promise<SmartBegin>;
  /** Who it is, proved by the EHR's signature. Throws CHART_UNAVAILABLE where the EHR does not answer. */
  finish(back: {
    readonly code: string;
    readonly verifier: string;
    readonly redirectUri: string;
  }): Promise<SmartFinish>;
}

const ALGORITHMS = ['RS256', 'RS384', 'ES256', 'ES384'];
const STAFF = /^(?:Practitioner|PractitionerRole)\/[A-Za-z0-9\-.]{1,64}$/;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const LONGEST_SESSION_SECONDS = 3600;

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
/** The nonce follows from the verifier, which only this browser's session holds: one secret less to carry. */
const nonceOf = (verifier: string): string => hash(`nonce ${verifier}`);
const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/**
 * SMART App Launch with PKCE, used for one thing: to learn who opens the desk page and for which patient. The access token is not kept.
 * @see https://hl7.org/fhir/smart-app-launch/app-launch.html
 */
export function createSmartClient(options: SmartClientOptions): SmartClient {
  const fhirBase = withoutSlash(options.fhirBase);
  const wallTime = options.wallTime ?? Date.now;
  const timeoutMs = options.timeoutMs ?? 5000;
  const discover = createDiscovery({ fhirBase, timeoutMs, wallTime });
  if (options.clientId === '') throw new Fault('CONFIGURATION_MISSING', 'The desk page has no client id at the EHR');
  const randomText = (bytes: number): string => Buffer.from(options.random(bytes)).toString('base64url');
  const assertion =
    options.key === undefined
      ? undefined
      : createClientAssertion({
          clientId: options.clientId,
          key: options.key,
          wallTime,
          randomId: () => randomText(16),
        });
  let keySet: { readonly uri: string; readonly keys: JWTVerifyGetKey } | undefined;
  const keysAt = (uri: string): JWTVerifyGetKey => {
    if (keySet?.uri !== uri) keySet = { uri, keys: createRemoteJWKSet(new URL(uri), { timeoutDuration: timeoutMs }) };
    return keySet.keys;
  };

  const redeem = async (tokenEndpoint: string, code: string, verifier: string, redirectUri: string) =>
    askForJson(
      tokenEndpoint,
      {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier: verifier,
          ...(assertion === undefined ? { client_id: options.clientId } : await assertion(tokenEndpoint)),
        }).toString(),
      },
      timeoutMs,
    );

  const identify = async (
    idToken: string,
    issuer: string,
    jwksUri: string,
    verifier: string,
  ): Promise<JWTPayload | undefined> => {
    try {
      const { payload } = await jwtVerify(idToken, keysAt(jwksUri), {
        issuer,
        audience: options.clientId,
        algorithms: ALGORITHMS,
        clockTolerance: options.clockToleranceSeconds ?? 10,
        currentDate: new Date(wallTime()),
        requiredClaims: ['iss', 'aud', 'exp', 'iat', 'nonce'],
      });
      return payload.nonce === nonceOf(verifier) ? payload : undefined;
    } catch (error) {
      const identityIsWrong =
        error instanceof errors.JWTClaimValidationFailed ||
        error instanceof errors.JWTExpired ||
        error instanceof errors.JWTInvalid ||
        error instanceof errors.JWSInvalid ||
        error instanceof errors.JWSSignatureVerificationFailed ||
        error instanceof errors.JOSEAlgNotAllowed ||
        error instanceof errors.JWKSNoMatchingKey;
      if (identityIsWrong) return undefined;
      throw new Fault('CHART_UNAVAILABLE', 'The keys of the EHR could not be fetched', { cause: error });
    }
  };

  return {
    async begin({ iss, launch }) {
      // Never trust the issuer in the link: it would be told our client id, and its users would be let in.
      if (withoutSlash(iss) !== fhirBase) return { is: 'refused', why: 'unknown-ehr' };
      const { authorizationEndpoint } = await discover();
      if (authorizationEndpoint === undefined)
        throw new Fault('CHART_UNAVAILABLE', 'The EHR names no authorization endpoint');
      const verifier = randomText(32);
      const state = randomText(16);
      const redirectTo = new URL(authorizationEndpoint);
      const asked = {
        response_type: 'code',
        client_id: options.clientId,
        redirect_uri: options.redirectUri,
        scope: launch === undefined ? 'openid fhirUser' : 'openid fhirUser launch',
        state,
        aud: fhirBase,
        nonce: nonceOf(verifier),
        code_challenge: hash(verifier),
        code_challenge_method: 'S256',
        ...(launch === undefined ? {} : { launch }),
      };
      for (const [name, value] of Object.entries(asked)) redirectTo.searchParams.set(name, value);
      return { is: 'begun', redirectTo: redirectTo.href, state, verifier };
    },

    async finish({ code, verifier, redirectUri }) {
      const { tokenEndpoint, issuer, jwksUri } = await discover();
      if (tokenEndpoint === undefined || issuer === undefined || jwksUri === undefined) {
        throw new Fault('CHART_UNAVAILABLE', 'The EHR does not say who signs its identities');
      }
      const answer = await redeem(tokenEndpoint, code, verifier, redirectUri);
      if (answer.status === 400) return { is: 'refused', why: 'code-refused' };
      if (answer.status !== 200) {
        throw new Fault('CHART_UNAVAILABLE', 'The token endpoint of the EHR refused us', {
          cause: new Error(`HTTP ${answer.status}`),
        });
      }
      const { id_token: idToken, patient, expires_in: life } = answer.json;
      const identity = typeof idToken === 'string' ? await identify(idToken, issuer, jwksUri, verifier) : undefined;
      if (identity === undefined) return { is: 'refused', why: 'identity-invalid' };
      const user = relativeTo(fhirBase, identity.fhirUser ?? identity.profile);
      if (user === undefined || !STAFF.test(user)) return { is: 'refused', why: 'not-staff' };
      const seconds = typeof life === 'number' && life > 0 ? Math.min(life, LONGEST_SESSION_SECONDS) : 300;
      const { name } = identity;
      return {
        is: 'signed-in',
        user,
        ...(typeof name === 'string' && name !== '' ? { name } : {}),
        ...(typeof patient === 'string' && ID.test(patient) ? { patient } : {}),
        expiresAt: new Date(wallTime() + seconds * 1000),
      };
    },
  };
}

/** `Practitioner/1` of our EHR, whether it was written relative or absolute; a user of any other server is nobody here. */
function relativeTo(fhirBase: string, reference: unknown): string | undefined {
  if (typeof reference !== 'string') return undefined;
  if (reference.startsWith(`${fhirBase}/`)) return reference.slice(fhirBase.length + 1);
  return reference.includes('://') ? undefined : reference;
}
