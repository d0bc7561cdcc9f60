import { bounds } from '../conversation/turn.ts';
import type { Fact } from '../intake/fact.ts';
import { allEvidence } from '../requirements/keeping-evidence.ts';
import { alike } from '../visit/alike.ts';
import { isOlder, kept } from '../visit/merging.ts';
import type { PlannedVisit } from '../visit/visit.ts';
import { emptyStory } from './empty-story.ts';
import type { Conversation, Relative, Story, TextConsent } from './story.ts';

/** One story made of two, with what did not fit into its hot state. */
export interface Merged {
  readonly story: Story;
  readonly forgotten: readonly Conversation[];
}

/**
 * Two records are one person: the surviving one's story goes on with all that was in the other, of each thing the newest. Who refused texts
 * under either name is not texted. Merging the same two again changes nothing.
 */
export function mergedStories(survivor: Story, old: Story): Merged {
  const { conversations, forgotten } = conversationsOf(survivor, old);
  const asking = survivor.asking ?? old.asking;
  const prefers = survivor.prefers ?? old.prefers;
  const relatives = byId([...(survivor.person.relatives ?? []), ...(old.person.relatives ?? [])]);
  const from = (survivor.mergedFrom ?? []).filter(({ patient }) => patient !== old.id);
  const story: Story = {
    ...survivor,
    person: { ...survivor.person, ...(relatives.length === 0 ? {} : { relatives }) },
    consent: refusedWins(survivor.consent, old.consent),
    conversations,
    facts: newestFacts(survivor.facts, old.facts),
    concerns: together(
      survivor.concerns,
      old.concerns,
      ({ id }) => id,
      ({ raisedAt }) => raisedAt,
      bounds.concerns,
    ),
    acknowledgements: together(
      survivor.acknowledgements,
      old.acknowledgements,
      ({ by, at, card }) => `${by} ${at} ${card}`,
      ({ at }) => at,
      bounds.acknowledgements,
    ),
    visits: kept(newestVisits(survivor.visits, old.visits), bounds.visits),
    evidence: allEvidence(survivor.evidence, old.evidence),
    // Who somebody is, is what the surviving record says; what covers them may be in both.
    onFile: [
      ...survivor.onFile,
      ...old.onFile.filter(
        ({ key, source }) => !source.startsWith('Patient/') && survivor.onFile.every((each) => each.key !== key),
      ),
    ],
    mergedFrom: [...from, ...(old.mergedFrom ?? []), { patient: old.id, numbers: old.person.numbers ?? [] }],
    ...(asking === undefined ? {} : { asking }),
    ...(prefers === undefined ? {} : { prefers }),
  };
  return { story, forgotten };
}

/** What is left of the old one: where it goes on. */
export function mergedAway(old: Story, into: string): Story {
  const { language, deceased } = old.person;
  return {
    ...emptyStory(old.id, { firstName: '', language, deceased, phones: [] }),
    version: old.version + 1,
    consent: old.consent,
    mergedInto: into,
  };
}

/** At most one is being asked; the other's waits behind it. */
function conversationsOf(
  survivor: Story,
  old: Story,
): { readonly conversations: readonly Conversation[]; readonly forgotten: readonly Conversation[] } {
  const own = survivor.conversations.map((each) =>
    newer(
      each,
      old.conversations.find(({ id }) => id === each.id),
    ),
  );
  const asked = own.some(isAsked);
  const others = old.conversations
    .filter(({ id }) => own.every((each) => each.id !== id))
    .map((each) => (asked ? behind(each) : each));
  const all = [...own, ...others].toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const ended = all.filter(({ status }) => status !== 'open' && status !== 'queued');
  const forgotten = ended.slice(0, Math.max(0, ended.length - bounds.ended));
  return { conversations: all.filter((each) => !forgotten.includes(each)), forgotten };
}

function newer(one: Conversation, other: Conversation | undefined): Conversation {
  return other !== undefined && Date.parse(other.changedAt) > Date.parse(one.changedAt) ? other : one;
}

function isAsked({ status, asked }: Conversation): boolean {
  return status === 'open' || (status === 'completed' && asked !== undefined);
}

function behind(conversation: Conversation): Conversation {
  const { asked, ...rest } = conversation;
  if (conversation.status === 'open') return { ...conversation, status: 'queued' };
  return conversation.status === 'completed' && asked !== undefined ? rest : conversation;
}

function refusedWins(one: TextConsent, other: TextConsent): TextConsent {
  if (one.texts === 'allowed') return other;
  return other.texts === 'refused' && Date.parse(other.at) > Date.parse(one.at) ? other : one;
}

