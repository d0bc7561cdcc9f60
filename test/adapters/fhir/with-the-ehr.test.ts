import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type CdsJwtVerdict, createCdsJwtVerifier } from '../../../adapters/cds-jwt/cds-jwt.ts';
import { createBackendToken } from '../../../adapters/fhir/backend-token.ts';
import { type ChartOptions, createChart } from '../../../adapters/fhir/chart.ts';
import type { ClientKey } from '../../../adapters/smart/client-assertion.ts';
import { createSmartClient } from '../../../adapters/smart/smart-client.ts';
import type { ChartBody } from '../../../domain/ports/chart.ts';
import { readBundle } from '../../../fhir-mappings/notification-bundle.ts';
import { createEhr, type Ehr } from '../../../local/ehr/ehr.ts';

const unavailable = expect.objectContaining({ code: 'CHART_UNAVAILABLE' });
const silent = () => undefined;
const log = { info: silent, warn: silent, error: silent };
const cdsIssuer = 'https://ehr.example';
const redirectUri = 'https://clinic.example/staff/callback';

let ehr: Ehr;
let key: ClientKey;
let servicesUrl: string | undefined;

const publicPart = ({ d: _d, ...rest }: JWK): JWK => rest;
const makeKey = async (kid: string): Promise<ClientKey> => ({
  ...(await exportJWK((await generateKeyPair('ES384', { extractable: true })).privateKey)),
  kid,
  alg: 'ES384',
});

beforeAll(async () => {
  key = await makeKey('backend');
  ehr = await createEhr({
    clock: { now: () => new Date() },
    seed: [
      {
        resourceType: 'Patient',
        id: 'anna',
        name: [{ given: ['Anna'], family: 'Kowalska' }],
        telecom: [{ system: 'phone', value: '555-866-2259' }],
      },
      { resourceType: 'Practitioner', id: 'clerk', name: [{ text: 'Clerk' }] },
    ],
    notification: { header: 'x-secret', secret: 's' },
    clients: [
      { clientId: 'told-once', jwks: { keys: [publicPart(key)] } },
      { clientId: 'desk', redirectUris: [redirectUri] },
    ],
    users: [{ id: 'clerk', name: 'Chris Clerk', fhirUser: 'Practitioner/clerk' }],
    cdsHooks: { issuer: cdsIssuer, privateJwk: await makeKey('cds') },
    cdsServicesUrl: () => servicesUrl,
  });
});
afterAll(() => ehr.close());

