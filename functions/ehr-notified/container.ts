import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import type { EhrNotifiedDeps } from './dependencies.ts';
import { ehrNotified } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<EhrNotifiedDeps> {
  const given = configurationOf(ehrNotified, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: ehrNotified.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  return whenReady(secretTexts(['notification-secret'], given, secrets.text), (texts) => ({
    store,
    records,
    clinic: { tenant: given.always.tenant },
    clock,
    log,
    secret: secretIn('notification-secret', texts),
  }));
}
