import { GetQueueAttributesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from 'vitest';
import { queueKeyOf, type Subscription, subscriptions } from '../../events/subscriptions.ts';
import { createSqs } from './cloud-work.ts';
import { deployed } from './deployed.ts';

const sqs = createSqs();
afterAll(() => sqs.destroy());

const listening: readonly Subscription[] = subscriptions;

test.each(listening.map((subscription) => [queueKeyOf(subscription), subscription] as const))(
  'the queue of %s gives up to its dead letters after as many attempts as the subscription says',
  async (key, subscription) => {
    const prefix = `${deployed().stacks.stateless}-${key.replaceAll('-', '')}subscription`;
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: `${prefix}Queue` }));
    expect(QueueUrls).toHaveLength(1);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: QueueUrls?.[0], AttributeNames: ['All'] }),
    );
    const redrive = JSON.parse(Attributes?.RedrivePolicy ?? '{}');
    expect(redrive.deadLetterTargetArn).toContain(`${prefix}DeadLetters`);
    expect(Number(redrive.maxReceiveCount)).toBe(subscription.attempts);
    expect(Number(Attributes?.DelaySeconds)).toBe(subscription.delaySeconds ?? 0);
  },
);
