import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ClientKey } from '../../../adapters/smart/client-assertion.ts';
import { createSmartClient, type SmartClientOptions } from '../../../adapters/smart/smart-client.ts';

const wall = Date.parse('2026-11-22T09:40:00Z');
const seconds = wall / 1000;
const redirectUri = 'https://clinic.example/staff/callback';
const unavailable = expect.objectContaining({ code: 'CHART_UNAVAILABLE' });

let base = '';
let origin = '';
let identityKey: { privateKey: CryptoKey; jwk: JWK };
let tokenForms: URLSearchParams[] = [];
let configuration: Record<string, unknown> = {};
let answerToken: (response: ServerResponse) => void | Promise<void> = () => undefined;
/** What the EHR keeps for the code that it gave at `authorize`. */
let granted: URLSearchParams | undefined;
let discoveries = 0;

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const server = createServer((request, response) => {
  if (request.url?.endsWith('/.well-known/smart-configuration') === true) {
    discoveries += 1;
    return json(response, 200, configuration);
  }
  if (request.url === '/jwks') return json(response, 200, { keys: [identityKey.jwk] });
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    tokenForms.push(new URLSearchParams(body));
    void answerToken(response);
  });
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  base = `${origin}/fhir`;
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  identityKey = { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: 'id', alg: 'RS256' } };
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});
beforeEach(() => {
  tokenForms = [];
  granted = undefined;
  discoveries = 0;
  configuration = {
    issuer: base,
    jwks_uri: `${origin}/jwks`,
    authorization_endpoint: `${origin}/authorize?x=1`,
    token_endpoint: `${origin}/token`,
  };
  answerToken = (response) => answerAs(response);
});

const client = (over: Partial<SmartClientOptions> = {}) =>
  createSmartClient({
    fhirBase: base,
    clientId: 'desk',
    redirectUri,
    random: randomBytes,
    wallTime: () => wall,
    timeoutMs: 1000,
    ...over,
  });

const identity = (claims: Record<string, unknown> = {}) => ({
  iss: base,
  aud: 'desk',
  sub: 'clerk',
  exp: seconds + 300,
  iat: seconds,
  nonce: granted?.get('nonce'),
  fhirUser: `${base}/Practitioner/clerk`,
  name: 'Chris Clerk',
  ...claims,
});

/** The token endpoint of an EHR that keeps the rules of PKCE. */
async function answerAs(
  response: ServerResponse,
  claims: Record<string, unknown> = {},
  key = identityKey.privateKey,
  alg = 'RS256',
): Promise<void> {
  const form = tokenForms.at(-1);
  const challenge = createHash('sha256')
    .update(form?.get('code_verifier') ?? '')
    .digest('base64url');
  if (
    form?.get('code') !== 'code-1' ||
    challenge !== granted?.get('code_challenge') ||
    form.get('redirect_uri') !== granted.get('redirect_uri')
  ) {
    return json(response, 400, { error: 'invalid_grant' });
  }
  const idToken = await new SignJWT(identity(claims)).setProtectedHeader({ alg, kid: 'id' }).sign(key);
  json(response, 200, {
    access_token: 'secret-access',
    token_type: 'bearer',
    expires_in: 300,
    patient: 'anna',
    id_token: idToken,
  });
}

async function launched(over: Partial<SmartClientOptions> = {}) {
  const smart = client(over);
  const begun = await smart.begin({ iss: base, launch: 'L1' });
  if (begun.is !== 'begun') throw new Error('not begun');
  granted = new URL(begun.redirectTo).searchParams;
  return {
    smart,
    ...begun,
    finish: (verifier = begun.verifier, code = 'code-1') => smart.finish({ code, verifier, redirectUri }),
  };
}

describe('a launch from the card', () => {
  test('sends the browser to the EHR with a challenge, a state and a nonce, none of which gives the verifier away', async () => {
    const { redirectTo, state, verifier } = await launched();
    const url = new URL(redirectTo);
    expect(url.origin + url.pathname).toBe(`${origin}/authorize`);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      x: '1',
      response_type: 'code',
      client_id: 'desk',
      redirect_uri: redirectUri,
      scope: 'openid fhirUser launch',
      launch: 'L1',
      state,
      aud: base,
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    expect(verifier).toMatch(/^[\w-]{43}$/);
    expect(redirectTo).not.toContain(verifier);
    expect(url.searchParams.get('nonce')).not.toBe(challenge);
    const again = await launched();
    expect(new Set([state, verifier, again.state, again.verifier]).size).toBe(4);
  });

  test('without a context asks for the user only', async () => {
    const begun = await client().begin({ iss: `${base}/` });
    const query = new URL(begun.is === 'begun' ? begun.redirectTo : '').searchParams;
    expect(query.get('scope')).toBe('openid fhirUser');
    expect(query.has('launch')).toBe(false);
  });

  test('from any other EHR is refused without asking anybody anything', async () => {
    for (const iss of ['https://evil.example/fhir', `${base}.evil.example`, `${base}/other`, '', origin]) {
      expect(await client().begin({ iss, launch: 'L1' })).toEqual({ is: 'refused', why: 'unknown-ehr' });
    }
    expect(discoveries).toBe(0);
  });
});

