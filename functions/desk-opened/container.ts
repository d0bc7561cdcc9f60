import { randomBytes } from 'node:crypto';
import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createSeals } from '../../adapters/seals/seals.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { createSmartClient } from '../../adapters/smart/smart-client.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import type { DeskOpenedDeps } from './dependencies.ts';
import { deskOpened } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<DeskOpenedDeps> {
  const given = configurationOf(deskOpened, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: deskOpened.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  const speaker = speakerFor(given.always.tenant);
  const { publicUrl } = given.always;
  return whenReady(secretTexts(['house-keys', 'ehr'], given, secrets.text), (texts) => {
    const { sealKey } = secretIn('house-keys', texts);
    const { clientId, privateJwk } = secretIn('ehr', texts);
    const smart = createSmartClient({
      fhirBase: given.ehr.baseUrl,
      clientId,
      key: privateJwk,
      redirectUri: `${publicUrl}/staff/signed-in`,
      random: (bytes) => randomBytes(bytes),
    });
    return {
      store,
      records,
      clinic: speaker.clinic,
      clock,
      log,
      speaker,
      seals: createSeals({ secret: sealKey }),
      smart,
      publicUrl,
      ehr: given.ehr.baseUrl,
    };
  });
}