const faults = async (plan: object): Promise<void> => {
  const response = await fetch(`${ehr.origin}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(plan),
  });
  expect(response.status).toBe(200);
};
afterEach(() => faults({}));

const token = (over: { key?: ClientKey } = {}) =>
  createBackendToken({ fhirBase: ehr.url, clientId: 'told-once', key, access: { '*': 'cruds' }, log, ...over });
const chartWith = (over: Partial<ChartOptions> = {}) =>
  createChart({ fhirBase: ehr.url, token: token(), log, firstDelayMs: 1, timeoutMs: 3000, ...over });

const identifier = (value: string) => ({ system: 'https://told-once.dev/answers', value });
const condition = (value: string) => `identifier=https://told-once.dev/answers|${value}`;
const response = (value: string) => ({
  resourceType: 'QuestionnaireResponse',
  status: 'in-progress',
  identifier: identifier(value),
  subject: { reference: 'Patient/anna' },
});

/** Ids and versions are the server's own words. */
const written = { is: 'written', id: expect.stringMatching(/./), versionId: expect.stringMatching(/./) };

describe('with an EHR that authorizes, validates, versions and searches', () => {
  test('we get a token it accepts, and read', async () => {
    expect(await chartWith().read('Patient', 'anna')).toMatchObject({ is: 'found', resource: { id: 'anna' } });
    expect(await chartWith().read('Patient', 'nobody')).toEqual({ is: 'missing' });
  });

  test('a key it does not know gets nothing', async () => {
    const stranger = token({ key: await makeKey('backend') });
    await expect(chartWith({ token: stranger, attempts: 1 }).read('Patient', 'anna')).rejects.toEqual(unavailable);
  });

  test('a token it no longer takes is renewed in the same call', async () => {
    const real = token();
    let stale = true;
    const chart = chartWith({
      token: {
        current: async () => (stale ? 'stale' : real.current()),
        insteadOf: async () => {
          stale = false;
          return real.current();
        },
      },
    });
    expect(await chart.read('Patient', 'anna')).toMatchObject({ is: 'found' });
  });

  test('a conditional create is there once, also when the answer to the first attempt was garbage or never came', async () => {
    const chart = chartWith();
    const first = await chart.create(response('once'), condition('once'));
    expect(first).toEqual(written);
    expect(await chart.create(response('once'), condition('once'))).toEqual(first);
    for (const plan of [{ garbage: true }, { timeouts: true }]) {
      const value = Object.keys(plan).join();
      await faults({ ...plan, only: { type: 'QuestionnaireResponse' } });
      const troubled = chartWith({ timeoutMs: 300, sleep: () => faults({}) });
      expect(await troubled.create(response(value), condition(value))).toMatchObject({ is: 'written' });
      expect(
        await chart.search('QuestionnaireResponse', { identifier: `https://told-once.dev/answers|${value}` }),
      ).toHaveLength(1);
    }
  });

  test('an update is made over its version only, and settles when its answer was lost', async () => {
    const chart = chartWith();
    const created = await chart.create(response('update'), condition('update'));
    if (created.is !== 'written') throw new Error('not written');
    const completed = { ...response('update'), id: created.id, status: 'completed' };
    const amended = { ...completed, status: 'amended' };
    await faults({ garbage: true, only: { type: 'QuestionnaireResponse' } });
    const settled = await chartWith({ sleep: () => faults({}) }).update(completed, created.versionId);
    expect(settled).toEqual({ ...written, id: created.id });
    expect(settled).not.toEqual(created);
    expect(await chart.update(amended, created.versionId)).toEqual({ is: 'conflict' });
    expect(await chart.read('QuestionnaireResponse', created.id)).toMatchObject({ resource: { status: 'completed' } });
  });

  test('a bad resource is refused with the place, and never with the words', async () => {
    const bad = { ...response('bad'), status: 'Kowalska' };
    const refused = await chartWith().create(bad, condition('bad'));
    expect(refused).toMatchObject({ is: 'refused' });
    expect(JSON.stringify(refused)).not.toContain('Kowalska');
  });

  test('a transaction writes all or nothing', async () => {
    const chart = chartWith();
    const part = (value: string, over: object = {}) =>
      ({
        method: 'POST',
        url: 'QuestionnaireResponse',
        resource: { ...response(value), ...over },
        ifNoneExist: condition(value),
      }) as const;
    const both = await chart.transaction([part('t1'), part('t2')]);
    expect(both).toEqual([written, written]);
    expect(await chart.transaction([part('t1'), part('t2')])).toEqual(both);
    const refused = await chart.transaction([part('t3'), part('t4', { status: 'nonsense' })]);
    expect(refused.map((one) => one.is)).toEqual(['refused', 'refused']);
    expect(await chart.search('QuestionnaireResponse', { identifier: 'https://told-once.dev/answers|t3' })).toEqual([]);
  });

  test('a search reads all pages, and searches by name without naming anybody in the address', async () => {
    const chart = chartWith();
    for (let index = 0; index < 7; index += 1)
      await chart.create(response(`page-${index}`), condition(`page-${index}`));
    const found = await chart.search('QuestionnaireResponse', { subject: 'Patient/anna', _count: '3' });
    expect(found.length).toBeGreaterThanOrEqual(7);
    expect(new Set(found.map((one) => one.id)).size).toBe(found.length);
    expect((await chart.search('Patient', { family: 'Kowalska' })).map((one) => one.id)).toEqual(['anna']);
  });

  test('a parameter given twice must hold twice', async () => {
    const chart = chartWith();
    const born = async (...birthdate: readonly string[]) =>
      (await chart.search('Patient', { birthdate })).map(({ id }) => id);
    for (const [id, birthDate] of [
      ['older', '1970-01-01'],
      ['younger', '1990-01-01'],
    ] as const) {
      const patient = { resourceType: 'Patient', id, birthDate };
      expect(await chart.update(patient)).toEqual(written);
    }
    expect(await born('ge1960-01-01', 'lt1980-01-01')).toEqual(['older']);
    expect(await born('ge1960-01-01', 'lt2000-01-01')).toEqual(['older', 'younger']);
  });

  test('what a subscription was told of is told again by its numbers', async () => {
    const chart = chartWith();
    const made = await chart.create(
      {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'test',
        criteria: 'https://told-once.dev/ehr/SubscriptionTopic/claim-response-changed',
        channel: { type: 'rest-hook', endpoint: 'http://127.0.0.1:9/nobody', payload: 'application/fhir+json' },
      } as ChartBody,
      'criteria=https://told-once.dev/ehr/SubscriptionTopic/claim-response-changed',
    );
    if (made.is !== 'written') throw new Error('No subscription');
    const claim = {
      resourceType: 'ClaimResponse',
      status: 'active',
      type: { text: 'professional' },
      use: 'preauthorization',
      patient: { reference: 'Patient/anna' },
      created: '2026-03-02',
      insurer: { display: 'Prairie Health' },
      outcome: 'complete',
    };
    for (const value of ['one', 'two', 'three'])
      await chart.create(
        { ...claim, identifier: [{ system: 'urn:x', value }] } as ChartBody,
        `identifier=urn:x|${value}`,
      );
    const again = await chart.told(made.id, 2, 3);
    expect(readBundle(again)).toMatchObject({
      kind: 'events',
      subscription: made.id,
      eventNumbers: [2, 3],
      changes: [{ type: 'ClaimResponse' }, { type: 'ClaimResponse' }],
    });
    expect(await chart.told('nobody', 1, 2)).toBeUndefined();
  });

  test('an attempt that would outlast the whole call ends with it', async () => {
    expect(await chartWith({ timeoutMs: 60_000 }).read('Patient', 'anna')).toMatchObject({ is: 'found' });
  });

  test('a value set it has is expanded', async () => {
    const expanded = await chartWith().expand('http://hl7.org/fhir/ValueSet/administrative-gender');
    expect(expanded === undefined || expanded.resourceType === 'ValueSet').toBe(true);
    expect(await chartWith().expand('http://no.such/value-set')).toBeUndefined();
  });

  test('its faults are waited out, and an outage is said', async () => {
    await faults({ status: 503, retryAfter: 0 });
    const slept: number[] = [];
    const chart = chartWith({ sleep: async (ms) => void slept.push(ms), attempts: 3, firstDelayMs: 100 });
    await expect(chart.read('Patient', 'anna')).rejects.toEqual(unavailable);
    expect(slept).toHaveLength(2);
  });
});

test('its clerk signs in at the desk from a launch, with the patient whose chart is open', async () => {
  const launched = await fetch(`${ehr.origin}/launches`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ patient: 'anna' }),
  });
  const { launch } = z.object({ launch: z.string() }).parse(await launched.json());
  const smart = createSmartClient({ fhirBase: ehr.url, clientId: 'desk', redirectUri, random: randomBytes });
  const begun = await smart.begin({ iss: ehr.url, launch });
  if (begun.is !== 'begun') throw new Error('not begun');
  const approved = await fetch(begun.redirectTo, { redirect: 'manual' });
  const back = new URL(approved.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe(begun.state);
  const code = back.searchParams.get('code') ?? '';
  expect(await smart.finish({ code, verifier: begun.verifier, redirectUri })).toMatchObject({
    is: 'signed-in',
    user: 'Practitioner/clerk',
    name: 'Chris Clerk',
    patient: 'anna',
  });
  expect(await smart.finish({ code, verifier: begun.verifier, redirectUri })).toEqual({
    is: 'refused',
    why: 'code-refused',
  });
});

