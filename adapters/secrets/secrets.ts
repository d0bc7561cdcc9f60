import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Fault } from '../../domain/errors/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { defaultRetryPolicy, isPassing, type RetryPolicy, retrying } from '../aws/retry.ts';

/** Secrets by name or ARN. */
export interface Secrets {
  /** The secret's text; never empty. */
  text(id: string): Promise<string>;
  /** One field of a secret that is a JSON object; never empty. */
  field(id: string, name: string): Promise<string>;
}

export function createSecretsClient(): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings({ requestMs: 3_000 }));
}

/**
 * Secrets from Secrets Manager, read when first needed and again when five minutes old, so that a rotation is noticed without a
 * deployment. While the service does not answer, an old value is used on: turning patients away would be worse.
 *
 * @throws Fault CONFIGURATION_MISSING for one that is absent, empty, forbidden or not what it should be.
 */
export function createSecrets(parts: {
  readonly client: SecretsManagerClient;
  readonly clock: Clock;
  readonly lifeMs?: number;
  readonly retry?: RetryPolicy;
}): Secrets {
  const { client, clock, lifeMs = 5 * 60 * 1000, retry = defaultRetryPolicy } = parts;
  const known = new Map<string, { readonly value: string; readonly readAt: number }>();
  const reading = new Map<string, Promise<string>>();

  async function read(id: string): Promise<string> {
    try {
      const command = new GetSecretValueCommand({ SecretId: id });
      const { SecretString } = await retrying(retry, isPassing, () => client.send(command));
      if (SecretString === undefined || SecretString === '') {
        throw new Fault('CONFIGURATION_MISSING', 'A secret is empty or not text.');
      }
      known.set(id, { value: SecretString, readAt: clock.now().getTime() });
      return SecretString;
    } catch (error) {
      const old = known.get(id);
      if (old !== undefined && isPassing(error)) {
        // Asked again in half a minute, not at each call: a patient's text must not wait for a service that is away.
        known.set(id, { value: old.value, readAt: clock.now().getTime() - lifeMs + 30_000 });
        return old.value;
      }
      if (error instanceof Fault) throw error;
      throw new Fault('CONFIGURATION_MISSING', 'A secret could not be read (is it there, and may we?).', {
        cause: error,
      });
    }
  }

  const secrets: Secrets = {
    text(id) {
      const old = known.get(id);
      if (old !== undefined && clock.now().getTime() - old.readAt < lifeMs) return Promise.resolve(old.value);
      // Callers that arrive together share one read.
      const running = reading.get(id) ?? read(id).finally(() => reading.delete(id));
      reading.set(id, running);
      return running;
    },
    async field(id, name) {
      const value = fieldOf(await secrets.text(id), name);
      if (typeof value !== 'string' || value === '') {
        throw new Fault('CONFIGURATION_MISSING', 'A secret lacks a field that is needed.');
      }
      return value;
    },
  };
  return secrets;
}

function fieldOf(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    return new Map<string, unknown>(Object.entries(value)).get(name);
  } catch {
    // The parser's message would quote the secret.
    throw new Fault('CONFIGURATION_MISSING', 'A secret should be a JSON object and is not.');
  }
}