describe('a clerk who comes back', () => {
  test('is known by name and reference, with the patient whose chart was open', async () => {
    const { finish } = await launched();
    expect(await finish()).toEqual({
      is: 'signed-in',
      user: 'Practitioner/clerk',
      name: 'Chris Clerk',
      patient: 'anna',
      expiresAt: new Date(wall + 300_000),
    });
    expect(tokenForms[0]?.get('client_id')).toBe('desk');
  });

  test('is proved with our key where we have one', async () => {
    const { privateKey } = await generateKeyPair('ES384', { extractable: true });
    const key: ClientKey = { ...(await exportJWK(privateKey)), kid: 'k', alg: 'ES384' };
    const { finish } = await launched({ key });
    expect(await finish()).toMatchObject({ is: 'signed-in' });
    expect(tokenForms[0]?.get('client_assertion')).toMatch(/^eyJ/);
    expect(tokenForms[0]?.has('client_id')).toBe(false);
  });

  test('with another verifier or a code that is not theirs is refused', async () => {
    const { finish } = await launched();
    expect(await finish('x'.repeat(43))).toEqual({ is: 'refused', why: 'code-refused' });
    expect(await finish(undefined, 'code-2')).toEqual({ is: 'refused', why: 'code-refused' });
  });

  test.each<[string, Record<string, unknown>]>([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'someone-else' }],
    ['that has expired', { exp: seconds - 60 }],
    ['without an expiry', { exp: undefined }],
    ['with the nonce of another session', { nonce: 'other' }],
    ['without a nonce', { nonce: undefined }],
  ])('with an identity %s is refused', async (_name, claims) => {
    const { finish } = await launched();
    answerToken = (response) => answerAs(response, claims);
    expect(await finish()).toEqual({ is: 'refused', why: 'identity-invalid' });
  });

  test('with an identity signed by another key, by none, or with none at all is refused', async () => {
    const { finish } = await launched();
    const other = await generateKeyPair('RS256');
    answerToken = (response) => answerAs(response, {}, other.privateKey);
    expect(await finish()).toEqual({ is: 'refused', why: 'identity-invalid' });
    const unsigned = [{ alg: 'none' }, identity()]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    for (const id_token of [`${unsigned}.`, 'nonsense', undefined, 7]) {
      answerToken = (response) => json(response, 200, { access_token: 'secret-access', id_token });
      expect(await finish()).toEqual({ is: 'refused', why: 'identity-invalid' });
    }
  });

  test.each([
    { fhirUser: 'PATIENT' },
    { fhirUser: undefined },
    { fhirUser: 'Patient/anna' },
    { fhirUser: 'RelatedPerson/1' },
    { fhirUser: 'https://evil.example/fhir/Practitioner/1' },
    { fhirUser: 'Practitioner/1/../../x' },
    { fhirUser: 7 },
  ])('as %j is not staff', async (claims) => {
    const { finish } = await launched();
    answerToken = (response) =>
      answerAs(response, claims.fhirUser === 'PATIENT' ? { fhirUser: `${base}/Patient/anna` } : claims);
    expect(await finish()).toEqual({ is: 'refused', why: 'not-staff' });
  });

  test('may be named relative to the EHR; a patient that is no id is left out', async () => {
    const { finish } = await launched();
    answerToken = async (response) => {
      const id_token = await new SignJWT(identity({ fhirUser: 'PractitionerRole/2', name: undefined }))
        .setProtectedHeader({ alg: 'RS256', kid: 'id' })
        .sign(identityKey.privateKey);
      json(response, 200, { access_token: 'secret-access', id_token, patient: '<script>', expires_in: 999_999 });
    };
    expect(await finish()).toEqual({
      is: 'signed-in',
      user: 'PractitionerRole/2',
      expiresAt: new Date(wall + 3_600_000),
    });
  });
});

describe('an EHR that does not answer', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['a 500', (response) => json(response, 500, { error: 'secret-access' })],
    ['a 401', (response) => json(response, 401, { error: 'invalid_client' })],
    ['HTML', (response) => void response.end('<html>secret-access')],
    ['a reset', (response) => void response.socket?.destroy()],
    ['silence', () => undefined],
  ])('(%s at the token endpoint) is unavailable, and tells no secret', async (_name, bad) => {
    const { finish, verifier } = await launched({ timeoutMs: 100 });
    answerToken = bad;
    const failed = await finish().catch((error: unknown) => error);
    expect(failed).toEqual(unavailable);
    const told = failed instanceof Error ? `${failed.message} ${failed.stack} ${failed.cause}` : '';
    expect(told).not.toMatch(/secret-access|code-1/);
    expect(told).not.toContain(verifier);
  });

  test('or names no place to sign in is unavailable', async () => {
    configuration = {};
    await expect(client().begin({ iss: base })).rejects.toEqual(unavailable);
    await expect(client().finish({ code: 'c', verifier: 'v', redirectUri })).rejects.toEqual(unavailable);
  });

  test('or whose keys cannot be had lets nobody in', async () => {
    configuration = { ...configuration, jwks_uri: 'http://127.0.0.1:1/jwks' };
    const { smart, verifier } = await launched();
    await expect(smart.finish({ code: 'code-1', verifier, redirectUri })).rejects.toEqual(unavailable);
  });
});
