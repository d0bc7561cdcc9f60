import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Fault } from '../../domain/errors/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { defaultRetryPolicy, isPassing, nameOf, type RetryPolicy, retrying } from '../aws/retry.ts';

/** The one table and how to reach it. */
export interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly clock: Clock;
  readonly log?: Log;
  readonly retry?: RetryPolicy;
}

export function createDynamoClient(): DynamoDBClient {
  return new DynamoDBClient(clientSettings());
}

/** A call that is repeated while its failure may pass; what remains is a Fault. */
export async function calling<T>(
  table: Table,
  operation: string,
  attempt: () => Promise<T>,
  passing: (error: unknown) => boolean = isPassing,
): Promise<T> {
  let tries = 0;
  try {
    return await retrying(table.retry ?? defaultRetryPolicy, passing, () => {
      tries += 1;
      return attempt();
    });
  } catch (error) {
    throw asFault(error, passing);
  } finally {
    if (tries > 1) table.log?.info('STORE_RETRIED', { operation, tries });
  }
}

function asFault(error: unknown, passing: (error: unknown) => boolean): Fault {
  if (error instanceof Fault) return error;
  if (nameOf(error) === 'ValidationException' || nameOf(error) === 'ItemCollectionSizeLimitExceededException') {
    return new Fault('STORE_REFUSED', 'DynamoDB will not take this, however often it is tried.', { cause: error });
  }
  const message = passing(error)
    ? 'DynamoDB did not answer in time, repeatedly.'
    : 'DynamoDB refused a call (permissions, table name or an unknown failure).';
  return new Fault('STORE_UNAVAILABLE', message, { cause: error, retryAfterSeconds: 5 });
}
