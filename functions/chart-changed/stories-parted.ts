import { Fault } from '../../domain/errors/errors.ts';
import type { Stored } from '../../domain/ports/records.ts';
import { partedStories } from '../../domain/story/merging-stories.ts';
import type { StoryView } from '../../domain/story/story.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { indexPerson } from './person-indexed.ts';
import { FollowedElsewhere } from './what-changed.ts';

/**
 * A merge is undone: each record has its own story again. What happened since stays with the survivor, except what is about the old one's own
 * appointments. First it is taken out of the survivor's story and kept in the record of the merge, then the old one is restored from there,
 * by whoever comes next where this dies in between.
 */
export async function partStories(deps: ChartChangedDeps, from: string, stored: Stored<'merged'>): Promise<void> {
  const { value: merged, version } = stored;
  for (let tries = 0; tries < 8; tries++) {
    const now = await deps.store.story(merged.into);
    if (now === undefined) return;
    const { survivor, old } = partedStories(now.story, {
      before: { survivor: merged.survivor, old: merged.from.story },
      isOld: await belongsTo(deps, now, from),
    });
    const left = new Set(survivor.conversations.map(({ intake }) => intake));
    const taken = new Set(old.conversations.map(({ intake }) => intake));
    const intakes = Object.entries({ ...merged.from.intakes, ...now.intakes }).filter(([key]) => taken.has(key));
    const restores: StoryView = {
      // Emptied once since, and changed by nobody: whoever looked for it was led to the survivor.
      story: { ...old, version: merged.from.story.version + 2, person: { ...old.person, phones: [] } },
      intakes: Object.fromEntries(intakes),
    };
    const at = deps.clock.now().toISOString();
    const parted = await deps.store.commit({
      cause: `parted/${from}/${version}/${now.story.version}`,
      outcome: { reply: '' },
      story: { ...survivor, version: now.story.version + 1 },
      droppedIntakes: Object.keys(now.intakes).filter((key) => !left.has(key)),
      records: [
        { kind: 'merged', id: from, value: { ...merged, saidBy: [], partedAt: at, restores }, expect: version },
      ],
      moments: [],
      events: [],
    });
    if (parted.is === 'conflict') {
      if ((await deps.records.get('merged', from))?.version !== version) throw new FollowedElsewhere();
      continue;
    }
    const half = await deps.records.get('merged', from);
    if (half !== undefined) await restoreParted(deps, from, half);
    return;
  }
  throw new Fault('TURN_KEEPS_CONFLICTING', 'Two stories could not be parted: one of them moved each time');
}

/** The second half of it. */
export async function restoreParted(
  deps: ChartChangedDeps,
  from: string,
  { value, version }: Stored<'merged'>,
): Promise<void> {
  const { restores, ...parted } = value;
  if (restores === undefined) return;
  const restored = await deps.store.commit({
    cause: `parted/${from}/restored/${restores.story.version}`,
    outcome: { reply: '' },
    story: restores.story,
    intakes: restores.intakes,
    moments: [],
    events: [],
  });
  if (restored.is === 'conflict')
    throw new Fault('STORE_REFUSED', 'The story of a merged record has moved though nobody could reach it');
  // The numbers follow the stories: the old one's leave the survivor, and reach the old one again.
  for (const id of [parted.into, from]) await indexPerson(deps, id, { change: (before) => before });
  await deps.records.put({ kind: 'merged', id: from, value: parted, expect: version });
}

/** By the patient whom the Appointment itself names; also one that was made after the merge. */
async function belongsTo(
  { records }: ChartChangedDeps,
  { story }: StoryView,
  from: string,
): Promise<(appointment: string) => boolean> {
  const appointments = new Set([
    ...story.visits.map(({ appointment }) => appointment),
    ...story.conversations.flatMap(({ visit }) => visit?.appointment ?? []),
  ]);
  const theirs = new Set<string>();
  for (const id of appointments)
    if ((await records.get('chart-seen', `Appointment/${id}`))?.value.story === from) theirs.add(id);
  return (appointment) => theirs.has(appointment);
}
