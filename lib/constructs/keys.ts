import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** The clinic's own key for what stays: stories, media, secrets. Losing it is losing them, so it outlives its stack. */
export function dataKey(scope: Construct, tenant: string): Key {
  return new Key(scope, 'DataKey', {
    alias: `told-once/${tenant}/data`,
    description: 'Stories, media and secrets of one clinic',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

const use = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** The key for what passes through: events, queues, alarms, logs. The services that carry them may use it, for this account only. */
export function flowKey(scope: Construct, tenant: string, busName: string): Key {
  const { account, region, partition } = Stack.of(scope);
  const key = new Key(scope, 'FlowKey', {
    alias: `told-once/${tenant}/flow`,
    description: 'Events, queues, alarms and logs of one clinic',
    enableKeyRotation: true,
    // Logs outlive the stack; without the key they could not be read.
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const allow = (
    service: string,
    actions: readonly string[],
    conditions: Record<string, Record<string, string>>,
  ): void => {
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: [...actions],
        resources: ['*'],
        conditions,
      }),
    );
  };
  // Rules write to encrypted queues. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  allow('events.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey'], {
    StringEquals: { 'aws:SourceAccount': account },
  });
  // The bus and its archive. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html
  allow('events.amazonaws.com', use, {
    StringEquals: {
      'kms:EncryptionContext:aws:events:event-bus:arn': `arn:${partition}:events:${region}:${account}:event-bus/${busName}`,
    },
  });
  allow('events.amazonaws.com', ['kms:DescribeKey'], { StringEquals: { 'kms:CallerAccount': account } });
  // Alarms write to an encrypted topic.
  allow('cloudwatch.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey'], {
    StringEquals: { 'aws:SourceAccount': account },
  });
  // @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  allow(`logs.${region}.amazonaws.com`, [...use, 'kms:DescribeKey'], {
    ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
  });
  return key;
}
