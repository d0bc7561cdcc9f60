import { Duration } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { accept } from '../findings.ts';
import type { ClinicFunction } from './clinic-function.ts';
import { deadLetters } from './dead-letters.ts';

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
        batchSize: 100,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        // A bus that is away comes back; the stream forgets after 24 hours, so we give up in time to tell a person before that.
        retryAttempts: 10_000,
        maxRecordAge: Duration.hours(12),
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
