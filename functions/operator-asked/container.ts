import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, readyAtOnce } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import type { KeepingDeps } from '../ehr-notified/dependencies.ts';
import { operatorAsked } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<KeepingDeps> {
  const given = configurationOf(operatorAsked, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: operatorAsked.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const store = createStoryStore(table);
  return readyAtOnce({ store, records: createRecords(table), clinic: { tenant: given.always.tenant }, clock, log });
}
