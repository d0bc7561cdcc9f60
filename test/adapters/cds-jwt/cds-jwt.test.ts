import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CdsAlgorithm, createCdsJwtVerifier } from '../../../adapters/cds-jwt/cds-jwt.ts';

const issuer = 'https://ehr.example/fhir';
const called = 'https://clinic.example/cds-services/told-once';
const now = new Date('2026-11-22T02:14:00Z');
const seconds = now.getTime() / 1000;

let fetches = 0;
let keys: unknown;
let silent = false;
const server = createServer((_request, response) => {
  fetches += 1;
  if (!silent)
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(typeof keys === 'string' ? keys : JSON.stringify({ keys }));
});
let jwksUrl = '';
let pairs: Record<'ES256' | 'ES384' | 'RS384', { privateKey: CryptoKey; jwk: JWK }>;
let spent: Map<string, Date>;

const pair = async (alg: CdsAlgorithm) => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' } };
};

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  pairs = { ES256: await pair('ES256'), ES384: await pair('ES384'), RS384: await pair('RS384') };
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});
beforeEach(() => {
  fetches = 0;
  silent = false;
  keys = Object.values(pairs).map((one) => one.jwk);
  spent = new Map();
});

const verifier = (
  over: { algorithms?: CdsAlgorithm[]; timeoutMs?: number; cooldownMs?: number; now?: () => Date } = {},
) =>
  createCdsJwtVerifier({
    issuers: [
      { issuer, jwksUrl },
      { issuer: 'https://other.example', jwksUrl: `${jwksUrl}2` },
    ],
    now: () => now,
    firstTime: async (jti, until) => {
      if (spent.has(jti)) return false;
      spent.set(jti, until);
      return true;
    },
    ...over,
  });

const good = { iss: issuer, aud: called, exp: seconds + 120, iat: seconds, jti: 'j1' };
const sign = (
  claims: Record<string, unknown>,
  alg: 'ES256' | 'ES384' | 'RS384' = 'ES384',
  header: Record<string, unknown> = {},
) => new SignJWT(claims).setProtectedHeader({ alg, kid: alg, typ: 'JWT', ...header }).sign(pairs[alg].privateKey);
const bearer = async (...args: Parameters<typeof sign>) => `Bearer ${await sign(...args)}`;

describe('a call of the EHR', () => {
  test.each(['ES256', 'ES384', 'RS384'] as const)('signed with %s is let in, once', async (alg) => {
    const { verify } = verifier();
    const header = await bearer({ ...good, sub: 'Practitioner/1' }, alg);
    expect(await verify(header, called)).toEqual({ ok: true, issuer, subject: 'Practitioner/1' });
    expect(await verify(header, called)).toEqual({ ok: false, why: 'replayed' });
    expect([...spent]).toEqual([[`${issuer}#j1`, new Date((seconds + 130) * 1000)]]);
  });

  test('may name several audiences, this URL among them', async () => {
    expect(await verifier().verify(await bearer({ ...good, aud: ['https://x', called] }), called)).toEqual({
      ok: true,
      issuer,
    });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['for another URL', { aud: `${called}/feedback` }, 'wrong-audience'],
    ['for other URLs', { aud: ['https://x', 'https://y'] }, 'wrong-audience'],
    ['for nobody', { aud: undefined }, 'claim-missing'],
    ['by an unknown issuer', { iss: 'https://evil.example' }, 'unknown-issuer'],
    ['by no issuer', { iss: undefined }, 'unknown-issuer'],
    ['expired', { exp: seconds - 11 }, 'expired'],
    ['without an expiry', { exp: undefined }, 'claim-missing'],
    ['that lives for an hour', { exp: seconds + 3600 }, 'lives-too-long'],
    ['made in the future', { iat: seconds + 60 }, 'not-yet-valid'],
    ['without a date', { iat: undefined }, 'claim-missing'],
    ['not valid yet', { nbf: seconds + 60 }, 'not-yet-valid'],
    ['without an id', { jti: undefined }, 'claim-missing'],
    ['with an empty id', { jti: '' }, 'claim-missing'],
    ['with an id that is no text', { jti: 7 }, 'claim-missing'],
  ])('%s is refused and uses up no id', async (_name, claims, why) => {
    expect(await verifier().verify(await bearer({ ...good, ...claims }), called)).toEqual({ ok: false, why });
    expect(spent.size).toBe(0);
  });

  test('a clock a little apart does no harm', async () => {
    expect(await verifier().verify(await bearer({ ...good, exp: seconds - 5 }), called)).toMatchObject({ ok: true });
    expect(await verifier().verify(await bearer({ ...good, jti: 'j2', iat: seconds + 5 }), called)).toMatchObject({
      ok: true,
    });
  });

  test('the same id from two issuers is two ids', async () => {
    const { verify } = verifier();
    await verify(await bearer(good), called);
    expect(await verify(await bearer({ ...good, iss: 'https://other.example' }), called)).toEqual({
      ok: true,
      issuer: 'https://other.example',
    });
  });
});

