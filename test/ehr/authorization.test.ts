import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createRemoteJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { backendKey, cdsKey, makeKey, type RunningEhr, startEhr } from './running-ehr.ts';

let server: RunningEhr;
beforeAll(async () => {
  server = await startEhr();
});
afterAll(async () => {
  await server.ehr.close();
});

const tokenAnswer = z.looseObject({
  access_token: z.optional(z.string()),
  expires_in: z.optional(z.number()),
  error: z.optional(z.string()),
  patient: z.optional(z.string()),
  id_token: z.optional(z.string()),
  scope: z.optional(z.string()),
  need_patient_banner: z.optional(z.boolean()),
});

async function token(form: Record<string, string>): Promise<{ status: number; body: z.infer<typeof tokenAnswer> }> {
  const response = await fetch(`${server.ehr.origin}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, body: tokenAnswer.parse(await response.json()) };
}

interface AssertionChanges {
  readonly key?: JWK;
  readonly iss?: string;
  readonly aud?: string;
  readonly jti?: string | undefined;
  readonly seconds?: number;
}

async function assertion(changes: AssertionChanges = {}): Promise<Record<string, string>> {
  const { iss = 'backend', aud = `${server.ehr.origin}/oauth/token`, seconds = 240 } = changes;
  const key = changes.key ?? backendKey.privateJwk;
  const jwt = new SignJWT({})
    .setProtectedHeader({ alg: 'ES384', kid: 'backend' })
    .setIssuer(iss)
    .setSubject('backend')
    .setAudience(aud)
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds);
  const jti = 'jti' in changes ? changes.jti : randomUUID();
  if (jti !== undefined) jwt.setJti(jti);
  return {
    grant_type: 'client_credentials',
    scope: 'system/Task.rs',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await jwt.sign(await importJWK(key, 'ES384')),
  };
}

function transactionOf(method: string, url: string) {
  const resource = { resourceType: 'Basic', code: { text: 'x' } };
  return { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method, url }, resource }] };
}

describe('a backend service', () => {
  it('finds the token endpoint, and gets a token that works', async () => {
    const configuration = await (await fetch(`${server.ehr.url}/.well-known/smart-configuration`)).json();
    expect(configuration).toMatchObject({
      token_endpoint: `${server.ehr.origin}/oauth/token`,
      code_challenge_methods_supported: ['S256'],
    });
    const { status, body } = await token(await assertion());
    expect([status, body.expires_in, body.scope]).toEqual([200, 300, 'system/Task.rs']);
    const call = (header: Record<string, string>): Promise<number> =>
      server.call('GET', 'Task/none', undefined, header).then((answer) => answer.status);
    expect(await call({ authorization: `Bearer ${body.access_token}` })).toBe(404);
    expect(await call({})).toBe(404);
    expect(await call({ authorization: `Bearer ${body.access_token}x` })).toBe(401);
    expect(await call({ authorization: 'Basic YTpi' })).toBe(401);
  });

  it.each<[string, () => Promise<AssertionChanges>]>([
    ['another key', async () => ({ key: (await makeKey('backend')).privateJwk })],
    ['another issuer', async () => ({ iss: 'stranger' })],
    ['another audience', async () => ({ aud: 'https://elsewhere.example/token' })],
    ['no jti', async () => ({ jti: undefined })],
    ['an expiry in the past', async () => ({ seconds: -60 })],
    ['a life of ten minutes', async () => ({ seconds: 600 })],
  ])('is refused with %s', async (_name, changes) => {
    const { status, body } = await token(await assertion(await changes()));
    expect([status, body.error]).toEqual([401, 'invalid_client']);
  });

  it.each<[scope: string, method: string, path: string, body: object | undefined, status: number]>([
    ['system/Patient.r', 'GET', 'Patient/anna', undefined, 200],
    ['system/Patient.read', 'GET', 'Patient/anna', undefined, 200],
    ['system/*.rs', 'GET', 'Patient?_id=anna', undefined, 200],
    ['system/Patient.s', 'GET', 'Patient/anna', undefined, 403],
    ['system/Patient.r', 'GET', 'Patient?_id=anna', undefined, 403],
    ['system/Task.cruds', 'GET', 'Patient/anna', undefined, 403],
    ['system/Patient.rs?gender=female', 'GET', 'Patient/anna', undefined, 403],
    ['system/Patient.rs', 'PUT', 'Patient/anna', { resourceType: 'Patient', id: 'anna' }, 403],
    ['system/Basic.c', 'POST', 'Basic', { resourceType: 'Basic', code: { text: 'x' } }, 201],
    ['system/Basic.rs', 'POST', 'Basic', { resourceType: 'Basic', code: { text: 'x' } }, 403],
    ['system/Basic.rs', 'POST', '', transactionOf('POST', 'Basic'), 403],
    ['system/Basic.c system/Patient.r', 'POST', '', transactionOf('POST', 'Basic'), 200],
    ['system/Basic.c', 'GET', 'ValueSet/$expand?url=x', undefined, 403],
  ])('with %s may %s %s or not', async (scope, method, path, body, status) => {
    const { access_token } = (await token({ ...(await assertion()), scope })).body;
    const answer = await server.call(method, path, body, { authorization: `Bearer ${access_token}` });
    expect(answer.status).toBe(status);
  });

  it('cannot use an assertion twice', async () => {
    const form = await assertion();
    expect((await token(form)).status).toBe(200);
    expect((await token(form)).status).toBe(401);
  });
});

describe('an app launched for a user', () => {
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = 'http://127.0.0.1:1/staff/callback';

  async function authorize(changes: Record<string, string> = {}): Promise<{ status: number; back: URLSearchParams }> {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'desk',
      redirect_uri: redirectUri,
      scope: 'openid fhirUser launch',
      state: 'st',
      aud: server.ehr.url,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    });
    const response = await fetch(`${server.ehr.origin}/oauth/authorize?${query}`, { redirect: 'manual' });
    const location = response.headers.get('location');
    return {
      status: response.status,
      back: location === null ? new URLSearchParams() : new URL(location).searchParams,
    };
  }

  const redeem = (code: string, changes: Record<string, string> = {}): ReturnType<typeof token> =>
    token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: 'desk',
      code_verifier: verifier,
      ...changes,
    });

  it('learns the patient and the clerk, signed by a published key', async () => {
    const launched = await fetch(`${server.ehr.origin}/launches`, {
      method: 'POST',
      body: JSON.stringify({ patient: 'Patient/anna' }),
    });
    const { launch } = z.object({ launch: z.string() }).parse(await launched.json());
    const { status, back } = await authorize({ launch, nonce: 'n' });
    expect([status, back.get('state')]).toEqual([302, 'st']);
    const { body } = await redeem(back.get('code') ?? '');
    expect(body).toMatchObject({ patient: 'anna', need_patient_banner: true, scope: 'openid fhirUser launch' });
    const keys = createRemoteJWKSet(new URL(`${server.ehr.origin}/oauth/jwks.json`));
    const { payload } = await jwtVerify(body.id_token ?? '', keys, { issuer: server.ehr.url, audience: 'desk' });
    expect(payload).toMatchObject({
      fhirUser: `${server.ehr.url}/Practitioner/clerk`,
      profile: `${server.ehr.url}/Practitioner/clerk`,
      nonce: 'n',
    });
    expect((await redeem(back.get('code') ?? '')).body.error).toBe('invalid_grant');
  });

  it('may be launched with the patient in base64, for another user, or without a patient', async () => {
    const known = await authorize({ launch: Buffer.from('anna').toString('base64') });
    expect((await redeem(known.back.get('code') ?? '')).body.patient).toBe('anna');
    const alone = await redeem((await authorize({ user: 'clinician' })).back.get('code') ?? '');
    expect(alone.body.patient).toBeUndefined();
    const [, payload = ''] = (alone.body.id_token ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')).fhirUser).toBe(
      `${server.ehr.url}/Practitioner/lee`,
    );
  });

  it('is sent back with an error, or not sent anywhere, when its request is wrong', async () => {
    expect((await authorize({ client_id: 'stranger' })).status).toBe(400);
    expect((await authorize({ redirect_uri: 'http://127.0.0.1:1/elsewhere' })).status).toBe(400);
    for (const changes of [
      { aud: 'https://elsewhere.example/fhir' },
      { code_challenge: '' },
      { code_challenge_method: 'plain' },
      { launch: 'nonsense' },
      { response_type: 'token' },
    ]) {
      const { status, back } = await authorize(changes);
      expect([status, back.has('error'), back.has('code')]).toEqual([302, true, false]);
    }
  });

  it('needs its own verifier, redirect_uri and client', async () => {
    for (const changes of [
      { code_verifier: 'x'.repeat(43) },
      { redirect_uri: 'http://127.0.0.1:1/other' },
      { client_id: 'backend' },
    ]) {
      const { back } = await authorize();
      expect((await redeem(back.get('code') ?? '', changes)).body.error).toBe('invalid_grant');
    }
  });
});

it('publishes the public half, and only that, of the key that signs CDS calls', async () => {
  const { keys } = z
    .object({ keys: z.array(z.looseObject({ kid: z.string() })) })
    .parse(await (await fetch(`${server.ehr.origin}/.well-known/jwks.json`)).json());
  expect(keys).toEqual([cdsKey.publicJwk]);
});