function newestFacts(one: Story['facts'], other: Story['facts']): Story['facts'] {
  const newest = new Map<string, Fact>(Object.entries(one));
  for (const [key, fact] of Object.entries(other)) {
    const known = newest.get(key);
    if (known === undefined || told(fact) > told(known)) newest.set(key, fact);
  }
  const few = [...newest].toSorted(([, a], [, b]) => told(b) - told(a)).slice(0, bounds.facts);
  return Object.fromEntries(few.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function told({ provenance }: Fact): number {
  return Date.parse(provenance.at);
}

function newestVisits(one: readonly PlannedVisit[], other: readonly PlannedVisit[]): readonly PlannedVisit[] {
  const others = other.filter(({ appointment }) => one.every((each) => each.appointment !== appointment));
  return [
    ...one.map((visit) => {
      const same = other.find(({ appointment }) => appointment === visit.appointment);
      return same !== undefined && isOlder(visit.seenAt, same.seenAt) ? same : visit;
    }),
    ...others,
  ];
}

function together<T>(
  one: readonly T[],
  other: readonly T[],
  key: (each: T) => string,
  at: (each: T) => string,
  most: number,
): readonly T[] {
  const keys = new Set(one.map(key));
  return [...one, ...other.filter((each) => !keys.has(key(each)))]
    .toSorted((a, b) => Date.parse(at(a)) - Date.parse(at(b)))
    .slice(-most);
}

function byId(relatives: readonly Relative[]): readonly Relative[] {
  const once = new Map(relatives.map((relative) => [relative.id, relative]));
  return [...once.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export interface Parting {
  /** The two as they were before they were merged. */
  readonly before: { readonly survivor: Story; readonly old: Story };
  /** Whether an Appointment is the old record's own: also one that was made since. */
  readonly isOld: (appointment: string) => boolean;
}

/**
 * They were two people after all: the old record's story is as it was, with its own visits and their questions as they are now; everything
 * else that happened since stays where it was, with the survivor. A refusal of texts that came since counts for both: nobody can tell whose it was.
 */
export function partedStories(
  now: Story,
  { before, isOld }: Parting,
): { readonly survivor: Story; readonly old: Story } {
  const { survivor: one, old } = before;
  const wasOld = ({ appointment }: PlannedVisit) =>
    isOld(appointment) || old.visits.some((visit) => visit.appointment === appointment);
  const isTheirs = ({ id, visit }: Conversation) =>
    old.conversations.some((each) => each.id === id) || (visit?.appointment !== undefined && isOld(visit.appointment));
  const theirConversations = now.conversations.filter(isTheirs);
  const theirVisits = now.visits.filter(wasOld);
  const onlyOld =
    <T>(was: readonly T[], others: readonly T[], same: (a: T, b: T) => boolean) =>
    (each: T) =>
      was.some((known) => same(known, each)) && !others.some((known) => same(known, each));
  const theirEvidence = onlyOld(old.evidence, one.evidence, (a, b) => a.reference === b.reference);
  const theirConcern = onlyOld(old.concerns, one.concerns, (a, b) => a.id === b.id);
  const theirCard = onlyOld(old.acknowledgements, one.acknowledgements, alike);
  const theirEntry = onlyOld(old.onFile, one.onFile, (a, b) => a.key === b.key);
  const theirRelative = onlyOld(old.person.relatives ?? [], one.person.relatives ?? [], (a, b) => a.id === b.id);
  const mergedFrom = (now.mergedFrom ?? []).filter(
    ({ patient }) => patient !== old.id && !(old.mergedFrom ?? []).some((each) => each.patient === patient),
  );
  const { asking, mergedFrom: _merged, more: _more, ...rest } = now;
  const stays = asking !== undefined && !theirVisits.some(({ appointment }) => appointment === asking);
  const { relatives = [], ...person } = now.person;
  const since = now.consent.texts === 'refused' && !alike(now.consent, one.consent) && !alike(now.consent, old.consent);
  return {
    survivor: {
      ...rest,
      person: {
        ...person,
        ...(relatives.length === 0 ? {} : { relatives: relatives.filter((each) => !theirRelative(each)) }),
      },
      consent: since ? now.consent : now.consent.texts === 'allowed' ? now.consent : one.consent,
      conversations: opened(now.conversations.filter((each) => !isTheirs(each))),
      facts: withoutTheirs(now.facts, one.facts, old.facts),
      concerns: now.concerns.filter((each) => !theirConcern(each)),
      acknowledgements: now.acknowledgements.filter((each) => !theirCard(each)),
      visits: now.visits.filter((each) => !wasOld(each)),
      evidence: now.evidence.filter((each) => !theirEvidence(each)),
      onFile: now.onFile.filter((each) => !theirEntry(each)),
      ...(mergedFrom.length === 0 ? {} : { mergedFrom }),
      ...(stays ? { asking } : {}),
    },
    old: {
      ...old,
      consent: since ? now.consent : old.consent,
      conversations: opened([
        ...old.conversations.filter(({ id }) => theirConversations.every((each) => each.id !== id)),
        ...theirConversations,
      ]),
      visits: [
        ...old.visits.filter(({ appointment }) => theirVisits.every((each) => each.appointment !== appointment)),
        ...theirVisits,
      ],
      evidence: old.evidence.map((each) => now.evidence.find(({ reference }) => reference === each.reference) ?? each),
    },
  };
}

/** What waited only behind the other's questions is asked again where it stopped. */
function opened(conversations: readonly Conversation[]): readonly Conversation[] {
  if (conversations.some(isAsked)) return conversations;
  const begun = conversations.find(({ status, asked }) => status === 'queued' && asked !== undefined);
  return conversations.map((each) => (each === begun ? { ...each, status: 'open' } : each));
}

function withoutTheirs(now: Story['facts'], one: Story['facts'], old: Story['facts']): Story['facts'] {
  return Object.fromEntries(
    Object.entries(now).flatMap(([key, fact]) => {
      if (!alike(fact, old[key]) || alike(fact, one[key])) return [[key, fact] as const];
      const own = one[key];
      return own === undefined ? [] : [[key, own] as const];
    }),
  );
}
