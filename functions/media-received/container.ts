import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createMediaVault, createS3Client } from '../../adapters/s3/media-vault.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { createCarrierClient } from '../../adapters/twilio/carrier.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import { mediaReceived } from './environment.ts';
import type { MediaReceivedDeps } from './handler.ts';

export function createContainer(environment: Environment = process.env): Container<MediaReceivedDeps> {
  const given = configurationOf(mediaReceived, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: mediaReceived.name } }));
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const vault = createMediaVault({ client: createS3Client(), bucket: given.media.bucket });
  return whenReady(secretTexts(['twilio'], given, secrets.text), (texts) => {
    const { accountSid, authToken, number } = secretIn('twilio', texts);
    const { apiUrl } = given.twilio;
    const carrier = createCarrierClient({
      accountSid,
      authToken,
      from: number,
      log,
      ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
    });
    return { carrier, vault, log };
  });
}
