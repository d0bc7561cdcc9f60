import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ClinicFunction } from './clinic-function.ts';
import { deadLetters } from './dead-letters.ts';

/** A function that runs by the clock. */
export class Sweep extends Construct {
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly key: IKey; readonly sweep: ClinicFunction; readonly everyMinutes: number },
  ) {
    super(scope, id);
    this.deadLetters = deadLetters(this, 'DeadLetters', props.key);
    new Rule(this, 'Rule', {
      description: props.sweep.spec.does,
      schedule: Schedule.rate(Duration.minutes(props.everyMinutes)),
      targets: [
        new LambdaTarget(props.sweep.lambda, {
          deadLetterQueue: this.deadLetters,
          // The next sweep does it anyway.
          retryAttempts: 0,
          maxEventAge: Duration.minutes(Math.max(1, props.everyMinutes)),
        }),
      ],
    });
  }
}
