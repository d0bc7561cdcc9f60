import type { FileEntry } from '../../domain/story/story.ts';

/** In the order in which registration asks; coverages behind. */
const order = ['name', 'birth-date', 'address', 'phone'];

/** What is on file, with all that one resource says of it now in place of what it said before; in one order, whichever came first. */
export function entriesWith(
  before: readonly FileEntry[],
  source: string,
  found: readonly FileEntry[],
): readonly FileEntry[] {
  const keys = new Set(found.map(({ key }) => key));
  const others = before.filter((entry) => entry.source !== source && !keys.has(entry.key));
  return [...others, ...found].sort((a, b) => rank(a.key) - rank(b.key) || (a.key < b.key ? -1 : 1));
}

function rank(key: string): number {
  const at = order.indexOf(key);
  return at < 0 ? order.length : at;
}
