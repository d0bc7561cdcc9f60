import { describe, expect, it } from 'vitest';
import type { Records } from '../../../domain/ports/records.ts';
import type { StoryStore } from '../../../domain/ports/story-store.ts';
import { chartChanged } from '../../../events/chart-changed.ts';
import { createHandler } from '../../../functions/ehr-notified/handler.ts';
import { createHandClock, dataFolder, type House, openHouse } from '../../adapters/embedded/house.ts';
import { bodyOf, httpEvent, listeningLog } from './http-event.ts';

const header = 'X-Notify';
const secret = 'Bearer a-long-secret';
const started = Date.parse('2026-03-02T07:58:00Z');

interface Call {
  readonly below?: string;
  readonly method?: 'POST' | 'PUT';
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Clinic {
  readonly house: House;
  readonly log: ReturnType<typeof listeningLog>;
  readonly faults: { commit?: Error; put?: Error };
  notify(call?: Call): Promise<{ status: number; body: Record<string, unknown> }>;
  /** What came to the bus, in order: `Task/1/1`. */
  changes(): readonly string[];
}

async function withClinic(test: (clinic: Clinic) => Promise<void>): Promise<void> {
  const folder = dataFolder();
  const house = openHouse({ path: folder.path, clock: createHandClock(started) });
  const log = listeningLog();
  const faults: Clinic['faults'] = {};
  const store: StoryStore = {
    ...house.store,
    commit: async (change) => {
      if (faults.commit !== undefined) throw faults.commit;
      return house.store.commit(change);
    },
  };
  const records: Records = {
    get: house.records.get,
    list: house.records.list,
    put: async (put, events) => {
      if (faults.put !== undefined) throw faults.put;
      return house.records.put(put, events);
    },
  };
  const handler = createHandler({
    store,
    records,
    clinic: { tenant: 'lakeside' },
    clock: house.clock,
    log,
    secret: { header, secret },
  });
  try {
    await test({
      house,
      log,
      faults,
      async notify({ below = '', method = 'POST', body, type = 'application/fhir+json', headers } = {}) {
        const response = await handler(
          httpEvent({
            route: `${method} /ehr/notifications${below === '' ? '' : '/{proxy+}'}`,
            path: `/ehr/notifications${below}`,
            headers: { [header]: secret, ...(type === '' ? {} : { 'content-type': type }), ...headers },
            body: typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body),
          }),
        );
        return { status: response.statusCode ?? 0, body: response.body ? bodyOf(response) : {} };
      },
      changes: () => house.published.map(({ id }) => id.replace('chart-changed/ehr/', '')),
    });
  } finally {
    await house.close();
    folder.remove();
  }
}

function task(id: string, versionId: string, more: Record<string, unknown> = {}) {
  return { resourceType: 'Task', id, meta: { versionId, lastUpdated: '2026-03-02T07:58:00Z' }, ...more };
}

/** A notification of the R4 backport. */
function bundle(
  type: 'handshake' | 'heartbeat' | 'event-notification',
  resources: readonly Record<string, unknown>[] = [],
  { since = 0, numbers = [], status = 'active' }: { since?: number; numbers?: readonly number[]; status?: string } = {},
) {
  return {
    resourceType: 'Bundle',
    type: 'history',
    timestamp: '2026-03-02T07:58:00Z',
    entry: [
      {
        resource: {
          resourceType: 'Parameters',
          parameter: [
            { name: 'subscription', valueReference: { reference: 'https://ehr.example/fhir/Subscription/tasks' } },
            { name: 'status', valueCode: status },
            { name: 'type', valueCode: type },
            { name: 'events-since-subscription-start', valueString: String(since) },
            ...numbers.map((number) => ({
              name: 'notification-event',
              part: [{ name: 'event-number', valueString: String(number) }],
            })),
          ],
        },
      },
      ...resources.map((resource) => ({
        fullUrl: `https://ehr.example/fhir/${resource.resourceType}/${resource.id}`,
        resource,
      })),
    ],
  };
}

