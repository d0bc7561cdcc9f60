import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Bus } from '../../domain/ports/bus.ts';
import type { Log } from '../../domain/ports/log.ts';
import { type Envelope, eventSource } from '../../events/envelope.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { defaultRetryPolicy, isPassing, jittered, type RetryPolicy } from '../aws/retry.ts';
import { chunksOf } from './chunks.ts';

export function createEventBridgeClient(): EventBridgeClient {
  return new EventBridgeClient(clientSettings({ requestMs: 3_000 }));
}

/**
 * Puts events on an EventBridge bus. PutEvents succeeds as a call while refusing single entries, so each entry's own result is looked
 * at; those refused for a passing reason are put again a few times, and what remains refused is returned by id.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function createBus(parts: {
  readonly client: EventBridgeClient;
  readonly busName: string;
  readonly log?: Log;
  readonly retry?: RetryPolicy;
}): Bus {
  const { client, busName, log, retry = defaultRetryPolicy } = parts;

  /** Those of the chunk that were not taken. */
  async function put(chunk: readonly Entry[]): Promise<readonly Entry[]> {
    let left = chunk;
    for (let tried = 1; ; tried += 1) {
      const { refused, mayPass } = await putOnce(left);
      left = refused;
      if (left.length === 0 || !mayPass || tried >= retry.attempts) return left;
      await retry.sleep(jittered(retry, tried));
    }
  }

  async function putOnce(chunk: readonly Entry[]): Promise<{ refused: readonly Entry[]; mayPass: boolean }> {
    try {
      const response = await client.send(new PutEventsCommand({ Entries: chunk.map(({ entry }) => entry) }));
      if ((response.FailedEntryCount ?? 0) === 0) return { refused: [], mayPass: true };
      const results = chunk.map((one, index) => ({ one, code: response.Entries?.[index]?.ErrorCode }));
      const refused = results.filter(({ code }) => code !== undefined);
      // A count without saying which: none of them can be taken for put.
      if (refused.length === 0) return { refused: chunk, mayPass: true };
      return { refused: refused.map(({ one }) => one), mayPass: refused.some(({ code }) => isPassingCode(code)) };
    } catch (error) {
      const mayPass = isPassing(error);
      log?.warn('EVENTS_REFUSED_BY_BUS', { events: chunk.length, passing: mayPass }, error);
      return { refused: chunk, mayPass };
    }
  }

  return {
    async publish(events) {
      const { chunks, tooLarge } = chunksOf(events.map((event) => entryOf(busName, event)));
      const refused = [...tooLarge];
      for (const chunk of chunks) refused.push(...(await put(chunk)));
      if (refused.length > 0) {
        log?.error('EVENTS_REFUSED_BY_BUS', {
          events: events.length,
          refused: refused.length,
          tooLarge: tooLarge.length,
        });
      }
      return { refused: refused.map(({ id }) => id) };
    },
  };
}

export interface Entry {
  readonly id: string;
  readonly entry: PutEventsRequestEntry;
}

function entryOf(busName: string, event: Envelope): Entry {
  return {
    id: event.id,
    entry: {
      EventBusName: busName,
      Source: eventSource,
      DetailType: event.type,
      Detail: JSON.stringify(event),
      Time: new Date(event.time),
    },
  };
}

function isPassingCode(code: string | undefined): boolean {
  return code === 'ThrottlingException' || code === 'InternalFailure' || code === 'InternalException';
}
