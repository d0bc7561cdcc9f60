import { createServer, type Server } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cdsKey, type RunningEhr, startEhr } from './running-ehr.ts';

interface Called {
  readonly url: string;
  readonly authorization: string;
  readonly body: Record<string, unknown>;
}

let server: RunningEhr;
let services: Server;
let base = '';
const called: Called[] = [];
beforeAll(async () => {
  services = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = request.url ?? '';
      const text = Buffer.concat(chunks).toString('utf8');
      if (request.method === 'POST')
        called.push({ url, authorization: request.headers.authorization ?? '', body: JSON.parse(text) });
      const service = {
        hook: 'patient-view',
        id: 'story',
        description: 'x',
        prefetch: { patient: 'Patient/{{context.patientId}}' },
      };
      const discovery = { services: [service, { hook: 'appointment-book', id: 'visit', description: 'x' }] };
      response.end(
        JSON.stringify(
          request.method === 'GET' ? discovery : url.endsWith('/feedback') ? {} : { cards: [{ summary: 'hi' }] },
        ),
      );
    });
  });
  await new Promise<void>((resolve) => services.listen(0, '127.0.0.1', resolve));
  const address = services.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/cds-services`;
  server = await startEhr({ cdsServicesUrl: () => base });
});
afterAll(async () => {
  await server.ehr.close();
  services.closeAllConnections();
  services.close();
});

const post = async (path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${server.ehr.origin}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
};

describe('opening a chart', () => {
  it('calls the services of the hook as CDS Hooks says, signed for the address called', async () => {
    const answer = await post('/cds/patient-view', { patient: 'anna' });
    expect(answer).toMatchObject({ status: 200, body: { cards: [{ summary: 'hi' }] } });
    const [call] = called;
    expect(call?.url).toBe('/cds-services/story');
    expect(call?.body).toMatchObject({
      hook: 'patient-view',
      fhirServer: server.ehr.url,
      context: { userId: 'Practitioner/lee', patientId: 'anna' },
      prefetch: { patient: { resourceType: 'Patient', id: 'anna' } },
    });
    const { payload } = await jwtVerify(
      call?.authorization.slice('Bearer '.length) ?? '',
      createLocalJWKSet({ keys: [cdsKey.publicJwk] }),
      { issuer: 'https://ehr.example', audience: `${base}/story`, requiredClaims: ['exp', 'iat', 'jti'] },
    );
    expect(payload.jti).toBeTruthy();
  });

  it('sends feedback, signed likewise', async () => {
    called.length = 0;
    const feedback = [{ card: 'c', outcome: 'overridden', outcomeTimestamp: new Date().toISOString() }];
    expect((await post('/cds-feedback', { service: 'story', feedback })).status).toBe(200);
    expect(called[0]).toMatchObject({ url: '/cds-services/story/feedback', body: { feedback } });
    await jwtVerify(
      called[0]?.authorization.slice('Bearer '.length) ?? '',
      createLocalJWKSet({ keys: [cdsKey.publicJwk] }),
      {
        audience: `${base}/story/feedback`,
      },
    );
    expect((await post('/cds/patient-view', {})).status).toBe(400);
  });
});

describe('faults asked for', () => {
  it.each([401, 404, 409, 412, 429, 500])(
    'the API answers %i with an OperationOutcome, and works again after',
    async (status) => {
      await post('/faults', { status, retryAfter: 7 });
      const answer = await server.call('GET', 'Patient/anna');
      expect([answer.status, answer.body.resourceType, answer.headers.get('retry-after')]).toEqual([
        status,
        'OperationOutcome',
        '7',
      ]);
      await post('/faults', {});
      expect((await server.call('GET', 'Patient/anna')).status).toBe(200);
    },
  );

  it('fail a share of the requests, or only some of them', async () => {
    await post('/faults', { status: 503, rate: 0.25, only: { method: 'GET', type: 'Patient' } });
    const statuses: number[] = [];
    for (let n = 0; n < 8; n += 1) statuses.push((await server.call('GET', 'Patient/anna')).status);
    expect(statuses.filter((status) => status === 503)).toHaveLength(2);
    for (let n = 0; n < 8; n += 1) expect((await server.call('GET', 'Practitioner/clerk')).status).toBe(200);
    await post('/faults', {});
  });

  it('garbage and timeouts hide that the write was done', async () => {
    const write = (family: string): Promise<Response> =>
      fetch(`${server.ehr.url}/Patient`, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify({ resourceType: 'Patient', name: [{ family }] }),
        signal: AbortSignal.timeout(300),
      });
    await post('/faults', { garbage: true });
    const text = await (await write('Garbled')).text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    await post('/faults', { timeouts: true });
    await expect(write('Silent')).rejects.toThrow(/timeout/i);
    await post('/faults', {});
    expect((await server.call('GET', 'Patient?family=Garbled')).body.total).toBe(1);
    expect((await server.call('GET', 'Patient?family=Silent')).body.total).toBe(1);
  });

  it('that are not known are refused', async () => {
    expect((await post('/faults', { statos: 500 })).status).toBe(400);
  });
});
