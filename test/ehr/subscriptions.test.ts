import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anyResource, type Listener, listen, type RunningEhr, settle, startEhr } from './running-ehr.ts';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
const TOPIC = 'https://told-once.dev/ehr/SubscriptionTopic/task-changed';

let server: RunningEhr;
let listener: Listener;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ehr-'));
  listener = await listen();
  server = await startEhr({ stateFile: join(folder, 'ehr.sqlite') });
});
afterEach(async () => {
  await server.ehr.close();
  await listener.close();
  rmSync(folder, { recursive: true });
});

function topicSubscription(
  changes: { content?: string; filter?: string; end?: string; channel?: object[]; header?: string[] } = {},
): object {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria: TOPIC,
    ...(changes.filter === undefined
      ? {}
      : { _criteria: { extension: [{ url: `${BACKPORT}/backport-filter-criteria`, valueString: changes.filter }] } }),
    ...(changes.end === undefined ? {} : { end: changes.end }),
    channel: {
      type: 'rest-hook',
      endpoint: `${listener.url}/hook`,
      payload: 'application/fhir+json',
      ...(changes.header === undefined ? {} : { header: changes.header }),
      ...(changes.channel === undefined ? {} : { extension: changes.channel }),
      _payload: {
        extension: [{ url: `${BACKPORT}/backport-payload-content`, valueCode: changes.content ?? 'full-resource' }],
      },
    },
  };
}

const task = (status: string): object => ({
  resourceType: 'Task',
  status,
  intent: 'order',
  for: { reference: 'Patient/anna' },
});

async function subscribe(subscription: object): Promise<string> {
  const { status, body } = await server.call('POST', 'Subscription', subscription);
  expect([status, body.status]).toEqual([201, 'requested']);
  await settle(server);
  return body.id ?? '';
}

interface Parameter {
  readonly name: string;
  readonly [value: string]: unknown;
}

/** The first entry's parameters, as name → value; an event's parts likewise. */
function statusOf(body: string): Record<string, unknown> {
  const parameters = anyResource.parse(JSON.parse(body)).entry?.[0]?.resource?.parameter;
  const read = (list: unknown): Record<string, unknown> => {
    const found: Record<string, unknown> = {};
    for (const one of Array.isArray(list) ? list : []) {
      const { name, part, ...value }: Parameter = one;
      found[name] = part === undefined ? Object.values(value)[0] : read(part);
    }
    return found;
  };
  return read(parameters);
}

const eventNumbers = (): unknown[] =>
  listener.heard
    .map((one) => statusOf(one.body))
    .filter((status) => status.type === 'event-notification')
    .map((status) => status['events-since-subscription-start']);

