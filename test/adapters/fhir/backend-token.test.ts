import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBackendToken } from '../../../adapters/fhir/backend-token.ts';
import type { ClientKey } from '../../../adapters/smart/client-assertion.ts';
import { listeningLog } from '../../functions/ehr-notified/http-event.ts';

const unavailable = expect.objectContaining({ code: 'CHART_UNAVAILABLE' });
const forms: URLSearchParams[] = [];
let discoveries = 0;
let issue: (response: ServerResponse) => void;
let configuration: Record<string, unknown>;
let wall = Date.parse('2026-11-22T02:14:00Z');
let origin = '';
let log = listeningLog();

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const server = createServer((request, response) => {
  if (request.url === '/fhir/.well-known/smart-configuration') {
    discoveries += 1;
    json(response, 200, configuration);
    return;
  }
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    forms.push(new URLSearchParams(body));
    issue(response);
  });
});

const keyPair = async (alg: 'ES384' | 'RS384'): Promise<{ key: ClientKey; publicJwk: JWK }> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    key: { ...(await exportJWK(privateKey)), kid: `kid-${alg}`, alg },
    publicJwk: { ...(await exportJWK(publicKey)), kid: `kid-${alg}`, alg },
  };
};
let es: Awaited<ReturnType<typeof keyPair>>;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  es = await keyPair('ES384');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});
beforeEach(() => {
  forms.length = 0;
  discoveries = 0;
  configuration = { token_endpoint: `${origin}/token` };
  log = listeningLog();
  issue = (response) =>
    json(response, 200, { access_token: `token-${forms.length}`, token_type: 'bearer', expires_in: 300 });
});

const source = (over: { key?: ClientKey; timeoutMs?: number } = {}) =>
  createBackendToken({
    fhirBase: `${origin}/fhir/`,
    clientId: 'told-once',
    key: es.key,
    access: { Task: 'crus', Patient: 'rs' },
    log,
    wallTime: () => wall,
    ...over,
  });

describe('the token of the backend service', () => {
  test.each(['ES384', 'RS384'] as const)(
    'is asked for with an assertion that %s proves, new each time, valid under five minutes',
    async (alg) => {
      const { key, publicJwk } = await keyPair(alg);
      const token = source({ key });
      await token.insteadOf(await token.current());
      expect(forms).toHaveLength(2);
      const ids = new Set<unknown>();
      for (const form of forms) {
        expect(form.get('grant_type')).toBe('client_credentials');
        expect(form.get('scope')).toBe('system/Task.read system/Task.write system/Patient.read');
        expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
        const { payload, protectedHeader } = await jwtVerify(
          form.get('client_assertion') ?? '',
          createLocalJWKSet({ keys: [publicJwk] }),
          {
            issuer: 'told-once',
            subject: 'told-once',
            audience: `${origin}/token`,
            currentDate: new Date(wall),
          },
        );
        expect(protectedHeader).toMatchObject({ alg, kid: `kid-${alg}`, typ: 'JWT' });
        expect((payload.exp ?? 0) - wall / 1000).toBeGreaterThan(0);
        expect((payload.exp ?? 0) - wall / 1000).toBeLessThanOrEqual(300);
        ids.add(payload.jti);
      }
      expect(ids.size).toBe(2);
    },
  );

  test('is kept until shortly before it expires, then fetched anew, with one discovery', async () => {
    const token = source();
    expect(await token.current()).toBe('token-1');
    wall += 269_000;
    expect(await token.current()).toBe('token-1');
    wall += 2_000;
    expect(await token.current()).toBe('token-2');
    expect(discoveries).toBe(1);
  });

  test('is fetched once for all who wait for it, and renewed once for all whose one was refused', async () => {
    const token = source();
    expect(await Promise.all([token.current(), token.current(), token.current()])).toEqual([
      'token-1',
      'token-1',
      'token-1',
    ]);
    expect(await Promise.all([token.insteadOf('token-1'), token.insteadOf('token-1')])).toEqual(['token-2', 'token-2']);
    // Refused long ago: what is held now has not been tried.
    expect(await token.insteadOf('token-1')).toBe('token-2');
    expect(forms).toHaveLength(2);
  });

  test('with no word of its life is used for half a minute', async () => {
    issue = (response) => json(response, 200, { access_token: `token-${forms.length}` });
    const token = source();
    await token.current();
    wall += 29_000;
    expect(await token.current()).toBe('token-1');
    wall += 2_000;
    expect(await token.current()).toBe('token-2');
  });
});