const sweeps = (house: House) =>
  house.published
    .map(({ data }) => chartChanged.data.parse(data))
    .filter(({ resourceType }) => resourceType === 'Sweep');

describe('who may notify', () => {
  it.each([
    ['nothing', {}],
    ['a wrong secret', { [header]: 'Bearer another' }],
    ['the secret without its scheme', { [header]: 'a-long-secret' }],
  ])('is not one who sends %s', (_, headers) =>
    withClinic(async ({ notify, changes, log }) => {
      const { status, body } = await notify({ body: task('1', '1'), headers: { [header]: '', ...headers } });
      expect([status, body.type]).toStrictEqual([401, 'https://told-once.dev/problems/secret-invalid']);
      expect(changes()).toStrictEqual([]);
      expect(log.lines.join()).not.toContain('Bearer');
    }),
  );
});

describe('a change', () => {
  it('is an event named after the resource and its version, which comes along', () =>
    withClinic(async ({ notify, house }) => {
      expect((await notify({ body: task('1', '7', { status: 'requested' }) })).status).toBe(200);
      expect(house.published).toMatchObject([
        {
          id: 'chart-changed/ehr/Task/1/7',
          cause: 'ehr/Task/1/7',
          tenant: 'lakeside',
          time: '2026-03-02T07:58:00.000Z',
          data: { resourceType: 'Task', id: '1', versionId: '7', resource: { status: 'requested' } },
        },
      ]);
      expect(chartChanged.data.safeParse(house.published[0]?.data).success).toBe(true);
    }));

  it.each([
    ['POST', ''],
    ['PUT', '/Task'],
    ['PUT', '/Task/1'],
    ['POST', '/Task/1/'],
  ] as const)('is the same by whatever way rest-hook servers call: %s %s', (method, below) =>
    withClinic(async ({ notify, changes }) => {
      expect((await notify({ method, below, body: task('1', '7') })).status).toBe(200);
      expect(changes()).toStrictEqual(['Task/1/7']);
    }),
  );

  it('told twice is one event, and fine both times', () =>
    withClinic(async ({ notify, changes }) => {
      const call = {
        body: bundle('event-notification', [task('1', '1'), task('2', '1')], { since: 2, numbers: [1, 2] }),
      };
      expect([(await notify(call)).status, (await notify(call)).status]).toStrictEqual([200, 200]);
      expect((await notify({ body: task('3', '1') })).status).toBe(200);
      expect((await notify({ body: task('3', '1') })).status).toBe(200);
      expect(changes()).toStrictEqual(['Task/1/1', 'Task/2/1', 'Task/3/1']);
    }));

  it('without a version may come back to an earlier state, and is told again', () =>
    withClinic(async ({ notify, changes, house }) => {
      const state = (status: string) => ({ resourceType: 'Appointment', id: '1', status });
      for (const status of ['booked', 'cancelled', 'booked']) {
        await notify({ body: state(status) });
        house.clock.advance(1000);
      }
      expect(new Set(changes()).size).toBe(3);
    }));

  it('without a version, in a notification that is sent again, is one event', () =>
    withClinic(async ({ notify, changes, house }) => {
      const body = bundle('event-notification', [{ resourceType: 'Appointment', id: '1' }], { since: 1, numbers: [1] });
      await notify({ body });
      house.clock.advance(5000);
      await notify({ body });
      expect(changes()).toHaveLength(1);
    }));

  it('is only named where the resource is large: it is read behind the bus', () =>
    withClinic(async ({ notify, house }) => {
      await notify({ body: task('1', '1', { description: 'ż'.repeat(29_000) }) });
      await notify({ body: task('2', '1', { description: 'ż'.repeat(31_000) }) });
      const carried = house.published.map(({ data }) => chartChanged.data.parse(data).resource !== undefined);
      expect(carried).toStrictEqual([true, false]);
    }));

  it('that is a path alone is followed by its id; a type alone asks for a sweep of it', () =>
    withClinic(async ({ notify, house }) => {
      await notify({ method: 'PUT', below: '/Task/42' });
      await notify({ method: 'PUT', below: '/Task' });
      await notify({ type: '' });
      expect(house.published.map(({ data }) => data)).toStrictEqual([
        { resourceType: 'Task', id: '42' },
        { resourceType: 'Sweep', id: 'Task' },
        { resourceType: 'Sweep', id: '*' },
      ]);
    }));

  it('of many is kept whole, in commits that the store and the bus can take', () =>
    withClinic(async ({ notify, changes, house }) => {
      const resources = Array.from({ length: 420 }, (_, index) =>
        task(`t${index}`, '1', { description: 'x'.repeat(index % 20 === 0 && index < 200 ? 50_000 : 200) }),
      );
      const body = bundle('event-notification', resources, { since: 420, numbers: [1, 420] });
      const sizes: number[] = [];
      const { commit } = house.store;
      house.store.commit = (change) => {
        sizes.push(JSON.stringify(change.events).length);
        expect(change.events.length).toBeLessThanOrEqual(100);
        return commit(change);
      };
      expect((await notify({ body })).status).toBe(200);
      expect(changes()).toStrictEqual(resources.map(({ id }) => `Task/${id}/1`));
      expect(sizes.length).toBeGreaterThan(4);
      expect(Math.max(...sizes)).toBeLessThan(256_000);
      await notify({ body });
      expect(changes()).toHaveLength(420);
    }));

  it('is not acknowledged before it is durable', () =>
    withClinic(async ({ notify, changes, faults }) => {
      const body = bundle('event-notification', [task('1', '1')], { since: 1, numbers: [1] });
      faults.commit = new Error('no store');
      expect((await notify({ body })).status).toBe(503);
      delete faults.commit;
      faults.put = new Error('no store');
      expect((await notify({ body })).status).toBe(503);
      delete faults.put;
      expect((await notify({ body })).status).toBe(200);
      expect(changes()).toStrictEqual(['Task/1/1']);
    }));
});

