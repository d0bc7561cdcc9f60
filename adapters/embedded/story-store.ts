import { Fault } from '../../domain/errors/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Change, Committed, Outcome, StoryStore } from '../../domain/ports/story-store.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { Moment, StoryView } from '../../domain/story/story.ts';
import { whereItGoesOn } from '../../domain/story/where-it-goes-on.ts';
import type { Outbox, QueuedRow } from './bus/outbox.ts';
import type { Database } from './database.ts';
import { createExpiry } from './expiry.ts';
import { createRecordRows, prepared } from './record-rows.ts';
import { numberOf, textOf } from './rows.ts';
import { sameIntakes } from './same-intakes.ts';
import { createStoryCache } from './story-cache.ts';

/** How long a repeat of a cause is answered with the first outcome. Twilio and EHRs give up within a day or a few. */
const outcomeLifeMs = 30 * 24 * 60 * 60 * 1000;

export interface EmbeddedStoryStoreParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** JSON of parsed stories kept in memory; 0 reads the file each time. */
  readonly cacheBytes?: number;
}

/** The stories, in the embedded database. Concurrent commits share a transaction, and each is still judged by its own conditions. */
export function createStoryStore(parts: EmbeddedStoryStoreParts): StoryStore {
  const { database, clock, outbox, cacheBytes = 8_000_000 } = parts;
  const cache = createStoryCache(cacheBytes);
  const records = createRecordRows(database, clock);
  const expiry = createExpiry(database, clock);
  const sql = {
    story: database.prepare('SELECT body FROM stories WHERE id = ?'),
    intakes: database.prepare('SELECT key, body FROM story_intakes WHERE story = ?'),
    phone: database.prepare('SELECT body FROM phones WHERE id = ?'),
    moments: database.prepare('SELECT body FROM moments WHERE owner = ? ORDER BY at DESC, cause DESC LIMIT ?'),
    outcome: database.prepare('SELECT outcome FROM causes WHERE cause = ?'),
    storyVersion: database.prepare('SELECT version FROM stories WHERE id = ?'),
    phoneVersion: database.prepare('SELECT version FROM phones WHERE id = ?'),
    putStory: database.prepare(
      'INSERT INTO stories VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body',
    ),
    putIntake: database.prepare(
      'INSERT INTO story_intakes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
    ),
    dropIntake: database.prepare('DELETE FROM story_intakes WHERE story = ? AND key = ?'),
    putPhone: database.prepare(
      'INSERT INTO phones VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body',
    ),
    putMoments: database.prepare('INSERT OR REPLACE INTO moments VALUES (?, ?, ?, ?)'),
    putCause: database.prepare('INSERT INTO causes (cause, outcome, expires) VALUES (?, ?, ?)'),
  };

  function versionOf(statement: typeof sql.storyVersion, id: string): number {
    const row = statement.get(id);
    return row === undefined ? 0 : numberOf(row, 'version');
  }

  function load(id: string): StoryView | undefined {
    const row = sql.story.get(id);
    if (row === undefined) return undefined;
    const body = textOf(row, 'body');
    const intakes: Record<string, StoryView['intakes'][string]> = {};
    let size = body.length;
    for (const intake of sql.intakes.all(id)) {
      const text = textOf(intake, 'body');
      intakes[textOf(intake, 'key')] = sameIntakes.parsed(text);
      size += text.length;
    }
    const view = { story: JSON.parse(body) as StoryView['story'], intakes };
    cache.set(id, view, size);
    return view;
  }

  /** The cached view follows the commit; a story that is not cached is read from the file when it is next asked for. */
  function remember({ story, intakes = {}, droppedIntakes = [] }: Change, size: number): void {
    if (story === undefined) return;
    const known = story.version === 1 ? {} : cache.get(story.id)?.intakes;
    if (known === undefined) return;
    const dropped = droppedIntakes.filter((key) => !(key in intakes));
    const kept = Object.entries({ ...known, ...intakes }).filter(([key]) => !dropped.includes(key));
    cache.set(story.id, { story, intakes: Object.fromEntries(kept) }, Math.max(size, cache.sizeOf(story.id)));
  }

  return {
    async phone(id) {
      const row = sql.phone.get(id);
      return row === undefined ? undefined : (JSON.parse(textOf(row, 'body')) as Phone);
    },

    story: (id) => whereItGoesOn(id, async (each) => cache.get(each) ?? load(each)),

    async moments(story, limit) {
      const rows = sql.moments.all(`story/${story}`, limit);
      return rows.flatMap((row) => (JSON.parse(textOf(row, 'body')) as Moment[]).reverse()).slice(0, limit);
    },

    async commit(change) {
      const texts = textsOf(change);
      const sent = outbox.prepare(change.events);
      const done = await database.write(
        (): { committed: Committed; queued: readonly QueuedRow[] } => {
          const refused = judge(change, texts);
          if (refused !== undefined) return { committed: refused, queued: [] };
          write(change, texts);
          return { committed: { is: 'committed' }, queued: sent.enqueue() };
        },
        ({ committed, queued }) => {
          if (committed.is !== 'committed') return;
          remember(change, texts.size);
          sent.announce(queued);
        },
      );
      return done.committed;
    },
  };

  function judge({ cause, story, phones = [] }: Change, texts: Texts): Committed | undefined {
    const before = sql.outcome.get(cause);
    if (before !== undefined) return { is: 'duplicate', outcome: JSON.parse(textOf(before, 'outcome')) as Outcome };
    const moved =
      (story !== undefined && versionOf(sql.storyVersion, story.id) !== story.version - 1) ||
      phones.some((phone) => versionOf(sql.phoneVersion, phone.id) !== phone.version - 1) ||
      texts.records.some((put) => !records.allows(put));
    return moved ? { is: 'conflict' } : undefined;
  }

  function write({ cause, story, phones = [], droppedIntakes = [], moments }: Change, texts: Texts): void {
    if (story !== undefined) {
      sql.putStory.run(story.id, story.version, texts.story);
      for (const key of droppedIntakes) sql.dropIntake.run(story.id, key);
      for (const [key, body] of texts.intakes) sql.putIntake.run(story.id, key, body);
    }
    phones.forEach((phone, index) => {
      sql.putPhone.run(phone.id, phone.version, texts.phones[index] ?? '');
    });
    const latest = moments.at(-1);
    if (latest !== undefined) sql.putMoments.run(texts.owner, latest.at, cause, texts.moments);
    for (const put of texts.records) records.put(put);
    sql.putCause.run(cause, texts.outcome, clock.now().getTime() + outcomeLifeMs);
    expiry.sweepNowAndThen();
  }
}

