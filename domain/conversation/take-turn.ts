import type { Envelope } from '../../events/envelope.ts';
import { Fault } from '../errors/errors.ts';
import type { Channel } from '../intake/answer.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordPut } from '../ports/records.ts';
import type { Outcome, StoryStore } from '../ports/story-store.ts';
import type { Phone } from '../story/phone.ts';
import type { Moment, Story, StoryView } from '../story/story.ts';
import type { Clinic } from './clinic.ts';
import { consequencesOf } from './consequences.ts';
import { decide } from './decide.ts';
import type { Heard } from './heard.ts';
import type { Decision } from './turn.ts';

/** What a channel makes of a decision: the reply, and whatever goes into the same transaction. */
export interface Expression {
  readonly reply: string;
  /** The story as it is to be stored: a renderer may note what did not fit. */
  readonly story?: Story;
  readonly phones?: readonly Phone[];
  readonly records?: readonly RecordPut[];
  readonly events?: readonly Envelope[];
  readonly moments?: readonly Moment[];
}

export interface TurnRequest {
  readonly cause: string;
  /** As loaded; loaded again after a conflict. */
  readonly view: StoryView;
  /** Or made from the story as it is now, where it depends on it; made again after a conflict. */
  readonly heard: Heard | ((view: StoryView) => Heard);
  readonly channel?: Channel;
  readonly phone?: string;
  readonly words?: string;
  readonly retryToken?: string;
  readonly intakes?: StoryView['intakes'];
  /** For what else the channel had loaded. */
  onConflict?(): Promise<void>;
  /** Called anew after a conflict, with the story as it then is. */
  express(decision: Decision, before: StoryView): Expression | Promise<Expression>;
}

export type TurnTaken =
  | { readonly is: 'taken'; readonly reply: string; readonly decision: Decision; readonly tries: number }
  | { readonly is: 'duplicate'; readonly outcome: Outcome };

const mostTries = 8;

/**
 * Takes one turn: decide, express, commit; on a conflict load and decide again, never overwrite. When it returns, what the reply says
 * is durable. One round trip without conflict.
 */
export async function takeTurn(
  deps: { readonly store: StoryStore; readonly clinic: Clinic; readonly clock: Clock },
  request: TurnRequest,
): Promise<TurnTaken> {
  const { store, clinic, clock } = deps;
  let { view } = request;
  for (let tries = 1; tries <= mostTries; tries++) {
    const loaded: StoryView = { story: view.story, intakes: { ...view.intakes, ...request.intakes } };
    const now = clock.now();
    const heard = typeof request.heard === 'function' ? request.heard(loaded) : request.heard;
    const decision = decide(loaded, heard, { clinic, now, cause: request.cause });
    const expression = await request.express(decision, loaded);
    const occasion = { cause: request.cause, time: now.toISOString(), tenant: clinic.tenant };
    const { moments, events } = consequencesOf(decision, loaded.intakes, {
      occasion,
      ...(request.channel === undefined ? {} : { channel: request.channel }),
      ...(request.phone === undefined ? {} : { phone: request.phone }),
      ...(request.words === undefined ? {} : { words: request.words }),
    });
    const story: Story = { ...(expression.story ?? decision.story), version: view.story.version + 1 };
    const newIntakes = keysOf(story).filter(
      (key) => view.intakes[key] === undefined && loaded.intakes[key] !== undefined,
    );
    const dropped = Object.keys(view.intakes).filter((key) => !keysOf(story).includes(key));
    const records = [...(expression.records ?? []), ...letGo(decision, loaded.intakes, now)];
    const committed = await store.commit({
      cause: request.cause,
      outcome: {
        reply: expression.reply,
        ...(request.retryToken === undefined ? {} : { retryToken: request.retryToken }),
      },
      story,
      ...(newIntakes.length === 0
        ? {}
        : {
            intakes: Object.fromEntries(
              newIntakes.flatMap((key) => (loaded.intakes[key] === undefined ? [] : [[key, loaded.intakes[key]]])),
            ),
          }),
      ...(dropped.length === 0 ? {} : { droppedIntakes: dropped }),
      ...(expression.phones === undefined ? {} : { phones: expression.phones }),
      ...(records.length === 0 ? {} : { records }),
      moments: [...moments, ...(expression.moments ?? [])],
      events: [...events, ...(expression.events ?? [])],
    });
    if (committed.is === 'duplicate') return committed;
    if (committed.is === 'committed')
      return { is: 'taken', reply: expression.reply, decision: { ...decision, story }, tries };
    const again = await store.story(view.story.id);
    if (again === undefined) throw new Fault('STORE_REFUSED', 'A story vanished while a turn was being taken.');
    view = again;
    await request.onConflict?.();
  }
  throw new Fault('TURN_KEEPS_CONFLICTING', 'A turn met a newer story each time it was decided.');
}

/** Long enough for any outage of the EHR; by then the chart shows it. */
const keptBeside = 180 * 86_400_000;

/** What leaves the hot state is kept in the same commit: where the EHR is behind, the chart has yet to be told. */
function letGo({ forgotten = [] }: Decision, intakes: StoryView['intakes'], now: Date): readonly RecordPut[] {
  return forgotten.flatMap((conversation) => {
    const intake = intakes[conversation.intake];
    return intake === undefined
      ? []
      : [
          {
            kind: 'ended-conversation' as const,
            id: conversation.id,
            value: { conversation, intake },
            expect: 'any' as const,
            expires: new Date(now.getTime() + keptBeside),
          },
        ];
  });
}

function keysOf(story: Story): readonly string[] {
  return story.conversations.map((conversation) => conversation.intake);
}
