import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createPhoneHash } from '../../adapters/seals/phone-hash.ts';
import { createSeals } from '../../adapters/seals/seals.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { renderSms } from '../../adapters/twilio/twiml.ts';
import { createWebhookVerifier } from '../../adapters/twilio/webhook-signature.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { createPageLink } from '../../edge/page/page-link.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import type { SmsReceivedDeps } from './dependencies.ts';
import { smsReceived } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<SmsReceivedDeps> {
  const given = configurationOf(smsReceived, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: smsReceived.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const speaker = speakerFor(given.always.tenant);
  const { publicUrl } = given.always;
  return whenReady(secretTexts(['twilio', 'house-keys'], given, secrets.text), (texts) => {
    const { authToken } = secretIn('twilio', texts);
    const { phoneKey, sealKey } = secretIn('house-keys', texts);
    return {
      store,
      clinic: speaker.clinic,
      clock,
      log,
      speaker: { ...speaker, pageLink: createPageLink({ seals: createSeals({ secret: sealKey }), clock, publicUrl }) },
      renderSms,
      verifier: createWebhookVerifier({ authToken, publicUrl }),
      phoneHash: createPhoneHash({ secret: phoneKey }),
      statusCallback: (id) => `${publicUrl}/twilio/sms/status?m=${encodeURIComponent(id)}`,
    };
  });
}
