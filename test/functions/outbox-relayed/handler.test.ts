import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { outboxKey, storyKey } from '../../../adapters/dynamodb/keys.ts';
import { eventsOf } from '../../../adapters/dynamodb/outbox-stream.ts';
import type { Bus } from '../../../domain/ports/bus.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { createHandler } from '../../../functions/outbox-relayed/handler.ts';
import { eventOfType } from '../../contracts/samples.ts';
import { listeningLog } from '../ehr-notified/http-event.ts';

/** A record as the table's stream brings it, of an outbox item with these events. */
function record(
  sequence: number,
  events: readonly Envelope[] | string,
  pk = outboxKey(`cause-${sequence}`).pk,
): DynamoDBRecord {
  const body = typeof events === 'string' ? events : JSON.stringify(events);
  return {
    eventName: 'INSERT',
    dynamodb: { SequenceNumber: String(sequence), NewImage: { pk: { S: pk }, body: { S: body } } },
  };
}

const event = (id: string) => eventOfType('message-queued', id);

function relay(bus: (events: readonly Envelope[]) => ReturnType<Bus['publish']>) {
  const log = listeningLog();
  const published: string[] = [];
  const handler = createHandler({
    log,
    envelopesIn: eventsOf,
    bus: {
      publish: (events) => {
        published.push(...events.map(({ cause }) => cause));
        return bus(events);
      },
    },
  });
  return { log, published, handle: (...Records: DynamoDBRecord[]) => handler({ Records }) };
}

const taken = async () => ({ refused: [] });
const none = { batchItemFailures: [] };
const from = (sequence: number) => ({ batchItemFailures: [{ itemIdentifier: String(sequence) }] });

describe('the relay', () => {
  it('puts on the bus what transactions kept, in their order, and nothing else of the table', async () => {
    const { handle, published, log } = relay(taken);
    const story = record(2, 'not of the outbox', storyKey('anna').pk);
    expect(await handle(record(1, [event('a'), event('b')]), story, record(3, [event('c')]))).toStrictEqual(none);
    expect(published).toStrictEqual(['a', 'b', 'c']);
    expect(log.lines).toStrictEqual(['["EVENTS_RELAYED",{"records":3,"events":3,"refused":0},null]']);
  });

  it('asks for the stream again from the first record of which an event was refused', async () => {
    const { handle, log } = relay(async () => ({ refused: ['message-queued/d', 'message-queued/b'] }));
    const records = [record(1, [event('a')]), record(2, [event('b'), event('c')]), record(3, [event('d')])];
    expect(await handle(...records)).toStrictEqual(from(2));
    expect(log.lines.join()).toContain('EVENTS_REFUSED_BY_BUS');
    expect(log.lines.join()).toContain('"events":2,"refused":2');
  });

  it('asks for all of it again where the bus could not be reached', async () => {
    const { handle } = relay(async () => {
      throw new Error('no bus');
    });
    expect(await handle(record(1, []), record(2, [event('a')]), record(3, [event('b')]))).toStrictEqual(from(2));
  });

  it('stops at a record that holds no events, so that it reaches the dead letters, and skips nothing', async () => {
    const { handle, published } = relay(taken);
    expect(await handle(record(1, [event('a')]), record(2, '{"patient'), record(3, [event('b')]))).toStrictEqual(
      from(2),
    );
    expect(published).toStrictEqual(['a']);
  });

  it('goes back to the earlier of a refused and an unreadable record', async () => {
    const { handle } = relay(async () => ({ refused: ['message-queued/a'] }));
    expect(await handle(record(1, [event('a')]), record(2, 'x'))).toStrictEqual(from(1));
  });

  it('does not call the bus without events', async () => {
    const { handle } = relay(async () => {
      throw new Error('called');
    });
    expect(await handle(record(1, 'x', storyKey('anna').pk))).toStrictEqual(none);
  });

  it('fails the whole batch where a failed record cannot be named', async () => {
    const { handle } = relay(taken);
    const nameless: DynamoDBRecord = {
      eventName: 'INSERT',
      dynamodb: { NewImage: { pk: { S: outboxKey('x').pk }, body: { S: 'x' } } },
    };
    await expect(handle(nameless)).rejects.toThrow('no sequence number');
  });
});
