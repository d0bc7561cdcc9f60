import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createBackendToken } from '../../adapters/fhir/backend-token.ts';
import { createChart } from '../../adapters/fhir/chart.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { createCarrierClient } from '../../adapters/twilio/carrier.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import { personNeeded } from './environment.ts';
import type { PersonNeededDeps } from './handler.ts';

export function createContainer(environment: Environment = process.env): Container<PersonNeededDeps> {
  const given = configurationOf(personNeeded, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: personNeeded.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  const { clinic } = speakerFor(given.always.tenant);
  return whenReady(secretTexts(['twilio', 'ehr'], given, secrets.text), (texts) => {
    const { accountSid, authToken, number } = secretIn('twilio', texts);
    const { apiUrl } = given.twilio;
    const carrier = createCarrierClient({
      accountSid,
      authToken,
      from: number,
      log,
      ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
    });
    const { clientId, privateJwk } = secretIn('ehr', texts);
    const fhirBase = given.ehr.baseUrl;
    const token = createBackendToken({ fhirBase, clientId, key: privateJwk, access: personNeeded.ehrAccess, log });
    const chart = createChart({ fhirBase, token, log });
    return { store, records, chart, carrier, clinic, clock, log, onCallUrl: `${given.always.publicUrl}/twilio/voice` };
  });
}
