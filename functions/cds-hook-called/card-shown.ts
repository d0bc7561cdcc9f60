import { newestAcknowledgementBy } from '../../domain/handoff/acknowledging.ts';
import { cardOf } from '../../domain/handoff/card.ts';
import { prepareHandoff } from '../../domain/handoff/handoff.ts';
import type { HookCall } from './called-body.ts';
import type { CdsHookCalledDeps } from './dependencies.ts';
import { derivedUuid, seenSuggestionOf } from './derived-uuid.ts';
import type { Service } from './services.ts';

const dayMs = 86_400_000;
/** Feedback may come long after a chart was open; after this the card can no longer be told whose it was. */
const cardLifeMs = 60 * dayMs;

/** @see https://cds-hooks.hl7.org/2.0/#card-attributes */
export interface ShownInChart {
  readonly uuid: string;
  readonly summary: string;
  readonly detail: string;
  readonly indicator: 'info' | 'warning' | 'critical';
  readonly source: { readonly label: string };
  readonly suggestions: readonly { readonly label: string; readonly uuid: string }[];
  readonly selectionBehavior: 'at-most-one';
  readonly links: readonly { readonly label: string; readonly url: string; readonly type: 'smart' }[];
}

/**
 * The cards for one call, from our own store: one read of the story, one write that remembers whom the card was shown to. The EHR is
 * not asked anything, so a slow chart never delays it.
 */
export async function showCards(
  deps: CdsHookCalledDeps,
  service: Service,
  issuer: string,
  call: HookCall,
): Promise<readonly ShownInChart[]> {
  const view = await deps.store.story(call.patient);
  if (view === undefined) return [];
  const { story } = view;
  const now = deps.clock.now();
  const since = newestAcknowledgementBy(story, call.user);
  const card = cardOf(prepareHandoff(view, { now, timeZone: deps.clinic.timeZone, since }), service.hook, now);
  if (card === undefined) return [];
  // A newer story is another card: "Seen" must not cover what was told after this one was shown.
  const uuid = derivedUuid(issuer, service.id, call.hookInstance, call.user, story.id, String(story.version));
  await deps.records.put({
    kind: 'card',
    id: uuid,
    value: { story: story.id, user: call.user, at: now.toISOString(), storyVersion: story.version },
    expect: 'any',
    expires: new Date(now.getTime() + cardLifeMs),
  });
  const sealed = deps.seals.seal('desk', { story: story.id }, new Date(now.getTime() + dayMs));
  return [
    {
      uuid,
      ...card,
      source: { label: 'Told Once' },
      suggestions: [{ label: 'Seen', uuid: seenSuggestionOf(uuid) }],
      selectionBehavior: 'at-most-one',
      // The EHR adds `launch` and `iss` to a link of this type.
      links: [{ label: 'Open the desk page', url: `${deps.publicUrl}/staff/desk?for=${sealed}`, type: 'smart' }],
    },
  ];
}
