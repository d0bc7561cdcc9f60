import type { Envelope } from '../../events/envelope.ts';
import type { Intake } from '../intake/intake.ts';
import type { SlotOffer } from '../scheduling/slot.ts';
import type { Message } from '../story/message.ts';
import type { Conversation, Story, StoryView } from '../story/story.ts';

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
  /** What we last followed of a resource in the EHR, by `Type/id`. */
  'chart-seen': ChartSeen;
  /** Two stories that the EHR says are one person's, as they were before, by the id of the one that was given up. */
  merged: MergedStories;
  /** What waits for a resource that the EHR did not show yet, by its `Type/id`. */
  'waits-for': { readonly references: readonly string[] };
  /** Where a Subscription of ours stands. */
  subscription: SubscriptionRecord;
  /** A conversation that the hot state let go, by its id: the chart may not show all of it yet. */
  'ended-conversation': { readonly conversation: Conversation; readonly intake: Intake };
  /** A free time offered to the waiting list: to whom, in which wave, and who got it. By the slot, so that there is one at a time. */
  'slot-offer': SlotOfferRecord;
  /** How far a time that was chosen, or a visit that was given up, has come in the EHR; by the event that asked. */
  'booking-step': BookingStep;
  /** How far the slots of a sender are given away, by the sender. */
  'send-rate': { readonly tat: number };
  /** Something that could not be understood or followed, kept whole for an operator. */
  quarantine: Quarantined;
  /** An HL7 v2 message as it came, acknowledged; a large one in several parts. */
  'hl7-message': Hl7Message;
  /** Which HL7 v2 message spoke last of what in one record of the EHR, by the type and number of that record. */
  'hl7-latest': Hl7Latest;
}
export type RecordKind = keyof RecordKinds;

export interface Quarantined {
  /** ISO instant of arrival. */
  readonly at: string;
  /** The route it came by, or who found it. */
  readonly from: string;
  readonly why: string;
  readonly body: string;
  /** What became of it; absent while it waits for a person. */
  readonly state?: { readonly is: 'replayed' | 'dismissed'; readonly at: string; readonly outcome: string };
}

export interface Hl7Message {
  /** ISO instant of arrival. */
  readonly at: string;
  /** MSH-10. */
  readonly control: string;
  /** `SIU^S12`. */
  readonly trigger: string;
  /** MSH-7 as it was written, in the zone of the clinic where it names none; empty where there is none. */
  readonly messageTime: string;
  readonly body: string;
  /** How many parts there are, where there are several; this is the first. */
  readonly parts?: number;
}

/** When a message was made: by its own time (epoch milliseconds), then by its arrival, then by its control id. */
export interface Hl7Moment {
  readonly time: number;
  readonly at: string;
  readonly control: string;
}

export interface Hl7Latest {
  /** `Appointment/123`, once it is known. */
  readonly reference?: string;
  /** The newest message that spoke of a part: `status`, `time`, `home`. */
  readonly parts: Readonly<Record<string, Hl7Moment>>;
  /** Digests of what we last wrote or are about to, and versions of the EHR that are ours: by these our own changes are told from others'. */
  readonly wrote: readonly string[];
  readonly versions: readonly string[];
  /** Messages about a record that is not there yet and that they can't make: followed once it is. */
  readonly waiting?: readonly string[];
}

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

/** An older version than this changes nothing; where the two cannot be told apart, the EHR is asked. */
export interface ChartSeen {
  /** ISO instant: `lastUpdated` of the version that was followed. */
  readonly lastUpdated?: string;
  readonly versionId?: string;
  /** The EHR has it no more. */
  readonly gone?: true;
  /** It could not be followed as it was: operators have it, and the same version may be followed again. */
  readonly undone?: true;
  /** Whose story it went into; of how a visit stands by its Encounter, that Encounter. */
  readonly story?: string;
  /** One word of what it said, where the next version is compared with it: how an Appointment stands, whether a Slot is free. */
  readonly says?: string;
}

export interface MergedStories {
  readonly into: string;
  /** Resources that say so, `Patient/1`; once none does, the stories are parted again. */
  readonly saidBy: readonly string[];
  readonly at: string;
  /** Both as they were. */
  readonly from: StoryView;
  readonly survivor: Story;
  /** ISO instant since when they are parted again. */
  readonly partedAt?: string;
  /** They are being parted: the old one's story as it is to be restored. */
  readonly restores?: StoryView;
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
  /** Tells this round of the slot from others: once taken and free again, it is offered anew. */
  readonly offer: string;
  readonly slot: SlotOffer;
  /** Everyone it was offered to, in order: story and Appointment on the waiting list. */
  readonly offered: readonly { readonly story: string; readonly appointment: string; readonly wave: number }[];
  readonly declined: readonly string[];
  /** Appointment that has it; none: nobody wanted it. Absent while it is open. */
  readonly closed?: { readonly to?: string; readonly at: string };
}

export interface BookingStep {
  /** `begun`: the EHR may have been written to; `kept`: it has it so, and the story too; `done`: nothing is left to do. */
  readonly stage: 'begun' | 'kept' | 'done';
  readonly appointment: string;
  /** Slots of the visit as it was, to be freed once it is safe elsewhere. */
  readonly freeing: readonly string[];
  readonly at: string;
}

export interface SubscriptionRecord {
  readonly reference: string;
  readonly criteria: string;
  readonly lastEventNumber?: number;
  readonly checkedAt: string;
}
