import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEhr, startEhr } from './running-ehr.ts';

let server: RunningEhr;
const idsOf = async (path: string): Promise<string[]> => {
  const { status, body } = await server.call('GET', path);
  if (status !== 200) throw new Error(`${path}: ${status}`);
  return (body.entry ?? []).map((entry) => entry.resource?.id ?? '');
};

beforeAll(async () => {
  server = await startEhr({ seed: [] });
  const put = async (resource: { resourceType: string; id: string }): Promise<void> => {
    const { status } = await server.call('PUT', `${resource.resourceType}/${resource.id}`, resource);
    expect(status).toBe(201);
  };
  const names: [string, string, string, string][] = [
    ['p1', 'Kowalska', 'Anna', '1984-05-02'],
    ['p2', 'Núñez', 'José', '1990-01-31'],
    ['p3', 'Smith', 'Annabel', '2015-07-07'],
  ];
  for (const [id, family, given, birthDate] of names) {
    const resource = {
      resourceType: 'Patient',
      id,
      birthDate,
      identifier: [{ system: 'urn:mrn', value: `M-${id}` }],
      name: [{ family, given: [given] }],
    };
    await put(resource);
    server.clock.advance(60_000);
  }
  const task = (id: string, owner: string, status: string, authoredOn: string): { resourceType: string; id: string } =>
    Object.assign(
      { resourceType: 'Task', id },
      {
        status,
        intent: 'order',
        for: { reference: `Patient/${owner}` },
        authoredOn,
        focus: { reference: `ServiceRequest/${id}` },
      },
    );
  await put(task('t1', 'p1', 'requested', '2026-01-03'));
  await put(task('t2', 'p1', 'completed', '2026-01-01'));
  await put(task('t3', 'p2', 'requested', '2026-01-02'));
  for (const [id, url, version] of [
    ['q1', 'https://a.example/Questionnaire/intake', '1'],
    ['q2', 'https://a.example/Questionnaire/intake', '2'],
    ['q3', 'https://a.example/Questionnaire/intake-long', '1'],
  ] as const) {
    await put(Object.assign({ resourceType: 'Questionnaire', id }, { status: 'active', url, version }));
  }
});
afterAll(async () => {
  await server.ehr.close();
});

describe('a search', () => {
  const cases: readonly [string, string[]][] = [
    ['Patient?_id=p2', ['p2']],
    ['Patient?_id=p3,p1', ['p1', 'p3']],
    ['Patient?identifier=urn:mrn|M-p1', ['p1']],
    ['Patient?identifier=M-p1', ['p1']],
    ['Patient?identifier=urn:other|M-p1', []],
    ['Patient?name=anna', ['p1', 'p3']],
    ['Patient?given:exact=Anna', ['p1']],
    ['Patient?family=nunez', ['p2']],
    ['Patient?family:contains=alsk', ['p1']],
    ['Patient?family=alsk', []],
    ['Patient?birthdate=lt1990-01-31', ['p1']],
    ['Patient?birthdate=ge1990-01-31', ['p2', 'p3']],
    ['Patient?birthdate=1990', ['p2']],
    ['Patient?name:missing=true', []],
    ['Task?patient=Patient/p1', ['t1', 't2']],
    ['Task?patient=p1', ['t1', 't2']],
    ['Task?subject:Patient=p1', ['t1', 't2']],
    ['Task?patient.identifier=urn:mrn|M-p2', ['t3']],
    ['Task?patient=Patient/p1&status=requested', ['t1']],
    ['Task?status=requested,completed&patient=Patient/p1', ['t1', 't2']],
    ['Task?status:not=requested', ['t2']],
    ['Task?focus=ServiceRequest/t3', ['t3']],
    ['Task?patient=Patient/p', []],
    ['Questionnaire?url=https://a.example/Questionnaire/intake', ['q1', 'q2']],
    ['Questionnaire?url=https://a.example/Questionnaire/intake&version=2', ['q2']],
    ['Task?_sort=authored-on', ['t2', 't3', 't1']],
    ['Task?_sort=-authored-on', ['t1', 't3', 't2']],
    ['Task?_sort=status,-authored-on', ['t2', 't1', 't3']],
    ['Patient?_sort=-_lastUpdated&_count=1', ['p3']],
    ['Task?_id=t1&_include=Task:patient', ['t1', 'p1']],
    ['Patient?_id=p1&_revinclude=Task:patient', ['p1', 't1', 't2']],
  ];
  it.each(cases)('%s finds what it says', async (path, ids) => {
    const found = await idsOf(path.replace('subject:Patient', 'patient:Patient'));
    expect(path.includes('_sort') ? found : [...found].sort()).toEqual(path.includes('_sort') ? ids : [...ids].sort());
  });

  it('finds by absolute reference to this server', async () => {
    expect(await idsOf(`Task?patient=${server.ehr.url}/Patient/p2`)).toEqual(['t3']);
  });

  it('finds what changed since a time of the simulated clock', async () => {
    const { body } = await server.call('GET', 'Patient/p2');
    const since = encodeURIComponent(body.meta?.lastUpdated ?? '');
    expect(await idsOf(`Patient?_lastUpdated=ge${since}`)).toEqual(['p2', 'p3']);
    expect(await idsOf(`Patient?_lastUpdated=gt${since}`)).toEqual(['p3']);
    expect(await idsOf(`Patient?_lastUpdated=lt${since}`)).toEqual(['p1']);
  });

  it('works by POST, with the conditions in the body', async () => {
    const answer = await server.call('POST', 'Task/_search', 'patient=Patient%2Fp1&status=completed', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(answer.body.entry?.map((entry) => entry.resource?.id)).toEqual(['t2']);
  });

  it('gives every resource exactly once over its pages, also when one is updated on the way', async () => {
    const seen: string[] = [];
    let next: string | undefined = 'Patient?_count=1';
    while (next !== undefined) {
      const { body } = await server.call('GET', next);
      seen.push(...(body.entry ?? []).map((entry) => entry.resource?.id ?? ''));
      expect(body.total).toBe(3);
      const url: string | undefined = body.link?.find((link) => link.relation === 'next')?.url;
      next = url?.slice(server.ehr.url.length + 1);
      const first = await server.call('GET', 'Patient/p1');
      await server.call('PUT', 'Patient/p1', first.body);
    }
    expect(seen).toEqual(['p1', 'p2', 'p3']);
  });
});
