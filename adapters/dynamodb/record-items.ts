import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { RecordPut } from '../../domain/ports/records.ts';
import { bodyAttribute, expiresAttribute, type Item, keyAttributes } from './items.ts';
import { recordKey } from './keys.ts';

/** A record's put as one conditional update; the version counts on in the table itself, so that "any" needs no read. */
export function recordUpdate(
  table: string,
  { kind, id, value, expect, expires }: RecordPut,
  now: Date,
): NonNullable<TransactWriteItem['Update']> {
  const values: Item = { ':body': bodyAttribute(value) };
  const names: Record<string, string> = { '#body': 'body', '#version': 'version', '#expires': 'expires' };
  if (expires !== undefined) values[':expires'] = expiresAttribute(expires);
  if (expect === 'any') {
    values[':none'] = { N: '0' };
    values[':one'] = { N: '1' };
  } else {
    values[':next'] = { N: String(expect === 'absent' ? 1 : expect + 1) };
  }
  if (expect !== 'any') values[':now'] = { N: String(Math.floor(now.getTime() / 1000)) };
  if (typeof expect === 'number') values[':expected'] = { N: String(expect) };
  const version = expect === 'any' ? 'if_not_exists(#version, :none) + :one' : ':next';
  return {
    TableName: table,
    Key: keyAttributes(recordKey(kind, id)),
    UpdateExpression: `SET #body = :body, #version = ${version}${expires === undefined ? ' REMOVE #expires' : ', #expires = :expires'}`,
    // What has expired may still lie there for a day or two; it counts as gone.
    ...(expect === 'absent' ? { ConditionExpression: 'attribute_not_exists(pk) OR #expires <= :now' } : {}),
    ...(typeof expect === 'number'
      ? { ConditionExpression: '#version = :expected AND (attribute_not_exists(#expires) OR #expires > :now)' }
      : {}),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** Gone at its instant, whenever the table's time to live gets to it. */
export function hasExpired(item: Item, now: Date): boolean {
  const expires = item.expires?.N;
  return expires !== undefined && Number(expires) * 1000 <= now.getTime();
}
