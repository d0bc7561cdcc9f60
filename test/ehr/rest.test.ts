import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNA, type RunningEhr, startEhr } from './running-ehr.ts';

let server: RunningEhr;
beforeAll(async () => {
  server = await startEhr();
});
afterAll(async () => {
  await server.ehr.close();
});

const patient = (family: string): object => ({ resourceType: 'Patient', name: [{ family }] });

describe('one resource', () => {
  it('is created under an id of the server, with its version, and read again', async () => {
    const created = await server.call('POST', 'Patient', { ...patient('New'), id: 'chosen-by-client' });
    expect(created.status).toBe(201);
    const { id = '', meta } = created.body;
    expect(id).not.toBe('chosen-by-client');
    expect(created.headers.get('location')).toBe(`${server.ehr.url}/Patient/${id}/_history/${meta?.versionId}`);
    const read = await server.call('GET', `Patient/${id}`);
    expect(read.headers.get('etag')).toBe(`W/"${meta?.versionId}"`);
    expect(read.headers.get('last-modified')).toBeTruthy();
    expect(read.body).toEqual(created.body);
    const unchanged = await server.call('GET', `Patient/${id}`, undefined, {
      'if-none-match': `W/"${meta?.versionId}"`,
    });
    expect(unchanged.status).toBe(304);
  });

  it('carries the time of the simulated clock', async () => {
    server.clock.advance(48 * 3600_000);
    const { body } = await server.call('POST', 'Patient', patient('Later'));
    expect(Date.parse(body.meta?.lastUpdated ?? '') - Date.now()).toBeGreaterThan(47 * 3600_000);
  });

  it('is created by a PUT to a new id, updated by the next, and keeps every version in order, however often it is asked', async () => {
    expect((await server.call('PUT', 'Patient/put-1', { ...patient('A'), id: 'put-1' })).status).toBe(201);
    const second = await server.call('PUT', 'Patient/put-1', { ...patient('B'), id: 'put-1' });
    expect(second.status).toBe(200);
    for (let round = 0; round < 2; round += 1) {
      const { body } = await server.call('GET', 'Patient/put-1/_history');
      expect(body.entry?.map((entry) => entry.request?.method)).toEqual(['PUT', 'POST']);
      expect(body.entry?.map((entry) => JSON.stringify(entry.resource?.name))).toEqual([
        '[{"family":"B"}]',
        '[{"family":"A"}]',
      ]);
    }
    const first = (await server.call('GET', 'Patient/put-1/_history')).body.entry?.[1]?.response?.etag?.slice(3, -1);
    const old = await server.call('GET', `Patient/put-1/_history/${first}`);
    expect(old.body.name).toEqual([{ family: 'A' }]);
  });

  it('is gone after a delete, which is part of its history and may be repeated', async () => {
    const { body } = await server.call('POST', 'Patient', patient('Gone'));
    expect((await server.call('DELETE', `Patient/${body.id}`)).status).toBe(204);
    expect((await server.call('DELETE', `Patient/${body.id}`)).status).toBe(204);
    expect((await server.call('GET', `Patient/${body.id}`)).status).toBe(410);
    const history = await server.call('GET', `Patient/${body.id}/_history`);
    expect(history.body.entry?.[0]?.request?.method).toBe('DELETE');
    expect((await server.call('GET', 'Patient/never')).status).toBe(404);
  });

  it('is not deleted while another refers to it', async () => {
    await server.call('PUT', 'Patient/kept', { ...patient('Kept'), id: 'kept' });
    const flag = {
      resourceType: 'Flag',
      status: 'active',
      code: { text: 'x' },
      subject: { reference: 'Patient/kept' },
    };
    await server.call('POST', 'Flag', flag);
    expect((await server.call('DELETE', 'Patient/kept')).status).toBe(409);
    expect((await server.call('GET', 'Patient/kept')).status).toBe(200);
  });

  it('is patched with JSON Patch', async () => {
    const { body } = await server.call('POST', 'Patient', patient('Before'));
    const patched = await server.call(
      'PATCH',
      `Patient/${body.id}`,
      [{ op: 'replace', path: '/name/0/family', value: 'After' }],
      {
        'content-type': 'application/json-patch+json',
      },
    );
    expect(patched.status).toBe(200);
    expect(patched.body.name).toEqual([{ family: 'After' }]);
    expect(patched.body.meta?.versionId).not.toBe(body.meta?.versionId);
  });
});

