import { Duration } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { eventSource } from '../../events/envelope.ts';
import type { Subscription } from '../../events/subscriptions.ts';
import type { ClinicFunction } from './clinic-function.ts';
import { deadLetters } from './dead-letters.ts';

export interface SubscribedQueueProps {
  readonly subscription: Subscription;
  readonly bus: EventBus;
  readonly key: IKey;
  readonly consumer: ClinicFunction;
}

/**
 * One line of `events/subscriptions.ts`: rule → queue with dead letters → consumer, which answers for each message of a batch. A consumer
 * with several lanes has one of these for each, with places of its own among the function's concurrency.
 */
export class SubscribedQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: SubscribedQueueProps) {
    super(scope, id);
    const { subscription, consumer } = props;
    this.deadLetters = deadLetters(this, 'DeadLetters', props.key);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      dataKeyReuse: Duration.hours(1),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Six times the function's, as Lambda asks, so that a message is not given out again while it is worked on.
      // @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * consumer.spec.timeoutSeconds),
      ...(subscription.delaySeconds === undefined
        ? {}
        : { deliveryDelay: Duration.seconds(subscription.delaySeconds) }),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: subscription.attempts },
    });
    new Rule(this, 'Rule', {
      eventBus: props.bus,
      description: subscription.does,
      eventPattern: {
        source: [eventSource],
        detailType: [...subscription.events],
        ...(subscription.where === undefined ? {} : { detail: { data: mutable(subscription.where) } }),
      },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
    });
    const atMost = subscription.atOnce ?? consumer.spec.reservedConcurrency;
    consumer.lambda.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: subscription.batch,
        reportBatchItemFailures: true,
        // Without it the poller would run into the reserved concurrency, and each throttle would cost a message one of its attempts.
        ...(atMost === undefined ? {} : { maxConcurrency: Math.max(2, atMost) }),
        ...(subscription.batch > 10 ? { maxBatchingWindow: Duration.seconds(1) } : {}),
      }),
    );
  }
}

function mutable(where: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(where).map(([field, values]) => [field, [...values]]));
}
