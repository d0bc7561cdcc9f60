import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  type CryptoKey,
  createLocalJWKSet,
  decodeJwt,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import * as z from 'zod';
import type { ChartDatabase } from './chart-database.ts';

export interface EhrClient {
  readonly clientId: string;
  /** The public keys it signs its assertions with; a client without any can only use the authorization code flow with PKCE. */
  readonly jwks?: JSONWebKeySet;
  /** The system scopes that it may be given, of those that it asks for; any if not said. */
  readonly scopes?: readonly string[];
  /** Where codes may be sent; anywhere if not said. */
  readonly redirectUris?: readonly string[];
}

export interface EhrUser {
  readonly id: string;
  readonly name: string;
  /** Relative, e.g. `Practitioner/clerk`. */
  readonly fhirUser: string;
}

interface AuthorizationOptions {
  readonly database: ChartDatabase;
  readonly clients: readonly EhrClient[];
  /** The first one is who approves where nobody is named. */
  readonly users: readonly EhrUser[];
  readonly origin: () => string;
  readonly fhirBase: () => string;
  readonly hasPatient: (id: string) => boolean;
  /** Milliseconds since 1970 by the clock that JWTs and lifetimes go by. */
  readonly wallTime: () => number;
}

/** A refusal in the words of OAuth. @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export class OAuthError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, description: string) {
    super(description);
    this.status = status;
    this.code = code;
  }
}

const TOKEN_SECONDS = 300;
const CODE_SECONDS = 120;
const MAX_ASSERTION_SECONDS = 300;
/** Two machines' clocks differ a little. */
const TOLERANCE_SECONDS = 5;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ALGORITHMS = ['RS384', 'ES384', 'RS256', 'ES256'];

const launchSchema = z.object({ patient: z.string(), user: z.optional(z.string()) });
const accessSchema = z.object({ client: z.string(), exp: z.number(), scope: z.optional(z.string()) });
const keySchema = z.looseObject({ kty: z.string() });

interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly user: EhrUser;
  readonly patient: string | undefined;
  readonly scope: string;
  readonly nonce: string | undefined;
  readonly until: number;
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** SMART on FHIR: backend services, and the app launch with a user who approves at once. JWTs and lifetimes go by the wall clock. */
export class SmartAuthorization {
  readonly #options: AuthorizationOptions;
  readonly #grants = new Map<string, Grant>();
  readonly #secret: string;
  #identityKey: Promise<{ privateKey: CryptoKey | Uint8Array; publicJwk: JWK }> | undefined;

  constructor(options: AuthorizationOptions) {
    this.#options = options;
    const stored = options.database.setting('token-secret');
    this.#secret = stored ?? randomBytes(32).toString('base64url');
    if (stored === undefined) options.database.setSetting('token-secret', this.#secret);
  }

  #seconds(): number {
    return Math.floor(this.#options.wallTime() / 1000);
  }

  get tokenUrl(): string {
    return `${this.#options.origin()}/oauth/token`;
  }

  configuration(): object {
    const origin = this.#options.origin();
    return {
      issuer: this.#options.fhirBase(),
      jwks_uri: `${origin}/oauth/jwks.json`,
      authorization_endpoint: `${origin}/oauth/authorize`,
      token_endpoint: this.tokenUrl,
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      grant_types_supported: ['authorization_code', 'client_credentials'],
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
      scopes_supported: [
        'openid',
        'fhirUser',
        'profile',
        'launch',
        'launch/patient',
        'system/*.cruds',
        'user/*.cruds',
        'patient/*.rs',
      ],
      capabilities: [
        'launch-ehr',
        'launch-standalone',
        'client-public',
        'client-confidential-asymmetric',
        'sso-openid-connect',
        'context-ehr-patient',
        'permission-user',
        'permission-v1',
        'permission-v2',
      ],
    };
  }

  #seal(content: object): string {
    const body = Buffer.from(JSON.stringify(content)).toString('base64url');
    return `${body}.${createHmac('sha256', this.#secret).update(body).digest('base64url')}`;
  }

