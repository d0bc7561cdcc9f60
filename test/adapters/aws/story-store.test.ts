import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  InternalServerError,
  ProvisionedThroughputExceededException,
  QueryCommand,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRecords } from '../../../adapters/dynamodb/records.ts';
import { createStoryStore } from '../../../adapters/dynamodb/story-store.ts';
import { changeOf, eventOfType, intakeOf, messageOf, momentOf, phoneOf, storyOf } from '../../contracts/samples.ts';

const dynamo = mockClient(DynamoDBClient);
const sleeps: number[] = [];
const retry = {
  attempts: 4,
  baseMs: 25,
  longestMs: 400,
  random: () => 0.5,
  sleep: async (ms: number) => {
    sleeps.push(ms);
  },
};
const table = {
  client: new DynamoDBClient({ region: 'us-east-1' }),
  name: 'stories',
  clock: { now: () => new Date('2026-03-02T07:58:12.000Z') },
  retry,
};
const store = createStoryStore(table);
const records = createRecords(table);

beforeEach(() => {
  dynamo.reset();
  sleeps.length = 0;
});

const about = { $metadata: {}, message: '' };
const cancelled = (...codes: (string | { outcome: string })[]) =>
  new TransactionCanceledException({
    ...about,
    CancellationReasons: codes.map((code) =>
      typeof code === 'string'
        ? { Code: code }
        : { Code: 'ConditionalCheckFailed', Item: { body: { S: JSON.stringify({ reply: code.outcome }) } } },
    ),
  });
const change = changeOf('sms/SM1', { story: storyOf('anna', 2), moments: [momentOf('m', '2026-03-02T07:58:12.000Z')] });
const tokens = () =>
  dynamo.commandCalls(TransactWriteItemsCommand).map((call) => call.args[0].input.ClientRequestToken);

describe('a commit on DynamoDB', () => {
  it('is one transaction, the cause first, with everything in it', async () => {
    dynamo.on(TransactWriteItemsCommand).resolves({});
    const whole = {
      ...change,
      intakes: { 'q|1': intakeOf('q') },
      droppedIntakes: ['r|1', 'q|1'],
      phones: [phoneOf('p', 1)],
      events: [eventOfType('message-queued', 'sms/SM1'), eventOfType('answer-recorded', 'sms/SM1')],
      records: [{ kind: 'message', id: 'm', value: messageOf('m'), expect: 'absent' } as const],
    };
    expect(await store.commit(whole)).toEqual({ is: 'committed' });
    const calls = dynamo.commandCalls(TransactWriteItemsCommand);
    expect(calls).toHaveLength(1);
    expect(dynamo.calls()).toHaveLength(1);
    const items = calls[0]?.args[0].input.TransactItems ?? [];
    const keys = items.map((item) => {
      const { pk, sk } = item.Put?.Item ?? item.Update?.Key ?? item.Delete?.Key ?? {};
      return `${Object.keys(item)[0]} ${pk?.S} ${sk?.S}`;
    });
    expect(keys).toEqual([
      'Put CAUSE#sms/SM1 CAUSE',
      'Put STORY#anna HOT',
      'Put STORY#anna HOT#INTAKE#q|1',
      'Delete STORY#anna HOT#INTAKE#r|1',
      'Put PHONE#p PHONE',
      'Put STORY#anna MOMENT#2026-03-02T07:58:12.000Z#sms/SM1',
      'Put OUTBOX#sms/SM1 OUTBOX',
      expect.stringMatching(/^Update RECORD#message#[0-9a-f] m$/),
    ]);
    // Only what may vanish has a time to live.
    const expiring = items.filter((item) => item.Put?.Item?.expires !== undefined).map((item) => item.Put?.Item?.pk?.S);
    expect(expiring).toEqual(['CAUSE#sms/SM1', 'OUTBOX#sms/SM1']);
  });

  it('is a duplicate where the cause is refused, whatever else is, and needs no read', async () => {
    for (const others of [
      ['ConditionalCheckFailed'],
      ['TransactionConflict'],
      ['None'],
      ['ThrottlingError', 'ValidationError'],
    ]) {
      dynamo.reset();
      dynamo.on(TransactWriteItemsCommand).rejects(cancelled({ outcome: 'first reply' }, ...others));
      expect(await store.commit(change)).toEqual({ is: 'duplicate', outcome: { reply: 'first reply' } });
      expect(dynamo.calls()).toHaveLength(1);
    }
  });

  it('is a conflict where only a version is refused, once the cause is known to be new', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('None', 'ConditionalCheckFailed', 'None'));
    dynamo.on(GetItemCommand).resolves({});
    expect(await store.commit(change)).toEqual({ is: 'conflict' });
    expect(dynamo.commandCalls(GetItemCommand)[0]?.args[0].input).toMatchObject({
      Key: { pk: { S: 'CAUSE#sms/SM1' } },
      ConsistentRead: true,
    });
  });

  it('is a duplicate where only the version was reported but the cause is there', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('TransactionConflict', 'ConditionalCheckFailed'));
    dynamo.on(GetItemCommand).resolves({ Item: { body: { S: '{"reply":"first reply"}' } } });
    expect(await store.commit(change)).toEqual({ is: 'duplicate', outcome: { reply: 'first reply' } });
  });

  it('is tried again, with the same token, while transactions collide or capacity lacks, and waits longer each time', async () => {
    dynamo
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('None', 'TransactionConflict', 'None'))
      .rejectsOnce(cancelled('ThrottlingError', 'ProvisionedThroughputExceeded'))
      .rejectsOnce(new TransactionInProgressException(about))
      .resolves({});
    expect(await store.commit(change)).toEqual({ is: 'committed' });
    expect(new Set(tokens()).size).toBe(1);
    expect(tokens()).toHaveLength(4);
    expect(sleeps).toEqual([25, 50, 100]);
    await store.commit(change);
    expect(new Set(tokens()).size).toBe(2);
  });

  it.each([
    ['throttling', new ProvisionedThroughputExceededException(about)],
    ['an internal error', new InternalServerError(about)],
    ['collisions', cancelled('TransactionConflict')],
    ['a lost connection', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
    ['a timeout', Object.assign(new Error('too long'), { name: 'TimeoutError' })],
  ])('ends as STORE_UNAVAILABLE after four attempts of %s', async (_, failure) => {
    dynamo.on(TransactWriteItemsCommand).rejects(failure);
    await expect(store.commit(change)).rejects.toMatchObject({
      name: 'Fault',
      code: 'STORE_UNAVAILABLE',
      cause: failure,
    });
    expect(tokens()).toHaveLength(4);
  });

  it('is not tried again where that cannot help', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('None', 'ValidationError'));
    await expect(store.commit(change)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    dynamo.on(TransactWriteItemsCommand).rejects(new ResourceNotFoundException(about));
    await expect(store.commit(change)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(sleeps).toEqual([]);
  });

  it('refuses what no item can hold before it calls anything', async () => {
    const large = { ...change, outcome: { reply: 'ż'.repeat(200_000) } };
    await expect(store.commit(large)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    expect(dynamo.calls()).toHaveLength(0);
  });
});

