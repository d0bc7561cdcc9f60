import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BackendToken } from '../../../adapters/fhir/backend-token.ts';
import { type ChartOptions, createChart } from '../../../adapters/fhir/chart.ts';
import type { Log } from '../../../domain/ports/log.ts';
import { SmallEhr, type Trouble } from './small-ehr.ts';

let ehr: SmallEhr;
let slept: number[] = [];
let logged: string[] = [];
let refusedTokens: string[] = [];
const write = (...args: readonly unknown[]): void => {
  logged.push(JSON.stringify(args));
};
const log: Log = { info: write, warn: write, error: write };
let held = 'token-1';
const token: BackendToken = {
  current: async () => held,
  insteadOf: async (refused) => {
    refusedTokens.push(refused);
    return held;
  },
};
const sleep = async (ms: number): Promise<void> => {
  slept.push(ms);
};
const chartWith = (over: Partial<ChartOptions> = {}) =>
  createChart({ fhirBase: ehr.base, token, log, sleep, random: () => 1, timeoutMs: 2000, ...over });
const impatient = { timeoutMs: 100 };

const ours = { system: 'https://told-once.dev/id', value: 'story-1/answer-3' };
const condition = 'identifier=https://told-once.dev/id|story-1/answer-3';
const response = { resourceType: 'QuestionnaireResponse', status: 'in-progress', identifier: [ours] };
const patient = { resourceType: 'Patient', id: '1', name: [{ family: 'Kowalska' }] };
const unavailable = expect.objectContaining({ name: 'Fault', code: 'CHART_UNAVAILABLE' });

beforeAll(async () => {
  ehr = await SmallEhr.start();
});
afterAll(() => ehr.close());
beforeEach(() => {
  ehr.reset();
  held = 'token-1';
  [slept, logged, refusedTokens] = [[], [], []];
});

describe('a read', () => {
  test('finds what is there, and says why not', async () => {
    ehr.put(patient);
    expect(await chartWith().read('Patient', '1')).toMatchObject({
      is: 'found',
      resource: { id: '1', meta: { versionId: '1' } },
    });
    expect(await chartWith().read('Patient', '2')).toEqual({ is: 'missing' });
    ehr.troubles = [{ status: 410 }, { status: 403 }];
    expect(await chartWith().read('Patient', '1')).toEqual({ is: 'gone' });
    expect(await chartWith().read('Patient', '1')).toEqual({ is: 'forbidden' });
    expect(ehr.heard.every((one) => one.headers.authorization === 'Bearer token-1')).toBe(true);
  });

  test.each<[string, Trouble]>([
    ['HTTP 500', { status: 500 }],
    ['HTTP 503', { status: 503 }],
    ['HTTP 429', { status: 429 }],
    ['a reset', 'reset'],
    ['silence', 'hang'],
    ['HTML', { status: 200, raw: '<html>sign in</html>' }],
    ['null', { status: 200, raw: 'null' }],
    ['a list', { status: 200, raw: '[]' }],
    ['nothing', { status: 200 }],
    ['another type', { status: 200, body: { resourceType: 'Practitioner', id: '1' } }],
    ['half of it', { status: 200, raw: '{"resourceType":"Pat' }],
  ])('is tried again after %s, and ends as unavailable when that is all there is', async (_name, trouble) => {
    ehr.put(patient);
    ehr.troubles = [trouble];
    expect(await chartWith(impatient).read('Patient', '1')).toMatchObject({ is: 'found' });
    expect(slept).toEqual([200]);
    ehr.troubles = Array.from({ length: 4 }, () => trouble);
    await expect(chartWith(impatient).read('Patient', '1')).rejects.toEqual(unavailable);
    expect(ehr.troubles).toHaveLength(0);
    expect(slept).toEqual([200, 200, 400, 800]);
  });

  test('waits as long as the EHR asks, but not longer than the caller has', async () => {
    ehr.put(patient);
    ehr.troubles = [
      { status: 429, headers: { 'retry-after': '3' } },
      {
        status: 503,
        headers: { date: 'Sun, 22 Nov 2026 02:14:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 02:14:05 GMT' },
      },
    ];
    await chartWith().read('Patient', '1');
    expect(slept).toEqual([3000, 5000]);
    ehr.troubles = [{ status: 429, headers: { 'retry-after': '60' } }];
    await expect(chartWith().read('Patient', '1')).rejects.toMatchObject({
      code: 'CHART_UNAVAILABLE',
      retryAfterSeconds: 60,
    });
    expect(slept).toHaveLength(2);
  });

  test('jitters its waiting', async () => {
    ehr.put(patient);
    ehr.troubles = [{ status: 500 }];
    await chartWith({ random: () => 0 }).read('Patient', '1');
    expect(slept).toEqual([100]);
  });

  test('renews the token once after a 401, and no more', async () => {
    ehr.put(patient);
    held = 'token-2';
    ehr.acceptedToken = 'token-2';
    ehr.troubles = [{ status: 401 }];
    expect(await chartWith().read('Patient', '1')).toMatchObject({ is: 'found' });
    expect(refusedTokens).toEqual(['token-2']);
    ehr.acceptedToken = 'token-3';
    await expect(chartWith().read('Patient', '1')).rejects.toEqual(unavailable);
    expect(ehr.heard).toHaveLength(4);
  });

  test('is not followed to wherever the EHR redirects', async () => {
    ehr.troubles = [{ status: 302, headers: { location: `${ehr.base}/Patient/1` } }];
    await expect(chartWith().read('Patient', '1')).rejects.toEqual(unavailable);
    expect(ehr.heard).toHaveLength(1);
  });

  test('asks for exactly the id it was given', async () => {
    expect(await chartWith().read('Patient', '../Observation?x=')).toEqual({ is: 'missing' });
    expect(ehr.heard[0]?.url).toBe('/fhir/Patient/..%2FObservation%3Fx%3D');
  });
});

