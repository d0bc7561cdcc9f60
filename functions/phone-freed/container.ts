import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, readyAtOnce } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { phoneFreed } from './environment.ts';
import type { PhoneFreedDeps } from './handler.ts';

export function createContainer(environment: Environment = process.env): Container<PhoneFreedDeps> {
  const given = configurationOf(phoneFreed, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: phoneFreed.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const store = createStoryStore(table);
  const speaker = speakerFor(given.always.tenant);
  return readyAtOnce({ store, clinic: speaker.clinic, clock, log, speaker });
}
