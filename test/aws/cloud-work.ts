import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  type GetScheduleOutput,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { outboxPut } from '../../adapters/dynamodb/outbox-items.ts';
import { type Envelope, eventSource } from '../../events/envelope.ts';
import type { Settling } from '../../local/settling.ts';
import type { Deployed } from './deployed.ts';

const markerType = 'marker-of-the-tests';

/** What the deployed stack has under way and what falls due in it, for a clock that is moved. */
export interface CloudWork extends Settling {
  /** Something was just done to it: what was found idle is looked at again. */
  suspect(): void;
  /** The queues that hold something, those of dead letters among them. */
  notEmpty(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * Idle is proven, not guessed: a marker goes the way of every event, through table, stream, relay and bus, to a queue of our own that
 * hears all events. If no queue holds anything, and nothing but the next marker comes, nothing was under way in between. Messages with a
 * delay are not waited for. A schedule that is due is put on the bus as EventBridge Scheduler does it: its own source, type and input.
 */
export async function watchCloud(
  on: Deployed,
  parts: { readonly now: () => Date; readonly othersBusy: () => boolean },
): Promise<CloudWork> {
  const clients = {
    table: new DynamoDBClient({}),
    bus: new EventBridgeClient({}),
    timers: new SchedulerClient({}),
    queues: createSqs(),
  };
  const tap = await tapOf(on, clients);
  const { QueueUrls = [] } = await clients.queues.send(new ListQueuesCommand({ QueueNamePrefix: on.stacks.stateless }));
  const working = QueueUrls.filter((url) => !isForDeadLetters(url));
  const known = new Map<
    string,
    { readonly changed: number; readonly due: number; readonly schedule: GetScheduleOutput }
  >();
  let idle = false;
  let suspicions = 0;
  let looking: Promise<void> | undefined;
  let failed: Error | undefined;

  async function holds(url: string): Promise<number> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] });
    const { Attributes } = await clients.queues.send(command);
    return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
  }

  async function anyHolds(urls: readonly string[]): Promise<boolean> {
    return (await Promise.all(urls.map(holds))).some((count) => count > 0);
  }

  async function look(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      await fireDue();
      if (parts.othersBusy() || (await anyHolds(working))) {
        quiet = 0;
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      quiet = (await tap.othersBeforeMarker()) > 0 ? 0 : quiet + 1;
    }
    await readSchedules();
  }

  async function readSchedules(): Promise<void> {
    const GroupName = `${on.stacks.stateless}-timers`;
    const seen = new Set<string>();
    for (let NextToken: string | undefined, first = true; first || NextToken !== undefined; first = false) {
      const page = await clients.timers.send(
        new ListSchedulesCommand({ GroupName, MaxResults: 100, ...(NextToken === undefined ? {} : { NextToken }) }),
      );
      for (const { Name = '', LastModificationDate } of page.Schedules ?? []) {
        seen.add(Name);
        const changed = LastModificationDate?.getTime() ?? 0;
        if (known.get(Name)?.changed === changed) continue;
        const schedule = await clients.timers.send(new GetScheduleCommand({ GroupName, Name }));
        known.set(Name, { changed, due: dueOf(schedule), schedule });
      }
      NextToken = page.NextToken;
    }
    for (const name of known.keys()) if (!seen.has(name)) known.delete(name);
  }

  async function fireDue(): Promise<void> {
    for (const [Name, { due, schedule }] of [...known].toSorted(([, one], [, other]) => one.due - other.due)) {
      if (due > parts.now().getTime()) continue;
      const { Target, GroupName, ActionAfterCompletion } = schedule;
      const { Source, DetailType } = Target?.EventBridgeParameters ?? {};
      const { FailedEntryCount } = await clients.bus.send(
        new PutEventsCommand({ Entries: [{ EventBusName: Target?.Arn, Source, DetailType, Detail: Target?.Input }] }),
      );
      if (FailedEntryCount !== 0) throw new Error('The bus refused a timer.');
      known.delete(Name);
      if (ActionAfterCompletion === 'DELETE') await clients.timers.send(new DeleteScheduleCommand({ GroupName, Name }));
    }
  }

  /** Once more for whatever was suspected while it looked. */
  async function lookWell(): Promise<void> {
    try {
      for (let seen = 0; seen !== suspicions; ) {
        seen = suspicions;
        await look();
      }
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
    }
    idle = true;
    looking = undefined;
  }

  function suspect(): void {
    idle = false;
    suspicions++;
    looking ??= lookWell();
  }

  return {
    name: 'cloud',
    busy: () => {
      if (failed !== undefined) throw failed;
      return !idle;
    },
    nextDue: () => (known.size === 0 ? undefined : new Date(Math.min(...[...known.values()].map(({ due }) => due)))),
    wake: () => {
      if (idle) suspect();
    },
    suspect,
    notEmpty: async () => {
      const held = await Promise.all(QueueUrls.map(async (url) => [url, await holds(url)] as const));
      return held.filter(([, count]) => count > 0).map(([url]) => url.split('/').at(-1) ?? url);
    },
    close: async () => {
      await looking;
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** A client that is let into queues which take nothing in the clear: MiniStack is told that somebody in front of it took the TLS off. */
export function createSqs(): SQSClient {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  sqs.middlewareStack.add(
    (next) => (handled) => {
      (handled.request as { headers: Record<string, string> }).headers['x-forwarded-proto'] = 'https';
      return next(handled);
    },
    { step: 'build', name: 'throughTls' },
  );
  return sqs;
}

/** A queue of our own that hears every event on the bus. */
async function tapOf(
  { busName, tableName, tenant }: Deployed,
  {
    bus,
    queues,
    table,
  }: { readonly bus: EventBridgeClient; readonly queues: SQSClient; readonly table: DynamoDBClient },
) {
  const name = `tap-${randomUUID().slice(0, 8)}`;
  const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const EventPattern = JSON.stringify({ source: [eventSource] });
  await bus.send(new PutRuleCommand({ Name: name, EventBusName: busName, EventPattern }));
  await bus.send(
    new PutTargetsCommand({ Rule: name, EventBusName: busName, Targets: [{ Id: name, Arn: Attributes?.QueueArn }] }),
  );
  return {
    /** Sends a marker and waits for it: how many other events came before it. */
    async othersBeforeMarker(): Promise<number> {
      const cause = `marker/${randomUUID()}`;
      const time = new Date();
      const marker: Envelope = {
        id: cause,
        type: markerType,
        version: 1,
        cause,
        time: time.toISOString(),
        tenant,
        data: {},
      };
      await table.send(new PutItemCommand(outboxPut(tableName, cause, [marker], time)));
      let others = 0;
      for (let waited = 0; waited < 60; ) {
        const { Messages = [] } = await queues.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
        );
        if (Messages.length === 0) {
          waited++;
          continue;
        }
        await queues.send(
          new DeleteMessageBatchCommand({
            QueueUrl,
            Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
          }),
        );
        const types = Messages.map(({ Body = '' }) => JSON.parse(Body) as { 'detail-type': string; detail: Envelope });
        others += types.filter((each) => each['detail-type'] !== markerType).length;
        if (types.some(({ detail }) => detail.id === cause)) return others;
      }
      throw new Error('An event did not come through table, stream, relay and bus within a minute.');
    },
  };
}

function isForDeadLetters(url: string): boolean {
  return /dead-?letters/i.test(url);
}

function dueOf({ ScheduleExpression = '', Name }: GetScheduleOutput): number {
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(ScheduleExpression);
  if (at === null) throw new Error(`The schedule ${Name} is not for one instant: ${ScheduleExpression}`);
  return Date.parse(`${at[1]}Z`);
}
