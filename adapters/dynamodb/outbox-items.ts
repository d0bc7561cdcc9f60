import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Envelope } from '../../events/envelope.ts';
import { bodyAttribute, expiresAttribute, keyAttributes } from './items.ts';
import { outboxKey } from './keys.ts';

/** The stream keeps a day; the item stays a little longer, for an operator who has to look. */
const outboxLifeMs = 3 * 24 * 60 * 60 * 1000;

/** All events of one transaction as one item, which the table's stream hands to the relay. */
export function outboxPut(
  table: string,
  cause: string,
  events: readonly Envelope[],
  now: Date,
): NonNullable<TransactWriteItem['Put']> {
  return {
    TableName: table,
    Item: {
      ...keyAttributes(outboxKey(cause)),
      body: bodyAttribute(events),
      expires: expiresAttribute(new Date(now.getTime() + outboxLifeMs)),
    },
  };
}
