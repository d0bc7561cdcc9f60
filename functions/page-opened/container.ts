import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createSeals } from '../../adapters/seals/seals.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import { pageOpened } from './environment.ts';
import type { PageOpenedDeps } from './handler.ts';

export function createContainer(environment: Environment = process.env): Container<PageOpenedDeps> {
  const given = configurationOf(pageOpened, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: pageOpened.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const speaker = speakerFor(given.always.tenant);
  return whenReady(secretTexts(['house-keys'], given, secrets.text), (texts) => {
    const { sealKey } = secretIn('house-keys', texts);
    return { store, clinic: speaker.clinic, clock, log, speaker, seals: createSeals({ secret: sealKey }) };
  });
}
