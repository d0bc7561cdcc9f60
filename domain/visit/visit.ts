import type { Requirement } from '../requirements/requirement.ts';
import type { SlotOffer, TimeWish } from '../scheduling/slot.ts';

/** A planned visit as the story carries it: what it needs, what the patient has been told of it, and what is being settled about it. */
export interface PlannedVisit {
  /** The Appointment's id. */
  readonly appointment: string;
  /** `lastUpdated` of the version that it was read from; an older one changes nothing. */
  readonly seenAt?: string;
  readonly state: VisitStanding;
  /** Key of the visit's type in our content: `mri-contrast`; `other` where content names none. */
  readonly type: string;
  /** ISO instants with offset. Absent only while it waits for a time. */
  readonly start?: string;
  readonly end?: string;
  /** Ids. */
  readonly location?: string;
  readonly practitioner?: string;
  readonly slots: readonly string[];
  /** Codes (`system|code`) of service and appointment type, to look for other times of the same kind. */
  readonly codes: readonly string[];
  /** What it was made from and what supports it: `ServiceRequest/7`, `Coverage/2`. */
  readonly about?: readonly string[];
  /** As the appointment says it; routine where it does not. */
  readonly urgency?: 'routine' | 'urgent';
  /** Of one that waits on the list: when it would suit. ISO instants. */
  readonly requested?: { readonly start?: string; readonly end?: string };
  /** Reminders by content, computed when booked or moved. */
  readonly plan: ReminderPlan;
  readonly requirements: readonly Requirement[];
  /** What the patient has heard: the start, and of each requirement its digest. Absent before the first message. */
  readonly told?: { readonly at: string; readonly start?: string; readonly needs: Readonly<Record<string, string>> };
  /** The needs in the list that the patient heard last, in its order: "number 3 is done" counts it. */
  readonly listed?: readonly string[];
  readonly confirmedAt?: string;
  /** What the patient said of the day. */
  readonly onTheWayAt?: string;
  readonly lateAt?: string;
  /** How late they will be, as the desk was told last; absent where they did not say. */
  readonly lateMinutes?: number;
  /** Entries of the agenda that were carried out, by their ids; those of an earlier start are dropped when it moves. */
  readonly done: readonly string[];
  /** The visit's question that waits for this patient's answer. */
  readonly asked?: VisitAsk;
  /** Another time is being looked for or booked. */
  readonly moving?: Moving;
  readonly lateness?: Lateness;
  /** ISO instant of the last change, for what is let go first. */
  readonly changedAt: string;
}

/** `wished`: on the waiting list or asked for; `booked`; `arrived`; the others are over. */
export const visitStandings = ['wished', 'booked', 'arrived', 'passed', 'cancelled', 'missed'] as const;
export type VisitStanding = (typeof visitStandings)[number];

export const isAhead: Record<VisitStanding, boolean> = {
  wished: true,
  booked: true,
  arrived: true,
  passed: false,
  cancelled: false,
  missed: false,
};

/** Something asked about a visit; its choices are numbered from 1 in this order. */
export interface VisitAsk {
  readonly is:
    | 'confirm'
    | 'cannot-come'
    | 'pick-slot'
    | 'keep-or-move'
    | 'moved'
    | 'slot-offer'
    | 'which-need'
    | 'missed';
  readonly at: string;
  readonly choices: readonly VisitChoice[];
  /** Misreadings so far; the third brings a person. */
  readonly misread: number;
  /** Of a slot offer: the offer's id, for the race; the time that is offered, and until when it is held open (ISO instant). */
  readonly offer?: string;
  readonly slot?: SlotOffer;
  readonly until?: string;
}

export type VisitChoice =
  | { readonly is: 'come' | 'another-time' | 'give-up' | 'keep' | 'accept' | 'decline' | 'other-times' }
  | { readonly is: 'slot'; readonly slot: SlotOffer }
  | { readonly is: 'need'; readonly requirement: string };

export interface Moving {
  readonly since: string;
  readonly wish?: TimeWish;
  /** Slots that were offered and passed over, or lost to somebody else; not offered again. */
  readonly passedOver: readonly string[];
  /**
   * `looking`: the EHR is being asked for slots; `offered`: the patient chooses; `booking`: the chosen one is being taken; `giving-up`: the
   * place is being given back. `none` and `taken` are results that somebody on a call has yet to hear.
   */
  readonly stage: 'looking' | 'offered' | 'booking' | 'none' | 'taken' | 'giving-up';
  readonly taking?: SlotOffer;
  /** Of a freed slot that was accepted: the offer's id. */
  readonly offer?: string;
  /** How the patient asked for it. Who waits on a call hears the result there. */
  readonly via?: 'voice' | 'text';
  /** Until then (ISO instant) nothing of it is said by text: a call is under way, or the result may come yet. At it the agenda brings it on; see `bringOn`. */
  readonly quietUntil?: string;
  /** The result came while a call was under way, and was not said yet. */
  readonly unsaid?: true;
  /** The one that was chosen was gone; said with the next ones. */
  readonly lost?: true;
  /** How often a call was held for this stage. */
  readonly holds?: number;
}

/** How late the clinic runs for this visit. Minutes. */
export interface Lateness {
  readonly from: number;
  readonly to: number;
  readonly at: string;
  /** What the patient was last told. */
  readonly told?: { readonly from: number; readonly to: number; readonly at: string };
}

/** When to remind of a visit, as content says for its type. Local times are the clinic's. */
export interface ReminderPlan {
  readonly reminders: readonly Reminder[];
  /** Without an answer by then (ISO 8601 duration before the start), the other channel is used; then the desk is told. */
  readonly otherChannelBefore?: string;
  readonly deskBefore?: string;
}

export interface Reminder {
  /** Stable: `week`, `day`, `morning`. */
  readonly id: string;
  /** ISO 8601 duration before the start: `P7D`, `PT3H`. Days are calendar days. */
  readonly before: string;
  /** Clinic's local time on that day, `HH:MM`, where `before` is in days. */
  readonly at?: string;
  /** Asks whether they come, while that is not known. */
  readonly asksToConfirm?: boolean;
}
