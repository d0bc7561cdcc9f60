import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createBackendToken } from '../../adapters/fhir/backend-token.ts';
import { createChart } from '../../adapters/fhir/chart.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createScheduler, createSchedulerClient } from '../../adapters/scheduler/scheduler.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { ownerReference } from '../../content/owners.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import type { ChartDueDeps } from './dependencies.ts';
import { chartDue } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<ChartDueDeps> {
  const given = configurationOf(chartDue, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: chartDue.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  const scheduler = createScheduler({
    client: createSchedulerClient(),
    clock,
    group: given.scheduler.scheduleGroup,
    busArn: given.scheduler.scheduleTarget,
    roleArn: given.scheduler.scheduleRole,
  });
  const { clinic } = speakerFor(given.always.tenant);
  return whenReady(secretTexts(['ehr'], given, secrets.text), (texts) => {
    const { clientId, privateJwk } = secretIn('ehr', texts);
    const fhirBase = given.ehr.baseUrl;
    const token = createBackendToken({ fhirBase, clientId, key: privateJwk, access: chartDue.ehrAccess, log });
    const chart = createChart({ fhirBase, token, log });
    return { store, records, chart, scheduler, clinic, clock, log, keepsCommunications: true, ownerReference };
  });
}