describe('a story on DynamoDB', () => {
  it('is read by one strongly consistent query', async () => {
    dynamo.on(QueryCommand).resolves({
      Items: [
        { sk: { S: 'HOT' }, body: { S: JSON.stringify(storyOf('anna', 1)) } },
        { sk: { S: 'HOT#INTAKE#q|1' }, body: { S: JSON.stringify(intakeOf('q')) } },
      ],
    });
    expect(await store.story('anna')).toEqual({ story: storyOf('anna', 1), intakes: { 'q|1': intakeOf('q') } });
    expect(dynamo.calls()).toHaveLength(1);
    expect(dynamo.commandCalls(QueryCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
  });

  it('is read to the end where it takes more than a page', async () => {
    dynamo
      .on(QueryCommand)
      .resolvesOnce({
        Items: [{ sk: { S: 'HOT' }, body: { S: JSON.stringify(storyOf('anna', 1)) } }],
        LastEvaluatedKey: { pk: { S: 'STORY#anna' }, sk: { S: 'HOT' } },
      })
      .resolves({ Items: [{ sk: { S: 'HOT#INTAKE#q|1' }, body: { S: JSON.stringify(intakeOf('q')) } }] });
    expect(Object.keys((await store.story('anna'))?.intakes ?? {})).toEqual(['q|1']);
  });
});

describe('a record put on DynamoDB', () => {
  const put = { kind: 'seen', id: 'jti', value: { at: 'x' }, expect: 'absent' } as const;
  const refusal = Object.assign(new Error('no'), { name: 'TimeoutError' });
  const conditionFailed = () => new ConditionalCheckFailedException(about);

  it('counts as saved where the first answer was lost and the second finds our own writing', async () => {
    dynamo.on(UpdateItemCommand).rejectsOnce(refusal).rejects(conditionFailed());
    dynamo.on(GetItemCommand).resolves({ Item: { version: { N: '1' }, body: { S: '{"at":"x"}' } } });
    expect(await records.put(put)).toBe('saved');
    dynamo.on(UpdateItemCommand).rejectsOnce(refusal).rejects(conditionFailed());
    dynamo.on(GetItemCommand).resolves({ Item: { version: { N: '1' }, body: { S: '{"at":"y"}' } } });
    expect(await records.put(put)).toBe('conflict');
  });

  it('is a conflict at once where it is simply refused', async () => {
    dynamo.on(UpdateItemCommand).rejects(conditionFailed());
    expect(await records.put(put)).toBe('conflict');
    expect(dynamo.calls()).toHaveLength(1);
  });

  it('with events is a conflict where the transaction says so', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
    expect(await records.put(put, [eventOfType('message-queued', 'x')])).toBe('conflict');
  });
});
