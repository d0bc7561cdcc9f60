import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Item } from './items.ts';

/**
 * What a cancelled transaction means, by the reasons DynamoDB gives for each of its items in order; the first item is the cause.
 * A condition that failed is decisive, whatever else went wrong beside it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
 */
export type Verdict = /** The cause's item, as it stands. */ Item | 'conflict' | 'refused' | 'unavailable';

export function judge(error: TransactionCanceledException): Verdict {
  const reasons = error.CancellationReasons ?? [];
  const [cause, ...others] = reasons;
  if (cause?.Code === 'ConditionalCheckFailed') return cause.Item ?? 'conflict';
  if (others.some(({ Code }) => Code === 'ConditionalCheckFailed')) return 'conflict';
  if (reasons.some(({ Code }) => Code === 'ValidationError' || Code === 'ItemCollectionSizeLimitExceeded'))
    return 'refused';
  return 'unavailable';
}

/** Whether the same transaction may pass a little later: nothing but other transactions and throttling stood in its way. */
export function isPassingCancellation(error: unknown): boolean {
  return error instanceof TransactionCanceledException && judge(error) === 'unavailable';
}
