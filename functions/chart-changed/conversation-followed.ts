import type { NewConversation } from '../../domain/conversation/heard.ts';
import { isQuiet } from '../../domain/conversation/quiet.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Decision } from '../../domain/conversation/turn.ts';
import type { Intake } from '../../domain/intake/intake.ts';
import { withWhatIsOnFile } from '../../domain/intake/known-from-file.ts';
import type { Phone, Waiting } from '../../domain/story/phone.ts';
import type { ClosedBecause, StoryView } from '../../domain/story/story.ts';
import { expressByText, reachable } from '../../edge/texting.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { heardOf, howToTell, type NewlyKnown, withNews } from './visits-planned.ts';
import { checkStillFirst } from './what-changed.ts';

/**
 * Begins a conversation, or lets it wait behind another one on the same phone. One that begins quietly waits for nobody, and nobody for it.
 * The same cause again changes nothing. `news`: what else is known in the same moment, of the visit that it is asked for.
 */
export async function beginConversation(
  deps: ChartChangedDeps,
  view: StoryView,
  asked: {
    readonly cause: string;
    readonly conversation: NewConversation;
    readonly intake: Intake;
    readonly news: NewlyKnown;
  },
): Promise<void> {
  const { cause, conversation, news } = asked;
  const { change: from } = news;
  // What staff have confirmed with the patient is not asked again.
  const intake = withWhatIsOnFile(asked.intake, view.story.onFile);
  const isBusy = async (): Promise<boolean> => {
    const asking = (await reachable(deps, view.story))?.asking;
    if (asking === undefined || asking.story === view.story.id) return false;
    const other = (await deps.store.story(asking.story))?.story.conversations.find(
      (each) => each.id === asking.conversation,
    );
    return other?.status === 'open' && !isQuiet(other);
  };
  const quiet = conversation.quiet === true;
  const busy = () => (quiet ? Promise.resolve(false) : isBusy());
  let waits = await busy();
  await takeTurn(deps, {
    cause,
    view,
    intakes: { [`${intake.canonical}|${intake.version}`]: intake },
    heard: ({ story }) => ({
      is: 'intake-asked',
      conversation,
      intake,
      waits,
      ...(news.visit === undefined ? {} : { planned: heardOf(deps, story, news) }),
    }),
    // Somebody else on the phone may have been asked something in the meantime.
    onConflict: async () => {
      if (from !== undefined) await checkStillFirst(deps, from);
      waits = await busy();
    },
    express: async (decision, before) => {
      const change = (phone: Phone) => asking(phone, decision, conversation);
      const how = quiet ? howToTell(decision, before.story) : {};
      const expression = await expressByText(deps, cause, decision, before.story, { ...how, change });
      return withNews(deps, cause, news, expression, decision, before.story);
    },
  });
}

/** What is asked on the phone from then on, and what waits for it. Whoever is being asked something on it keeps it from what is quiet. */
function asking(
  phone: Phone,
  { story, effects }: Decision,
  { id, quiet }: NewConversation,
): { readonly asking?: Waiting; readonly queue?: readonly Waiting[] } {
  const begun = effects.find((effect) => effect.do === 'begin');
  if (begun?.do !== 'begin') return {};
  const waiting = { story: story.id, conversation: id };
  const isOpen = story.conversations.some((each) => each.id === id && each.status === 'open');
  if (quiet === true) return isOpen && phone.asking === undefined ? { asking: waiting } : {};
  if (isOpen) return { asking: waiting };
  return begun.queued ? { queue: [...phone.queue.filter((each) => each.conversation !== id), waiting] } : {};
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
