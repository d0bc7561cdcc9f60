import type { Entry } from './bus.ts';

/** The limits of one PutEvents call. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const mostEntries = 10;
const mostBytes = 256 * 1024;

/** Entries in order, in calls that each stay within the limits; apart, those that no call can carry. */
export function chunksOf(entries: readonly Entry[]): {
  readonly chunks: readonly (readonly Entry[])[];
  readonly tooLarge: readonly Entry[];
} {
  const chunks: Entry[][] = [];
  const tooLarge: Entry[] = [];
  let chunk: Entry[] = [];
  let bytes = 0;
  for (const one of entries) {
    const size = sizeOf(one);
    if (size > mostBytes) {
      tooLarge.push(one);
      continue;
    }
    if (chunk.length === mostEntries || bytes + size > mostBytes) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(one);
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return { chunks, tooLarge };
}

/** As AWS counts: fourteen bytes for the time, and the texts in UTF-8. */
export function sizeOf({ entry: { Source = '', DetailType = '', Detail = '' } }: Entry): number {
  return 14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}
