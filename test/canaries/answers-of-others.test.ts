import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChart } from '../../adapters/fhir/chart.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createCarrierClient } from '../../adapters/twilio/carrier.ts';
import { found } from './search.ts';

const words = 'Zyphrinka Quandelmore born 1971-03-29, +13125558391, said xanthoplume';
const planted = { name: 'Quandelmore', born: '1971-03-29', number: '3125558391', answer: 'xanthoplume' };

/** Both servers answer every request with this, whatever was asked. */
let answer: { readonly status: number; readonly body: string; readonly type: string } = {
  status: 500,
  body: '',
  type: '',
};
let server: Server;
let url = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(answer.status, { 'content-type': answer.type, 'x-said': encodeURIComponent(words) });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const outcome = JSON.stringify({
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code: words,
      details: { text: words },
      diagnostics: words,
      expression: [words, 'Patient.name'],
    },
  ],
});
const answers: readonly (readonly [string, typeof answer])[] = [
  ['500 that quotes the patient', { status: 500, body: words, type: 'text/plain' }],
  ['500 with an OperationOutcome that quotes them', { status: 500, body: outcome, type: 'application/fhir+json' }],
  ['422 with one', { status: 422, body: outcome, type: 'application/fhir+json' }],
  ['409 with one', { status: 409, body: outcome, type: 'application/fhir+json' }],
  ['401 with a page', { status: 401, body: `<html>${words}</html>`, type: 'text/html' }],
  [
    '200 with garbage',
    { status: 200, body: `{"resourceType": "Patient", "name": "${words}`, type: 'application/fhir+json' },
  ],
  [
    '200 with another resource',
    { status: 200, body: JSON.stringify({ resourceType: 'Basic', text: words }), type: 'application/fhir+json' },
  ],
  ['a redirect', { status: 302, body: words, type: 'text/plain' }],
];

/** Everything that a log line or a caller could show of what happened. */
async function shown(calls: readonly (() => Promise<unknown>)[], lines: string[]): Promise<string> {
  const log = createJsonLog({ write: (line) => lines.push(line) });
  const results: unknown[] = [];
  for (const call of calls) {
    try {
      results.push(await call());
    } catch (error) {
      log.error('HTTP_FAILED', {}, error);
      for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
        results.push(cause.message, cause.stack, { ...cause });
    }
  }
  return `${lines.join('')}\n${JSON.stringify(results)}`;
}

describe('what others answer, quoting the patient, is not repeated', () => {
  it.each(answers)('an EHR: %s', async (_, given) => {
    answer = given;
    const lines: string[] = [];
    const log = createJsonLog({ write: (line) => lines.push(line) });
    const token = { current: async () => 'token', insteadOf: async () => 'token' };
    const chart = createChart({ fhirBase: `${url}/fhir`, token, log, attempts: 2, sleep: async () => undefined });
    const person = { resourceType: 'Patient', name: [{ text: words }] } as const;
    const text = await shown(
      [
        () => chart.read('Patient', '1'),
        () => chart.search('Patient', { phone: '+13125558391' }),
        () => chart.create(person, 'identifier=x'),
        () => chart.update({ ...person, id: '1' }, '1'),
        () => chart.expand('http://x.example/vs'),
      ],
      lines,
    );
    expect(text.length).toBeGreaterThan(50);
    expect(found({ planted }, text)).toEqual([]);
  });

  it.each([...answers.slice(0, 1), ...answers.slice(4)])('a carrier: %s', async (_, given) => {
    answer = {
      ...given,
      body:
        given.type === 'text/plain' ? JSON.stringify({ code: 21211, message: words, more_info: words }) : given.body,
    };
    const lines: string[] = [];
    const log = createJsonLog({ write: (line) => lines.push(line) });
    const carrier = createCarrierClient({
      accountSid: 'AC1',
      authToken: 'secret',
      from: '+13125550199',
      baseUrl: url,
      log,
    });
    const text = await shown(
      [
        () => carrier.send({ to: '+13125558391', body: words, statusCallback: `${url}/status` }),
        () => carrier.call({ to: '+13125558391', url: `${url}/voice` }),
        () => carrier.find('+13125558391', words, new Date(0)),
        () => carrier.media(`${url}/Media/ME1`).then(() => 'fetched'),
      ],
      lines,
    );
    expect(found({ planted }, text)).toEqual([]);
  });
});
