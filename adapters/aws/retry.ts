/** A bounded retry with full jitter: the n-th wait is anywhere between nothing and `base * 2^n`. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly baseMs: number;
  readonly longestMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
}

/** Four attempts in well under a second of waiting: Twilio's patience is fifteen. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 4,
  baseMs: 25,
  longestMs: 400,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/** Tries again while `passing` says that the failure may pass; throws the last failure. */
export async function retrying<T>(
  policy: RetryPolicy,
  passing: (error: unknown) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= policy.attempts || !passing(error)) throw error;
      await policy.sleep(jittered(policy, tried));
    }
  }
}

/** How long to wait after the n-th attempt (from 1). */
export function jittered({ baseMs, longestMs, random }: RetryPolicy, tried: number): number {
  return random() * Math.min(baseMs * 2 ** tried, longestMs);
}

const passingNames = new Set([
  'InternalServerError',
  'InternalServerErrorException',
  'InternalFailure',
  'InternalException',
  'InternalError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'ThrottlingError',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'TooManyRequestsException',
  'RequestThrottled',
  'RequestThrottledException',
  'TransactionConflictException',
  'TransactionInProgressException',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);

/**
 * Whether the same call may succeed a little later: throttling, faults of the service, and the network.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (passingNames.has(error.name)) return true;
  if ('code' in error && typeof error.code === 'string' && passingNames.has(error.code)) return true;
  const status = statusOf(error);
  return status !== undefined && (status >= 500 || status === 429);
}

function statusOf(error: Error): number | undefined {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return undefined;
  const { $metadata } = error;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : undefined;
}

/** The service's name for a failure, or undefined for what is not an Error. */
export function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}
