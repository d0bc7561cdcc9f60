import { Duration } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { accept } from '../findings.ts';
import type { ClinicFunction } from './clinic-function.ts';
import { deadLetters } from './dead-letters.ts';

/**
 * The relay is only woken for outbox items, not for each story and phone. As in `adapters/dynamodb/outbox-stream.ts`, which a stack may
 * not import; a test compares them.
 */
export const outboxFilter = {
  eventName: [...FilterRule.or('INSERT', 'MODIFY')],
  dynamodb: { NewImage: { pk: { S: FilterRule.beginsWith('OUTBOX#') } } },
};

/** The table's stream → the relay, which puts on the bus what a transaction kept. */
export class Relay extends Construct {
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly table: Table; readonly key: IKey; readonly relay: ClinicFunction },
  ) {
    super(scope, id);
    this.deadLetters = deadLetters(this, 'DeadLetters', props.key);
    props.relay.lambda.addEventSource(
      // CDK's interfaces are not written for exactOptionalPropertyTypes.
      new DynamoEventSource(props.table as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: [FilterCriteria.filter(outboxFilter)],
        batchSize: 100,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        // A bus that is away comes back, so we try for hours rather than for a number of times; but what can never be relayed holds up
        // its shard, so not for the whole day that the stream remembers. What was given up is still in the table for three days.
        retryAttempts: 10_000,
        maxRecordAge: Duration.hours(4),
        onFailure: new SqsDlq(this.deadLetters),
      }),
    );
    const sending =
      'CDK writes the use of the queue’s key with these patterns of two actions each; the key is limited to this one.';
    accept(props.relay, {
      'AwsSolutions-IAM5[Action::kms:GenerateDataKey*]': sending,
      'AwsSolutions-IAM5[Action::kms:ReEncrypt*]': sending,
      'AwsSolutions-IAM5[Resource::*]':
        'X-Ray has no resources to name, and dynamodb:ListStreams cannot be limited to one table; reading is limited to this table’s stream.',
    });
  }
}
