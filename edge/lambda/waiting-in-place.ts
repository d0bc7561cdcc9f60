import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import { envelopeIn, type QueueHandler } from '../queue/queue-handler.ts';

export interface WaitingParts {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: Log;
  /** How long one invocation may spend in all before it must begin nothing more. */
  readonly patienceMs: number;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Where a wait cannot be sat out, the timer brings the message back after this. */
const nextRoundMs = 60_000;

/**
 * What `waiting` in a batch's answer means on AWS, where nobody reads it. Giving a message back would raise its receive count, and after
 * enough of that a text that only waited its turn would lie among the dead letters. So the invocation waits itself and tries the same
 * messages again: while it does, it holds one of the few places of its lane (`atOnce`), so the lane's other messages stay in the queue,
 * uncounted, and those of other lanes go by. What does not get its turn in time leaves the queue, and a timer brings it back to the same
 * lane.
 */
export function waitingInPlace(
  handle: QueueHandler,
  parts: WaitingParts,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const { clock, scheduler, log, patienceMs, sleep = sleepFor } = parts;

  async function putOff(record: SQSRecord): Promise<boolean> {
    try {
      const envelope = envelopeIn(record.body);
      const at = new Date(clock.now().getTime() + nextRoundMs);
      await scheduler.schedule(`waiting/${envelope.id}`, at, envelope);
      return true;
    } catch (error) {
      log.warn('EVENT_FAILED', { message: record.messageId }, error);
      return false;
    }
  }

  return async (event) => {
    const giveUpAt = clock.now().getTime() + patienceMs;
    const failed: { itemIdentifier: string }[] = [];
    let records = event.Records;
    for (;;) {
      const { batchItemFailures, waiting } = await handle({ Records: records });
      failed.push(...batchItemFailures);
      const left = new Set(waiting?.items.map(({ itemIdentifier }) => itemIdentifier));
      records = records.filter(({ messageId }) => left.has(messageId));
      if (waiting === undefined || records.length === 0) return { batchItemFailures: failed };
      const until = Date.parse(waiting.until);
      if (until > giveUpAt) break;
      await sleep(Math.max(0, until - clock.now().getTime()));
    }
    for (const record of records) if (!(await putOff(record))) failed.push({ itemIdentifier: record.messageId });
    log.info('MESSAGE_PUT_OFF', { messages: records.length });
    return { batchItemFailures: failed };
  };
}

function sleepFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
