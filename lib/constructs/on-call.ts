import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { type RunbookHeading, runbookLink } from '../runbook.ts';

export interface AlarmProps {
  /** One sentence: what is wrong for whom. */
  readonly says: string;
  readonly heading: RunbookHeading;
  readonly metric: IMetric;
  /** Rings when the metric is above it. */
  readonly above: number;
  /** How many periods in a row; 1 where nothing is said. */
  readonly periods?: number;
}

/** Whoever is on call: a topic, and alarms that each say where to read on. */
export class OnCall extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: { readonly key: IKey; readonly email?: string | undefined }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'told-once alarms', masterKey: props.key, enforceSSL: true });
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
  }

  alarm(id: string, props: AlarmProps): void {
    const periods = props.periods ?? 1;
    const alarm = new Alarm(this, id, {
      alarmDescription: `${props.says} Runbook: ${runbookLink(props.heading)}`,
      metric: props.metric,
      threshold: props.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

export const everyMinute = Duration.minutes(1);
export const everyFiveMinutes = Duration.minutes(5);
