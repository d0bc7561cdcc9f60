import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, expect, test } from 'vitest';
import { deployed } from './deployed.ts';

const dynamodb = new DynamoDBClient({});
const TableName = deployed().tableName;
afterAll(() => dynamodb.destroy());

test('the deployed table has the keys, the stream and the protection that it was given', async () => {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  expect(Table?.KeySchema).toEqual([
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ]);
  expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
  expect(Table?.DeletionProtectionEnabled).toBe(true);
  expect(Table?.GlobalSecondaryIndexes ?? []).toEqual([]);
});

test('items vanish by their attribute expires', async () => {
  const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expires', TimeToLiveStatus: 'ENABLED' });
});