test('its CDS Hooks calls are believed at the URL they call, and nowhere else', async () => {
  const spent = new Set<string>();
  const { verify } = createCdsJwtVerifier({
    issuers: [{ issuer: cdsIssuer, jwksUrl: `${ehr.origin}/.well-known/jwks.json` }],
    now: () => new Date(),
    firstTime: async (jti) => !spent.has(jti) && spent.add(jti).size > 0,
  });
  const verdicts: CdsJwtVerdict[] = [];
  const service = createServer((request, answer) => {
    void (async () => {
      if (request.method === 'POST') {
        const url = `${servicesUrl}/told-once`;
        const header = request.headers.authorization;
        for (const called of [`${url}/feedback`, url, url]) verdicts.push(await verify(header, called));
      }
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end(
        JSON.stringify(
          request.method === 'GET' ? { services: [{ hook: 'patient-view', id: 'told-once' }] } : { cards: [] },
        ),
      );
    })();
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  servicesUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}/cds-services`;
  await fetch(`${ehr.origin}/cds/patient-view`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ patient: 'anna' }),
  });
  expect(verdicts).toEqual([
    { ok: false, why: 'wrong-audience' },
    { ok: true, issuer: cdsIssuer },
    { ok: false, why: 'replayed' },
  ]);
  service.closeAllConnections();
  service.close();
});
