import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNotification } from '../../fhir-mappings/notification.ts';
import { hasRealResources, realText } from './real-resources.ts';

const read = (resource: unknown, more: object = {}) =>
  readNotification({ body: JSON.stringify(resource), contentType: 'application/fhir+json; charset=utf-8', ...more });
const subscriptionStatus = (type: string, more: object = {}) => ({
  resource: {
    resourceType: 'SubscriptionStatus',
    type,
    status: 'active',
    subscription: { reference: 'Subscription/s' },
    ...more,
  },
});

describe.skipIf(!hasRealResources)('a topic-based notification for R4', () => {
  const example = (name: string) => readNotification({ body: realText(`subscriptions/${name}_bundle_example.json`) });
  const about = { subscription: '123', subscriptionStatus: 'active' };
  it('shakes hands and shows that it lives', () => {
    expect(example('handshake')).toEqual({
      kind: 'handshake',
      subscription: '123',
      subscriptionStatus: 'requested',
      eventNumbers: [],
      eventsSinceStart: 0,
    });
    expect(example('heartbeat')).toEqual({ kind: 'heartbeat', ...about, eventNumbers: [], eventsSinceStart: 2 });
  });
  it('says what changed, by id or with the resource', () => {
    const id = '86009987-eabe-42bf-8c02-b112b18cb616';
    expect(example('id_only_notification')).toMatchObject({
      kind: 'events',
      ...about,
      eventNumbers: [1],
      changes: [{ type: 'Encounter', id }],
    });
    expect(example('full_resource_notification')).toMatchObject({
      kind: 'events',
      ...about,
      eventNumbers: [1],
      eventsSinceStart: 1,
      changes: [{ type: 'Encounter', id, resource: { resourceType: 'Encounter', status: 'in-progress' } }],
    });
  });
});

describe('a notification', () => {
  it('may be R4B, with a status resource, deletions and versions', () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'history',
      entry: [
        subscriptionStatus('event-notification', {
          eventsSinceSubscriptionStart: '12',
          notificationEvent: [
            { eventNumber: '11', focus: { reference: 'Task/1' } },
            { eventNumber: 12, focus: { reference: 'https://ehr.example/fhir/Patient/2/_history/3' } },
          ],
        }),
        {
          fullUrl: 'https://ehr.example/fhir/Task/1',
          request: { method: 'PUT', url: 'Task/1' },
          resource: { resourceType: 'Task', id: '1', meta: { versionId: '5', lastUpdated: '2026-03-02T07:00:00Z' } },
        },
        { request: { method: 'DELETE', url: 'Appointment/9' }, response: { etag: 'W/"4"' } },
      ],
    };
    expect(read(bundle)).toEqual({
      kind: 'events',
      subscription: 's',
      subscriptionStatus: 'active',
      eventsSinceStart: 12,
      eventNumbers: [11, 12],
      changes: [
        {
          type: 'Task',
          id: '1',
          versionId: '5',
          lastUpdated: '2026-03-02T07:00:00Z',
          resource: { resourceType: 'Task', id: '1', meta: { versionId: '5', lastUpdated: '2026-03-02T07:00:00Z' } },
        },
        { type: 'Appointment', id: '9', versionId: '4', deleted: true },
        { type: 'Patient', id: '2', versionId: '3' },
      ],
    });
  });

  it('may say that something happened and not what', () => {
    expect(
      read({
        resourceType: 'Bundle',
        type: 'history',
        entry: [subscriptionStatus('event-notification', { notificationEvent: [{ eventNumber: '3' }] })],
      }),
    ).toEqual({ kind: 'empty', subscription: 's', subscriptionStatus: 'active', eventNumbers: [3] });
    expect(readNotification({ body: '  ' })).toEqual({ kind: 'empty', eventNumbers: [] });
    expect(readNotification({ body: '', method: 'POST', pathType: 'Task' })).toEqual({
      kind: 'empty',
      type: 'Task',
      eventNumbers: [],
    });
    expect(readNotification({ body: '', method: 'PUT', pathType: 'Task', pathId: '1' })).toEqual({
      kind: 'events',
      changes: [{ type: 'Task', id: '1' }],
      eventNumbers: [],
    });
    expect(readNotification({ body: '', method: 'DELETE', pathType: 'Task', pathId: '1' })).toEqual({
      kind: 'events',
      changes: [{ type: 'Task', id: '1', deleted: true }],
      eventNumbers: [],
    });
  });

  it('may be the bare resource', () => {
    const task = { resourceType: 'Task', id: '1', meta: { versionId: '2' } };
    expect(read(task)).toEqual({
      kind: 'events',
      eventNumbers: [],
      changes: [{ type: 'Task', id: '1', versionId: '2', resource: task }],
    });
    expect(read({ resourceType: 'Task' }, { method: 'PUT', pathType: 'Task', pathId: '1' })).toMatchObject({
      changes: [{ id: '1', resource: { id: '1' } }],
    });
  });

  it.each<[string, string, object]>([
    ['not-json', '{', {}],
    ['unsupported-format', '<Task/>', { contentType: 'application/fhir+xml' }],
    ['not-a-resource', '[]', {}],
    ['not-a-resource', '{"resourceType":"../x"}', {}],
    ['not-a-resource', '{"resourceType":"Task","id":5}', {}],
    ['no-id', '{"resourceType":"Task"}', {}],
    ['path-mismatch', '{"resourceType":"Task","id":"1"}', { pathType: 'Patient' }],
    ['path-mismatch', '{"resourceType":"Task","id":"1"}', { pathType: 'Task', pathId: '2' }],
    ['not-a-notification', '{"resourceType":"Bundle","type":"searchset"}', {}],
    [
      'not-a-notification',
      '{"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"Task","id":"1"}}]}',
      {},
    ],
    [
      'not-a-notification',
      '{"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"SubscriptionStatus","type":"toString"}}]}',
      {},
    ],
    ['not-a-notification', '{"resourceType":"Bundle"}', {}],
    ['not-a-resource', `{"resourceType":"Bundle","x":${'['.repeat(5000)}${']'.repeat(5000)}}`, {}],
  ])('is refused as %s: %s', (code, body, more) => {
    expect(readNotification({ body, ...more })).toMatchObject({ kind: 'refused', code });
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify({ resourceType: 'Bundle', type: 'history', entry: value })),
          fc.jsonValue().map((value) =>
            JSON.stringify({
              resourceType: 'Bundle',
              type: 'history',
              entry: [{ resource: { resourceType: 'Parameters', parameter: value } }],
            }),
          ),
        ),
        (body) => {
          expect(readNotification({ body }).kind).toBeTypeOf('string');
        },
      ),
      { numRuns: 1000 },
    );
  });
});
