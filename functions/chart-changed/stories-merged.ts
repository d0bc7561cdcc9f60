import type { RecordPut } from '../../domain/ports/records.ts';
import { emptyStory } from '../../domain/story/empty-story.ts';
import { mergedAway, mergedStories } from '../../domain/story/merging-stories.ts';
import type { Phone, Waiting } from '../../domain/story/phone.ts';
import { reachesOf } from '../../domain/story/reaches.ts';
import type { Conversation, Story, StoryView } from '../../domain/story/story.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { changedPhones, today } from './person-indexed.ts';

/** As for a conversation that a turn lets go; see `take-turn.ts`. */
const keptBeside = 180 * 86_400_000;

/**
 * One attempt: the story of one record goes on in that of another, which survives. First all of it is with the survivor, with the phones, then
 * the old one is emptied: whoever writes in between is heard. Both are kept as they were, so that it can be undone. Where one of them moved
 * in the meantime, or this dies in between, it is to be tried again.
 */
export async function mergeInto(
  deps: ChartChangedDeps,
  { from, into, by }: { readonly from: string; readonly into: string; readonly by: string },
): Promise<void> {
  const old = (await deps.store.story(from)) ?? nobody(from);
  const survivor = await deps.store.story(into);
  if (survivor === undefined || old.story.id !== from || survivor.story.id === from) return;
  if (!(await bringTogether(deps, { old, survivor, by, into }))) return;
  await deps.store.commit({
    cause: `merged/${from}/emptied/${old.story.version}`,
    outcome: { reply: '' },
    story: mergedAway(old.story, into),
    droppedIntakes: Object.keys(old.intakes),
    moments: [],
    events: [],
  });
}

interface Two {
  readonly old: StoryView;
  readonly survivor: StoryView;
  readonly by: string;
  readonly into: string;
}

/** False where one of them has moved on. */
async function bringTogether(deps: ChartChangedDeps, { old, survivor, by, into }: Two): Promise<boolean> {
  const at = deps.clock.now().toISOString();
  const { story: merged, forgotten } = mergedStories(survivor.story, old.story);
  const reaches = reachesOf(merged, today(deps));
  const phones = reaches.map(({ number }) => deps.phoneHash(number));
  const story: Story = {
    ...merged,
    version: survivor.story.version + 1,
    person: { ...merged.person, phones },
  };
  const gone = old.story.person.phones.filter((id) => !phones.includes(id));
  const intakes = { ...old.intakes, ...survivor.intakes };
  const runs = new Set(story.conversations.map(({ intake }) => intake));
  const stored = await deps.records.get('merged', old.story.id);
  const earlier = stored?.value.partedAt === undefined ? stored?.value : undefined;
  const snapshot: RecordPut<'merged'> = {
    kind: 'merged',
    id: old.story.id,
    expect: stored?.version ?? 'absent',
    value: {
      into,
      saidBy: earlier?.saidBy ?? [by],
      at: earlier?.at ?? at,
      from: old,
      // Tried again: the survivor holds what the old one had already.
      survivor: earlier?.survivor ?? survivor.story,
    },
  };
  const moved = (await changedPhones(deps, story, reaches, gone)).map(({ after }) => after);
  const others = await phonesOf(deps, old.story, moved);
  const committed = await deps.store.commit({
    cause: `merged/${old.story.id}/${old.story.version}/${story.version}`,
    outcome: { reply: '' },
    story,
    intakes: Object.fromEntries(
      Object.entries(old.intakes).filter(([key]) => runs.has(key) && survivor.intakes[key] === undefined),
    ),
    droppedIntakes: Object.keys(survivor.intakes).filter((key) => !runs.has(key)),
    phones: [
      ...moved.map((phone) => leadingTo(phone, old.story.id, story.id)),
      ...others.map((phone) => ({ ...leadingTo(phone, old.story.id, story.id), version: phone.version + 1 })),
    ],
    records: [snapshot, ...forgotten.flatMap((each) => keptRecord(deps, each, intakes))],
    moments: [
      {
        id: `merged/${old.story.id}/${story.version}`,
        at,
        cause: `merged/${old.story.id}/${old.story.version}/${story.version}`,
        channel: 'ehr',
        what: 'merged',
        detail: { from: old.story.id },
      },
    ],
    events: [],
  });
  return committed.is === 'committed' || committed.is === 'duplicate';
}

/** The phones on which the old one is known or asked something, beside those that change anyway. */
async function phonesOf(deps: ChartChangedDeps, old: Story, moved: readonly Phone[]): Promise<readonly Phone[]> {
  const ids = old.person.phones.filter((id) => moved.every((phone) => phone.id !== id));
  const phones = await Promise.all(ids.map((id) => deps.store.phone(id)));
  return phones.filter((phone) => phone !== undefined);
}

/** Whoever writes on it is the survivor now, and what was asked of the old one is asked of them. */
function leadingTo(phone: Phone, old: string, survivor: string): Phone {
  const turned = (waiting: Waiting): Waiting => (waiting.story === old ? { ...waiting, story: survivor } : waiting);
  return {
    ...phone,
    members: phone.members.filter(({ story }) => story !== old),
    queue: phone.queue.map(turned),
    ...(phone.asking === undefined ? {} : { asking: turned(phone.asking) }),
  };
}

function keptRecord(
  deps: ChartChangedDeps,
  conversation: Conversation,
  intakes: StoryView['intakes'],
): readonly RecordPut<'ended-conversation'>[] {
  const intake = intakes[conversation.intake];
  const expires = new Date(deps.clock.now().getTime() + keptBeside);
  return intake === undefined
    ? []
    : [{ kind: 'ended-conversation', id: conversation.id, value: { conversation, intake }, expect: 'any', expires }];
}

/** A record that we never heard of before: nothing is brought, and what is told of it later leads to the survivor. */
function nobody(id: string): StoryView {
  return { story: emptyStory(id, { firstName: '', language: 'en', deceased: false, phones: [] }), intakes: {} };
}
