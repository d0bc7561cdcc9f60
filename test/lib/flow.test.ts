import { expect, test } from 'vitest';
import { outboxFilter as adapterFilter } from '../../adapters/dynamodb/outbox-stream.ts';
import { eventSource } from '../../events/envelope.ts';
import { queueKeyOf, type Subscription, subscriptions } from '../../events/subscriptions.ts';
import { functions } from '../../functions/functions.ts';
import { outboxFilter } from '../../lib/constructs/relay.ts';
import { leadsTo, pathOf, resources, synthesize } from './synthesized.ts';

const { made, kept } = synthesize();
const queues = new Map(resources(made, 'AWS::SQS::Queue').map((queue) => [pathOf(made, queue.id), queue]));
const rules = resources(made, 'AWS::Events::Rule');
const mappings = resources(made, 'AWS::Lambda::EventSourceMapping');
const lambdaOf = (name: string): string | undefined =>
  resources(made, 'AWS::Lambda::Function').find(({ id }) => pathOf(made, id) === `${name}/Function`)?.id;

const listening: readonly Subscription[] = subscriptions;

test.each(listening.map((subscription) => [queueKeyOf(subscription), subscription] as const))(
  '%s: rule, queue, dead letters and consumer are as the table of subscriptions says',
  (key, subscription) => {
    const { consumer } = subscription;
    const queue = queues.get(`${key}-subscription/Queue`);
    const dead = queues.get(`${key}-subscription/DeadLetters`);
    const rule = rules.find(({ id }) => pathOf(made, id) === `${key}-subscription/Rule`);
    expect(rule?.properties.EventPattern).toEqual({
      source: [eventSource],
      'detail-type': subscription.events,
      ...(subscription.where === undefined ? {} : { detail: { data: subscription.where } }),
    });
    expect(rule?.properties.State ?? 'ENABLED').toBe('ENABLED');
    expect(rule?.properties.Targets).toHaveLength(1);
    expect(leadsTo(rule?.properties.Targets[0].Arn)).toBe(queue?.id);
    expect(leadsTo(rule?.properties.Targets[0].DeadLetterConfig.Arn)).toBe(dead?.id);
    expect(leadsTo(queue?.properties.RedrivePolicy.deadLetterTargetArn)).toBe(dead?.id);
    expect(queue?.properties.RedrivePolicy.maxReceiveCount).toBe(subscription.attempts);
    expect(queue?.properties.DelaySeconds).toBe(subscription.delaySeconds);
    const mapping = mappings.find(({ properties }) => leadsTo(properties.EventSourceArn) === queue?.id);
    expect(leadsTo(mapping?.properties.FunctionName)).toBe(lambdaOf(consumer));
    expect(mapping?.properties).toMatchObject({
      BatchSize: subscription.batch,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  },
);

test('every function that takes from a queue has a subscription', () => {
  const consumers: readonly string[] = subscriptions.map(({ consumer }) => consumer);
  const takers = functions.filter(({ trigger }) => trigger.by === 'queue').map(({ name }) => name as string);
  expect(takers.sort()).toEqual([...new Set(consumers)].sort());
});

test('the lanes of a consumer share its concurrency, and none of them can take all of it', () => {
  const lanes = listening.filter(({ lane }) => lane !== undefined);
  expect(lanes.map(queueKeyOf)).toEqual(['message-due-urgent', 'message-due-reminder', 'message-due-survey']);
  const places = lanes.map((subscription) => {
    const queue = queues.get(`${queueKeyOf(subscription)}-subscription/Queue`);
    const mapping = mappings.find(({ properties }) => leadsTo(properties.EventSourceArn) === queue?.id);
    return mapping?.properties.ScalingConfig.MaximumConcurrency;
  });
  expect(places).toEqual(lanes.map(({ atOnce }) => atOnce));
  const reserved = functions.find(({ name }) => name === 'message-due');
  const all = reserved !== undefined && 'reservedConcurrency' in reserved ? reserved.reservedConcurrency : 0;
  expect(places.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(all);
});

test('every queue is one of dead letters or has one, is encrypted, and keeps its messages 14 days', () => {
  expect(queues.size).toBe(2 * subscriptions.length + 2);
  for (const [path, { properties }] of queues) {
    expect([path, path.endsWith('/DeadLetters') || properties.RedrivePolicy !== undefined]).toEqual([path, true]);
    expect(properties.KmsMasterKeyId).toBeDefined();
    expect(properties.MessageRetentionPeriod).toBe(1_209_600);
  }
});

test('no queue takes a message in the clear', () => {
  const guarded = resources(made, 'AWS::SQS::QueuePolicy').filter(({ properties }) =>
    properties.PolicyDocument.Statement.some(
      (statement: { Effect: string; Condition?: { Bool?: Record<string, string> } }) =>
        statement.Effect === 'Deny' && statement.Condition?.Bool?.['aws:SecureTransport'] === 'false',
    ),
  );
  expect(guarded.flatMap(({ properties }) => properties.Queues.map(leadsTo)).sort()).toEqual(
    [...queues.values()].map(({ id }) => id).sort(),
  );
});

test('a message is hidden six times as long as its function may take', () => {
  for (const subscription of listening) {
    const spec = functions.find(({ name }) => name === subscription.consumer);
    expect(queues.get(`${queueKeyOf(subscription)}-subscription/Queue`)?.properties.VisibilityTimeout).toBe(
      6 * (spec?.timeoutSeconds ?? 0),
    );
  }
});

test('the relay takes the outbox from the table’s stream from its beginning, halves what fails and gives up to dead letters', () => {
  const relay = mappings.find(({ properties }) => leadsTo(properties.FunctionName) === lambdaOf('outbox-relayed'));
  expect(relay?.properties).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRecordAgeInSeconds: 4 * 60 * 60,
    MaximumRetryAttempts: 10_000,
  });
  expect(leadsTo(relay?.properties.DestinationConfig.OnFailure.Destination)).toBe(queues.get('Relay/DeadLetters')?.id);
  expect(relay?.properties.FilterCriteria.Filters).toHaveLength(1);
  expect(JSON.parse(relay?.properties.FilterCriteria.Filters[0].Pattern)).toEqual(adapterFilter);
  expect(outboxFilter).toEqual(adapterFilter);
});

test('the stream of the kept table is the one that is read', () => {
  const stream = Object.values(kept.findOutputs('*')).filter(({ Value }) => Value?.['Fn::GetAtt']?.[1] === 'StreamArn');
  expect(stream).toHaveLength(1);
});

test('the bus is encrypted, and archived unless somebody said no or MiniStack runs it', () => {
  expect(resources(made, 'AWS::Events::EventBus')[0]?.properties.KmsKeyIdentifier).toBeDefined();
  expect(resources(made, 'AWS::Events::Archive')[0]?.properties).toMatchObject({ RetentionDays: 365 });
  expect(resources(synthesize({ archive: 'false' }).made, 'AWS::Events::Archive')).toEqual([]);
  expect(resources(synthesize({ emulated: 'true' }).made, 'AWS::Events::Archive')).toEqual([]);
});

test('the sweep runs by the clock, with dead letters', () => {
  const sweep = rules.find(({ properties }) => properties.ScheduleExpression !== undefined);
  expect(sweep?.properties.ScheduleExpression).toBe('rate(15 minutes)');
  expect(leadsTo(sweep?.properties.Targets[0].Arn)).toBe(lambdaOf('clinic-swept'));
  expect(leadsTo(sweep?.properties.Targets[0].DeadLetterConfig.Arn)).toBe(
    queues.get('clinic-swept-schedule/DeadLetters')?.id,
  );
});

test('only the scheduler may put timers on the bus, and only those of our group', () => {
  const role = resources(made, 'AWS::IAM::Role').find(({ id }) => pathOf(made, id) === 'Timers/Role');
  expect(role?.properties.AssumeRolePolicyDocument.Statement).toEqual([
    {
      Action: 'sts:AssumeRole',
      Effect: 'Allow',
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: {
        StringEquals: {
          'aws:SourceAccount': { Ref: 'AWS::AccountId' },
          'aws:SourceArn': { 'Fn::GetAtt': [expect.stringContaining('TimersGroup'), 'Arn'] },
        },
      },
    },
  ]);
});
