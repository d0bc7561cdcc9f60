import type { NewConversation } from '../../domain/conversation/heard.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Intake } from '../../domain/intake/intake.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { ClosedBecause, Story, StoryView, Visit } from '../../domain/story/story.ts';
import { expressByText, reachable } from '../../edge/texting.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { timeCame } from '../../events/time-came.ts';
import type { ChartChangedDeps } from './dependencies.ts';

/** Begins a conversation, or lets it wait behind another one on the same phone. The same cause again changes nothing. */
export async function beginConversation(
  deps: ChartChangedDeps,
  view: StoryView,
  asked: {
    readonly cause: string;
    readonly conversation: NewConversation;
    readonly intake: Intake;
    readonly events?: readonly Envelope[];
  },
): Promise<void> {
  const { cause, conversation, intake } = asked;
  const waiting = { story: view.story.id, conversation: conversation.id };
  const busy = async (): Promise<boolean> => {
    const asking = (await reachable(deps, view.story))?.asking;
    if (asking === undefined || asking.story === view.story.id) return false;
    const other = await deps.store.story(asking.story);
    return (
      other?.story.conversations.some((each) => each.id === asking.conversation && each.status === 'open') === true
    );
  };
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
      waits = await busy();
    },
    express: async (decision, before) => {
      const begun = decision.effects.find((effect) => effect.do === 'begin');
      const change = (phone: Phone) => {
        if (begun?.do !== 'begin') return {};
        const isOpen = decision.story.conversations.some(
          (each) => each.id === conversation.id && each.status === 'open',
        );
        return isOpen
          ? { asking: waiting }
          : begun.queued
            ? { queue: [...phone.queue.filter((each) => each.conversation !== conversation.id), waiting] }
            : {};
      };
      const expression = await expressByText(deps, cause, decision, before.story, { change });
      return { ...expression, events: [...(expression.events ?? []), ...(asked.events ?? [])] };
    },
  });
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
