import { sqsEventOf } from '../../adapters/embedded/bus/sqs-event.ts';
import type { QueueHandler } from '../../edge/queue/queue-handler.ts';
import type { Envelope } from '../../events/envelope.ts';

/** Gives a consumer these events as its queue does, in one batch; true where nothing has to come again. */
export async function deliver(consumer: QueueHandler, events: readonly Envelope[]): Promise<boolean> {
  const deliveries = events.map((detail, seq) => ({ seq, body: JSON.stringify({ detail }), sent: 0, attempt: 1 }));
  const { batchItemFailures } = await consumer(sqsEventOf('test', deliveries, 0));
  return batchItemFailures.length === 0;
}
