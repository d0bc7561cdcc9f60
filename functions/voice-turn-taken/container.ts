import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createPhoneHash } from '../../adapters/seals/phone-hash.ts';
import { createSeals } from '../../adapters/seals/seals.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { renderVoice } from '../../adapters/twilio/twiml.ts';
import { createWebhookVerifier } from '../../adapters/twilio/webhook-signature.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import type { VoiceTurnTakenDeps } from './dependencies.ts';
import { voiceTurnTaken } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<VoiceTurnTakenDeps> {
  const given = configurationOf(voiceTurnTaken, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: voiceTurnTaken.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  const speaker = speakerFor(given.always.tenant);
  const { publicUrl } = given.always;
  return whenReady(secretTexts(['twilio', 'house-keys'], given, secrets.text), (texts) => {
    const { authToken } = secretIn('twilio', texts);
    const { sealKey, phoneKey } = secretIn('house-keys', texts);
    return {
      store,
      records,
      clinic: speaker.clinic,
      clock,
      log,
      speaker,
      renderVoice,
      verifier: createWebhookVerifier({ authToken, publicUrl }),
      phoneHash: createPhoneHash({ secret: phoneKey }),
      seals: createSeals({ secret: sealKey }),
    };
  });
}
