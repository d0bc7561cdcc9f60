import { Fault } from '../../domain/errors/errors.ts';
import { isoDate, wallAt } from '../../domain/intake/reading/zone.ts';
import type { Member, Phone } from '../../domain/story/phone.ts';
import { type Reach, reachesOf } from '../../domain/story/reaches.ts';
import type { Story } from '../../domain/story/story.ts';
import { alike } from '../../domain/visit/alike.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { hearLateWords } from './late-words.ts';
import { type Change, checkStillFirst, keepSeen } from './what-changed.ts';

export interface Indexing {
  /** The story with what is newly known of the person; undefined where that is nothing. */
  readonly change: (before: Story | undefined) => Story | undefined;
  /** What it follows from, kept as followed by this; absent where more follows. */
  readonly from?: Change;
}

/** Brings what is known of a person into their story and the phone index; a number nobody knew is answered now. */
export async function indexPerson(deps: ChartChangedDeps, id: string, { change, from }: Indexing): Promise<void> {
  for (let tries = 0; tries < 8; tries++) {
    const before = (await deps.store.story(id))?.story;
    const person = change(before);
    if (person === undefined) return from === undefined ? undefined : keepSeen(deps, from, { story: id });
    const reaches = reachesOf(person, today(deps));
    const phones = reaches.map(({ number }) => deps.phoneHash(number));
    const story: Story = { ...person, version: (before?.version ?? 0) + 1, person: { ...person.person, phones } };
    const gone = (before?.person.phones ?? []).filter((each) => !phones.includes(each));
    const changed = await changedPhones(deps, story, reaches, gone);
    if (changed.length === 0 && before !== undefined && isSame(before, story))
      return from === undefined ? undefined : keepSeen(deps, from, { story: story.id });
    const late = changed.filter((phone) => (phone.before?.unknown?.said.length ?? 0) > 0);
    // What waits to be heard is heard before this counts as followed.
    const seen = from === undefined || late.length > 0 ? [] : [from.seen({ story: story.id })];
    const committed = await deps.store.commit({
      cause: `index/${story.id}/${story.version}`,
      outcome: { reply: '' },
      story,
      phones: changed.map(({ after }) => after),
      moments: [],
      events: [],
      records: seen,
    });
    if (committed.is !== 'committed') {
      if (from !== undefined) await checkStillFirst(deps, from);
      continue;
    }
    for (const phone of late) if (phone.before !== undefined) await hearLateWords(deps, story.id, phone.before);
    if (seen.length > 0) return;
    return from === undefined ? undefined : keepSeen(deps, from, { story: story.id });
  }
  throw new Fault('TURN_KEEPS_CONFLICTING', 'A patient could not be indexed: the story moved each time');
}

function isSame(before: Story, after: Story): boolean {
  return alike({ ...before, version: 0 }, { ...after, version: 0 });
}

/** The phones that must change so that exactly these reach them. */
export async function changedPhones(
  deps: ChartChangedDeps,
  story: Story,
  reaches: readonly Reach[],
  gone: readonly string[],
): Promise<readonly { readonly before?: Phone; readonly after: Phone }[]> {
  const changed: { before?: Phone; after: Phone }[] = [];
  for (const { number, as } of reaches) {
    const id = deps.phoneHash(number);
    const before = await deps.store.phone(id);
    const member: Member = { story: story.id, firstName: story.person.firstName, as, language: story.person.language };
    const phone: Phone = before ?? {
      id,
      version: 0,
      number,
      members: [],
      blocked: false,
      introduced: false,
      queue: [],
    };
    const known = phone.members.find((each) => each.story === story.id);
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(member) && phone.unknown === undefined)
      continue;
    const { unknown, ...others } = phone;
    // What they said while we looked stays until the turn that hears it is kept.
    const rest = unknown === undefined || unknown.said.length === 0 ? others : { ...others, unknown };
    const members = [...phone.members.filter((each) => each.story !== story.id), member].sort((a, b) =>
      a.story < b.story ? -1 : 1,
    );
    changed.push({
      ...(before === undefined ? {} : { before }),
      after: { ...rest, version: phone.version + 1, members },
    });
  }
  for (const id of gone) {
    const before = await deps.store.phone(id);
    if (before === undefined || !before.members.some((each) => each.story === story.id)) continue;
    const { asking, ...rest } = before;
    const members = before.members.filter((each) => each.story !== story.id);
    changed.push({
      before,
      after: {
        ...rest,
        ...(asking === undefined || asking.story === story.id ? {} : { asking }),
        version: before.version + 1,
        members,
      },
    });
  }
  return changed;
}

/** The clinic's day, as an ISO date. */
export function today({ clinic, clock }: Pick<ChartChangedDeps, 'clinic' | 'clock'>): string {
  return isoDate(wallAt(clock.now(), clinic.timeZone));
}
