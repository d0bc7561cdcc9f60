import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createBus } from '../../../adapters/eventbridge/bus.ts';
import { chunksOf, sizeOf } from '../../../adapters/eventbridge/chunks.ts';
import { eventOfType } from '../../contracts/samples.ts';

const eventBridge = mockClient(EventBridgeClient);
let slept = 0;
const bus = createBus({
  client: new EventBridgeClient({ region: 'us-east-1' }),
  busName: 'told-once',
  retry: {
    attempts: 3,
    baseMs: 1,
    longestMs: 10,
    random: () => 0.5,
    sleep: async () => {
      slept += 1;
    },
  },
});
const events = (count: number) => Array.from({ length: count }, (_, n) => eventOfType('message-queued', String(n)));
const sent = () =>
  eventBridge
    .commandCalls(PutEventsCommand)
    .map((call) =>
      (call.args[0].input.Entries ?? []).map(({ Detail = '' }) => (JSON.parse(Detail) as { cause: string }).cause),
    );
const taken = { EventId: 'x' };

beforeEach(() => {
  eventBridge.reset();
  slept = 0;
});

describe('events on EventBridge', () => {
  it('are put ten at a time, in order, each whole', async () => {
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
    expect(await bus.publish(events(23))).toEqual({ refused: [] });
    expect(sent().map((chunk) => chunk.length)).toEqual([10, 10, 3]);
    expect(sent().flat()).toEqual(events(23).map(({ cause }) => cause));
    expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0]).toEqual({
      EventBusName: 'told-once',
      Source: 'told-once',
      DetailType: 'message-queued',
      Detail: JSON.stringify(events(1)[0]),
      Time: new Date('2026-03-02T07:58:12.000Z'),
    });
  });

  it('that were throttled within a successful call are put again, and only those', async () => {
    eventBridge
      .on(PutEventsCommand)
      .resolvesOnce({
        FailedEntryCount: 2,
        Entries: [taken, { ErrorCode: 'ThrottlingException' }, taken, { ErrorCode: 'InternalFailure' }],
      })
      .resolves({ FailedEntryCount: 0 });
    expect(await bus.publish(events(4))).toEqual({ refused: [] });
    expect(sent()).toEqual([
      ['0', '1', '2', '3'],
      ['1', '3'],
    ]);
    expect(slept).toBe(1);
  });

  it('that stay refused are named, the others not', async () => {
    eventBridge.on(PutEventsCommand).callsFake(({ Entries = [] }: { Entries?: { Detail?: string }[] }) => {
      const results = Entries.map(({ Detail = '' }) =>
        Detail.includes('"cause":"1"') ? { ErrorCode: 'ThrottlingException' } : taken,
      );
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    });
    expect(await bus.publish(events(12))).toEqual({ refused: ['message-queued/1'] });
    expect(sent().map((chunk) => chunk.length)).toEqual([10, 1, 1, 2]);
  });

  it('refused for a reason that stays are not put again', async () => {
    eventBridge
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }] });
    expect(await bus.publish(events(1))).toEqual({ refused: ['message-queued/0'] });
    expect(slept).toBe(0);
  });

  it('all count as refused where a failure is counted but not shown', async () => {
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
    expect((await bus.publish(events(2))).refused).toHaveLength(2);
  });

  it('of a call that fails are named, and the other calls still happen', async () => {
    eventBridge
      .on(PutEventsCommand)
      .rejectsOnce(Object.assign(new Error('no'), { name: 'AccessDeniedException' }))
      .resolves({ FailedEntryCount: 0 });
    const { refused } = await bus.publish(events(15));
    expect(refused).toEqual(events(10).map(({ id }) => id));
    expect(slept).toBe(0);
  });

  it('too large for any call are named and do not hold up the rest', async () => {
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
    const large = { ...eventOfType('message-queued', 'large'), data: 'ż'.repeat(140_000) };
    expect(await bus.publish([large, ...events(2)])).toEqual({ refused: ['message-queued/large'] });
    expect(sent()).toEqual([['0', '1']]);
  });
});

it('never exceeds a limit of PutEvents, drops nothing and keeps the order', () => {
  const details = fc.array(fc.record({ length: fc.nat(300_000), wide: fc.boolean() }), { maxLength: 30 });
  fc.assert(
    fc.property(details, (all) => {
      const entries = all.map(({ length, wide }, n) => ({
        id: String(n),
        entry: { Source: 's', DetailType: 't', Detail: (wide ? 'ż' : 'x').repeat(length) },
      }));
      const { chunks, tooLarge } = chunksOf(entries);
      for (const chunk of chunks) {
        expect(chunk.length).toBeLessThanOrEqual(10);
        expect(chunk.length).toBeGreaterThan(0);
        expect(chunk.reduce((sum, one) => sum + sizeOf(one), 0)).toBeLessThanOrEqual(262_144);
      }
      expect(chunks.flat()).toEqual(entries.filter((one) => sizeOf(one) <= 262_144));
      expect(tooLarge).toEqual(entries.filter((one) => sizeOf(one) > 262_144));
    }),
    { numRuns: 60 },
  );
});