describe('conditions', () => {
  it('let one of two simultaneous writers through, and refuse the other with 412', async () => {
    const { body } = await server.call('POST', 'Patient', patient('Race'));
    const match = { 'if-match': `W/"${body.meta?.versionId}"` };
    const [a, b] = await Promise.all([
      server.call('PUT', `Patient/${body.id}`, { ...patient('One'), id: body.id }, match),
      server.call('PUT', `Patient/${body.id}`, { ...patient('Two'), id: body.id }, match),
    ]);
    expect([a.status, b.status].sort()).toEqual([200, 412]);
    expect((await server.call('GET', `Patient/${body.id}/_history`)).body.total).toBe(2);
    expect((await server.call('PUT', 'Patient/absent', { ...patient('X'), id: 'absent' }, match)).status).toBe(412);
  });

  it('make a retried create harmless, also when sent twice at once', async () => {
    const once = { ...patient('Once'), identifier: [{ system: 'urn:test', value: 'once' }] };
    const condition = { 'if-none-exist': 'identifier=urn:test|once' };
    const answers = await Promise.all([1, 2, 3].map(() => server.call('POST', 'Patient', once, condition)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 201]);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    await server.call('POST', 'Patient', once);
    expect((await server.call('POST', 'Patient', once, condition)).status).toBe(412);
  });

  it('create or update by PUT to a search', async () => {
    const named = (family: string): object => ({
      ...patient(family),
      identifier: [{ system: 'urn:test', value: 'upsert' }],
    });
    const first = await server.call('PUT', 'Patient?identifier=urn:test|upsert', named('A'));
    const second = await server.call('PUT', 'Patient?identifier=urn:test|upsert', named('B'));
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.id).toBe(first.body.id);
    expect(second.body.name).toEqual([{ family: 'B' }]);
  });
});

describe('what cannot be taken', () => {
  const cases: readonly [string, string, string, unknown, number, string | undefined][] = [
    ['malformed JSON', 'POST', 'Patient', '{"resourceType":', 400, undefined],
    ['no body', 'POST', 'Patient', undefined, 400, undefined],
    ['an unknown type', 'POST', 'Pateint', { resourceType: 'Pateint' }, 404, undefined],
    ['a resource of another type', 'POST', 'Patient', { resourceType: 'Flag' }, 400, undefined],
    ['an unknown property', 'POST', 'Patient', { resourceType: 'Patient', nmae: 'x' }, 400, 'Patient.nmae'],
    ['a wrong JSON type', 'POST', 'Patient', { resourceType: 'Patient', active: 'yes' }, 400, 'Patient.active'],
    ['a wrong date', 'POST', 'Patient', { resourceType: 'Patient', birthDate: '02.05.1984' }, 400, 'Patient.birthDate'],
    [
      'a code outside a required value set',
      'POST',
      'Patient',
      { resourceType: 'Patient', gender: 'f' },
      422,
      'Patient.gender',
    ],
    [
      'a broken invariant',
      'POST',
      'Patient',
      { resourceType: 'Patient', contact: [{ gender: 'male' }] },
      422,
      'Patient.contact[0]',
    ],
    ['a missing required element', 'POST', 'Task', { resourceType: 'Task', status: 'requested' }, 400, 'Task.intent'],
    [
      'something bad inside a contained resource',
      'POST',
      'Patient',
      { resourceType: 'Patient', contained: [{ resourceType: 'Organization', id: 'o', nmae: 'x' }] },
      400,
      'Patient.contained[0].nmae',
    ],
    [
      'an id that differs from the address',
      'PUT',
      'Patient/one',
      { resourceType: 'Patient', id: 'two' },
      400,
      undefined,
    ],
    ['an unknown search parameter', 'GET', 'Patient?colour=red', undefined, 400, undefined],
    ['a modifier it does not know', 'GET', 'Patient?name:sounds-like=ana', undefined, 400, undefined],
    ['a search of several types at once', 'GET', '?_type=Patient,Task', undefined, 400, undefined],
    ['a broken date in a search', 'GET', 'Patient?birthdate=yesterday', undefined, 400, undefined],
    ['a badly encoded address', 'GET', 'Patient/%E0%A4%A', undefined, 400, undefined],
  ];
  it.each(cases)('%s is refused with an OperationOutcome', async (_name, method, path, body, status, expression) => {
    const answer = await server.call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.resourceType).toBe('OperationOutcome');
    if (expression !== undefined)
      expect(answer.body.issue?.flatMap((issue) => issue.expression ?? [])).toContain(expression);
  });

  it('a body over 10 MB is refused with 413, another media type with 415', async () => {
    const big = JSON.stringify({ ...ANNA, text: { status: 'generated', div: 'x'.repeat(10 * 1024 * 1024) } });
    expect((await server.call('POST', 'Patient', big)).status).toBe(413);
    expect(
      (await server.call('POST', 'Patient', '<Patient/>', { 'content-type': 'application/fhir+xml' })).status,
    ).toBe(415);
  });

  it('leaves nothing behind', async () => {
    const before = (await server.call('GET', 'Patient?_summary=count')).body.total;
    await server.call('POST', 'Patient', { resourceType: 'Patient', gender: 'f' });
    expect((await server.call('GET', 'Patient?_summary=count')).body.total).toBe(before);
  });
});

it('says in its CapabilityStatement, itself valid, what it can do and which topics there are', async () => {
  const { status, body } = await server.call('GET', 'metadata');
  expect(status).toBe(200);
  const text = JSON.stringify(body);
  for (const part of [
    'conditionalCreate',
    'oauth-uris',
    'SubscriptionTopic/task-changed',
    'SubscriptionTopic/related-person-changed',
  ]) {
    expect(text).toContain(part);
  }
  expect((await server.call('POST', 'CapabilityStatement', body)).body.issue ?? []).toEqual([]);
});