describe('a subscription', () => {
  const kept = async (house: House) => (await house.records.get('subscription', 'heard/tasks'))?.value;

  it('that shakes hands is known from then on', () =>
    withClinic(async ({ notify, house }) => {
      expect((await notify({ body: bundle('handshake') })).status).toBe(200);
      expect(await kept(house)).toStrictEqual({
        reference: 'Subscription/tasks',
        criteria: '',
        lastEventNumber: 0,
        checkedAt: '2026-03-02T07:58:00.000Z',
      });
      expect(house.published).toStrictEqual([]);
    }));

  it('is counted from where it is first heard', () =>
    withClinic(async ({ notify, house }) => {
      await notify({ body: bundle('event-notification', [task('1', '1')], { since: 5, numbers: [5] }) });
      expect(await kept(house)).toMatchObject({ lastEventNumber: 5 });
      expect(sweeps(house)).toStrictEqual([]);
    }));

  it('whose numbers leave a gap asks for what was missed', () =>
    withClinic(async ({ notify, house }) => {
      await notify({ body: bundle('handshake') });
      await notify({ body: bundle('event-notification', [task('1', '1')], { since: 1, numbers: [1] }) });
      house.clock.advance(60_000);
      await notify({ body: bundle('event-notification', [task('4', '1')], { since: 4, numbers: [4] }) });
      const missed = { subscription: 'tasks', from: 2, to: 3 };
      expect(sweeps(house)).toStrictEqual([{ resourceType: 'Sweep', id: '*', missed }]);
      expect(await kept(house)).toMatchObject({ lastEventNumber: 4 });
    }));

  it('whose late notification arrives does not go back', () =>
    withClinic(async ({ notify, house, changes }) => {
      await notify({ body: bundle('handshake') });
      await notify({ body: bundle('event-notification', [task('2', '1')], { since: 2, numbers: [2] }) });
      await notify({ body: bundle('event-notification', [task('1', '1')], { since: 1, numbers: [1] }) });
      expect(changes().filter((change) => !change.startsWith('Sweep'))).toStrictEqual(['Task/2/1', 'Task/1/1']);
      expect(await kept(house)).toMatchObject({ lastEventNumber: 2 });
      expect(sweeps(house)).toHaveLength(1);
    }));

  it('whose heartbeat counts more than we had asks for a sweep, and one that agrees does not', () =>
    withClinic(async ({ notify, house }) => {
      await notify({ body: bundle('handshake') });
      await notify({ body: bundle('heartbeat', [], { since: 0 }) });
      expect(sweeps(house)).toStrictEqual([]);
      await notify({ body: bundle('heartbeat', [], { since: 3 }) });
      expect(sweeps(house)).toHaveLength(1);
    }));

  it('that says it is in error is told to operators', () =>
    withClinic(async ({ notify, log }) => {
      await notify({ body: bundle('heartbeat', [], { status: 'error' }) });
      expect(log.lines.join()).toContain('SUBSCRIPTION_FAILED');
    }));

  it('that notifies many times at once is followed whole', () =>
    withClinic(async ({ notify, changes, house }) => {
      await notify({ body: bundle('handshake') });
      const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
      const all = await Promise.all(
        numbers.map((number) =>
          notify({
            body: bundle('event-notification', [task(`t${number}`, '1')], { since: number, numbers: [number] }),
          }),
        ),
      );
      expect(all.every(({ status }) => status === 200)).toBe(true);
      expect(changes().filter((change) => change.startsWith('Task'))).toHaveLength(30);
      expect((await kept(house))?.lastEventNumber).toBeGreaterThan(0);
    }));
});

