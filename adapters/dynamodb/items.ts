import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Fault } from '../../domain/errors/errors.ts';
import type { Key } from './keys.ts';

export type Item = Record<string, AttributeValue>;

/** DynamoDB's limit is 400 KB for an item with its attribute names; the rest is left for those. */
export const largestBody = 390_000;

export function keyAttributes({ pk, sk }: Key): Item {
  return { pk: { S: pk }, sk: { S: sk } };
}

/**
 * A body as one attribute of JSON text: written and read whole, a fraction of the CPU of nested attribute values, and without the
 * fields that are undefined.
 * @throws Fault STORE_REFUSED for one that no item can hold.
 */
export function bodyAttribute(value: unknown): AttributeValue {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > largestBody) {
    throw new Fault('STORE_REFUSED', 'A stored thing would be larger than a DynamoDB item may be (400 KB).');
  }
  return { S: text };
}

/** Epoch seconds, as DynamoDB's time to live wants them; rounded up, so that nothing vanishes before its instant. */
export function expiresAttribute(at: Date): AttributeValue {
  return { N: String(Math.ceil(at.getTime() / 1000)) };
}

export function textIn(item: Item, attribute: string): string {
  const text = item[attribute]?.S;
  if (text === undefined) throw new Fault('STORE_REFUSED', 'An item of the table lacks a text that it must have.');
  return text;
}

export function numberIn(item: Item, attribute: string): number {
  const text = item[attribute]?.N;
  if (text === undefined) throw new Fault('STORE_REFUSED', 'An item of the table lacks a number that it must have.');
  return Number(text);
}
