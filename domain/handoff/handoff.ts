import { isQuiet } from '../conversation/quiet.ts';
import type { Acknowledgement, ClosedBecause, Concern, Conversation, Paused, StoryView } from '../story/story.ts';
import { sayHow, youSaid } from './how.ts';
import { type TellingContext, type ToldSoFar, tellSoFar } from './told.ts';
import { type HandoffVisit, visitsOf } from './visits.ts';
import { sayWhen } from './when.ts';

/** What one touchpoint must know of a patient: ready to be read, in the clinic's words and zone, nothing of it in FHIR's. */
export interface Handoff {
  readonly firstName: string;
  readonly deceased: boolean;
  /** Newest first; those that nobody has seen yet before the others. */
  readonly concerns: readonly HandoffConcern[];
  readonly person?: { readonly why: string; readonly when: string };
  readonly consent: { readonly texts: 'allowed' } | { readonly texts: 'refused'; readonly words: string };
  /** The visits of today and the next one, earliest first. */
  readonly visits: readonly HandoffVisit[];
  /** What is being asked first, then what waits, then what ended, newest first. */
  readonly conversations: readonly HandoffConversation[];
  /** When the reader last confirmed having seen all this; what is new is new since then. */
  readonly seen?: { readonly when: string };
}

export interface HandoffConcern {
  /** "Chest pain or tightness". */
  readonly what: string;
  readonly kind: 'emergency' | 'crisis';
  /** As the patient wrote or said it. */
  readonly words: string;
  readonly at: string;
  readonly when: string;
  readonly how: string;
  /** What staff can begin with, addressed to the patient. */
  readonly opening: string;
  /** Somebody on staff has confirmed seeing it. */
  readonly seen: boolean;
  readonly isNew: boolean;
}

export interface HandoffConversation extends ToldSoFar {
  readonly id: string;
  readonly title: string;
  readonly state: 'asking' | 'waiting' | 'complete' | 'ended';
  /** Why it does not go on by itself, or how it ended. */
  readonly note?: string;
  readonly visit?: { readonly at: string; readonly when: string };
  readonly changedAt: string;
  readonly changed: string;
}

export interface HandoffContext {
  readonly now: Date;
  readonly timeZone: string;
  /** The newest confirmation of the one who reads. */
  readonly since?: Acknowledgement | undefined;
}

/** A concern that somebody has seen stays in sight this long. */
const concernDays = 30;

/** Everything the next person who meets this patient must know, from the hot state alone. */
export function prepareHandoff(view: StoryView, context: HandoffContext): Handoff {
  const { story } = view;
  const { now, timeZone, since } = context;
  const telling: TellingContext = { now, timeZone, since: since?.at };
  const open = story.conversations.find((each) => each.status === 'open' && needsPerson(each.paused));
  return {
    firstName: story.person.firstName,
    deceased: story.person.deceased,
    concerns: concernsOf(view, context),
    ...(open?.paused === undefined
      ? {}
      : { person: { why: pausedWords[open.paused.because], when: sayWhen(open.paused.since, now, timeZone) } }),
    consent:
      story.consent.texts === 'allowed'
        ? story.consent
        : { texts: 'refused', words: `${refusedHow[story.consent.how]} ${sayWhen(story.consent.at, now, timeZone)}` },
    visits: visitsOf(story, telling),
    conversations: [...story.conversations]
      .sort((a, b) => rank(a) - rank(b) || b.changedAt.localeCompare(a.changedAt))
      .map((conversation) => conversationOf(conversation, view, telling)),
    ...(since === undefined ? {} : { seen: { when: sayWhen(since.at, now, timeZone) } }),
  };
}

/** True where there is nothing to hand over: nobody asked, nothing was said, nothing refused. */
export function isEmpty({ concerns, conversations, visits, consent }: Handoff): boolean {
  return concerns.length === 0 && conversations.length === 0 && visits.length === 0 && consent.texts === 'allowed';
}

