import { Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { variables } from '../../functions/function-spec.ts';
import { accept } from '../findings.ts';
import type { ClinicFunction } from './clinic-function.ts';

/** One-off timers: schedules in a group of their own whose event, when due, is put on the bus. */
export class Timers extends Construct {
  private readonly groupName: string;
  private readonly role: Role;
  private readonly bus: EventBus;
  private readonly emulated: boolean;

  constructor(scope: Construct, id: string, props: { readonly bus: EventBus; readonly emulated: boolean }) {
    super(scope, id);
    this.emulated = props.emulated;
    this.bus = props.bus;
    this.groupName = `${Stack.of(this).stackName}-timers`;
    const group = new CfnScheduleGroup(this, 'Group', { name: this.groupName });
    this.role = new Role(this, 'Role', {
      description: 'EventBridge Scheduler puts a due timer on the bus',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.attrArn },
        },
      }),
    });
    this.bus.grantPutEventsTo(this.role);
    accept(this.role, {
      'HIPAA.Security-IAMNoInlinePolicy': 'One role, one action, one bus; made and gone together.',
    });
  }

  /** Sets, moves and cancels timers of this group; may hand over no other role than the group's. */
  grantTimers(fn: ClinicFunction): void {
    const { partition, region, account } = Stack.of(this);
    // MiniStack reads every schedule as one of the default group's when it asks what a role may do.
    for (const group of this.emulated ? [this.groupName, 'default'] : [this.groupName])
      fn.allowBelow(
        ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:GetSchedule', 'scheduler:DeleteSchedule'],
        `arn:${partition}:scheduler:${region}:${account}:schedule/${group}`,
        'Timers are named by what they are for, when they are set; the group holds nothing else.',
      );
    fn.allow(['iam:PassRole'], [this.role.roleArn], {
      StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    });
    fn.lambda.addEnvironment(variables.scheduler.scheduleGroup, this.groupName);
    fn.lambda.addEnvironment(variables.scheduler.scheduleRole, this.role.roleArn);
    fn.lambda.addEnvironment(variables.scheduler.scheduleTarget, this.bus.eventBusArn);
  }
}
