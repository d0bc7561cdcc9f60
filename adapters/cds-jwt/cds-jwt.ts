import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Fault } from '../../domain/errors/errors.ts';

export interface CdsJwtOptions {
  /** The EHRs that may call, each with the one place its keys come from. A `jku` in a token is never followed. */
  readonly issuers: readonly { readonly issuer: string; readonly jwksUrl: string }[];
  readonly algorithms?: readonly CdsAlgorithm[];
  readonly clockToleranceSeconds?: number;
  readonly longestLifeSeconds?: number;
  /** Wall time: tokens are made by a machine whose clock is not ours to move. */
  readonly now: () => Date;
  /** True the first time an id is seen; the id may be forgotten after `until`. Must be atomic across instances. */
  readonly firstTime: (jti: string, until: Date) => Promise<boolean>;
  readonly timeoutMs?: number;
  /** How long no second fetch of a key set follows one, whatever unknown key ids are presented. */
  readonly cooldownMs?: number;
}

/** Asymmetric only: with HS* our public keys would be the secret, and `none` is no signature. */
export type CdsAlgorithm = 'ES256' | 'ES384' | 'ES512' | 'RS256' | 'RS384' | 'RS512';

export type CdsJwtRefusal =
  | 'no-token'
  | 'malformed'
  | 'unknown-issuer'
  | 'wrong-audience'
  | 'expired'
  | 'not-yet-valid'
  | 'lives-too-long'
  | 'claim-missing'
  | 'bad-signature'
  | 'replayed'
  /** The issuer's keys could not be fetched: the caller may try again. */
  | 'keys-unavailable';

export type CdsJwtVerdict =
  | { readonly ok: true; readonly issuer: string; readonly subject?: string }
  | { readonly ok: false; readonly why: CdsJwtRefusal };

export interface CdsJwtVerifier {
  /** Whether the Authorization header proves that a configured EHR called exactly this URL now and for the first time. Never throws on what is in a token. */
  verify(authorizationHeader: string | undefined, urlCalled: string): Promise<CdsJwtVerdict>;
}

const ALLOWED: readonly CdsAlgorithm[] = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512'];

/**
 * Checks the JWT of a CDS Hooks call: issuer configured, signed by its key set, audience the URL called, not expired and short-lived, id never seen before.
 * @see https://cds-hooks.hl7.org/2.0/#trusting-cds-clients
 */
export function createCdsJwtVerifier(options: CdsJwtOptions): CdsJwtVerifier {
  const algorithms = [...(options.algorithms ?? (['ES384', 'RS384', 'ES256', 'RS256'] as const))];
  if (options.issuers.length === 0 || algorithms.length === 0 || algorithms.some((one) => !ALLOWED.includes(one))) {
    throw new Fault('CONFIGURATION_MISSING', 'CDS Hooks need an issuer with its key set, and asymmetric algorithms');
  }
  const clockTolerance = options.clockToleranceSeconds ?? 10;
  const longestLife = options.longestLifeSeconds ?? 600;
  // Made at the first token of an issuer: making one costs what the first fetch costs, and a cold start should not pay for it.
  const keySets = new Map<string, JWTVerifyGetKey>();
  const keysOf = (issuer: string): JWTVerifyGetKey | undefined => {
    const known = keySets.get(issuer);
    if (known !== undefined) return known;
    const configured = options.issuers.find((one) => one.issuer === issuer);
    if (configured === undefined) return undefined;
    const keys = createRemoteJWKSet(new URL(configured.jwksUrl), {
      timeoutDuration: options.timeoutMs ?? 3000,
      cooldownDuration: options.cooldownMs ?? 30_000,
    });
    keySets.set(issuer, keys);
    return keys;
  };

  return {
    async verify(authorizationHeader, urlCalled) {
      const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorizationHeader ?? '')?.[1];
      if (token === undefined) return { ok: false, why: 'no-token' };
      const claims = unverified(token);
      if (claims === undefined) return { ok: false, why: 'malformed' };
      const claimed = claims.iss;
      const keys = claimed === undefined ? undefined : keysOf(claimed);
      if (claimed === undefined || keys === undefined) return { ok: false, why: 'unknown-issuer' };

      const now = options.now();
      let payload: JWTPayload;
      try {
        ({ payload } = await jwtVerify(token, keys, {
          issuer: claimed,
          audience: urlCalled,
          algorithms,
          clockTolerance,
          currentDate: now,
          requiredClaims: ['iss', 'aud', 'exp', 'iat', 'jti'],
        }));
      } catch (error) {
        return { ok: false, why: refusalOf(error) };
      }
      const { exp, iat, jti, sub } = payload;
      if (exp === undefined || iat === undefined || typeof jti !== 'string' || jti === '')
        return { ok: false, why: 'claim-missing' };
      const seconds = now.getTime() / 1000;
      if (iat > seconds + clockTolerance) return { ok: false, why: 'not-yet-valid' };
      if (exp - seconds > longestLife + clockTolerance) return { ok: false, why: 'lives-too-long' };
      // Last, so that only tokens that are otherwise good use up an id; ids are unique within an issuer only.
      const first = await options.firstTime(`${claimed}#${jti}`, new Date((exp + clockTolerance) * 1000));
      if (!first) return { ok: false, why: 'replayed' };
      return { ok: true, issuer: claimed, ...(sub === undefined ? {} : { subject: sub }) };
    },
  };
}

function unverified(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

function refusalOf(error: unknown): CdsJwtRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return 'claim-missing';
    if (error.claim === 'aud') return 'wrong-audience';
    return error.claim === 'nbf' || error.claim === 'iat' ? 'not-yet-valid' : 'malformed';
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JWSSignatureVerificationFailed)
    return 'bad-signature';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'bad-signature';
  if (
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JOSENotSupported
  )
    return 'malformed';
  // A timeout, an answer that is no key set, or the network itself.
  return 'keys-unavailable';
}
