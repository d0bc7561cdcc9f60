import type { Envelope } from '../../events/envelope.ts';
import type { Intake } from '../intake/intake.ts';
import type { Phone } from '../story/phone.ts';
import type { Moment, Story, StoryView } from '../story/story.ts';
import type { RecordPut } from './records.ts';

/**
 * The stories, their phones, and the one transaction by which anything happens.
 *
 * Promises of every adapter: reads are strongly consistent; a commit is all or nothing and durable when it returns; a cause commits at
 * most once, and a second attempt gets the outcome of the first; events of a commit reach the bus at least once, after it.
 * Throttling and passing faults are retried inside (bounded); what remains is thrown as a Fault STORE_UNAVAILABLE, and what can never be
 * stored (too large, intakes without a story) as a Fault STORE_REFUSED.
 */
export interface StoryStore {
  /** One round trip. */
  phone(id: string): Promise<Phone | undefined>;
  /**
   * One round trip: hot state and the intakes its open conversations run. A story that was merged into another is given as that other,
   * which costs one more.
   */
  story(id: string): Promise<StoryView | undefined>;
  /** One round trip (a duplicate or conflict may add a read). */
  commit(change: Change): Promise<Committed>;
  /** The newest moments of a story, newest first; not on the path of a turn. */
  moments(story: string, limit: number): Promise<readonly Moment[]>;
}

export interface Change {
  /** What made this happen: `sms/SM…`, `call/CA…/3`, `ehr/Task/1/_history/2`. Commits at most once. */
  readonly cause: string;
  /** Given back when the same cause comes again. Small (under 16 KB). */
  readonly outcome: Outcome;
  /** Written if the stored version is exactly `version - 1` (1: must not exist). */
  readonly story?: Story;
  /** Intakes that a new conversation brings; written once beside the story. */
  readonly intakes?: Readonly<Record<string, Intake>>;
  /** Keys of intakes that no conversation of the story runs any more. */
  readonly droppedIntakes?: readonly string[];
  /** Each written if the stored version is exactly `version - 1` (1: must not exist). */
  readonly phones?: readonly Phone[];
  /** In order. Kept under the story; without one under the first phone, else under the cause, for an operator only. */
  readonly moments: readonly Moment[];
  readonly events: readonly Envelope[];
  /** Records put in the same transaction. */
  readonly records?: readonly RecordPut[];
}

/** What was answered, kept for a repeat. `retryToken` is Twilio's idempotency token of the delivery that made it. */
export interface Outcome {
  readonly reply: string;
  readonly retryToken?: string;
}

export type Committed =
  | { readonly is: 'committed' }
  | { readonly is: 'duplicate'; readonly outcome: Outcome }
  /** The story or a phone has moved on: load and decide again. */
  | { readonly is: 'conflict' };