function concernsOf({ story }: StoryView, { now, timeZone, since }: HandoffContext): readonly HandoffConcern[] {
  const oldest = now.getTime() - concernDays * 86_400_000;
  return story.concerns
    .map((concern): HandoffConcern => {
      const when = sayWhen(concern.raisedAt, now, timeZone);
      return {
        what: concern.flag.label,
        kind: concern.flag.kind,
        words: concern.words,
        at: concern.raisedAt,
        when,
        how: concern.channel === undefined ? 'unknown how' : sayHow({ channel: concern.channel, at: concern.raisedAt }),
        opening: openingOf(concern, when),
        seen: story.acknowledgements.some(({ at }) => Date.parse(at) >= Date.parse(concern.raisedAt)),
        isNew: since !== undefined && Date.parse(concern.raisedAt) > Date.parse(since.at),
      };
    })
    .filter(({ seen, at }) => !seen || Date.parse(at) >= oldest)
    .sort((a, b) => Number(a.seen) - Number(b.seen) || b.at.localeCompare(a.at));
}

/** Repeats the patient's own words, so that the first sentence shows that they were heard. */
function openingOf({ words, channel }: Concern, when: string): string {
  const said = quoted(words);
  // An option's number or a pressed key says nothing when it is read aloud.
  if (!/\p{L}{3}/u.test(said)) return `You gave us an answer ${when} that we want to ask about. How is it now?`;
  return `${channel === undefined ? 'You told us' : youSaid[channel]} ${when}: “${said}”. How is it now?`;
}

function quoted(words: string): string {
  const line = words.replace(/\s+/gu, ' ').replace(/[“”"]/g, '').trim();
  const short = line.length <= 160 ? line : `${line.slice(0, 159).replace(/\s+\S*$/, '')}…`;
  return short.replace(/[.,;]+$/, '');
}

function conversationOf(conversation: Conversation, view: StoryView, context: TellingContext): HandoffConversation {
  const { id, title, status, visit, changedAt, paused } = conversation;
  const { now, timeZone } = context;
  const note =
    typeof status === 'object'
      ? closedWords[status.closed]
      : isQuiet(conversation)
        ? 'not begun yet'
        : status === 'open' && paused !== undefined
          ? `${pausedWords[paused.because]} ${sayWhen(paused.since, now, timeZone)}`
          : status === 'completed' && conversation.amended
            ? 'changed after it was complete'
            : undefined;
  return {
    id,
    title,
    state: typeof status === 'object' ? 'ended' : states[status],
    ...(note === undefined ? {} : { note }),
    ...(visit?.start === undefined ? {} : { visit: { at: visit.start, when: sayWhen(visit.start, now, timeZone) } }),
    changedAt,
    changed: sayWhen(changedAt, now, timeZone),
    ...tellSoFar(conversation, view.intakes[conversation.intake], context),
  };
}

const states = { open: 'asking', queued: 'waiting', completed: 'complete' } as const;

function rank({ status }: Conversation): number {
  return status === 'open' ? 0 : status === 'queued' ? 1 : 2;
}

function needsPerson(paused: Paused | undefined): boolean {
  return paused !== undefined && paused.because !== 'later';
}

const pausedWords: Record<Paused['because'], string> = {
  person: 'asked for a person',
  'red-flag': 'waits for a person after what was said',
  misread: 'needs a person: three answers in a row could not be read',
  later: 'asked for a break',
};

const closedWords: Record<ClosedBecause, string> = {
  'visit-passed': 'ended: the time of the visit has passed',
  'visit-cancelled': 'ended: the visit is off',
  'task-cancelled': 'ended: the request was withdrawn',
  'patient-died': 'ended: the patient has died',
  refused: 'ended: these questions could not be asked',
};

const refusedHow = {
  'carrier-stop': 'stopped by a STOP text',
  'in-words': 'asked us to stop, in words,',
  chart: 'refused in the chart',
} as const;