  #open(sealed: string): unknown {
    const [body = '', signature = ''] = sealed.split('.');
    if (!same(createHmac('sha256', this.#secret).update(body).digest('base64url'), signature)) return undefined;
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  }

  /** The scopes of an `Authorization` header's token, where it is one of ours that still holds; none where it stands for a user, who may do anything. */
  accepts(header: string): { readonly scope?: string | undefined } | undefined {
    const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
    if (token === undefined) return undefined;
    const content = accessSchema.safeParse(this.#open(token));
    if (!content.success || content.data.exp <= this.#seconds()) return undefined;
    return { scope: content.data.scope };
  }

  /** The opaque value with which the EHR would open an app for this patient. */
  createLaunch(request: unknown): { launch: string } {
    const parsed = launchSchema.safeParse(request);
    if (!parsed.success) throw new OAuthError(400, 'invalid_request', 'A launch needs {patient, user?}.');
    const patient = parsed.data.patient.replace(/^Patient\//, '');
    if (!this.#options.hasPatient(patient)) throw new OAuthError(404, 'invalid_request', 'There is no such patient.');
    return { launch: this.#seal({ ...parsed.data, patient }) };
  }

  /** A launch is what `createLaunch` gave, or simply base64 (either alphabet) of the patient's id or `Patient/{id}`. */
  #readLaunch(launch: string): z.infer<typeof launchSchema> {
    const sealed = launch.includes('.') ? launchSchema.safeParse(this.#open(launch)) : undefined;
    if (sealed?.success === true) return sealed.data;
    const patient = Buffer.from(launch, 'base64url')
      .toString('utf8')
      .replace(/^Patient\//, '');
    if (this.#options.hasPatient(patient)) return { patient };
    throw new OAuthError(400, 'invalid_request', 'The launch is not one of ours.');
  }

  #user(named: string | undefined): EhrUser {
    const { users } = this.#options;
    const user = named === undefined ? users[0] : users.find((one) => one.id === named || one.fhirUser === named);
    if (user === undefined) throw new OAuthError(400, 'access_denied', 'There is no such user.');
    return user;
  }

  /** Approves at once and says where to send the browser. Throws where it must not be sent back. */
  authorize(query: URLSearchParams): string {
    const client = this.#options.clients.find((one) => one.clientId === query.get('client_id'));
    if (client === undefined) throw new OAuthError(400, 'unauthorized_client', 'The client is not registered.');
    const redirectUri = query.get('redirect_uri') ?? '';
    if (!URL.canParse(redirectUri) || client.redirectUris?.includes(redirectUri) === false) {
      throw new OAuthError(400, 'invalid_request', 'The redirect_uri is not registered for this client.');
    }
    const back = new URL(redirectUri);
    const state = query.get('state');
    if (state !== null) back.searchParams.set('state', state);
    try {
      back.searchParams.set('code', this.#grant(client, redirectUri, query));
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      back.searchParams.set('error', error.code);
      back.searchParams.set('error_description', error.message);
    }
    return back.href;
  }

  #grant(client: EhrClient, redirectUri: string, query: URLSearchParams): string {
    if (query.get('response_type') !== 'code') throw new OAuthError(400, 'unsupported_response_type', 'Only code.');
    const challenge = query.get('code_challenge') ?? '';
    if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(challenge)) {
      throw new OAuthError(400, 'invalid_request', 'PKCE with S256 is needed.');
    }
    if ((query.get('aud') ?? '').replace(/\/$/, '') !== this.#options.fhirBase()) {
      throw new OAuthError(400, 'invalid_request', 'The aud is not this FHIR server.');
    }
    const launch = query.get('launch');
    const context = launch === null ? undefined : this.#readLaunch(launch);
    const code = randomBytes(24).toString('base64url');
    this.#grants.set(code, {
      clientId: client.clientId,
      redirectUri,
      challenge,
      user: this.#user(query.get('user') ?? context?.user),
      patient: context?.patient,
      scope: query.get('scope') ?? '',
      nonce: query.get('nonce') ?? undefined,
      until: this.#seconds() + CODE_SECONDS,
    });
    return code;
  }

  /** Answers the token endpoint. */
  async token(form: URLSearchParams): Promise<object> {
    const grantType = form.get('grant_type');
    if (grantType === 'client_credentials') return this.#backendToken(form);
    if (grantType === 'authorization_code') return this.#userToken(form);
    throw new OAuthError(400, 'unsupported_grant_type', 'Only client_credentials and authorization_code.');
  }

  async #backendToken(form: URLSearchParams): Promise<object> {
    const client = await this.#verifyAssertion(form);
    const scope = form.get('scope') ?? 'system/*.cruds';
    if (!scope.split(' ').every((one) => one.startsWith('system/'))) {
      throw new OAuthError(400, 'invalid_scope', 'A backend service has system scopes only.');
    }
    const given = scope.split(' ').filter((one) => client.scopes?.includes(one) !== false);
    if (given.length === 0) throw new OAuthError(400, 'invalid_scope', 'The client may have none of these scopes.');
    return {
      access_token: this.#accessToken(client.clientId, given.join(' ')),
      token_type: 'bearer',
      expires_in: TOKEN_SECONDS,
      scope: given.join(' '),
    };
  }

  #accessToken(client: string, scope?: string): string {
    const id = randomBytes(8).toString('base64url');
    return this.#seal({ client, exp: this.#seconds() + TOKEN_SECONDS, id, ...(scope === undefined ? {} : { scope }) });
  }

  /** @see https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html */
  async #verifyAssertion(form: URLSearchParams): Promise<EhrClient> {
    const refuse = (why: string): never => {
      throw new OAuthError(401, 'invalid_client', why);
    };
    const assertion = form.get('client_assertion') ?? '';
    if (form.get('client_assertion_type') !== ASSERTION_TYPE || assertion === '')
      refuse('A signed client_assertion is needed.');
    let issuer: string | undefined;
    try {
      issuer = decodeJwt(assertion).iss;
    } catch {
      refuse('The client_assertion is not a JWT.');
    }
    const client = this.#options.clients.find((one) => one.clientId === issuer);
    if (client?.jwks === undefined) return refuse('The issuer is not registered.');
    try {
      const { payload } = await jwtVerify(assertion, createLocalJWKSet(client.jwks), {
        issuer: client.clientId,
        subject: client.clientId,
        audience: this.tokenUrl,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(this.#options.wallTime()),
        requiredClaims: ['exp', 'jti'],
      });
      const { exp = 0, jti = '' } = payload;
      if (exp > this.#seconds() + MAX_ASSERTION_SECONDS + TOLERANCE_SECONDS)
        refuse('The assertion holds for more than five minutes.');
      if (!this.#options.database.spendAssertion(client.clientId, jti, exp + TOLERANCE_SECONDS, this.#seconds())) {
        refuse('The assertion has been used before.');
      }
    } catch (error) {
      if (error instanceof errors.JOSEError) refuse(`The assertion is not valid (${error.code}).`);
      throw error;
    }
    return client;
  }

  async #userToken(form: URLSearchParams): Promise<object> {
    const code = form.get('code') ?? '';
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    const clientId = form.has('client_assertion')
      ? (await this.#verifyAssertion(form)).clientId
      : form.get('client_id');
    if (grant === undefined || grant.until < this.#seconds() || grant.clientId !== clientId) {
      throw new OAuthError(400, 'invalid_grant', 'The code is unknown, used or expired.');
    }
    if (grant.redirectUri !== form.get('redirect_uri'))
      throw new OAuthError(400, 'invalid_grant', 'The redirect_uri differs.');
    const verifier = form.get('code_verifier') ?? '';
    if (!same(createHash('sha256').update(verifier).digest('base64url'), grant.challenge)) {
      throw new OAuthError(400, 'invalid_grant', 'The code_verifier does not fit.');
    }
    const openId = grant.scope.split(' ').includes('openid');
    return {
      access_token: this.#accessToken(grant.clientId),
      token_type: 'bearer',
      expires_in: TOKEN_SECONDS,
      scope: grant.scope,
      need_patient_banner: true,
      ...(grant.patient === undefined ? {} : { patient: grant.patient }),
      ...(openId ? { id_token: await this.#identityToken(grant) } : {}),
    };
  }

  async #identityToken(grant: Grant): Promise<string> {
    const { privateKey, publicJwk } = await this.#key();
    const fhirUser = `${this.#options.fhirBase()}/${grant.user.fhirUser}`;
    return new SignJWT({
      fhirUser,
      profile: fhirUser,
      name: grant.user.name,
      ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
    })
      .setProtectedHeader({ alg: 'RS256', ...(publicJwk.kid === undefined ? {} : { kid: publicJwk.kid }) })
      .setIssuer(this.#options.fhirBase())
      .setAudience(grant.clientId)
      .setSubject(grant.user.id)
      .setIssuedAt(this.#seconds())
      .setExpirationTime(this.#seconds() + TOKEN_SECONDS)
      .sign(privateKey);
  }

  #key(): Promise<{ privateKey: CryptoKey | Uint8Array; publicJwk: JWK }> {
    // Made when first needed: an RSA key takes a while, and few starts come to an app launch.
    this.#identityKey ??= this.#makeKey();
    return this.#identityKey;
  }

  async #makeKey(): Promise<{ privateKey: CryptoKey | Uint8Array; publicJwk: JWK }> {
    const { database } = this.#options;
    const stored = database.setting('identity-key');
    let jwk: JWK;
    if (stored === undefined) {
      const { privateKey } = await generateKeyPair('RS256', { extractable: true });
      jwk = { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString('hex'), alg: 'RS256', use: 'sig' };
      database.setSetting('identity-key', JSON.stringify(jwk));
    } else jwk = keySchema.parse(JSON.parse(stored));
    return { privateKey: await importJWK(jwk, 'RS256'), publicJwk: publicPart(jwk) };
  }

  async jwks(): Promise<JSONWebKeySet> {
    return { keys: [(await this.#key()).publicJwk] };
  }
}

/** A key without what must stay secret. */
export function publicPart(jwk: JWK): JWK {
  const { d, p, q, dp, dq, qi, oth, k, ...open } = jwk;
  return { use: 'sig', ...open };
}
