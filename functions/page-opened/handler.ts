import { askOf, waitingSlot } from '../../domain/conversation/asking.ts';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Effect } from '../../domain/conversation/effects.ts';
import { currentConversation } from '../../domain/conversation/turn.ts';
import { sentence } from '../../domain/guidance/catalogue.ts';
import { slotsOf } from '../../domain/intake/slots.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Seals } from '../../domain/ports/seals.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { StoryView } from '../../domain/story/story.ts';
import { type HttpResponse, html } from '../../edge/http/http.ts';
import { type HttpHandler, httpHandler } from '../../edge/http/http-handler.ts';
import { formFor, noticesFrom } from '../../edge/page/question-form.ts';
import { takeForm } from '../../edge/page/take-form.ts';
import { visitNeedsFor } from '../../edge/page/visit-needs.ts';
import type { Speaker } from '../../edge/speech.ts';
import { sayNumber } from '../../edge/speech.ts';
import { pageHeaders } from '../../web/document.ts';
import { type Notice, renderMessagePage, renderQuestionPage } from '../../web/page/question-page.ts';
import { pageOpened } from './environment.ts';

export interface PageOpenedDeps {
  readonly store: StoryStore;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  readonly speaker: Speaker;
  readonly seals: Seals;
}

/** The patient opened the link: the waiting question, and the answer to it. Opening changes nothing: link previews open links too. */
export function createHandler(deps: PageOpenedDeps): HttpHandler {
  return httpHandler(pageOpened, deps.log, async (request) => {
    const opened = deps.seals.open('page', request.parameters.token ?? '', deps.clock.now());
    const id = opened.is === 'open' ? opened.content.story : undefined;
    const view = typeof id === 'string' ? await deps.store.story(id) : undefined;
    if (view === undefined) return expired(deps);
    if (request.method !== 'POST') return show(deps, view, []);
    const taken = await takeForm(deps, request, view, { channel: 'page' });
    return show(deps, taken.view, taken.effects);
  });
}

function show(deps: PageOpenedDeps, view: StoryView, effects: readonly Effect[]): HttpResponse {
  const { story, intakes } = view;
  const { clinic, speaker } = deps;
  const { language } = story.person;
  const notices: readonly Notice[] = noticesFrom(speaker, story, effects);
  const visit = visitNeedsFor(speaker, story, deps.clock.now());
  const common = {
    language,
    clinicName: clinic.name,
    emergencyNumber: speaker.emergencyNumber,
    notices,
    ...(visit === undefined ? {} : { visit }),
  };
  const conversation = currentConversation(story);
  const intake = conversation === undefined ? undefined : intakes[conversation.intake];
  const slot =
    conversation === undefined || intake === undefined ? undefined : waitingSlot(intake, conversation, 'page');
  if (conversation === undefined || intake === undefined || slot === undefined) {
    const all = visit === undefined ? 'page.done' : 'thanks';
    const key = conversation === undefined ? all : 'attachment-waits';
    // Below the list of what the visit needs there is nothing to add, unless the last question was answered just now.
    const isSaid = key !== 'thanks' || effects.some((effect) => effect.do === 'complete');
    const words = isSaid ? [sentence(speaker.catalogue, language, key)] : [];
    return html(200, renderMessagePage({ ...common, words }, speaker.catalogue), pageHeaders());
  }
  const ask = askOf(slotsOf(intake, conversation), conversation, slot);
  const page = renderQuestionPage(
    {
      ...common,
      ...(ask.slot.is === 'question' ? { progress: ask.progress } : {}),
      question: formFor(speaker, story, ask, conversation),
    },
    speaker.catalogue,
  );
  return html(200, page, pageHeaders());
}

function expired(deps: PageOpenedDeps): HttpResponse {
  const { clinic, speaker } = deps;
  const words = [sentence(speaker.catalogue, 'en', 'page.expired', { desk: sayNumber(clinic.desk) })];
  const view = {
    language: 'en' as const,
    clinicName: clinic.name,
    emergencyNumber: speaker.emergencyNumber,
    notices: [],
    words,
  };
  return html(404, renderMessagePage(view, speaker.catalogue), pageHeaders());
}
