import { createHash } from 'node:crypto';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import { eventSource } from '../../events/envelope.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { defaultRetryPolicy, isPassing, type RetryPolicy, retrying } from '../aws/retry.ts';

export function createSchedulerClient(): SchedulerClient {
  return new SchedulerClient(clientSettings({ requestMs: 3_000 }));
}

export interface SchedulerParts {
  readonly client: SchedulerClient;
  readonly clock: Clock;
  /** The schedule group that holds nothing but our timers. */
  readonly group: string;
  /** The bus that a due event is put on, and the role that may do so. */
  readonly busArn: string;
  readonly roleArn: string;
  /** Where a timer goes that could not be put on the bus. */
  readonly deadLetterArn?: string;
  readonly retry?: RetryPolicy;
}

/** A time that has passed, or is about to, is moved this far ahead, since a schedule in the past would never run. */
const soonestMs = 5_000;

/**
 * One-off timers as EventBridge schedules in UTC, each deleted by AWS after it ran. The name is a hash, because a cause holds characters
 * that a schedule's name must not, and may be longer.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
 */
export function createScheduler(parts: SchedulerParts): Scheduler {
  const { client, clock, group, busArn, roleArn, deadLetterArn, retry = defaultRetryPolicy } = parts;
  const passing = (error: unknown) => isPassing(error);

  async function create(schedule: CreateScheduleCommandInput): Promise<boolean> {
    try {
      await retrying(retry, passing, () => client.send(new CreateScheduleCommand(schedule)));
      return true;
    } catch (error) {
      if (error instanceof ConflictException) return false;
      throw error;
    }
  }

  async function update(schedule: CreateScheduleCommandInput): Promise<boolean> {
    try {
      await retrying(retry, passing, () => client.send(new UpdateScheduleCommand(schedule)));
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  }

  return {
    async schedule(name, at, event) {
      const soonest = clock.now().getTime() + soonestMs;
      const schedule: CreateScheduleCommandInput = {
        Name: scheduleNameOf(name),
        GroupName: group,
        ScheduleExpression: atExpression(new Date(Math.max(at.getTime(), soonest))),
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: busArn,
          RoleArn: roleArn,
          EventBridgeParameters: { Source: eventSource, DetailType: event.type },
          Input: JSON.stringify(event),
          ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterArn } }),
        },
      };
      if (await create(schedule)) return;
      if (await update(schedule)) return;
      // It ran and was deleted between the two calls; a second conflict means that somebody else has set it again meanwhile.
      await create(schedule);
    },

    async cancel(name) {
      try {
        const command = new DeleteScheduleCommand({ Name: scheduleNameOf(name), GroupName: group });
        await retrying(retry, passing, () => client.send(command));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}

/** At most 64 characters of `[0-9a-zA-Z-_.]`. */
export function scheduleNameOf(name: string): string {
  return `timer-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`;
}

/** Whole seconds, rounded up: soon after its time, never before. */
export function atExpression(at: Date): string {
  const whole = new Date(Math.ceil(at.getTime() / 1000) * 1000);
  return `at(${whole.toISOString().slice(0, 19)})`;
}