describe('what cannot be understood', () => {
  it.each<[string, Call, number, string]>([
    ['JSON cut short', { body: '{"resourceType":"Task"' }, 400, 'not-json'],
    ['JSON that is no resource', { body: { canary: 'anna' } }, 422, 'not-a-resource'],
    [
      'a Bundle that is no notification',
      { body: { resourceType: 'Bundle', type: 'searchset' } },
      422,
      'not-a-notification',
    ],
    ['a resource without an id', { body: { resourceType: 'Task' } }, 422, 'no-id'],
    ['a resource under the path of another', { body: task('1', '1'), below: '/Task/2' }, 422, 'path-mismatch'],
    ['XML', { body: '<Task/>', type: 'application/fhir+xml' }, 415, 'unsupported-format'],
    ['a place where nothing is expected', { body: task('1', '1'), below: '/Task/1/_history/1' }, 404, 'path-unknown'],
  ])('is refused with what to do, and kept whole: %s', (_, call, status, code) =>
    withClinic(async ({ notify, house, log, changes }) => {
      const answer = await notify(call);
      expect([answer.status, answer.body.type]).toStrictEqual([status, `https://told-once.dev/problems/${code}`]);
      expect(answer.body.detail).toContain('kept for our operators');
      await notify(call);
      const { items } = await house.records.list('quarantine');
      expect(items.map(({ value }) => [value.why, value.body])).toStrictEqual([
        [code, typeof call.body === 'string' ? call.body : JSON.stringify(call.body)],
      ]);
      expect(changes()).toStrictEqual([]);
      expect(JSON.stringify([log.lines, answer.body])).not.toContain('anna');
    }),
  );

  it('is kept whole however long it is', () =>
    withClinic(async ({ notify, house }) => {
      const body = `{"broken": "${'🌱ab'.repeat(50_000)}`;
      expect((await notify({ body })).status).toBe(400);
      const { items } = await house.records.list('quarantine');
      expect(items.length).toBeGreaterThan(3);
      expect(items.every(({ value }) => Buffer.byteLength(JSON.stringify(value)) < 390_000)).toBe(true);
      expect(items.map(({ value }) => value.body).join('')).toBe(body);
    }));

  it('over the limit of the route is not read', () =>
    withClinic(async ({ notify }) => {
      expect((await notify({ body: 'x'.repeat(1_048_577) })).status).toBe(413);
    }));
});
