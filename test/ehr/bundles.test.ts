import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEhr, startEhr } from './running-ehr.ts';

let server: RunningEhr;
beforeAll(async () => {
  server = await startEhr();
});
afterAll(async () => {
  await server.ehr.close();
});

const URN = 'urn:uuid:11111111-1111-4111-8111-111111111111';
const patientEntry = (value: string): object => ({
  fullUrl: URN,
  resource: { resourceType: 'Patient', identifier: [{ system: 'urn:t', value }] },
  request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:t|${value}` },
});
const taskEntry = (status = 'requested'): object => ({
  resource: { resourceType: 'Task', status, intent: 'order', for: { reference: URN } },
  request: { method: 'POST', url: 'Task' },
});
const transaction = (...entry: object[]): object => ({ resourceType: 'Bundle', type: 'transaction', entry });
const count = async (path: string): Promise<number | undefined> =>
  (await server.call('GET', `${path}${path.includes('?') ? '&' : '?'}_summary=count`)).body.total;

describe('a transaction', () => {
  it('does all of it, resolves references, and finds what a conditional create finds', async () => {
    const first = await server.call('POST', '', transaction(taskEntry(), patientEntry('tx-1')));
    expect(first.status).toBe(200);
    expect(first.body.entry?.map((entry) => entry.response?.status)).toEqual(['201', '201']);
    const patientId = first.body.entry?.[1]?.resource?.id;
    expect(first.body.entry?.[0]?.resource?.for).toEqual({ reference: `Patient/${patientId}` });
    const again = await server.call('POST', '', transaction(taskEntry(), patientEntry('tx-1')));
    expect(again.body.entry?.map((entry) => entry.response?.status)).toEqual(['201', '200']);
    expect(again.body.entry?.[0]?.resource?.for).toEqual({ reference: `Patient/${patientId}` });
  });

  it('does nothing at all when its last entry is bad, and says which', async () => {
    const before = [await count('Patient'), await count('Task'), (await server.call('GET', 'Patient/anna')).body];
    const anna = { ...(await server.call('GET', 'Patient/anna')).body, active: false };
    const answer = await server.call(
      'POST',
      '',
      transaction(
        patientEntry('tx-2'),
        { resource: anna, request: { method: 'PUT', url: 'Patient/anna' } },
        { request: { method: 'DELETE', url: 'Practitioner/clerk' } },
        taskEntry('no-such-status'),
      ),
    );
    expect(answer.status).toBe(422);
    expect(answer.body.issue?.[0]?.expression?.[0]).toBe('Bundle.entry[3]');
    expect([await count('Patient'), await count('Task'), (await server.call('GET', 'Patient/anna')).body]).toEqual(
      before,
    );
    expect((await server.call('GET', 'Practitioner/clerk')).status).toBe(200);
    expect((await server.call('GET', 'Patient/anna/_history')).body.total).toBe(1);
    expect(await count('Patient?identifier=urn:t|tx-2')).toBe(0);
  });

  it('is refused as a whole by a version that is not the current one', async () => {
    const anna = (await server.call('GET', 'Patient/anna')).body;
    const entry = { resource: anna, request: { method: 'PUT', url: 'Patient/anna', ifMatch: 'W/"other"' } };
    expect((await server.call('POST', '', transaction(patientEntry('tx-3'), entry))).status).toBe(412);
    expect(await count('Patient?identifier=urn:t|tx-3')).toBe(0);
  });

  it('may delete a resource together with what refers to it', async () => {
    const made = await server.call('POST', '', transaction(patientEntry('tx-4'), taskEntry()));
    const [patient, task] = (made.body.entry ?? []).map((entry) => entry.resource?.id);
    const remove = (url: string): object => ({ request: { method: 'DELETE', url } });
    expect((await server.call('POST', '', transaction(remove(`Patient/${patient}`)))).status).toBe(409);
    expect((await server.call('GET', `Patient/${patient}`)).status).toBe(200);
    expect(
      (await server.call('POST', '', transaction(remove(`Patient/${patient}`), remove(`Task/${task}`)))).status,
    ).toBe(200);
  });

  it('takes more entries than the router it is built on, conditional ones among them', async () => {
    const entries = Array.from({ length: 120 }, (_unused, position) => ({
      resource: { resourceType: 'Patient', identifier: [{ system: 'urn:many', value: String(position) }] },
      request: { method: 'PUT', url: `Patient?identifier=urn:many|${position}` },
    }));
    expect((await server.call('POST', '', transaction(...entries))).status).toBe(200);
    expect(await count('Patient?identifier=urn:many|')).toBe(120);
  });
});

it('a batch does each entry for itself', async () => {
  const answer = await server.call('POST', '', {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [
      { request: { method: 'GET', url: 'Patient/anna' } },
      { resource: { resourceType: 'Patient', gender: 'f' }, request: { method: 'POST', url: 'Patient' } },
      { request: { method: 'GET', url: 'Patient?_id=anna' } },
      { request: { method: 'GET', url: 'Patient/nobody' } },
    ],
  });
  expect(answer.body.entry?.map((entry) => entry.response?.status)).toEqual(['200', '422', '200', '404']);
});

it('a Bundle of another type is refused', async () => {
  expect((await server.call('POST', '', { resourceType: 'Bundle', type: 'collection' })).status).toBe(400);
});