describe('a conditional create', () => {
  test('writes once and says where', async () => {
    expect(await chartWith().create(response, condition)).toEqual({ is: 'written', id: 'new-1', versionId: '1' });
    expect(await chartWith().create(response, condition)).toEqual({ is: 'written', id: 'new-1', versionId: '1' });
    expect(ehr.stored.size).toBe(1);
    expect(ehr.heard[0]?.headers['content-type']).toBe('application/fhir+json');
  });

  test.each<Trouble>(['do it, then hang', 'do it, then reset', 'do it, then garbage', 'hang', 'reset'])(
    'whose answer is lost (%s) is tried again and is there once',
    async (trouble) => {
      ehr.troubles = [trouble];
      expect(await chartWith(impatient).create(response, condition)).toEqual({
        is: 'written',
        id: 'new-1',
        versionId: '1',
      });
      expect(ehr.stored.size).toBe(1);
      expect(ehr.heard).toHaveLength(2);
    },
  );

  test('understands a server that answers with headers only, or with nothing', async () => {
    ehr.minimalAnswers = true;
    expect(await chartWith().create(response, condition)).toMatchObject({ is: 'written', versionId: '1' });
    ehr.troubles = [{ status: 200 }];
    expect(await chartWith().create(response, condition)).toMatchObject({ is: 'written', versionId: '1' });
  });

  test('is a conflict when several resources are meant', async () => {
    ehr.put({ ...response, id: 'a' });
    ehr.put({ ...response, id: 'b' });
    expect(await chartWith().create(response, condition)).toEqual({ is: 'conflict' });
  });

  test.each([400, 422, 404, 413])(
    'refused with %i says why in codes and paths, without a word of the patient',
    async (status) => {
      const body = {
        resourceType: 'OperationOutcome',
        issue: [
          {
            code: 'value',
            diagnostics: 'Kowalska was born 1961-03-04',
            expression: ['QuestionnaireResponse.item[2].answer', "Patient.name.where(family='Kowalska')"],
          },
          { code: 'Kowalska', details: { text: 'Kowalska' } },
        ],
      };
      ehr.troubles = [{ status, body }];
      expect(await chartWith().create(response, condition)).toEqual({
        is: 'refused',
        status,
        reason: 'value at QuestionnaireResponse.item[2].answer; unnamed',
      });
      expect(ehr.heard).toHaveLength(1);
    },
  );
});