describe('what it is to allow', () => {
  test('is worded as the EHR words it', async () => {
    configuration = { ...configuration, capabilities: ['permission-v1', 'permission-v2'] };
    await source().current();
    expect(forms[0]?.get('scope')).toBe('system/Task.crus system/Patient.rs');
  });

  test.each([
    [undefined, undefined],
    ['system/Task.crus system/Patient.rs', undefined],
    ['system/Patient.read openid system/Task.write system/Task.read', undefined],
    ['system/*.read system/Task.*', undefined],
    ['system/*.*', undefined],
    ['system/*.cruds', undefined],
    ['system/Task.rs system/Patient.cruds', 'Task.cu'],
    ['system/Task.*', 'Patient.rs'],
    ['system/Task.cruds?_tag=x user/Patient.read', 'Task.crus Patient.rs'],
    ['', 'Task.crus Patient.rs'],
  ])('is said once where it is not given: %j lacks %s', async (scope, missing) => {
    issue = (response) => json(response, 200, { access_token: `token-${forms.length}`, expires_in: 300, scope });
    const token = source();
    await token.insteadOf(await token.current());
    expect(forms).toHaveLength(2);
    const line = JSON.stringify(['EHR_SCOPE_MISSING', { missing }, null]);
    expect(log.lines).toEqual(missing === undefined ? [] : [line]);
  });

  test('is said as well where the EHR refuses to give any token for it', async () => {
    issue = (response) => json(response, 400, { error: 'invalid_scope' });
    await expect(source().current()).rejects.toEqual(unavailable);
    expect(JSON.stringify(log.lines)).toContain('Task.crus Patient.rs');
  });
});

describe('without a usable answer', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['a refusal', (response) => json(response, 401, { error: 'invalid_client' })],
    ['no token', (response) => json(response, 200, { token_type: 'bearer' })],
    ['HTML that quotes a secret', (response) => void response.end('<html>secret-token</html>')],
    ['a list', (response) => json(response, 200, ['secret-token'])],
    ['a reset', (response) => void response.socket?.destroy()],
    ['silence', () => undefined],
    ['a redirect', (response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/steal' }).end()],
  ])('(%s) the EHR is unavailable, nothing secret is told, and the next call tries again', async (_name, bad) => {
    issue = bad;
    const token = source({ timeoutMs: 100 });
    const failed = await token.current().catch((error: unknown) => error);
    expect(failed).toEqual(unavailable);
    expect(failed instanceof Error ? `${failed.stack} ${failed.cause}` : '').not.toMatch(/secret-token|eyJ/);
    issue = (response) => json(response, 200, { access_token: 'good', expires_in: 300 });
    expect(await token.current()).toBe('good');
  });

  test('a configuration without a token endpoint, or with one of another protocol, is not used', async () => {
    for (const endpoint of [undefined, 42, 'nonsense', 'ftp://x/token']) {
      configuration = { token_endpoint: endpoint };
      await expect(source().current()).rejects.toEqual(unavailable);
    }
    expect(forms).toHaveLength(0);
  });

  test('a failed discovery is not remembered', async () => {
    const good = configuration;
    configuration = {};
    const token = createBackendToken({
      fhirBase: `${origin}/elsewhere`,
      clientId: 'x',
      key: es.key,
      access: { Task: 'r' },
      log,
      wallTime: () => wall,
      timeoutMs: 500,
    });
    issue = (response) => json(response, 404, {});
    await expect(token.current()).rejects.toEqual(unavailable);
    configuration = good;
    issue = (response) => json(response, 200, forms.length === 2 ? good : { access_token: 'late' });
    expect(await token.current()).toBe('late');
  });
});

test('a key that is public, of another kind or without its id is refused at the start', () => {
  const missing = expect.objectContaining({ code: 'CONFIGURATION_MISSING' });
  const { d: _d, ...half } = es.key;
  for (const key of [half, { ...es.key, kid: '' }, JSON.parse(JSON.stringify({ ...es.key, alg: 'HS256' }))]) {
    expect(() => source({ key })).toThrow(missing);
  }
});
