import type { Envelope } from '../../events/envelope.ts';
import type { Intake } from '../intake/intake.ts';
import type { SlotOffer } from '../scheduling/slot.ts';
import type { Message } from '../story/message.ts';
import type { Conversation } from '../story/story.ts';

/**
 * Small keyed records beside the stories. Reads are strongly consistent. A put with an expectation is conditional and atomic with the
 * events it brings; `expires` lets a record vanish some time after that instant (it may be read until then, and not for long after).
 */
export interface Records {
  get<K extends RecordKind>(kind: K, id: string): Promise<Stored<K> | undefined>;
  put<K extends RecordKind>(put: RecordPut<K>, events?: readonly Envelope[]): Promise<'saved' | 'conflict'>;
  /** Every record of a kind, in pages of no promised order (`next` is opaque); for sweeps and operators, never on the path of a turn. */
  list<K extends RecordKind>(
    kind: K,
    after?: string,
  ): Promise<{ readonly items: readonly (Stored<K> & { readonly id: string })[]; readonly next?: string }>;
}

export interface Stored<K extends RecordKind> {
  readonly value: RecordKinds[K];
  readonly version: number;
}

export interface RecordPut<K extends RecordKind = RecordKind> {
  readonly kind: K;
  readonly id: string;
  readonly value: RecordKinds[K];
  /** `absent`: must not exist; a number: must be at that version; `any`: last writer wins. */
  readonly expect: 'absent' | 'any' | number;
  readonly expires?: Date;
}

export interface RecordKinds {
  message: Message;
  /** A published (or refused) Questionnaire, by `canonical|version`. */
  intake: Intake;
  /** What we wrote to the EHR for one of our things, by our key. */
  'chart-link': ChartLink;
  /** The Tasks that we wrote for what a visit needs, by the visit's Appointment. */
  'visit-tasks': VisitTasks;
  /** A card shown, by its uuid. */
  card: ShownCard;
  /** Seen once: a JWT's jti, a nonce. */
  seen: { readonly at: string };
  /** A SMART launch under way, by its state parameter. */
  launch: Launch;
  /** Where a Subscription of ours stands. */
  subscription: SubscriptionRecord;
  /** A conversation that the hot state let go, by its id: the chart may not show all of it yet. */
  'ended-conversation': { readonly conversation: Conversation; readonly intake: Intake };
  /** A free time offered to the waiting list: to whom, in which wave, and who got it. */
  'slot-offer': SlotOfferRecord;
  /** How far the slots of a sender are given away, by the sender. */
  'send-rate': { readonly tat: number };
  /** Something that could not be understood or followed, kept whole for an operator. */
  quarantine: { readonly at: string; readonly from: string; readonly why: string; readonly body: string };
}
export type RecordKind = keyof RecordKinds;

export interface ChartLink {
  /** e.g. `QuestionnaireResponse/123`. */
  readonly reference: string;
  readonly versionId?: string;
  /** Whose it is. */
  readonly story?: string;
  /** ISO instant of the last write. */
  readonly writtenAt: string;
  /** A timer is set for the next write. */
  readonly dueAt?: string;
  /** How far it shows: the conversation's turn, or the stage of a Task. */
  readonly upTo: number;
}

export interface VisitTasks {
  /** Whose visit it is. */
  readonly story: string;
  /** The story's version that they were last written from: an older one has nothing to say. */
  readonly upTo: number;
  /** ISO instant of the last write. */
  readonly writtenAt: string;
  /** By the requirement's id; those that vanished stay, so that they are not written twice. */
  readonly tasks: Readonly<Record<string, WrittenTask>>;
}

export interface WrittenTask {
  /** The Task's id. Absent while a first attempt is under way, and where the EHR has it no more. */
  readonly id?: string;
  readonly versionId?: string;
  /** ISO instant. */
  readonly authoredOn: string;
  /** How the requirement stood when it was written. */
  readonly standing: string;
  /** A digest of what it shows. */
  readonly shows: string;
  /** Somebody else has written it, too: it is read before it is written. */
  readonly shared?: boolean;
}

export interface ShownCard {
  readonly story: string;
  readonly user: string;
  readonly at: string;
  readonly storyVersion: number;
}

export interface Launch {
  readonly verifier: string;
  readonly patient?: string;
  readonly at: string;
}

export interface SlotOfferRecord {
  readonly slot: SlotOffer;
  /** Everyone it was offered to, in order: story and Appointment on the waiting list. */
  readonly offered: readonly { readonly story: string; readonly appointment: string; readonly wave: number }[];
  readonly declined: readonly string[];
  /** Appointment that has it; none: nobody wanted it. Absent while it is open. */
  readonly closed?: { readonly to?: string; readonly at: string };
}

export interface SubscriptionRecord {
  readonly reference: string;
  readonly criteria: string;
  readonly lastEventNumber?: number;
  readonly checkedAt: string;
}