describe('an update', () => {
  const changed = { ...patient, active: true };

  test('is written over the version it was made from, and conflicts with any other', async () => {
    ehr.put(patient);
    expect(await chartWith().update(changed, '1')).toEqual({ is: 'written', id: '1', versionId: '2' });
    expect(ehr.heard[0]?.headers['if-match']).toBe('W/"1"');
    expect(await chartWith().update(patient, '1')).toEqual({ is: 'conflict' });
    expect(ehr.stored.get('Patient/1')).toMatchObject({ active: true });
    ehr.troubles = [{ status: 409 }];
    expect(await chartWith().update(patient, '2')).toEqual({ is: 'conflict' });
    expect(await chartWith().update(patient)).toEqual({ is: 'written', id: '1', versionId: '3' });
  });

  test.each<Trouble>(['do it, then hang', 'do it, then reset', 'do it, then garbage'])(
    'that went through though its answer was lost (%s) counts as written, once',
    async (trouble) => {
      ehr.put(patient);
      ehr.troubles = [trouble];
      expect(await chartWith(impatient).update(changed, '1')).toEqual({ is: 'written', id: '1', versionId: '2' });
      expect(ehr.stored.get('Patient/1')?.meta?.versionId).toBe('2');
    },
  );

  test('whose answer was lost is a conflict when somebody else has written since', async () => {
    ehr.put(patient);
    ehr.troubles = ['do it, then reset'];
    const other = sleepThen(() => ehr.put({ ...patient, name: [{ family: 'Nowak' }] }));
    expect(await chartWith({ sleep: other }).update(changed, '1')).toEqual({ is: 'conflict' });
    expect(ehr.stored.get('Patient/1')).toMatchObject({ name: [{ family: 'Nowak' }] });
  });

  test('that never arrived is not taken for written when somebody else was first', async () => {
    ehr.put(patient);
    ehr.troubles = ['reset'];
    expect(
      await chartWith({ sleep: sleepThen(() => ehr.put({ ...patient, active: false })) }).update(changed, '1'),
    ).toEqual({ is: 'conflict' });
  });
});

const sleepThen = (act: () => unknown) => async (): Promise<void> => {
  act();
};

describe('a search', () => {
  beforeEach(() => {
    for (let id = 1; id <= 5; id += 1) ehr.put({ ...patient, id: String(id) });
  });

  test('reads every page, at most so many, and leaves out what the server says about itself', async () => {
    expect((await chartWith().search('Patient', {})).map((one) => one.id)).toEqual(['1', '2', '3', '4', '5']);
    expect(ehr.heard).toHaveLength(3);
    expect(await chartWith().search('Patient', {}, 3)).toHaveLength(3);
    expect(ehr.heard).toHaveLength(5);
  });

  test('gives page by page what need not fit into memory, and says where it is refused', async () => {
    const pages: (readonly (string | undefined)[])[] = [];
    for await (const page of chartWith().pages('Patient', {})) pages.push(page.map(({ id }) => id));
    expect(pages).toEqual([['1', '2'], ['3', '4'], ['5']]);
    ehr.troubles = ['none', { status: 403 }];
    const both = chartWith().pages('Patient', {})[Symbol.asyncIterator]();
    expect((await both.next()).value).toHaveLength(2);
    await expect(both.next()).rejects.toMatchObject({ code: 'CHART_REFUSED' });
  });

  test('sends names, numbers and identifiers in the body, never in the address', async () => {
    await chartWith().search('Patient', { phone: '+48601123456', _count: '2' }, 1);
    await chartWith().search('Patient', { 'name:exact': 'Kowalska' }, 1);
    expect(ehr.heard.map((one) => [one.method, one.url])).toEqual([
      ['POST', '/fhir/Patient/_search'],
      ['POST', '/fhir/Patient/_search'],
    ]);
    expect(ehr.heard[0]?.body).toBe('phone=%2B48601123456&_count=2');
  });

  test('takes its token to no other server, and gives no half result', async () => {
    const elsewhere = await SmallEhr.start();
    ehr.nextPageOrigin = elsewhere.origin;
    await expect(chartWith().search('Patient', {})).rejects.toEqual(unavailable);
    expect(elsewhere.heard).toHaveLength(0);
    await elsewhere.close();
  });

  test('that goes round in circles or is no searchset ends as unavailable', async () => {
    const circle = {
      status: 200,
      body: { resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'next', url: `${ehr.base}/Patient?x=1` }] },
    };
    ehr.troubles = [circle, circle, circle, circle];
    await expect(chartWith().search('Patient', {})).rejects.toEqual(unavailable);
    expect(ehr.heard).toHaveLength(2);
    ehr.troubles = [{ status: 400 }];
    await expect(chartWith().search('Patient', {})).rejects.toMatchObject({ code: 'CHART_REFUSED' });
    ehr.troubles = Array.from({ length: 4 }, () => ({
      status: 200,
      body: { resourceType: 'Bundle', type: 'collection' },
    }));
    await expect(chartWith().search('Patient', {})).rejects.toEqual(unavailable);
  });
});

