import { Fault } from '../../domain/errors/errors.ts';
import { acknowledge } from '../../domain/handoff/acknowledging.ts';
import type { ShownCard } from '../../domain/ports/records.ts';
import type { Change } from '../../domain/ports/story-store.ts';
import type { Story } from '../../domain/story/story.ts';
import { eventOf } from '../../events/envelope.ts';
import { handoffAcknowledged } from '../../events/handoff-acknowledged.ts';
import type { Feedback } from './called-body.ts';
import type { CdsHookCalledDeps } from './dependencies.ts';
import { seenSuggestionOf } from './derived-uuid.ts';

const mostTries = 8;

/**
 * What became of a card. "Seen" is the acknowledgement of the person whom the card was shown to; anything else says only that it was
 * shown. The same feedback again changes nothing; about a card that nobody here knows there is nothing to keep.
 */
export async function takeFeedback(deps: CdsHookCalledDeps, route: string, feedback: Feedback): Promise<void> {
  const stored = await deps.records.get('card', feedback.card);
  if (stored === undefined) {
    deps.log.warn('HTTP_REFUSED', { route, why: 'card-unknown' });
    return;
  }
  const seen = feedback.acceptedSuggestions?.some(({ id }) => id === seenSuggestionOf(feedback.card)) === true;
  if (feedback.outcome === 'accepted' && seen)
    await keep(deps, stored.value, acknowledged(deps, stored.value, feedback));
  else await keep(deps, stored.value, shownOnly(deps, stored.value, feedback));
}

type Kept = (story: Story) => Change & { readonly story: Story };

function acknowledged({ clinic, clock }: CdsHookCalledDeps, { user, at }: ShownCard, { card }: Feedback): Kept {
  const cause = `card/${card}`;
  return (story) => {
    const time = clock.now().toISOString();
    const occasion = { cause, time, tenant: clinic.tenant, patient: story.id };
    return {
      cause,
      outcome: { reply: 'seen' },
      story: acknowledge(story, { by: user, at, card }),
      moments: [
        {
          id: `${cause}#seen`,
          at: time,
          cause,
          channel: 'ehr',
          what: 'acknowledged',
          detail: { by: user, card, shown: at },
        },
      ],
      events: [eventOf(handoffAcknowledged, occasion, { by: user, card })],
    };
  };
}

function shownOnly({ clock }: CdsHookCalledDeps, { user, at }: ShownCard, { card, outcome }: Feedback): Kept {
  const cause = `card/${card}/shown`;
  return (story) => ({
    cause,
    outcome: { reply: 'shown' },
    story,
    moments: [
      {
        id: `${cause}#shown`,
        at: clock.now().toISOString(),
        cause,
        channel: 'ehr',
        what: 'card-shown',
        detail: { to: user, card, shown: at, outcome },
      },
    ],
    events: [],
  });
}

/** Commits against the story as it is then; a newer one is loaded and tried again, never overwritten. */
async function keep({ store }: CdsHookCalledDeps, shown: ShownCard, kept: Kept): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const view = await store.story(shown.story);
    if (view === undefined) return;
    const change = kept(view.story);
    const committed = await store.commit({ ...change, story: { ...change.story, version: view.story.version + 1 } });
    if (committed.is !== 'conflict') return;
  }
  throw new Fault('TURN_KEEPS_CONFLICTING', 'An acknowledgement met a newer story each time it was tried.');
}