describe('a subscription to a topic', () => {
  it('is greeted with a handshake, becomes active, and hears of each change with the whole resource', async () => {
    const id = await subscribe(topicSubscription());
    expect(statusOf(listener.heard[0]?.body ?? '')).toMatchObject({
      type: 'handshake',
      status: 'requested',
      topic: TOPIC,
    });
    expect((await server.call('GET', `Subscription/${id}`)).body.status).toBe('active');
    const made = await server.call('POST', 'Task', task('requested'));
    await server.call('PUT', `Task/${made.body.id}`, { ...made.body, status: 'accepted' });
    await server.call('DELETE', `Task/${made.body.id}`);
    await settle(server);
    const bundles = listener.heard.slice(1).map((one) => anyResource.parse(JSON.parse(one.body)));
    expect(bundles.map((bundle) => bundle.entry?.[1]?.request?.method)).toEqual(['POST', 'PUT', 'DELETE']);
    expect(bundles.map((bundle) => bundle.entry?.[1]?.resource?.status)).toEqual(['requested', 'accepted', undefined]);
    expect(bundles[0]).toMatchObject({ type: 'history' });
    const first = statusOf(listener.heard[1]?.body ?? '');
    expect(first).toMatchObject({
      subscription: { reference: `${server.ehr.url}/Subscription/${id}` },
      type: 'event-notification',
      'events-since-subscription-start': '1',
      'notification-event': { 'event-number': '1', focus: { reference: `${server.ehr.url}/Task/${made.body.id}` } },
    });
    expect(eventNumbers()).toEqual(['1', '2', '3']);
    expect((await server.call('POST', 'Bundle', bundles[0])).body.issue ?? []).toEqual([]);
  });

  it.each(['id-only', 'empty'])('carries no resource when %s was asked for', async (content) => {
    await subscribe(topicSubscription({ content }));
    await server.call('POST', 'Task', task('requested'));
    await settle(server);
    const { entry } = anyResource.parse(JSON.parse(listener.heard[1]?.body ?? ''));
    expect(entry?.slice(1).map((one) => one.resource)).toEqual(content === 'empty' ? [] : [undefined]);
  });

  it('hears only what passes its filter', async () => {
    await subscribe(topicSubscription({ filter: 'Task?status=requested' }));
    await server.call('POST', 'Task', task('draft'));
    await server.call('POST', 'Task', task('requested'));
    await server.call('POST', 'Patient', { resourceType: 'Patient' });
    await settle(server);
    expect(eventNumbers()).toEqual(['1']);
  });

  it('sends the secret it was started with, and the line of the Subscription instead where there is one', async () => {
    await subscribe(topicSubscription());
    await subscribe(topicSubscription({ header: ['x-ehr-secret: mine', 'X-Other: 1'] }));
    expect(listener.heard.map((one) => [one.headers['x-ehr-secret'], one.headers['x-other']])).toEqual([
      ['default-secret', undefined],
      ['mine', '1'],
    ]);
  });

  it('says where it stands and tells old events again', async () => {
    const id = await subscribe(topicSubscription());
    for (let n = 0; n < 3; n += 1) await server.call('POST', 'Task', task('requested'));
    await settle(server);
    const status = await server.call('GET', `Subscription/${id}/$status`);
    expect(statusOf(JSON.stringify(status.body))).toMatchObject({
      type: 'query-status',
      'events-since-subscription-start': '3',
    });
    const again = await server.call('GET', `Subscription/${id}/$events?eventsSinceNumber=2`);
    expect(again.body.entry).toHaveLength(3);
  });

  it('beats, and ends, by the simulated clock', async () => {
    const end = new Date(server.clock.now().getTime() + 3_600_000).toISOString();
    const id = await subscribe(
      topicSubscription({ end, channel: [{ url: `${BACKPORT}/backport-heartbeat-period`, valueUnsignedInt: 60 }] }),
    );
    expect(server.ehr.settling.nextDue()?.getTime()).toBeLessThanOrEqual(server.clock.now().getTime() + 60_000);
    server.clock.advance(61_000);
    expect(server.ehr.settling.busy()).toBe(true);
    await settle(server);
    expect(listener.heard.map((one) => statusOf(one.body).type)).toEqual(['handshake', 'heartbeat']);
    server.clock.advance(3_600_000);
    await settle(server);
    expect((await server.call('GET', `Subscription/${id}`)).body.status).toBe('off');
    await server.call('POST', 'Task', task('requested'));
    await settle(server);
    expect(listener.heard).toHaveLength(2);
  });
});

