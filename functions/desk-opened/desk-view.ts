import { askOf, waitingSlot } from '../../domain/conversation/asking.ts';
import type { Effect } from '../../domain/conversation/effects.ts';
import { currentConversation } from '../../domain/conversation/turn.ts';
import { type HandoffConversation, prepareHandoff } from '../../domain/handoff/handoff.ts';
import type { HandoffAnswer } from '../../domain/handoff/told.ts';
import { slotsOf } from '../../domain/intake/slots.ts';
import type { Conversation, StoryView } from '../../domain/story/story.ts';
import { formFor, noticesFrom } from '../../edge/page/question-form.ts';
import type { DeskConversation, DeskPageView, ToldAnswer } from '../../web/desk/desk-page.ts';
import type { DeskOpenedDeps } from './dependencies.ts';
import { fileView } from './file-view.ts';
import type { Session } from './signing-in.ts';
import { visitViews } from './visit-view.ts';

export type DeskNotice = DeskPageView['notices'][number];

const languages = { en: 'English', es: 'Spanish', pl: 'Polish' } as const;

/** The desk page as plain data: what was told, by whom and how, what waits, and whether the chart shows it yet. */
export async function deskView(
  deps: DeskOpenedDeps,
  session: Session,
  view: StoryView,
  said: {
    readonly effects: readonly Effect[];
    readonly notices: readonly DeskNotice[];
    /** A path of ours. */
    readonly billing: string;
  },
): Promise<DeskPageView> {
  const { clinic, clock, speaker } = deps;
  const { story } = view;
  const handoff = prepareHandoff(view, { now: clock.now(), timeZone: clinic.timeZone });
  // The clerk reads English whatever the patient speaks; the question is asked in the patient's own words on the other channels.
  const forClerk: StoryView['story'] = { ...story, person: { ...story.person, language: 'en' } };
  const conversations: DeskConversation[] = [];
  for (const told of handoff.conversations) {
    const conversation = story.conversations.find((each) => each.id === told.id);
    if (conversation !== undefined)
      conversations.push(await oneConversation(deps, { ...view, story: forClerk }, conversation, told));
  }
  return {
    clinicName: clinic.name,
    clerk: session.name ?? session.user,
    patient: { name: story.person.firstName, language: languages[story.person.language] },
    notices: [
      ...said.notices,
      ...noticesFrom(speaker, forClerk, said.effects),
      ...(handoff.consent.texts === 'refused' ? [{ kind: 'note' as const, words: handoff.consent.words }] : []),
      ...(handoff.person === undefined
        ? []
        : [{ kind: 'note' as const, words: `${handoff.person.why} ${handoff.person.when}` }]),
    ],
    concerns: handoff.concerns.map(({ what, words, how, when }) => ({ what, words, how, when })),
    visits: visitViews(deps, story, handoff.visits),
    ...(story.onFile.length === 0 ? {} : { file: fileView(deps, story), billing: said.billing }),
    conversations,
  };
}

async function oneConversation(
  deps: DeskOpenedDeps,
  view: StoryView,
  conversation: Conversation,
  told: HandoffConversation,
): Promise<DeskConversation> {
  const link = await deps.records.get('chart-link', `response/${conversation.id}`);
  const writtenAt = link?.value.writtenAt;
  const complete = link !== undefined && link.value.upTo >= conversation.turn;
  const answers = [...told.told, ...told.notKnown, ...told.earlier].map((answer) =>
    toldAnswer(answer, complete || (writtenAt !== undefined && answer.at <= writtenAt)),
  );
  return {
    id: conversation.id,
    title: told.title,
    ...(told.visit === undefined ? {} : { visit: told.visit.when }),
    open: told.open.length,
    ...waitingForm(deps, view, conversation),
    ...(told.note === undefined ? {} : { state: told.note }),
    told: answers,
  };
}

function toldAnswer({ question, answer, how, when, corrected }: HandoffAnswer, inChart: boolean): ToldAnswer {
  return {
    question,
    answer,
    how,
    when,
    corrected: corrected.map(({ was, when: before, how: said }) => ({
      was,
      when: before ?? 'earlier',
      ...(said === undefined ? {} : { how: said }),
    })),
    inChart,
  };
}

/** The question that waits, where this conversation is the one being asked. */
function waitingForm(
  deps: DeskOpenedDeps,
  view: StoryView,
  conversation: Conversation,
): Pick<DeskConversation, 'waiting'> {
  const intake = view.intakes[conversation.intake];
  if (currentConversation(view.story)?.id !== conversation.id || intake === undefined) return {};
  const slot = waitingSlot(intake, conversation, 'desk');
  if (slot === undefined) return {};
  const ask = askOf(slotsOf(intake, conversation), conversation, slot);
  const shown = ask.pending?.kind === 'confirm' ? { ...ask, pending: { ...ask.pending, shown: true } } : ask;
  return { waiting: formFor(deps.speaker, view.story, shown, conversation) };
}
