import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Phone, Waiting } from '../../domain/story/phone.ts';
import type { StoryView } from '../../domain/story/story.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { expressByText, type TextingDeps } from '../../edge/texting.ts';
import { consentChanged } from '../../events/consent-changed.ts';
import { conversationClosed } from '../../events/conversation-closed.ts';
import type { Envelope } from '../../events/envelope.ts';
import { intakeCompleted } from '../../events/intake-completed.ts';

export type PhoneFreedDeps = TextingDeps & { readonly log: Log };

/** A conversation has ended: its phone is free for the next one that waits on it, of whichever patient. */
export function createHandler(deps: PhoneFreedDeps): QueueHandler {
  const ended = (_: unknown, envelope: Envelope) =>
    envelope.patient === undefined ? Promise.resolve() : freePhones(deps, envelope.patient);
  return queueHandler(deps.log, 'phone-freed', [
    on(intakeCompleted, ended),
    on(conversationClosed, ended),
    // What an opt-out cancels is withheld at the moment of sending; a blocked phone keeps its queue until START.
    on(consentChanged, async ({ allowed, phone }) => {
      const freed = phone === undefined || !allowed ? undefined : await deps.store.phone(phone);
      if (freed !== undefined) await giveToNext(deps, freed);
    }),
  ]);
}

async function freePhones(deps: PhoneFreedDeps, patient: string): Promise<void> {
  const view = await deps.store.story(patient);
  for (const id of view?.story.person.phones ?? []) {
    const phone = await deps.store.phone(id);
    if (phone !== undefined) await giveToNext(deps, phone);
  }
}

async function giveToNext(deps: PhoneFreedDeps, loaded: Phone): Promise<void> {
  let phone = loaded;
  for (let rounds = 0; rounds < 20; rounds++) {
    const given = phone.asking;
    // The phone was given to it, and whoever gave it died before it was taken up.
    if (given !== undefined) await takeUp(deps, given, `freed/${phone.id}/${phone.version}`);
    if (given !== undefined && (await isOpen(deps, given))) return;
    const next = phone.queue[0] ?? (await ownNext(deps, phone));
    if (next === undefined && phone.asking === undefined) return;
    const { asking: _, ...rest } = phone;
    const freed: Phone = {
      ...rest,
      queue: phone.queue.slice(1),
      version: phone.version + 1,
      ...(next === undefined ? {} : { asking: next }),
    };
    const cause = `freed/${phone.id}/${freed.version}`;
    const committed = await deps.store.commit({
      cause,
      outcome: { reply: '' },
      phones: [freed],
      moments: [],
      events: [],
    });
    phone = (await deps.store.phone(phone.id)) ?? freed;
    if (committed.is === 'committed' && next !== undefined) await takeUp(deps, next, cause);
  }
}

async function takeUp(deps: PhoneFreedDeps, next: Waiting, cause: string): Promise<void> {
  const view = await deps.store.story(next.story);
  if (view === undefined || !statusIs(view, next.conversation, 'queued')) return;
  await takeTurn(deps, {
    cause: `${cause}/taken-up`,
    view,
    heard: { is: 'turn-came', conversation: next.conversation },
    express: (decision, before) => expressByText(deps, `${cause}/taken-up`, decision, before.story),
  });
}

/** A member's conversation that was opened on this phone without its knowing. */
async function ownNext(deps: PhoneFreedDeps, phone: Phone): Promise<Waiting | undefined> {
  for (const { story } of phone.members) {
    const view = await deps.store.story(story);
    const open = view?.story.conversations.find((each) => each.status === 'open');
    if (open !== undefined) return { story, conversation: open.id };
  }
  return undefined;
}

async function isOpen(deps: PhoneFreedDeps, waiting: Waiting): Promise<boolean> {
  const view = await deps.store.story(waiting.story);
  return view !== undefined && statusIs(view, waiting.conversation, 'open');
}

function statusIs({ story }: StoryView, conversation: string, status: 'open' | 'queued'): boolean {
  return story.conversations.some((each) => each.id === conversation && each.status === status);
}
