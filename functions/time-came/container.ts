import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createScheduler, createSchedulerClient } from '../../adapters/scheduler/scheduler.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, readyAtOnce } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { timeCame } from './environment.ts';
import type { TimeCameDeps } from './handler.ts';

export function createContainer(environment: Environment = process.env): Container<TimeCameDeps> {
  const given = configurationOf(timeCame, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: timeCame.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const store = createStoryStore(table);
  const speaker = speakerFor(given.always.tenant);
  const scheduler = createScheduler({
    client: createSchedulerClient(),
    clock,
    group: given.scheduler.scheduleGroup,
    busArn: given.scheduler.scheduleTarget,
    roleArn: given.scheduler.scheduleRole,
  });
  return readyAtOnce({ store, clinic: speaker.clinic, clock, log, speaker, scheduler });
}
