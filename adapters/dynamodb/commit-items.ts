import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { Fault } from '../../domain/errors/errors.ts';
import type { Change } from '../../domain/ports/story-store.ts';
import { bodyAttribute, expiresAttribute, keyAttributes } from './items.ts';
import { causeKey, intakeKey, type Key, momentKey, phoneKey, storyKey, storyPartition } from './keys.ts';
import { outboxPut } from './outbox-items.ts';
import { recordUpdate } from './record-items.ts';

const outcomeLifeMs = 30 * 24 * 60 * 60 * 1000;
/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const mostItems = 100;

/** A change as the items of one transaction. The cause comes first: its refusal is told apart by its place. */
export function itemsOf(table: string, change: Change, now: Date): TransactWriteItem[] {
  const { cause, story, phones = [], intakes = {}, droppedIntakes = [], moments, events, records = [] } = change;
  const items: TransactWriteItem[] = [causePut(table, change, now)];
  if (story !== undefined) {
    items.push(versioned(table, storyKey(story.id), story));
    for (const [key, intake] of Object.entries(intakes)) {
      const item = { ...keyAttributes(intakeKey(story.id, key)), body: bodyAttribute(intake) };
      items.push({ Put: { TableName: table, Item: item } });
    }
    for (const key of droppedIntakes) {
      // One transaction may touch an item once only; bringing an intake outweighs dropping it.
      if (key in intakes) continue;
      items.push({ Delete: { TableName: table, Key: keyAttributes(intakeKey(story.id, key)) } });
    }
  } else if (Object.keys(intakes).length > 0) {
    throw new Fault('STORE_REFUSED', 'A commit brings intakes but no story to keep them.');
  }
  for (const phone of phones) items.push(versioned(table, phoneKey(phone.id), phone));
  const latest = moments.at(-1);
  if (latest !== undefined) {
    const key = momentKey(ownerOf(change), latest.at, cause);
    items.push({ Put: { TableName: table, Item: { ...keyAttributes(key), body: bodyAttribute(moments) } } });
  }
  if (events.length > 0) items.push({ Put: outboxPut(table, cause, events, now) });
  for (const record of records) items.push({ Update: recordUpdate(table, record, now) });
  if (items.length > mostItems) {
    throw new Fault('STORE_REFUSED', 'A commit has more items than one transaction may have (100).');
  }
  return items;
}

function causePut(table: string, { cause, outcome }: Change, now: Date): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: {
        ...keyAttributes(causeKey(cause)),
        body: bodyAttribute(outcome),
        expires: expiresAttribute(new Date(now.getTime() + outcomeLifeMs)),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
      // A repeat brings the first outcome with its refusal and needs no read.
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function versioned(table: string, key: Key, value: { readonly version: number }): TransactWriteItem {
  const item = { ...keyAttributes(key), body: bodyAttribute(value), version: { N: String(value.version) } };
  return {
    Put: {
      TableName: table,
      Item: item,
      ...(value.version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#version = :before',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':before': { N: String(value.version - 1) } },
          }),
    },
  };
}

function ownerOf({ cause, story, phones }: Change): string {
  if (story !== undefined) return storyPartition(story.id);
  const phone = phones?.[0];
  return phone === undefined ? causeKey(cause).pk : phoneKey(phone.id).pk;
}
