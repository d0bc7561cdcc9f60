import type { StoryView } from '../../domain/story/story.ts';

/**
 * Parsed stories, least recently used first out, bounded by the size of their JSON. It can be right only because one process owns the
 * file (see `database.ts`) and every change passes through `set` right after its commit. What is handed out is frozen: a change that
 * is not a commit would be lost at the next start, so it fails at once instead.
 */
export interface StoryCache {
  get(id: string): StoryView | undefined;
  set(id: string, view: StoryView, size: number): void;
  /** As it was set; 0 for one that is not here. */
  sizeOf(id: string): number;
}

export function createStoryCache(largest: number): StoryCache {
  const entries = new Map<string, { readonly view: StoryView; readonly size: number }>();
  let total = 0;

  function drop(id: string): void {
    const entry = entries.get(id);
    if (entry === undefined) return;
    entries.delete(id);
    total -= entry.size;
  }

  return {
    get(id) {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      entries.delete(id);
      entries.set(id, entry);
      return entry.view;
    },
    set(id, view, size) {
      drop(id);
      if (size > largest) return;
      entries.set(id, { view: frozen(view), size });
      total += size;
      for (const oldest of entries.keys()) {
        if (total <= largest) break;
        drop(oldest);
      }
    },
    sizeOf: (id) => entries.get(id)?.size ?? 0,
  };
}

/** Stops where something is frozen already: a new version of a story shares most of its parts with the last. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
