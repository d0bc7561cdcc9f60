import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { type RunningEhr, startEhr } from './running-ehr.ts';

let server: RunningEhr;
beforeAll(async () => {
  server = await startEhr();
  await server.call('PUT', 'CodeSystem/pets', {
    resourceType: 'CodeSystem',
    id: 'pets',
    url: 'urn:pets',
    status: 'active',
    content: 'complete',
    concept: [
      {
        code: 'animal',
        display: 'Animal',
        concept: [
          { code: 'dog', display: 'Dog' },
          { code: 'cat', display: 'Cat' },
        ],
      },
      { code: 'stone', display: 'Stone' },
    ],
  });
  const valueSet = (id: string, compose: object): object => ({
    resourceType: 'ValueSet',
    id,
    url: `urn:vs:${id}`,
    status: 'active',
    compose,
  });
  await server.call('PUT', 'ValueSet/all', valueSet('all', { include: [{ system: 'urn:pets' }] }));
  await server.call(
    'PUT',
    'ValueSet/listed',
    valueSet('listed', {
      include: [{ system: 'urn:elsewhere', concept: [{ code: 'a', display: 'A' }, { code: 'b' }] }],
    }),
  );
  await server.call(
    'PUT',
    'ValueSet/below',
    valueSet('below', {
      include: [
        { system: 'urn:pets', filter: [{ property: 'concept', op: 'descendent-of', value: 'animal' }] },
        { valueSet: ['urn:vs:listed'] },
      ],
      exclude: [{ system: 'urn:pets', concept: [{ code: 'cat' }] }],
    }),
  );
  await server.call(
    'PUT',
    'ValueSet/outside',
    valueSet('outside', { include: [{ system: 'http://snomed.info/sct' }] }),
  );
});
afterAll(async () => {
  await server.ehr.close();
});

const expansion = z.looseObject({ expansion: z.object({ contains: z.array(z.object({ code: z.string() })) }) });

it.each([
  ['ValueSet/$expand?url=urn:vs:all', ['animal', 'dog', 'cat', 'stone']],
  ['ValueSet/$expand?url=urn:vs:listed', ['a', 'b']],
  ['ValueSet/below/$expand', ['dog', 'a', 'b']],
  ['ValueSet/$expand?url=urn:vs:all&filter=CA', ['cat']],
  ['ValueSet/$expand?url=urn:vs:all&offset=1&count=2', ['dog', 'cat']],
  ['ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender', ['male', 'female', 'other', 'unknown']],
])('%s lists its codes', async (path, codes) => {
  const { body } = await server.call('GET', path);
  expect(expansion.parse(body).expansion.contains.map((one) => one.code)).toEqual(codes);
});

it('expands a value set sent with the request', async () => {
  const valueSet = {
    resourceType: 'ValueSet',
    status: 'active',
    compose: { include: [{ valueSet: ['urn:vs:listed'] }] },
  };
  const { body } = await server.call('POST', 'ValueSet/$expand', {
    resourceType: 'Parameters',
    parameter: [{ name: 'valueSet', resource: valueSet }],
  });
  expect(expansion.parse(body).expansion.contains.map((one) => one.code)).toEqual(['a', 'b']);
});

it('refuses what it cannot list, and what it does not have', async () => {
  expect((await server.call('GET', 'ValueSet/outside/$expand')).status).toBe(422);
  expect((await server.call('GET', 'ValueSet/$expand?url=urn:vs:none')).status).toBe(404);
  expect((await server.call('GET', 'ValueSet/$expand')).status).toBe(400);
});
