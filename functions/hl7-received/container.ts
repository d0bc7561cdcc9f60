import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createBackendToken } from '../../adapters/fhir/backend-token.ts';
import { createChart } from '../../adapters/fhir/chart.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { clinicProfile } from '../../content/clinic.ts';
import { hl7Systems } from '../../content/hl7-systems.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import type { Hl7ReceivedDeps } from './dependencies.ts';
import { hl7Received } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<Hl7ReceivedDeps> {
  const given = configurationOf(hl7Received, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: hl7Received.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  const clinic = clinicProfile(given.always.tenant);
  const systems = hl7Systems();
  return whenReady(secretTexts(['ehr'], given, secrets.text), (texts) => {
    const { clientId, privateJwk } = secretIn('ehr', texts);
    const fhirBase = given.ehr.baseUrl;
    const token = createBackendToken({ fhirBase, clientId, key: privateJwk, access: hl7Received.ehrAccess, log });
    return { store, records, chart: createChart({ fhirBase, token, log }), clinic, systems, clock, log };
  });
}
