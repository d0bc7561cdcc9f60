import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  ThrottlingException,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { createScheduler, scheduleNameOf } from '../../../adapters/scheduler/scheduler.ts';
import { eventOfType } from '../../contracts/samples.ts';

const scheduling = mockClient(SchedulerClient);
const scheduler = createScheduler({
  client: new SchedulerClient({ region: 'us-east-1' }),
  clock: { now: () => new Date('2026-03-02T07:00:00.000Z') },
  group: 'told-once',
  busArn: 'arn:aws:events:us-east-1:1:event-bus/told-once',
  roleArn: 'arn:aws:iam::1:role/timers',
  retry: { attempts: 3, baseMs: 1, longestMs: 1, random: () => 0, sleep: async () => undefined },
});
const about = { $metadata: {}, message: '', Message: '' };
const event = eventOfType('time-came', 'timer/task/42/visit-passed');
const set = (at: string) => scheduler.schedule('timer/task/42/visit-passed', new Date(at), event);

beforeEach(() => scheduling.reset());

it('sets a one-off schedule in UTC that puts the event on the bus and then deletes itself', async () => {
  scheduling.on(CreateScheduleCommand).resolves({});
  await set('2026-03-02T09:40:00.001+01:00');
  expect(scheduling.commandCalls(CreateScheduleCommand)[0]?.args[0].input).toEqual({
    Name: expect.stringMatching(/^timer-[0-9a-f]{40}$/),
    GroupName: 'told-once',
    ScheduleExpression: 'at(2026-03-02T08:40:01)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: 'arn:aws:events:us-east-1:1:event-bus/told-once',
      RoleArn: 'arn:aws:iam::1:role/timers',
      EventBridgeParameters: { Source: 'told-once', DetailType: 'time-came' },
      Input: JSON.stringify(event),
    },
  });
});

it('moves a time that has passed a little ahead, since AWS would never run it', async () => {
  scheduling.on(CreateScheduleCommand).resolves({});
  await set('2026-03-01T00:00:00Z');
  expect(scheduling.commandCalls(CreateScheduleCommand)[0]?.args[0].input.ScheduleExpression).toBe(
    'at(2026-03-02T07:00:05)',
  );
});

it('replaces the timer of the same name, and sets it anew where it ran in between', async () => {
  scheduling.on(CreateScheduleCommand).rejectsOnce(new ConflictException(about)).resolves({});
  scheduling.on(UpdateScheduleCommand).rejectsOnce(new ResourceNotFoundException(about)).resolves({});
  await set('2026-03-02T09:00:00Z');
  expect(scheduling.calls().map(({ args }) => args[0].constructor.name)).toEqual([
    'CreateScheduleCommand',
    'UpdateScheduleCommand',
    'CreateScheduleCommand',
  ]);
  scheduling.reset();
  scheduling.on(CreateScheduleCommand).rejects(new ConflictException(about));
  scheduling.on(UpdateScheduleCommand).resolves({});
  await set('2026-03-02T10:00:00Z');
  const [updated] = scheduling.commandCalls(UpdateScheduleCommand);
  expect(updated?.args[0].input).toMatchObject({
    ScheduleExpression: 'at(2026-03-02T10:00:00)',
    ActionAfterCompletion: 'DELETE',
  });
});

it('tries again when throttled, and gives up loudly', async () => {
  scheduling.on(CreateScheduleCommand).rejectsOnce(new ThrottlingException(about)).resolves({});
  await set('2026-03-02T09:00:00Z');
  expect(scheduling.calls()).toHaveLength(2);
  scheduling.on(CreateScheduleCommand).rejects(new ThrottlingException(about));
  await expect(set('2026-03-02T09:00:00Z')).rejects.toThrow(ThrottlingException);
});

it('cancels by the same name and does not mind what is gone', async () => {
  scheduling.on(DeleteScheduleCommand).rejects(new ResourceNotFoundException(about));
  await scheduler.cancel('timer/task/42/visit-passed');
  expect(scheduling.commandCalls(DeleteScheduleCommand)[0]?.args[0].input).toEqual({
    Name: scheduleNameOf('timer/task/42/visit-passed'),
    GroupName: 'told-once',
  });
});
