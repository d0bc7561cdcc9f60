import type { Change, Committed, Outcome, StoryStore } from '../../domain/ports/story-store.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { Moment, StoryView } from '../../domain/story/story.ts';
import type { Envelope } from '../../events/envelope.ts';

/** A StoryStore in memory that keeps the port's promises, keeps only text, and lets every call take its time (`pause`). */
export function memoryStore(pause: () => Promise<void> = () => Promise.resolve()) {
  const stories = new Map<string, string>();
  const phones = new Map<string, string>();
  const outcomes = new Map<string, Outcome>();
  const moments: Moment[] = [];
  const events: Envelope[] = [];
  let conflicts = 0;

  const parsed = <T>(text: string | undefined): T | undefined =>
    text === undefined ? undefined : (JSON.parse(text) as T);
  const viewOf = (id: string) => parsed<StoryView>(stories.get(id));
  const versionOf = (held: { readonly version: number } | undefined) => held?.version ?? 0;

  function commit(change: Change): Committed {
    const before = outcomes.get(change.cause);
    if (before !== undefined) return { is: 'duplicate', outcome: before };
    const { story } = change;
    const known = story === undefined ? undefined : viewOf(story.id);
    const moved =
      (story !== undefined && versionOf(known?.story) !== story.version - 1) ||
      (change.phones ?? []).some(({ id, version }) => versionOf(parsed<Phone>(phones.get(id))) !== version - 1);
    if (moved) {
      conflicts++;
      return { is: 'conflict' };
    }
    if (story !== undefined) {
      const kept = Object.entries({ ...known?.intakes, ...change.intakes }).filter(
        ([key]) => change.droppedIntakes?.includes(key) !== true,
      );
      stories.set(story.id, JSON.stringify({ story, intakes: Object.fromEntries(kept) }));
    }
    for (const phone of change.phones ?? []) phones.set(phone.id, JSON.stringify(phone));
    outcomes.set(change.cause, change.outcome);
    moments.push(...change.moments);
    events.push(...change.events);
    return { is: 'committed' };
  }

  const store: StoryStore = {
    phone: async (id) => {
      await pause();
      return parsed<Phone>(phones.get(id));
    },
    story: async (id) => {
      await pause();
      return viewOf(id);
    },
    commit: async (change) => {
      await pause();
      const committed = commit(change);
      await pause();
      return committed;
    },
    moments: async (_, limit) => [...moments].reverse().slice(0, limit),
  };
  return {
    store,
    moments,
    events,
    outcomes,
    conflicts: () => conflicts,
    view: viewOf,
    phone: (id: string) => parsed<Phone>(phones.get(id)),
    put: (view: StoryView, ...held: readonly Phone[]) => {
      stories.set(view.story.id, JSON.stringify(view));
      for (const phone of held) phones.set(phone.id, JSON.stringify(phone));
    },
  };
}
