import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { logCodes } from '../../domain/errors/log-codes.ts';
import { functions } from '../../functions/functions.ts';
import { watchedCodes } from '../../lib/alarms.ts';
import { runbookHeadings } from '../../lib/runbook.ts';
import { pathOf, resources, synthesize } from './synthesized.ts';

const { made } = synthesize();
const alarms = resources(made, 'AWS::CloudWatch::Alarm');
const dimension = (name: string, value: string) => ({
  Name: name,
  Value: expect.objectContaining({ 'Fn::GetAtt': [value, 'QueueName'] }),
});

test('every alarm says what is wrong and links to a heading of the runbook, and reaches the topic', () => {
  expect(alarms.length).toBeGreaterThan(2 * functions.length);
  for (const { properties } of alarms) {
    const [, heading] = /^.{20,} Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(properties.AlarmDescription) ?? [];
    expect(Object.keys(runbookHeadings)).toContain(heading);
    expect(properties.AlarmActions).toHaveLength(1);
  }
});

test('each heading is linked from an alarm', () => {
  const linked = new Set(alarms.map(({ properties }) => properties.AlarmDescription.split('#')[1]));
  expect(Object.keys(runbookHeadings).filter((heading) => !linked.has(heading))).toEqual([]);
});

const runbook = new URL('../../docs/runbook.md', import.meta.url);
test.skipIf(!existsSync(runbook))('each heading is in the runbook', () => {
  const page = readFileSync(runbook, 'utf8');
  const headings = [...page.matchAll(/^#{2,4} (.+)$/gm)].map(([, heading]) => heading);
  expect(Object.values(runbookHeadings).filter((heading) => !headings.includes(heading))).toEqual([]);
});

test('a heading’s text is where its link leads', () => {
  for (const [slug, text] of Object.entries(runbookHeadings))
    expect(text.toLowerCase().replaceAll(' ', '-')).toBe(slug);
});

test('the first dead letter of any queue rings', () => {
  for (const { id } of resources(made, 'AWS::SQS::Queue').filter((queue) =>
    pathOf(made, queue.id).endsWith('/DeadLetters'),
  )) {
    const alarm = alarms.find(
      ({ properties }) =>
        properties.MetricName === 'ApproximateNumberOfMessagesVisible' &&
        properties.Dimensions.some((held: unknown) =>
          expect.objectContaining(dimension('QueueName', id)).asymmetricMatch(held),
        ),
    );
    expect([id, alarm?.properties.Threshold, alarm?.properties.ComparisonOperator]).toEqual([
      id,
      0,
      'GreaterThanThreshold',
    ]);
  }
});

test('the relay’s distance from now, failures and throttles of every function, and the API’s failures and slowness are watched', () => {
  const metrics = alarms.map(({ properties }) => properties.MetricName ?? '');
  const count = (name: string): number => metrics.filter((metric) => metric === name).length;
  expect(count('IteratorAge')).toBe(1);
  expect(count('Errors')).toBe(functions.length);
  expect(count('Throttles')).toBe(functions.length);
  expect(count('5xx')).toBe(1);
  expect(count('Latency')).toBe(1);
  // Somebody waits for each of these.
  const webhooks = functions.filter(({ trigger, name }) => trigger.by === 'http' && name !== 'health-asked');
  expect(count('Duration')).toBe(webhooks.length);
});

test('the log codes that call a person exist, and are counted where they are said', () => {
  const known: readonly string[] = logCodes;
  const filters = resources(made, 'AWS::Logs::MetricFilter').map(({ id, properties }) => [
    pathOf(made, id).split('/')[0],
    properties.FilterPattern,
  ]);
  for (const { code, from } of watchedCodes) {
    expect(known).toContain(code);
    for (const name of from) expect(filters).toContainEqual([name, `{ $.code = "${code}" }`]);
  }
  expect(filters).toHaveLength(watchedCodes.flatMap(({ from }) => from).length);
});

test('alarms go to an encrypted topic, and by e-mail to whom it was said', () => {
  expect(resources(made, 'AWS::SNS::Topic')[0]?.properties.KmsMasterKeyId).toBeDefined();
  expect(resources(made, 'AWS::SNS::Subscription')).toEqual([]);
  const { made: mailed } = synthesize({ alarmEmail: 'oncall@clinic.example' });
  expect(resources(mailed, 'AWS::SNS::Subscription')[0]?.properties).toMatchObject({
    Protocol: 'email',
    Endpoint: 'oncall@clinic.example',
  });
});
