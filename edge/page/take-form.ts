import { createHash } from 'node:crypto';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Effect } from '../../domain/conversation/effects.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { currentConversation } from '../../domain/conversation/turn.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { StoryView } from '../../domain/story/story.ts';
import type { HttpRequest } from '../http/http.ts';

/**
 * Takes the form of a page or of the desk: `question`, `version`, and one or several `answer`. The same form sent twice is one answer; the
 * same question answered otherwise is another turn. Returns the story as it now is, and what is to be said about it.
 */
export async function takeForm(
  deps: { readonly store: StoryStore; readonly clinic: Clinic; readonly clock: Clock },
  request: HttpRequest,
  view: StoryView,
  by: { readonly channel: 'page' } | { readonly channel: 'desk'; readonly enteredBy: string },
): Promise<{ readonly view: StoryView; readonly effects: readonly Effect[] }> {
  const form = new URLSearchParams(request.body);
  const slot = form.get('question') ?? '';
  const version = Number.parseInt(form.get('version') ?? '', 10);
  const turn = Number.isNaN(version) ? -1 : version;
  const words = form
    .getAll('answer')
    .filter((answer) => answer.trim() !== '')
    .join(', ');
  const conversation = currentConversation(view.story)?.id ?? '-';
  const digest = createHash('sha256').update(words).digest('base64url').slice(0, 16);
  const taken = await takeTurn(deps, {
    cause: `${by.channel}/${view.story.id}/${conversation}/${slot}/${turn}/${digest}`,
    view,
    channel: by.channel,
    words,
    heard: { is: 'form', slot, turn, words, ...by },
    express: () => ({ reply: '' }),
  });
  if (taken.is === 'taken') {
    return { view: { story: taken.decision.story, intakes: view.intakes }, effects: taken.decision.effects };
  }
  return { view: (await deps.store.story(view.story.id)) ?? view, effects: [] };
}
