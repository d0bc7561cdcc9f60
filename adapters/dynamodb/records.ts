import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { Fault } from '../../domain/errors/errors.ts';
import type { RecordKind, RecordKinds, RecordPut, Records } from '../../domain/ports/records.ts';
import type { Envelope } from '../../events/envelope.ts';
import { isPassing } from '../aws/retry.ts';
import { isPassingCancellation } from './cancellation.ts';
import { type Item, keyAttributes, numberIn, textIn } from './items.ts';
import { recordKey, recordPartition, recordShards } from './keys.ts';
import { outboxPut } from './outbox-items.ts';
import { hasExpired, recordUpdate } from './record-items.ts';
import { calling, type Table } from './table.ts';

const pageSize = 100;

/** The records, in the stories' table. */
export function createRecords(table: Table): Records {
  const { client, name, clock } = table;

  async function update(put: RecordPut): Promise<void> {
    const command = recordUpdate(name, put, clock.now());
    let tries = 0;
    try {
      await calling(table, 'put', () => {
        tries += 1;
        return client.send(new UpdateItemCommand(command));
      });
    } catch (error) {
      // An attempt whose answer was lost may have written: then the refusal of the next is our own doing.
      if (tries > 1 && isConditionFailure(causeOf(error)) && (await isWritten(put))) return;
      throw error;
    }
  }

  async function read(kind: RecordKind, id: string): Promise<Item | undefined> {
    const command = { TableName: name, Key: keyAttributes(recordKey(kind, id)), ConsistentRead: true };
    return (await calling(table, 'get', () => client.send(new GetItemCommand(command)))).Item;
  }

  async function isWritten({ kind, id, value, expect }: RecordPut): Promise<boolean> {
    const item = await read(kind, id);
    const version = expect === 'absent' ? 1 : Number(expect) + 1;
    return (
      item !== undefined && numberIn(item, 'version') === version && textIn(item, 'body') === JSON.stringify(value)
    );
  }

  async function updateWithEvents(put: RecordPut, events: readonly [Envelope, ...Envelope[]]): Promise<void> {
    const command = {
      // Events of one put are named by the first of them: ids derive from causes, so a retry writes the same item again.
      TransactItems: [
        { Update: recordUpdate(name, put, clock.now()) },
        { Put: outboxPut(name, `event/${events[0].id}`, events, clock.now()) },
      ],
      ClientRequestToken: randomUUID(),
    };
    await calling(
      table,
      'put',
      () => client.send(new TransactWriteItemsCommand(command)),
      (error) => isPassing(error) || isPassingCancellation(error),
    );
  }

  return {
    async get(kind, id) {
      const item = await read(kind, id);
      return item === undefined || hasExpired(item, clock.now()) ? undefined : stored<typeof kind>(item);
    },

    async put(put, events = []) {
      const [first, ...others] = events;
      try {
        if (first === undefined) await update(put);
        else await updateWithEvents(put, [first, ...others]);
        return 'saved';
      } catch (error) {
        if (isConditionFailure(causeOf(error))) return 'conflict';
        throw error;
      }
    },

    async list(kind, after) {
      const [from, afterId] = positionOf(after);
      for (let shard = from; shard < recordShards; shard += 1) {
        const partition = recordPartition(kind, shard);
        const command = new QueryCommand({
          TableName: name,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: partition } },
          ConsistentRead: true,
          Limit: pageSize,
          ...(shard === from && afterId !== undefined
            ? { ExclusiveStartKey: keyAttributes({ pk: partition, sk: afterId }) }
            : {}),
        });
        const page = await calling(table, 'list', () => client.send(command));
        const items = (page.Items ?? [])
          .filter((item) => !hasExpired(item, clock.now()))
          .map((item) => ({ id: textIn(item, 'sk'), ...stored<typeof kind>(item) }));
        if (page.LastEvaluatedKey !== undefined) {
          return { items, next: `${shard}/${textIn(page.LastEvaluatedKey, 'sk')}` };
        }
        if (items.length > 0) return shard + 1 < recordShards ? { items, next: `${shard + 1}/` } : { items };
      }
      return { items: [] };
    },
  };
}

function stored<K extends RecordKind>(item: Item): { value: RecordKinds[K]; version: number } {
  return { value: JSON.parse(textIn(item, 'body')) as RecordKinds[K], version: numberIn(item, 'version') };
}

/** `shard/id`: go on in that shard, behind that id if there is one. */
function positionOf(after: string | undefined): readonly [shard: number, id: string | undefined] {
  if (after === undefined) return [0, undefined];
  const cut = after.indexOf('/');
  return [Number(after.slice(0, cut)), after.slice(cut + 1) || undefined];
}

function causeOf(error: unknown): unknown {
  return error instanceof Fault ? error.cause : undefined;
}

function isConditionFailure(error: unknown): boolean {
  if (error instanceof ConditionalCheckFailedException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  return error.CancellationReasons?.some(({ Code }) => Code === 'ConditionalCheckFailed') === true;
}