describe('a transaction', () => {
  const entries = [
    { method: 'POST', url: 'QuestionnaireResponse', resource: response, ifNoneExist: condition },
    { method: 'PUT', url: 'Patient/1', resource: { ...patient, active: true }, ifMatch: '1' },
  ] as const;

  test('writes all of it and says where', async () => {
    ehr.put(patient);
    expect(await chartWith().transaction(entries)).toEqual([
      { is: 'written', id: 'new-1', versionId: '1' },
      { is: 'written', id: '1', versionId: '2' },
    ]);
    expect(ehr.heard[0]).toMatchObject({ method: 'POST', url: '/fhir' });
  });

  test('writes nothing when one part conflicts or is refused', async () => {
    ehr.put(patient);
    ehr.put(patient);
    expect(await chartWith().transaction(entries)).toEqual([{ is: 'conflict' }, { is: 'conflict' }]);
    expect(ehr.stored.size).toBe(1);
    ehr.troubles = [{ status: 422 }];
    const refused = { is: 'refused', status: 422, reason: 'no reason given' };
    expect(await chartWith().transaction(entries)).toEqual([refused, refused]);
  });

  test('that the EHR does not know how to do is refused, and not asked for again', async () => {
    ehr.troubles = [{ status: 501 }];
    expect(await chartWith().transaction(entries)).toEqual(
      entries.map(() => ({ is: 'refused', status: 501, reason: 'no reason given' })),
    );
    expect(ehr.heard).toHaveLength(1);
  });

  test('whose answer was lost is settled: there once, and known as written', async () => {
    ehr.put(patient);
    ehr.troubles = ['do it, then reset'];
    expect(await chartWith().transaction(entries)).toEqual([
      { is: 'written', id: 'new-1', versionId: '1' },
      { is: 'written', id: '1', versionId: '2' },
    ]);
    expect(ehr.stored.size).toBe(2);
  });

  test('that could double something is not tried again after a doubt', async () => {
    ehr.troubles = ['do it, then reset'];
    await expect(
      chartWith().transaction([{ method: 'POST', url: 'QuestionnaireResponse', resource: response }]),
    ).rejects.toEqual(unavailable);
    expect(ehr.stored.size).toBe(1);
    expect(ehr.heard).toHaveLength(1);
  });

  test('answered for fewer parts than were sent is unavailable, not written', async () => {
    const short = { status: 200, body: { resourceType: 'Bundle', type: 'transaction-response', entry: [{}] } };
    ehr.troubles = [short, short, short, short];
    await expect(chartWith().transaction(entries)).rejects.toEqual(unavailable);
  });
});

