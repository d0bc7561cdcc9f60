/**
 * The contract suites on a real engine: DynamoDB and S3 at AWS_ENDPOINT_URL, with the table TABLE_NAME (created if absent) and the
 * bucket MEDIA_BUCKET (created likewise; left out where it is not set). Run by `npm run test:aws`, not by `npm test`.
 */
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { outboxPrefix } from '../../adapters/dynamodb/keys.ts';
import { eventsOf } from '../../adapters/dynamodb/outbox-stream.ts';
import { createRecords } from '../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../adapters/dynamodb/story-store.ts';
import { createDynamoClient } from '../../adapters/dynamodb/table.ts';
import { createMediaVault, createS3Client } from '../../adapters/s3/media-vault.ts';
import type { Envelope } from '../../events/envelope.ts';
import { describeMediaVault } from '../contracts/media-vault.ts';
import { describeRecords } from '../contracts/records.ts';
import { changeOf, intakeOf, storyOf } from '../contracts/samples.ts';
import { describeStoryStore } from '../contracts/story-store.ts';
import { ensureTable } from './table.ts';

const name = process.env.TABLE_NAME ?? 'contracts';
const bucket = process.env.MEDIA_BUCKET;
const client = createDynamoClient();

beforeAll(() => ensureTable(client, name));

/** What the stream would hand to the relay, read from the table itself. */
async function published(): Promise<readonly Envelope[]> {
  const events: Envelope[] = [];
  let after: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: name,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :outbox)',
        ExpressionAttributeValues: { ':outbox': { S: outboxPrefix } },
        ...(after === undefined ? {} : { ExclusiveStartKey: after }),
      }),
    );
    for (const item of page.Items ?? [])
      events.push(...eventsOf({ eventName: 'INSERT', dynamodb: { NewImage: item } }));
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return events;
}

function makeTable() {
  let offset = 0;
  const now = () => new Date(Date.now() + offset);
  const table = { client, name, clock: { now } };
  return {
    store: createStoryStore(table),
    records: createRecords(table),
    now,
    advance: (ms: number) => {
      offset += ms;
    },
    published,
    close: async () => undefined,
  };
}

describeStoryStore('DynamoDB', async () => makeTable(), { runs: 15, rivals: 20 });
describeRecords('DynamoDB', async () => makeTable());

describe('an item that DynamoDB cannot hold', () => {
  it('is refused at once, and the cause is not used up', async () => {
    const { store } = makeTable();
    const id = `large-${Date.now()}`;
    const change = changeOf(`cause-of-${id}`, { story: storyOf(id, 1) });
    const large = { ...change, intakes: { 'q|1': intakeOf('q', 'x'.repeat(400_000)) } };
    await expect(store.commit(large)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    expect(await store.commit(change)).toEqual({ is: 'committed' });
  });
});

if (bucket !== undefined) {
  describeMediaVault('S3', async () => {
    const s3 = createS3Client();
    await s3
      .send(new HeadBucketCommand({ Bucket: bucket }))
      .catch(() => s3.send(new CreateBucketCommand({ Bucket: bucket })));
    return createMediaVault({ client: s3, bucket });
  });
}
