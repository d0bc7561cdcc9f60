import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createBackendToken } from '../../adapters/fhir/backend-token.ts';
import { createChart } from '../../adapters/fhir/chart.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createPhoneHash } from '../../adapters/seals/phone-hash.ts';
import { createSeals } from '../../adapters/seals/seals.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { ownQuestionnaire } from '../../content/questionnaires.ts';
import { visitContent } from '../../content/visit-content.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { createPageLink } from '../../edge/page/page-link.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { chartChanged } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<ChartChangedDeps> {
  const given = configurationOf(chartChanged, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: chartChanged.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const store = createStoryStore(table);
  const records = createRecords(table);
  const speaker = speakerFor(given.always.tenant);
  return whenReady(secretTexts(['ehr', 'house-keys'], given, secrets.text), (texts) => {
    const { clientId, privateJwk } = secretIn('ehr', texts);
    const fhirBase = given.ehr.baseUrl;
    const token = createBackendToken({ fhirBase, clientId, key: privateJwk, access: chartChanged.ehrAccess, log });
    const chart = createChart({ fhirBase, token, log });
    const { phoneKey, sealKey } = secretIn('house-keys', texts);
    const { publicUrl } = given.always;
    return {
      store,
      records,
      chart,
      clinic: speaker.clinic,
      clock,
      log,
      // What a visit needs is told with a link to its details.
      speaker: { ...speaker, pageLink: createPageLink({ seals: createSeals({ secret: sealKey }), clock, publicUrl }) },
      phoneHash: createPhoneHash({ secret: phoneKey }),
      us: ['told-once', clientId],
      visits: visitContent(speaker.clinic),
      ownQuestionnaire,
    };
  });
}
