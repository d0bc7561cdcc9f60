import { Fault } from '../../domain/errors/errors.ts';
import type { MergedStories, Stored } from '../../domain/ports/records.ts';
import type { Story, StoryView } from '../../domain/story/story.ts';
import type { ReadPerson } from '../../fhir-mappings/patient.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { mergeInto } from './stories-merged.ts';
import { partStories, restoreParted } from './stories-parted.ts';
import { FollowedElsewhere, keepForOperators } from './what-changed.ts';

/** Two records of one person: the story of `from` goes on in that of `into`. */
interface Claim {
  readonly from: string;
  readonly into: string;
}

/**
 * `replaced-by` on the old record or `replaces` on the survivor says that two records are one person's. What this record said and says no more
 * is taken back; once nobody says so, the stories are parted again.
 * @see https://hl7.org/fhir/R4/patient.html#merge
 */
export async function withdrawMerges(deps: ChartChangedDeps, { id, replacedBy, replaces }: ReadPerson): Promise<void> {
  const by = `Patient/${id}`;
  const view = await deps.store.story(id);
  if (view === undefined) return;
  const froms = (view.story.mergedFrom ?? []).map(({ patient }) => patient);
  for (const from of view.story.id === id ? froms : [id]) {
    const stored = await currentMerge(deps, from);
    if (stored === undefined || !stored.value.saidBy.includes(by)) continue;
    const saysSoStill = from === id ? stored.value.into === replacedBy : replaces.includes(from);
    if (saysSoStill) continue;
    const saidBy = stored.value.saidBy.filter((each) => each !== by);
    if (saidBy.length > 0) await replace(deps, from, { ...stored.value, saidBy }, stored.version);
    else await partStories(deps, from, stored);
  }
}

const mostSteps = 12;

/** Brings the stories together. False where that could not be, because the survivor is not to be seen. */
export async function merge(
  deps: ChartChangedDeps,
  { from, into }: Claim,
  by: string,
  storyOf: (id: string) => Promise<StoryView | undefined>,
): Promise<boolean> {
  for (let steps = 0; steps < mostSteps; steps++) {
    const stored = await currentMerge(deps, from);
    if (stored !== undefined && stored.value.into !== into) {
      // The EHR has changed its mind about whom it was merged into.
      await partStories(deps, from, stored);
      continue;
    }
    if (stored?.value.saidBy.includes(by) === false) {
      await replace(deps, from, { ...stored.value, saidBy: [...stored.value.saidBy, by] }, stored.version);
      continue;
    }
    const survivor = await storyOf(into);
    if (survivor === undefined || survivor.story.id === from) {
      const why = 'It was merged into a record that the EHR does not show, or in a circle';
      await keepForOperators(deps, 'Patient', from, why);
      return false;
    }
    const old = await deps.store.story(from);
    if (stored !== undefined && old?.story.id === survivor.story.id) return true;
    await mergeInto(deps, { from, into, by });
  }
  throw new Fault('TURN_KEEPS_CONFLICTING', 'Two stories could not be merged: one of them moved each time');
}

/** Changes the story of a merged record as it will be once they are parted. */
export async function changeSnapshot(
  deps: ChartChangedDeps,
  from: string,
  change: (before: Story) => Story | undefined,
): Promise<void> {
  const stored = await currentMerge(deps, from);
  const story = stored === undefined ? undefined : change(stored.value.from.story);
  if (stored === undefined || story === undefined) return;
  const { value, version } = stored;
  await replace(deps, from, { ...value, from: { ...value.from, story } }, version);
}

/** Undefined where they are not merged (any more); what was left half parted is finished first. */
async function currentMerge(deps: ChartChangedDeps, from: string): Promise<Stored<'merged'> | undefined> {
  const stored = await deps.records.get('merged', from);
  if (stored?.value.restores !== undefined) await restoreParted(deps, from, stored);
  return stored === undefined || stored.value.partedAt !== undefined ? undefined : stored;
}

async function replace(deps: ChartChangedDeps, from: string, value: MergedStories, expect: number): Promise<void> {
  if ((await deps.records.put({ kind: 'merged', id: from, value, expect })) === 'conflict')
    throw new FollowedElsewhere();
}
