import { expect, test } from 'vitest';
import { Fault } from '../../../domain/errors/errors.ts';
import { on, queueHandler } from '../../../edge/queue/queue-handler.ts';
import { visitPlanned } from '../../../events/visit-planned.ts';
import { deliver } from '../deliver.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

function consumerThatThrows(faults: readonly Fault[]) {
  let tries = 0;
  const handler = queueHandler(silent, 'test', [
    on(visitPlanned, async () => {
      const fault = faults[tries++];
      if (fault !== undefined) throw fault;
    }),
  ]);
  return { tries: () => tries, isFollowed: () => deliver(handler, [visitPlanned.example]) };
}

const changed = new Fault('CHANGED_MEANWHILE', 'Somebody was faster');

test.each([changed, new Fault('TURN_KEEPS_CONFLICTING', 'Somebody was faster each time')])(
  'what somebody else changed meanwhile is followed again within the same delivery: $code',
  async (fault) => {
    const consumer = consumerThatThrows([fault]);
    expect(await consumer.isFollowed()).toBe(true);
    expect(consumer.tries()).toBe(2);
  },
);

test('what changes each time comes back from the queue', async () => {
  const consumer = consumerThatThrows(Array.from({ length: 9 }, () => changed));
  expect(await consumer.isFollowed()).toBe(false);
  expect(consumer.tries()).toBe(4);
});

test('what failed in another way is not tried at once', async () => {
  const consumer = consumerThatThrows([new Fault('CHART_UNAVAILABLE', 'Away')]);
  expect(await consumer.isFollowed()).toBe(false);
  expect(consumer.tries()).toBe(1);
});
