import { createCdsJwtVerifier } from '../../adapters/cds-jwt/cds-jwt.ts';
import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createJsonLog } from '../../adapters/log/json-log.ts';
import { createSeals } from '../../adapters/seals/seals.ts';
import { createSecrets, createSecretsClient } from '../../adapters/secrets/secrets.ts';
import { clinicProfile } from '../../content/clinic.ts';
import type { Records } from '../../domain/ports/records.ts';
import { atLevel } from '../../edge/lambda/log-level.ts';
import { wallClock } from '../../edge/lambda/wall-clock.ts';
import { type Container, whenReady } from '../../edge/lambda/when-ready.ts';
import { configurationOf, type Environment } from '../configuration.ts';
import { secretIn, secretTexts } from '../secrets.ts';
import { corsOriginsIn, issuersIn } from './callers.ts';
import type { CdsCallVerifier, CdsHookCalledDeps } from './dependencies.ts';
import { cdsHookCalled } from './environment.ts';

export function createContainer(environment: Environment = process.env): Container<CdsHookCalledDeps> {
  const given = configurationOf(cdsHookCalled, environment);
  const clock = wallClock;
  const log = atLevel(given.always.logLevel, createJsonLog({ clock, context: { function: cdsHookCalled.name } }));
  const table = { client: createDynamoClient(), name: given.table.tableName, clock, log };
  const records = createRecords(table);
  const secrets = createSecrets({ client: createSecretsClient(), clock });
  const parts = {
    store: createStoryStore(table),
    records,
    clinic: clinicProfile(given.always.tenant),
    clock,
    log,
    verifier: verifierFor(issuersIn(given['cds-issuers'].issuers), records),
    publicUrl: given.always.publicUrl,
    origins: corsOriginsIn(given['cds-issuers'].origins),
  };
  return whenReady(secretTexts(['house-keys'], given, secrets.text), (texts) => {
    const { sealKey } = secretIn('house-keys', texts);
    return { ...parts, seals: createSeals({ secret: sealKey }) };
  });
}

function verifierFor(issuers: ReturnType<typeof issuersIn>, records: Records): CdsCallVerifier {
  // A clinic whose EHR knows no CDS Hooks configures none: then nobody may call, and asking what we offer is no failure of ours.
  if (issuers.length === 0) return { verify: async () => ({ ok: false, why: 'unknown-issuer' }) };
  return createCdsJwtVerifier({
    issuers,
    now: () => wallClock.now(),
    firstTime: async (jti, until) =>
      (await records.put({
        kind: 'seen',
        id: `jti/${jti}`,
        value: { at: wallClock.now().toISOString() },
        expect: 'absent',
        expires: until,
      })) === 'saved',
  });
}