test('an EHR that does not keep what it told of says so', async () => {
  expect(await chartWith().told('s', 3, 5)).toBeUndefined();
  expect(ehr.heard.at(-1)?.url).toBe('/fhir/Subscription/s/$events?eventsSinceNumber=3&eventsUntilNumber=5');
});

test('a value set is expanded by its canonical and version, or is not known', async () => {
  expect(await chartWith().expand('http://x/vs|2.0')).toMatchObject({ resourceType: 'ValueSet', version: '2.0' });
  expect(await chartWith().expand('http://x/other')).toBeUndefined();
});

describe('an EHR that is down', () => {
  test('is left alone for a while, then asked once, and believed when it is back', async () => {
    ehr.put(patient);
    let now = 0;
    const chart = chartWith({ attempts: 1, breakerFailures: 3, breakerOpenMs: 10_000, now: () => now });
    ehr.troubles = Array.from({ length: 4 }, () => ({ status: 503 }));
    for (let call = 0; call < 3; call += 1) await expect(chart.read('Patient', '1')).rejects.toEqual(unavailable);
    await expect(chart.read('Patient', '1')).rejects.toMatchObject({
      code: 'CHART_UNAVAILABLE',
      retryAfterSeconds: 10,
    });
    expect(ehr.heard).toHaveLength(3);
    now = 10_000;
    await expect(chart.read('Patient', '1')).rejects.toEqual(unavailable);
    expect(ehr.heard).toHaveLength(4);
    now = 19_999;
    await expect(chart.read('Patient', '1')).rejects.toMatchObject({ retryAfterSeconds: 1 });
    expect(ehr.heard).toHaveLength(4);
    now = 20_000;
    const both = await Promise.allSettled([chart.read('Patient', '1'), chart.read('Patient', '1')]);
    expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected']);
    expect(ehr.heard).toHaveLength(5);
    expect(await chart.read('Patient', '1')).toMatchObject({ is: 'found' });
    expect(logged.filter((line) => line.includes('opened'))).toHaveLength(1);
  });

  test('is not thought down for refusing us or asking us to slow down', async () => {
    const chart = chartWith({ attempts: 1, breakerFailures: 2 });
    ehr.troubles = [
      { status: 500 },
      { status: 404 },
      { status: 500 },
      { status: 429 },
      { status: 500 },
      { status: 403 },
    ];
    for (const outcome of ['rejected', 'fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled']) {
      const [call] = await Promise.allSettled([chart.read('Patient', '1')]);
      expect(call?.status).toBe(outcome);
    }
    expect(ehr.heard).toHaveLength(6);
  });

  test('and unreachable is unavailable too', async () => {
    const gone = await SmallEhr.start();
    const fhirBase = gone.base;
    await gone.close();
    const failed = await chartWith({ fhirBase })
      .read('Patient', '1')
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'CHART_UNAVAILABLE', cause: { message: 'ECONNREFUSED' } });
  });

  test('tells neither log nor error who the patient is', async () => {
    const everything: unknown[] = [];
    const reachable = { ...patient, telecom: '48601123456' };
    const troubles: Trouble[] = [
      'reset',
      { status: 500, raw: 'Kowalska 48601123456' },
      { status: 200, raw: '<Kowalska>' },
      { status: 400, raw: 'Kowalska' },
    ];
    for (const trouble of troubles) {
      ehr.troubles = [trouble, trouble];
      const chart = chartWith({ attempts: 2 });
      everything.push(
        await chart
          .search('Patient', { family: 'Kowalska', phone: '48601123456' })
          .catch((error: unknown) => describeError(error)),
      );
      ehr.troubles = [trouble, trouble];
      everything.push(await chart.update(reachable, '1').catch((error: unknown) => describeError(error)));
    }
    expect(everything).toHaveLength(8);
    expect(JSON.stringify(everything) + logged.join('\n')).not.toMatch(/Kowalska|48601123456|token-1/);
  });
});

function describeError(error: unknown): string[] {
  const lines: string[] = [];
  for (let one = error; one instanceof Error; one = one.cause)
    lines.push(one.message, one.stack ?? '', JSON.stringify(one));
  return lines;
}