describe('a forgery', () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('without a signature, or signed with our public key as a password, is refused', async () => {
    const { verify } = verifier();
    expect((await verify(`Bearer ${encode({ alg: 'none' })}.${encode(good)}.`, called)).ok).toBe(false);
    for (const secret of [JSON.stringify(pairs.ES384.jwk), pairs.ES384.jwk.x ?? '']) {
      const signed = `${encode({ alg: 'HS256', kid: 'ES384', typ: 'JWT' })}.${encode(good)}`;
      const mac = createHmac('sha256', secret).update(signed).digest('base64url');
      expect(await verify(`Bearer ${signed}.${mac}`, called)).toEqual({ ok: false, why: 'bad-signature' });
    }
    expect(spent.size).toBe(0);
  });

  test('signed by a key of its own, with claims changed, or with a key set of its own, is refused', async () => {
    const { verify } = verifier();
    const own = await generateKeyPair('ES384');
    const forged = await new SignJWT(good)
      .setProtectedHeader({ alg: 'ES384', kid: 'ES384', jku: 'http://127.0.0.1:1/evil' })
      .sign(own.privateKey);
    expect(await verify(`Bearer ${forged}`, called)).toEqual({ ok: false, why: 'bad-signature' });
    const [head, , signature] = (await sign(good)).split('.');
    expect(await verify(`Bearer ${head}.${encode({ ...good, sub: 'x' })}.${signature}`, called)).toEqual({
      ok: false,
      why: 'bad-signature',
    });
    expect(await verify(await bearer(good, 'ES384', { kid: 'unknown' }), called)).toEqual({
      ok: false,
      why: 'bad-signature',
    });
  });

  test('with an algorithm that is not configured is refused', async () => {
    expect(await verifier({ algorithms: ['ES384'] }).verify(await bearer(good, 'RS384'), called)).toEqual({
      ok: false,
      why: 'bad-signature',
    });
  });

  test.each([
    undefined,
    '',
    'Basic abc',
    'Bearer',
    'Bearer a b',
    'Bearer é',
    'Bearer x',
    'Bearer a.b.c',
    `Bearer ${'a'.repeat(10_000)}`,
    'Bearer eyJhbGciOiJFUzM4NCJ9.bnVsbA.x',
  ])('that is no token at all (%j) is refused without a fetch', async (header) => {
    expect((await verifier().verify(header, called)).ok).toBe(false);
    expect(fetches).toBe(0);
  });
});

describe('the key set', () => {
  test('is fetched at the first token, not before, and once for many; unknown keys do not make us fetch again and again', async () => {
    const { verify } = verifier();
    expect(fetches).toBe(0);
    for (let call = 0; call < 5; call += 1) await verify(await bearer({ ...good, jti: `j${call}` }), called);
    expect(fetches).toBe(1);
    for (let call = 0; call < 5; call += 1)
      await verify(await bearer(good, 'ES384', { kid: `made-up-${call}` }), called);
    expect(fetches).toBe(1);
  });

  test('is fetched again when the EHR has changed its key', async () => {
    const { verify } = verifier({ cooldownMs: 0 });
    keys = [pairs.RS384.jwk];
    await verify(await bearer(good, 'RS384'), called);
    keys = [pairs.ES384.jwk];
    expect(await verify(await bearer({ ...good, jti: 'j2' }), called)).toMatchObject({ ok: true });
  });

  test('that cannot be had says so, lets nobody in, and is asked for again', async () => {
    const { verify } = verifier({ timeoutMs: 50 });
    keys = '<html>';
    expect(await verify(await bearer(good), called)).toEqual({ ok: false, why: 'keys-unavailable' });
    silent = true;
    expect(await verify(await bearer(good), called)).toEqual({ ok: false, why: 'keys-unavailable' });
    silent = false;
    keys = [pairs.ES384.jwk];
    expect(await verify(await bearer(good), called)).toMatchObject({ ok: true });
  });
});

test('a verifier without an issuer, or with a symmetric algorithm, is not made', () => {
  const parts = { now: () => now, firstTime: async () => true };
  const missing = expect.objectContaining({ code: 'CONFIGURATION_MISSING' });
  expect(() => createCdsJwtVerifier({ ...parts, issuers: [] })).toThrow(missing);
  for (const algorithm of ['HS256', 'none']) {
    const algorithms: CdsAlgorithm[] = JSON.parse(JSON.stringify([algorithm]));
    expect(() => createCdsJwtVerifier({ ...parts, issuers: [{ issuer, jwksUrl }], algorithms })).toThrow(missing);
  }
});
