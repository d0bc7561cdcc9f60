import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { createWebhookVerifier } from '../../adapters/twilio/webhook-signature.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import { messageStatusChanged } from './environment.ts';
import type { MessageStatusDeps } from './handler.ts';

export function createContainer(environment: Environment = process.env): Container<MessageStatusDeps> {
  const given = configurationOf(messageStatusChanged, environment);
  const clock = wallClock;
  const log = atLevel(
    given.always.logLevel,
    createJsonLog({ clock, context: { function: messageStatusChanged.name } }),
  );
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  const { clinic } = speakerFor(given.always.tenant);
  const { publicUrl } = given.always;
  return whenReady(secretTexts(['twilio'], given, secrets.text), (texts) => {
    const { authToken } = secretIn('twilio', texts);
    return { store, records, clinic, clock, log, verifier: createWebhookVerifier({ authToken, publicUrl }) };
  });
}
