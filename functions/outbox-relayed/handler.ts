import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { Fault } from '../../domain/errors/errors.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { OutboxRelayedDeps } from './dependencies.ts';

export type StreamHandler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

interface Unpacked {
  readonly records: readonly { readonly record: DynamoDBRecord; readonly events: readonly Envelope[] }[];
  /** The first record that could not be read; what is behind it waits its turn. */
  readonly unreadable?: DynamoDBRecord;
}

/**
 * The stream brings what transactions kept: put it on the bus, in order. The stream goes on from the first sequence number that is
 * reported as failed, so what stood behind it may come to the bus twice (consumers know events by their ids), and nothing is left out.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function createHandler(deps: OutboxRelayedDeps): StreamHandler {
  return async ({ Records }) => {
    const { records, unreadable } = unpack(deps, Records);
    const events = records.flatMap((each) => each.events);
    const refused = await publish(deps, events);
    const failed = records.find((each) => each.events.some(({ id }) => refused.has(id)))?.record ?? unreadable;
    const put = events.filter(({ id }) => !refused.has(id)).length;
    deps.log.info('EVENTS_RELAYED', { records: Records.length, events: put, refused: refused.size });
    return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: sequenceNumberOf(failed) }] };
  };
}

function unpack({ envelopesIn, log }: OutboxRelayedDeps, all: readonly DynamoDBRecord[]): Unpacked {
  const records: { record: DynamoDBRecord; events: readonly Envelope[] }[] = [];
  for (const record of all) {
    try {
      records.push({ record, events: envelopesIn(record) });
    } catch (error) {
      log.error('EVENT_FAILED', { consumer: 'outbox-relayed', record: record.dynamodb?.SequenceNumber }, error);
      return { records, unreadable: record };
    }
  }
  return { records };
}

/** The ids that are not on the bus; all of them where the bus could not be reached. */
async function publish({ bus, log }: OutboxRelayedDeps, events: readonly Envelope[]): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  try {
    const { refused } = await bus.publish(events);
    if (refused.length > 0) log.warn('EVENTS_REFUSED_BY_BUS', { events: events.length, refused: refused.length });
    return new Set(refused);
  } catch (error) {
    log.error('EVENTS_REFUSED_BY_BUS', { events: events.length, refused: events.length }, error);
    return new Set(events.map(({ id }) => id));
  }
}

/** A record without a number cannot be named, so the whole batch must come again. */
function sequenceNumberOf(record: DynamoDBRecord): string {
  const number = record.dynamodb?.SequenceNumber;
  if (number === undefined) throw new Fault('EVENT_UNREADABLE', 'A record of the stream has no sequence number.');
  return number;
}
