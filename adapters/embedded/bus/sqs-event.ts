import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { BatchAnswer } from '../../../domain/ports/batch-answer.ts';

/** One delivery of a queued message, as Lambda would be given it. */
export interface Delivery {
  readonly seq: number;
  readonly body: string;
  readonly sent: number;
  /** Deliveries including this one. */
  readonly attempt: number;
}

export function sqsEventOf(queue: string, deliveries: readonly Delivery[], now: number): SQSEvent {
  return { Records: deliveries.map((delivery) => recordOf(queue, delivery, now)) };
}

function recordOf(queue: string, { seq, body, sent, attempt }: Delivery, now: number): SQSRecord {
  return {
    messageId: String(seq),
    receiptHandle: String(seq),
    body,
    attributes: {
      ApproximateReceiveCount: String(attempt),
      SentTimestamp: String(sent),
      SenderId: 'embedded',
      ApproximateFirstReceiveTimestamp: String(now),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:local:000000000000:${queue}`,
    awsRegion: 'local',
  };
}

/**
 * Which messages of a batch failed, read as Lambda reads a partial batch response: an answer that names a message we did not send, or
 * none, means that nothing of the batch can be trusted.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedOf(response: BatchAnswer | undefined, deliveries: readonly Delivery[]): ReadonlySet<number> {
  const all = new Set(deliveries.map(({ seq }) => seq));
  const failed = new Set<number>();
  for (const { itemIdentifier } of response?.batchItemFailures ?? []) {
    const seq = Number(itemIdentifier);
    if (itemIdentifier === '' || !all.has(seq)) return all;
    failed.add(seq);
  }
  return failed;
}

/** Which messages of a batch were let wait, and until when, in epoch milliseconds; one that is also named as failed has failed. */
export function waitingOf(
  response: BatchAnswer | undefined,
  deliveries: readonly Delivery[],
  failed: ReadonlySet<number>,
): { readonly untried: ReadonlySet<number>; readonly until: number } {
  const until = Date.parse(response?.waiting?.until ?? '');
  if (Number.isNaN(until)) return { untried: new Set(), until: 0 };
  const named = new Set(response?.waiting?.items.map(({ itemIdentifier }) => itemIdentifier));
  const untried = deliveries.map(({ seq }) => seq).filter((seq) => named.has(String(seq)) && !failed.has(seq));
  return { untried: new Set(untried), until };
}
