import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startEhr } from './running-ehr.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ehr-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('after kill -9 in the middle of writing, everything that was acknowledged is there with its version', async () => {
  const stateFile = join(folder, 'ehr.sqlite');
  const program = fileURLToPath(new URL('./ehr-process.ts', import.meta.url));
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, [program, stateFile], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = await once(createInterface({ input: child.stdout }), 'line');
    const acknowledged = new Map<string, string>();
    const exited = once(child, 'exit');
    const writer = async (name: string): Promise<void> => {
      for (let n = 0; ; n += 1) {
        const id = `r${round}-${name}-${n}`;
        const response = await fetch(`${url}/Patient/${id}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/fhir+json' },
          body: JSON.stringify({ resourceType: 'Patient', id, name: [{ family: id }] }),
        });
        const etag = response.headers.get('etag');
        if (response.status !== 201 || etag === null) {
          child.kill('SIGKILL');
          throw new Error(`A write was answered with ${response.status}.`);
        }
        acknowledged.set(id, etag);
        if (acknowledged.size >= 60) child.kill('SIGKILL');
      }
    };
    await Promise.allSettled(['a', 'b', 'c', 'd'].map(writer));
    await exited;
    expect(acknowledged.size).toBeGreaterThanOrEqual(60);
    const server = await startEhr({ stateFile, seed: [{ resourceType: 'Patient', id: 'seeded-twice' }] });
    for (const [id, etag] of acknowledged) {
      expect((await server.call('GET', `Patient/${id}`)).headers.get('etag')).toBe(etag);
    }
    expect((await server.call('GET', 'Patient/seeded-twice')).status).toBe(404);
    await server.ehr.close();
  }
});

it('a clean restart keeps history, deletions and what searches go by', async () => {
  const stateFile = join(folder, 'ehr.sqlite');
  let server = await startEhr({ stateFile });
  const { body } = await server.call('POST', 'Patient', {
    resourceType: 'Patient',
    identifier: [{ system: 'urn:x', value: '1' }],
  });
  await server.call('PUT', `Patient/${body.id}`, { ...body, active: true });
  const doomed = await server.call('POST', 'Patient', { resourceType: 'Patient' });
  await server.call('DELETE', `Patient/${doomed.body.id}`);
  await server.ehr.close();
  server = await startEhr({ stateFile });
  expect((await server.call('GET', 'Patient?identifier=urn:x|1')).body.entry?.[0]?.resource?.active).toBe(true);
  expect((await server.call('GET', `Patient/${body.id}/_history`)).body.total).toBe(2);
  expect((await server.call('GET', `Patient/${doomed.body.id}`)).status).toBe(410);
  await server.ehr.close();
});
