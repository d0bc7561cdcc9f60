import type { StoryView } from './story.ts';

/** Merges of merges are followed so far; a circle, which only contradicting records make, ends here too. */
const mostMerges = 8;

/** The story of a patient, where it goes on: a record that was merged into another has none of its own any more. */
export async function whereItGoesOn(
  id: string,
  load: (id: string) => Promise<StoryView | undefined>,
): Promise<StoryView | undefined> {
  let view = await load(id);
  for (let merges = 0; merges < mostMerges; merges++) {
    const into = view?.story.mergedInto;
    const next = into === undefined ? undefined : await load(into);
    if (next === undefined) return view;
    view = next;
  }
  return view;
}
