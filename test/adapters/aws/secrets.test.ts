import {
  GetSecretValueCommand,
  InternalServiceError,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { createSecrets } from '../../../adapters/secrets/secrets.ts';

const manager = mockClient(SecretsManagerClient);
let now = 0;
const make = () =>
  createSecrets({
    client: new SecretsManagerClient({ region: 'us-east-1' }),
    clock: { now: () => new Date(now) },
    lifeMs: 60_000,
    retry: { attempts: 2, baseMs: 1, longestMs: 1, random: () => 0, sleep: async () => undefined },
  });
const about = { $metadata: { httpStatusCode: 500 }, message: '' };

beforeEach(() => {
  manager.reset();
  now = 0;
});

it('reads a secret once for all who ask at the same time, and again when it has grown old', async () => {
  manager.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'one' }).resolves({ SecretString: 'two' });
  const secrets = make();
  expect(await Promise.all([secrets.text('a'), secrets.text('a')])).toEqual(['one', 'one']);
  now = 59_999;
  expect(await secrets.text('a')).toBe('one');
  expect(manager.calls()).toHaveLength(1);
  now = 60_000;
  expect(await secrets.text('a')).toBe('two');
});

it('uses an old value on while the service does not answer, but not one that was taken away', async () => {
  manager.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'one' }).rejects(new InternalServiceError(about));
  const secrets = make();
  await secrets.text('a');
  now = 60_000;
  expect(await secrets.text('a')).toBe('one');
  const asked = manager.commandCalls(GetSecretValueCommand).length;
  now += 29_000;
  expect(await secrets.text('a')).toBe('one');
  expect(manager.commandCalls(GetSecretValueCommand)).toHaveLength(asked);
  now += 2_000;
  manager
    .on(GetSecretValueCommand)
    .rejects(new ResourceNotFoundException({ ...about, $metadata: { httpStatusCode: 400 } }));
  await expect(secrets.text('a')).rejects.toMatchObject({ code: 'CONFIGURATION_MISSING' });
});

it('does not remember a failure', async () => {
  manager
    .on(GetSecretValueCommand)
    .rejectsOnce(new ResourceNotFoundException({ ...about, $metadata: {} }))
    .resolves({ SecretString: 'x' });
  const secrets = make();
  await expect(secrets.text('a')).rejects.toMatchObject({ code: 'CONFIGURATION_MISSING' });
  expect(await secrets.text('a')).toBe('x');
});

it('reads a field, and refuses what is empty, missing or no JSON object, without quoting it', async () => {
  const cases = ['{"authToken":""}', '{}', 'sk-very-secret', 'null', '[]', '{"authToken":5}', ''];
  for (const SecretString of cases) {
    manager.reset();
    manager.on(GetSecretValueCommand).resolves({ SecretString });
    const error = await make()
      .field('twilio', 'authToken')
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CONFIGURATION_MISSING' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-very');
    expect(error instanceof Error && error.cause).not.toMatchObject({ message: expect.stringContaining('sk-') });
  }
  manager.on(GetSecretValueCommand).resolves({ SecretString: '{"authToken":"t"}' });
  expect(await make().field('twilio', 'authToken')).toBe('t');
});
