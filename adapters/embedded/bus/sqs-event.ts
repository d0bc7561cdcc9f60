import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** One delivery of a queued message, as Lambda would be given it. */
export interface Delivery {
  readonly seq: number;
  readonly body: string;
  readonly sent: number;
  /** Deliveries including this one. */
  readonly attempt: number;
}

export function sqsEventOf(consumer: string, deliveries: readonly Delivery[], now: number): SQSEvent {
  return { Records: deliveries.map((delivery) => recordOf(consumer, delivery, now)) };
}

function recordOf(consumer: string, { seq, body, sent, attempt }: Delivery, now: number): SQSRecord {
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
    eventSourceARN: `arn:aws:sqs:local:000000000000:${consumer}`,
    awsRegion: 'local',
  };
}

/**
 * Which messages of a batch failed, read as Lambda reads a partial batch response: an answer that names a message we did not send, or
 * none, means that nothing of the batch can be trusted.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedOf(response: SQSBatchResponse | undefined, deliveries: readonly Delivery[]): ReadonlySet<number> {
  const all = new Set(deliveries.map(({ seq }) => seq));
  const failed = new Set<number>();
  for (const { itemIdentifier } of response?.batchItemFailures ?? []) {
    const seq = Number(itemIdentifier);
    if (itemIdentifier === '' || !all.has(seq)) return all;
    failed.add(seq);
  }
  return failed;
}
