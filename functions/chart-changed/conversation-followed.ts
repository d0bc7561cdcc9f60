import { isQuiet } from '../../domain/conversation/beginning-and-ending.ts';
import type { NewConversation } from '../../domain/conversation/heard.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Decision } from '../../domain/conversation/turn.ts';
import type { Intake } from '../../domain/intake/intake.ts';
import { withWhatIsOnFile } from '../../domain/intake/known-from-file.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { ClosedBecause, Story, StoryView, Visit } from '../../domain/story/story.ts';
import { expressByText, reachable } from '../../edge/texting.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { personRequested } from '../../events/person-requested.ts';
import { timeCame } from '../../events/time-came.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { type Change, checkStillFirst } from './what-changed.ts';

/**
 * Begins a conversation, or lets it wait behind another one on the same phone. One that begins quietly waits for nobody, and nobody for it.
 * The same cause again changes nothing. `change`: what it follows from, kept as followed in the same commit.
 */
export async function beginConversation(
  deps: ChartChangedDeps,
  view: StoryView,
  asked: {
    readonly cause: string;
    readonly conversation: NewConversation;
    readonly intake: Intake;
    readonly events?: readonly Envelope[];
    readonly change?: Change;
  },
): Promise<void> {
  const { cause, conversation, change: from } = asked;
  // What staff have confirmed with the patient is not asked again.
  const intake = withWhatIsOnFile(asked.intake, view.story.onFile);
  const waiting = { story: view.story.id, conversation: conversation.id };
  const isBusy = async (): Promise<boolean> => {
    const asking = (await reachable(deps, view.story))?.asking;
    if (asking === undefined || asking.story === view.story.id) return false;
    const other = (await deps.store.story(asking.story))?.story.conversations.find(
      (each) => each.id === asking.conversation,
    );
    return other?.status === 'open' && !isQuiet(other);
  };
  const busy = () => (conversation.quiet === true ? Promise.resolve(false) : isBusy());
  let waits = await busy();
  await takeTurn(deps, {
    cause,
    view,
    intakes: { [`${intake.canonical}|${intake.version}`]: intake },
    get heard() {
      return { is: 'intake-asked', conversation, intake, waits } as const;
    },
    // Somebody else on the phone may have been asked something in the meantime.
    onConflict: async () => {
      if (from !== undefined) await checkStillFirst(deps, from);
      waits = await busy();
    },
    express: async (decision, before) => {
      const begun = decision.effects.find((effect) => effect.do === 'begin');
      const change = (phone: Phone) => {
        if (begun?.do !== 'begin') return {};
        const isOpen = decision.story.conversations.some(
          (each) => each.id === conversation.id && each.status === 'open',
        );
        // Whoever is being asked something on it keeps the phone.
        if (conversation.quiet === true) return isOpen && phone.asking === undefined ? { asking: waiting } : {};
        return isOpen
          ? { asking: waiting }
          : begun.queued
            ? { queue: [...phone.queue.filter((each) => each.conversation !== conversation.id), waiting] }
            : {};
      };
      const expression = await expressByText(deps, cause, decision, before.story, { change });
      return {
        ...expression,
        events: [
          ...(expression.events ?? []),
          ...(conversation.visit === undefined ? [] : reachedNobody(deps, cause, decision)),
          ...(asked.events ?? []),
        ],
        records: [...(expression.records ?? []), ...(from === undefined ? [] : [from.seen({ story: view.story.id })])],
      };
    },
  });
}

/** A patient whom no number reaches: staff are told once, by the first thing that they should have heard of a visit. */
export function reachedNobody(
  deps: Pick<ChartChangedDeps, 'clock' | 'clinic'>,
  cause: string,
  { story, effects }: Decision,
): readonly Envelope[] {
  const says = effects.some((effect) => effect.do === 'tell' || effect.do === 'ask' || effect.do === 'list-needs');
  if (!says || story.person.phones.length > 0 || story.person.deceased) return [];
  const occasion = { cause, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant, patient: story.id };
  return [eventOf(personRequested, { ...occasion, part: 'nobody' }, { because: 'undeliverable', urgency: 'routine' })];
}

/** Ends one conversation of a patient, if it is still open. */
export async function endConversation(
  deps: ChartChangedDeps,
  patient: string,
  conversation: string,
  because: ClosedBecause,
  cause: string,
): Promise<void> {
  const view = await deps.store.story(patient);
  const open = view?.story.conversations.find(
    (each) => each.id === conversation && (each.status === 'open' || each.status === 'queued'),
  );
  if (view === undefined || open === undefined) return;
  await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'ended', conversation, because },
    express: (decision, before) => expressByText(deps, cause, decision, before.story),
  });
}

export async function endAll(
  deps: ChartChangedDeps,
  patient: string,
  because: ClosedBecause,
  cause: string,
): Promise<void> {
  const view = await deps.store.story(patient);
  for (const { id, status } of view?.story.conversations ?? []) {
    if (status === 'open' || status === 'queued') await endConversation(deps, patient, id, because, `${cause}/${id}`);
  }
}

/** Staff have seen to it: what was paused for them goes on. */
export async function resumeConversations(
  deps: ChartChangedDeps,
  patient: string,
  authored: string | undefined,
  cause: string,
): Promise<void> {
  const view = await deps.store.story(patient);
  const paused = view?.story.conversations.find(
    (each) => each.status === 'open' && each.paused !== undefined && each.paused.because !== 'later',
  );
  if (view === undefined || paused?.paused === undefined) return;
  // The notification of an older Task may come again, and late: what it was about is not what waits for a person now.
  if (authored !== undefined && Date.parse(authored) < Date.parse(paused.paused.since)) return;
  await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'resumed', conversation: paused.id },
    express: (decision, before) => expressByText(deps, cause, decision, before.story),
  });
}

/** The visit was moved: what belongs to it knows its new time. */
export async function moveVisit(
  deps: ChartChangedDeps,
  patient: string,
  visit: Visit & { readonly appointment: string },
  cause: string,
): Promise<void> {
  const view = await deps.store.story(patient);
  const differs = view?.story.conversations.some(
    (each) =>
      each.visit?.appointment === visit.appointment &&
      (each.visit.start !== visit.start || each.visit.end !== visit.end),
  );
  if (view === undefined || differs !== true) return;
  await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'visit-moved', visit },
    express: ({ story }) => ({ reply: '', events: timersSetAnew(deps, story, visit.appointment, cause) }),
  });
}

/** The timers stand at the old time, which may be after the visit: whoever follows them looks now, and sets them anew. */
function timersSetAnew(deps: ChartChangedDeps, story: Story, appointment: string, cause: string): readonly Envelope[] {
  const occasion = { cause, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant, patient: story.id };
  return story.conversations
    .filter(({ visit }) => visit?.appointment === appointment)
    .map(({ id }) => eventOf(timeCame, { ...occasion, part: id }, { conversation: id, timer: 'visit-near' }));
}
