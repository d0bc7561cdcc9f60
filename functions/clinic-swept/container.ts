import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createBackendToken } from '../../adapters/fhir/backend-token.ts';
import { createChart } from '../../adapters/fhir/chart.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import { clinicSwept } from './environment.ts';
import type { ClinicSweptDeps } from './handler.ts';

export function createContainer(environment: Environment = process.env): Container<ClinicSweptDeps> {
  const given = configurationOf(clinicSwept, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: clinicSwept.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  const { clinic } = speakerFor(given.always.tenant);
  return whenReady(secretTexts(['ehr', 'notification-secret'], given, secrets.text), (texts) => {
    const { clientId, privateJwk } = secretIn('ehr', texts);
    const fhirBase = given.ehr.baseUrl;
    const token = createBackendToken({ fhirBase, clientId, key: privateJwk, access: clinicSwept.ehrAccess, log });
    const chart = createChart({ fhirBase, token, log });
    const { header, secret } = secretIn('notification-secret', texts);
    return {
      store,
      records,
      chart,
      clinic,
      clock,
      log,
      endpoint: `${given.always.publicUrl}/ehr/notifications`,
      header: { name: header, secret },
    };
  });
}
