import { describe, expect, it } from 'vitest';
import { sqsEventOf } from '../../adapters/embedded/bus/sqs-event.ts';
import type { BatchAnswer } from '../../domain/ports/batch-answer.ts';
import { waitingInPlace } from '../../edge/lambda/waiting-in-place.ts';
import type { Envelope } from '../../events/envelope.ts';
import { createHandClock } from '../adapters/embedded/house.ts';
import { eventOfType } from '../contracts/samples.ts';
import { listeningLog } from '../functions/ehr-notified/http-event.ts';

const start = Date.parse('2026-03-02T14:00:00.000Z');
const ids = (...items: readonly string[]) => items.map((itemIdentifier) => ({ itemIdentifier }));

/** One invocation whose handler answers as it is told, on a clock that sleeping moves on. */
function invocation(answer: (given: readonly string[], now: number) => BatchAnswer, schedulerFails = false) {
  const clock = createHandClock(start);
  const given: string[][] = [];
  const timers: { name: string; at: Date; event: Envelope }[] = [];
  const log = listeningLog();
  const handle = waitingInPlace(
    async ({ Records }) => {
      given.push(Records.map(({ messageId }) => messageId));
      return answer(given.at(-1) ?? [], clock.now().getTime());
    },
    {
      clock,
      log,
      patienceMs: 30_000,
      sleep: async (ms) => clock.advance(ms),
      scheduler: {
        schedule: async (name, at, event) => {
          if (schedulerFails) throw new Error('no');
          timers.push({ name, at, event });
        },
        cancel: async () => undefined,
      },
    },
  );
  const deliveries = [1, 2, 3].map((seq) => ({
    seq,
    body: JSON.stringify({ detail: eventOfType('message-queued', `m${seq}`) }),
    sent: 0,
    attempt: 1,
  }));
  return { given, timers, log, clock, run: () => handle(sqsEventOf('message-due-reminder', deliveries, 0)) };
}

describe('an invocation whose messages must wait', () => {
  it('waits itself, and tries the same messages again, and only these', async () => {
    const { given, run, clock, timers } = invocation((now) => {
      const [, ...rest] = now;
      if (rest.length === 0) return { batchItemFailures: [] };
      return {
        batchItemFailures: [],
        waiting: { until: new Date(clock.now().getTime() + 1000).toISOString(), items: ids(...rest) },
      };
    });
    expect(await run()).toEqual({ batchItemFailures: [] });
    expect(given).toEqual([['1', '2', '3'], ['2', '3'], ['3']]);
    expect([clock.now().getTime() - start, timers]).toEqual([2000, []]);
  });

  it('reports the failures of every round', async () => {
    const { run } = invocation((given, now) =>
      given.length === 3
        ? { batchItemFailures: ids('1'), waiting: { until: new Date(now + 10).toISOString(), items: ids('2', '3') } }
        : { batchItemFailures: ids('3') },
    );
    expect(await run()).toEqual({ batchItemFailures: ids('1', '3') });
  });

  it('puts off by a timer what does not get its turn in time, and nothing counts as failed', async () => {
    const { run, clock, timers } = invocation((given, now) => ({
      batchItemFailures: [],
      waiting: { until: new Date(now + 10_000).toISOString(), items: ids(...given) },
    }));
    expect(await run()).toEqual({ batchItemFailures: [] });
    // Three waits of ten seconds; a fourth would end after the time is over.
    expect(clock.now().getTime() - start).toBe(30_000);
    expect(timers.map(({ name, at, event }) => [name, at.getTime() - start, event.type])).toEqual(
      [1, 2, 3].map((n) => [`waiting/message-queued/m${n}`, 90_000, 'message-queued']),
    );
  });

  it('gives back as failed what could not even be put off', async () => {
    const { run, log } = invocation(
      (given, now) => ({
        batchItemFailures: [],
        waiting: { until: new Date(now + 60_000).toISOString(), items: ids(...given) },
      }),
      true,
    );
    expect(await run()).toEqual({ batchItemFailures: ids('1', '2', '3') });
    expect(log.lines.filter((line) => line.includes('EVENT_FAILED'))).toHaveLength(3);
  });

  it('passes over what it was not given', async () => {
    const { run, given } = invocation((now, at) => ({
      batchItemFailures: [],
      ...(now.length === 3 ? { waiting: { until: new Date(at).toISOString(), items: ids('4711') } } : {}),
    }));
    expect(await run()).toEqual({ batchItemFailures: [] });
    expect(given).toHaveLength(1);
  });
});
