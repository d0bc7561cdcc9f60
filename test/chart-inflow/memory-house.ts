import type { RecordKind, RecordPut, Records, Stored } from '../../domain/ports/records.ts';
import type { Change, Committed, Outcome, StoryStore } from '../../domain/ports/story-store.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { StoryView } from '../../domain/story/story.ts';
import { whereItGoesOn } from '../../domain/story/where-it-goes-on.ts';
import type { Envelope } from '../../events/envelope.ts';

/** Store and records in memory, with the ports' promises: all or nothing, by condition, a cause once. They keep only text, and every call takes its turn. */
export function memoryHouse() {
  const stories = new Map<string, string>();
  const phones = new Map<string, string>();
  const kept = new Map<string, { readonly version: number; readonly text: string }>();
  const outcomes = new Map<string, Outcome>();
  const published: Envelope[] = [];
  let dies: string | undefined;
  const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
  const parsed = <T>(text: string | undefined): T | undefined =>
    text === undefined ? undefined : (JSON.parse(text) as T);
  const view = (id: string) => parsed<StoryView>(stories.get(id));
  const keyOf = (kind: RecordKind, id: string) => `${kind} ${id}`;

  const allows = ({ kind, id, expect }: RecordPut): boolean =>
    expect === 'any' || (kept.get(keyOf(kind, id))?.version ?? 'absent') === expect;
  const write = ({ kind, id, value }: RecordPut): void => {
    const key = keyOf(kind, id);
    kept.set(key, { version: (kept.get(key)?.version ?? 0) + 1, text: JSON.stringify(value) });
  };

  function commit(change: Change): Committed {
    const before = outcomes.get(change.cause);
    if (before !== undefined) return { is: 'duplicate', outcome: before };
    const { story, records = [] } = change;
    const known = story === undefined ? undefined : view(story.id);
    const moved =
      (story !== undefined && (known?.story.version ?? 0) !== story.version - 1) ||
      (change.phones ?? []).some(({ id, version }) => (parsed<Phone>(phones.get(id))?.version ?? 0) !== version - 1) ||
      !records.every(allows);
    if (moved) return { is: 'conflict' };
    if (story !== undefined) {
      const intakes = Object.entries({ ...known?.intakes, ...change.intakes }).filter(
        ([key]) => change.droppedIntakes?.includes(key) !== true || change.intakes?.[key] !== undefined,
      );
      stories.set(story.id, JSON.stringify({ story, intakes: Object.fromEntries(intakes) }));
    }
    for (const phone of change.phones ?? []) phones.set(phone.id, JSON.stringify(phone));
    for (const put of records) write(put);
    outcomes.set(change.cause, change.outcome);
    published.push(...change.events);
    return { is: 'committed' };
  }

  const store: StoryStore = {
    phone: async (id) => {
      await pause();
      return parsed<Phone>(phones.get(id));
    },
    story: async (id) => {
      await pause();
      return whereItGoesOn(id, async (each) => view(each));
    },
    commit: async (change) => {
      await pause();
      if (dies !== undefined && change.cause.endsWith(dies)) throw new Error('Killed');
      return commit(change);
    },
    moments: async () => [],
  };
  const records: Records = {
    get: async <K extends RecordKind>(kind: K, id: string) => {
      await pause();
      const found = kept.get(keyOf(kind, id));
      return found === undefined
        ? undefined
        : ({ value: JSON.parse(found.text), version: found.version } satisfies Stored<K>);
    },
    put: async (put, events = []) => {
      await pause();
      if (!allows(put)) return 'conflict';
      write(put);
      published.push(...events);
      return 'saved';
    },
    list: async <K extends RecordKind>(kind: K) => ({
      items: [...kept].flatMap(([key, { version, text }]) =>
        key.startsWith(`${kind} `) ? [{ id: key.slice(kind.length + 1), version, value: JSON.parse(text) }] : [],
      ),
    }),
  };
  return {
    store,
    records,
    published,
    /** A commit whose cause ends so is never reached. */
    dieAt: (end: string | undefined) => {
      dies = end;
    },
    view,
    stories: () => [...stories.keys()].sort().flatMap((id) => view(id)?.story ?? []),
    phones: () => [...phones.values()].map((text) => JSON.parse(text) as Phone),
  };
}
