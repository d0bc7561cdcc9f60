import { randomUUID } from 'node:crypto';
import {
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { Fault } from '../../domain/errors/errors.ts';
import type { Change, Committed, Outcome, StoryStore } from '../../domain/ports/story-store.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { Moment, StoryView } from '../../domain/story/story.ts';
import { whereItGoesOn } from '../../domain/story/where-it-goes-on.ts';
import { isPassing } from '../aws/retry.ts';
import { isPassingCancellation, judge } from './cancellation.ts';
import { itemsOf } from './commit-items.ts';
import { type Item, keyAttributes, textIn } from './items.ts';
import { causeKey, hotPrefix, intakePrefix, type Key, momentPrefix, phoneKey, storyPartition } from './keys.ts';
import { calling, type Table } from './table.ts';

/** The stories, in one DynamoDB table. Every read is strongly consistent; a commit is one transaction. */
export function createStoryStore(table: Table): StoryStore {
  const { client, name, clock } = table;

  async function get(key: Key): Promise<Item | undefined> {
    const command = { TableName: name, Key: keyAttributes(key), ConsistentRead: true };
    return (await calling(table, 'get', () => client.send(new GetItemCommand(command)))).Item;
  }

  async function query(partition: string, prefix: string, newest?: { readonly limit: number }): Promise<Item[]> {
    const items: Item[] = [];
    let after: Item | undefined;
    do {
      const command = new QueryCommand({
        TableName: name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': { S: partition }, ':prefix': { S: prefix } },
        ConsistentRead: true,
        ...(newest === undefined ? {} : { ScanIndexForward: false, Limit: newest.limit }),
        ...(after === undefined ? {} : { ExclusiveStartKey: after }),
      });
      const page = await calling(table, 'query', () => client.send(command));
      items.push(...(page.Items ?? []));
      // A second page only where the hot state exceeds 1 MB.
      after = page.LastEvaluatedKey;
    } while (after !== undefined && (newest === undefined || items.length < newest.limit));
    return items;
  }

  async function outcomeOf(cause: string): Promise<Outcome | undefined> {
    const item = await get(causeKey(cause));
    return item === undefined ? undefined : (JSON.parse(textIn(item, 'body')) as Outcome);
  }

  async function viewOf(id: string): Promise<StoryView | undefined> {
    let story: StoryView['story'] | undefined;
    const intakes: Record<string, StoryView['intakes'][string]> = {};
    for (const item of await query(storyPartition(id), hotPrefix)) {
      const sk = textIn(item, 'sk');
      const body: unknown = JSON.parse(textIn(item, 'body'));
      if (sk === hotPrefix) story = body as StoryView['story'];
      else intakes[sk.slice(intakePrefix.length)] = body as StoryView['intakes'][string];
    }
    return story === undefined ? undefined : { story, intakes };
  }

  return {
    async phone(id) {
      const item = await get(phoneKey(id));
      return item === undefined ? undefined : (JSON.parse(textIn(item, 'body')) as Phone);
    },

    story: async (id) => whereItGoesOn(id, viewOf),

    async moments(story, limit) {
      const items = await query(storyPartition(story), momentPrefix, { limit });
      return items.flatMap((item) => (JSON.parse(textIn(item, 'body')) as Moment[]).reverse()).slice(0, limit);
    },

    async commit(change: Change): Promise<Committed> {
      const command = {
        TransactItems: itemsOf(name, change, clock.now()),
        // One token for the attempts of this call: a repeat after a lost answer is told "done". Another delivery of the same cause is
        // another call with another token, and is told "duplicate" by the cause's own item.
        ClientRequestToken: randomUUID(),
      };
      try {
        await calling(
          table,
          'commit',
          () => client.send(new TransactWriteItemsCommand(command)),
          (error) => isPassing(error) || isPassingCancellation(error),
        );
        return { is: 'committed' };
      } catch (error) {
        const cancelled = error instanceof Fault ? error.cause : undefined;
        if (!(cancelled instanceof TransactionCanceledException)) throw error;
        const verdict = judge(cancelled);
        if (verdict === 'refused') {
          throw new Fault('STORE_REFUSED', 'DynamoDB will not take this, however often it is tried.', {
            cause: cancelled,
          });
        }
        if (verdict === 'unavailable') throw error;
        if (verdict !== 'conflict') return { is: 'duplicate', outcome: JSON.parse(textIn(verdict, 'body')) as Outcome };
        // A repeated cause normally fails the version as well, and DynamoDB does not promise to report both.
        const outcome = await outcomeOf(change.cause);
        return outcome === undefined ? { is: 'conflict' } : { is: 'duplicate', outcome };
      }
    },
  };
}
