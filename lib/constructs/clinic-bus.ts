import { Duration } from 'aws-cdk-lib';
import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { eventSource } from '../../events/envelope.ts';
import { variables } from '../../functions/function-spec.ts';
import type { ClinicFunction } from './clinic-function.ts';

export interface ClinicBusProps {
  readonly key: IKey;
  readonly name: string;
  /** Keeps every event for a year, to be played again. */
  readonly archive: boolean;
}

/** The bus on which everything is told that others may act on. */
export class ClinicBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: ClinicBusProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: props.name,
      kmsKey: props.key,
      description: 'What happened, for whoever listens',
    });
    // Archive itself would write the bus into the policy of the key that the bus needs first.
    if (props.archive)
      new CfnArchive(this, 'Archive', {
        sourceArn: this.bus.eventBusArn,
        eventPattern: { source: [eventSource] },
        retentionDays: Duration.days(365).toDays(),
        kmsKeyIdentifier: props.key.keyArn,
      });
  }

  grantPublish(fn: ClinicFunction): void {
    fn.allow(['events:PutEvents'], [this.bus.eventBusArn]);
    fn.lambda.addEnvironment(variables.bus.busName, this.bus.eventBusName);
  }
}