describe('a subscription by criteria', () => {
  const byCriteria = (criteria: string, payload?: string): object => ({
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria,
    channel: { type: 'rest-hook', endpoint: `${listener.url}/hook`, ...(payload === undefined ? {} : { payload }) },
  });

  it('gets an empty POST, or the bare resource below its endpoint', async () => {
    await subscribe(byCriteria('Task?status=requested,accepted'));
    await subscribe(byCriteria('Task?status=requested,accepted', 'application/fhir+json'));
    const { body } = await server.call('POST', 'Task', task('requested'));
    await server.call('PUT', `Task/${body.id}`, { ...body, status: 'accepted' });
    await server.call('PUT', `Task/${body.id}`, { ...body, status: 'completed' });
    await settle(server);
    const seen = listener.heard.map(({ method, path, body: sent }) => [
      method,
      path,
      sent === '' ? '' : JSON.parse(sent).status,
    ]);
    expect(seen.filter(([, path]) => path === '/hook')).toEqual([
      ['POST', '/hook', ''],
      ['POST', '/hook', ''],
    ]);
    expect(seen.filter(([, path]) => path !== '/hook')).toEqual([
      ['POST', '/hook/Task', 'requested'],
      ['PUT', `/hook/Task/${body.id}`, 'accepted'],
    ]);
  });

  it.each([
    ['an unknown topic', { criteria: 'https://elsewhere.example/topic' }],
    ['an unknown parameter', { criteria: 'Task?colour=red' }],
    ['another channel', { channel: { type: 'email', endpoint: 'mailto:x@example.com' } }],
    ['no address', { channel: { type: 'rest-hook' } }],
  ])('with %s is refused', async (_name, changes) => {
    const { status } = await server.call('POST', 'Subscription', { ...byCriteria('Task?'), ...changes });
    expect([400, 422]).toContain(status);
  });
});

describe('notifications', () => {
  it('are tried again in order until taken; the trouble shows in the Subscription, and passes', async () => {
    const id = await subscribe(topicSubscription());
    listener.status = 503;
    await server.call('POST', 'Task', task('requested'));
    await server.call('POST', 'Task', task('draft'));
    for (let tries = 0; tries < 6; tries += 1) {
      await settle(server);
      server.clock.advance(120_000);
    }
    await settle(server);
    const troubled = await server.call('GET', `Subscription/${id}`);
    expect(troubled.body.status).toBe('error');
    expect(troubled.body.error).toContain('503');
    expect(new Set(eventNumbers())).toEqual(new Set(['1']));
    listener.status = 200;
    listener.heard.length = 0;
    expect(server.ehr.settling.busy()).toBe(false);
    server.clock.advance(120_000);
    await settle(server);
    expect(eventNumbers()).toEqual(['1', '2']);
    expect((await server.call('GET', `Subscription/${id}`)).body.status).toBe('active');
  });

  it('survive a restart', async () => {
    await subscribe(topicSubscription());
    listener.status = 500;
    await server.call('POST', 'Task', task('requested'));
    await settle(server);
    await server.ehr.close();
    listener.status = 200;
    listener.heard.length = 0;
    server = await startEhr({ stateFile: join(folder, 'ehr.sqlite') }, server.clock);
    // At once: the pause that was left from the failure does not hold up a new life.
    await settle(server);
    expect(eventNumbers()).toEqual(['1']);
  });

  it('say nothing of a transaction that was undone', async () => {
    await subscribe(topicSubscription());
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: ['requested', 'nonsense'].map((status) => ({
        resource: task(status),
        request: { method: 'POST', url: 'Task' },
      })),
    };
    expect((await server.call('POST', '', bundle)).status).toBe(422);
    await server.call('POST', 'Task', task('requested'));
    await settle(server);
    expect(eventNumbers()).toEqual(['1']);
  });

  it('are doubled, swapped and lost when told to', async () => {
    const faults = (notifications: object): Promise<Response> =>
      fetch(`${server.ehr.origin}/faults`, { method: 'POST', body: JSON.stringify({ notifications }) });
    await subscribe(topicSubscription());
    const write = async (count: number): Promise<unknown[]> => {
      listener.heard.length = 0;
      await Promise.all(Array.from({ length: count }, () => server.call('POST', 'Task', task('requested'))));
      await settle(server);
      return eventNumbers();
    };
    await faults({ duplicateRate: 1 });
    expect(await write(1)).toEqual(['1', '1']);
    await faults({ dropRate: 0.5 });
    expect(await write(4)).toHaveLength(2);
    await faults({ reorder: true });
    expect(await write(2)).toEqual(['7', '6']);
  });
});