interface Texts {
  readonly owner: string;
  readonly story: string;
  readonly intakes: readonly (readonly [key: string, body: string])[];
  readonly phones: readonly string[];
  readonly moments: string;
  readonly outcome: string;
  readonly records: readonly ReturnType<typeof prepared>[];
  /** Of the story and what the cache keeps with it. */
  readonly size: number;
}

/** Everything becomes text before the transaction begins, so that the group's transaction only writes. */
function textsOf(change: Change): Texts {
  const { cause, story, intakes = {}, phones = [], moments, outcome, records = [] } = change;
  const written = Object.entries(intakes).map(([key, intake]) => [key, sameIntakes.text(intake)] as const);
  if (story === undefined && written.length > 0) {
    throw new Fault('STORE_REFUSED', 'A commit brings intakes but no story to keep them.');
  }
  const body = story === undefined ? '' : JSON.stringify(story);
  return {
    owner: story !== undefined ? `story/${story.id}` : phones[0] !== undefined ? `phone/${phones[0].id}` : cause,
    story: body,
    intakes: written,
    phones: phones.map((phone) => JSON.stringify(phone)),
    moments: JSON.stringify(moments),
    outcome: JSON.stringify(outcome),
    records: records.map(prepared),
    size: body.length + written.reduce((sum, [, text]) => sum + text.length, 0),
  };
}
