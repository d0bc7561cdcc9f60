import { randomUUID } from 'node:crypto';
import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { createCarrierClient } from '../../adapters/twilio/carrier.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { callbacksAt } from '../../edge/queue/callbacks.ts';
import type { SendingDeps } from '../../edge/queue/send-message.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import { replyOverdue } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<SendingDeps> {
  const given = configurationOf(replyOverdue, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: replyOverdue.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  const { clinic } = speakerFor(given.always.tenant);
  const { publicUrl } = given.always;
  const worker = randomUUID();
  return whenReady(secretTexts(['twilio'], given, secrets.text), (texts) => {
    const { accountSid, authToken, number, messagingServiceSid } = secretIn('twilio', texts);
    const { apiUrl } = given.twilio;
    const carrier = createCarrierClient({
      accountSid,
      authToken,
      from: number,
      log,
      ...(messagingServiceSid === undefined ? {} : { messagingServiceSid }),
      ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
    });
    return {
      store,
      records,
      carrier,
      clinic,
      clock,
      log,
      ...callbacksAt(publicUrl),
      sender: messagingServiceSid ?? number,
      worker,
    };
  });
}
