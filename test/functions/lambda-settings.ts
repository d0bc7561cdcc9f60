import { generateKeyPairSync } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { type FunctionSpec, variables } from '../../functions/function-spec.ts';

/** The secrets as docs/deploy.md has operators put them, by the variable that points to each. */
export const secrets: Readonly<Record<string, unknown>> = {
  [variables.twilio.secret]: { accountSid: `AC${'0'.repeat(32)}`, authToken: 'the token', number: '+13125550199' },
  [variables.ehr.secret]: {
    clientId: 'told-once',
    privateJwk: {
      ...generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' }),
      kid: 'k',
      alg: 'ES384',
    },
  },
  [variables['house-keys'].secret]: {
    sealKey: Buffer.alloc(32, 1).toString('base64'),
    phoneKey: Buffer.alloc(32, 2).toString('base64'),
  },
  [variables['notification-secret'].secret]: { header: 'x-ehr-secret', secret: 'the EHR says this' },
};

const special: Readonly<Record<string, string>> = {
  [variables.always.publicUrl]: 'https://clinic.example',
  [variables.always.tenant]: 'lakeside',
  [variables.always.logLevel]: 'ERROR',
  [variables.ehr.baseUrl]: 'https://ehr.example/fhir',
  [variables.twilio.apiUrl]: 'https://carrier.example',
  [variables['cds-issuers'].issuers]: JSON.stringify([
    { issuer: 'https://ehr.example', jwksUrl: 'https://ehr.example/jwks' },
  ]),
  [variables['cds-issuers'].origins]: '["https://ehr.example"]',
};

/** The variables that CDK gives a function of these needs, and no other. */
export function environmentFor({ needs }: Pick<FunctionSpec, 'needs'>): Record<string, string> {
  const names = (['always', ...needs] as const).flatMap((need) => Object.values<string>(variables[need]));
  return Object.fromEntries(names.map((name) => [name, special[name] ?? `arn:aws:of:${name}`]));
}

/** A Secrets Manager that holds these, under the values that `environmentFor` gives. */
export function secretsManagerWith(held: Readonly<Record<string, unknown>> = secrets) {
  const manager = mockClient(SecretsManagerClient);
  hold(manager, held);
  return manager;
}

export function hold(manager: ReturnType<typeof secretsManagerWith>, held: Readonly<Record<string, unknown>>): void {
  for (const [variable, value] of Object.entries(held))
    manager
      .on(GetSecretValueCommand, { SecretId: `arn:aws:of:${variable}` })
      .resolves({ SecretString: typeof value === 'string' ? value : JSON.stringify(value) });
}
