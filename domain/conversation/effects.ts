import type { MessageKey } from '../guidance/catalogue.ts';
import type { Text } from '../guidance/language.ts';
import type { Answer, Channel } from '../intake/answer.ts';
import type { Slot } from '../intake/slots.ts';
import type { Value } from '../intake/value.ts';
import type { Requirement } from '../requirements/requirement.ts';
import type { RaisedFlag } from '../safety/red-flags.ts';
import type { SlotOffer } from '../scheduling/slot.ts';
import type { ClosedBecause } from '../story/story.ts';
import type { VisitOverBecause } from '../visit/known-visit.ts';
import type { VisitAsk } from '../visit/visit.ts';

/** What is to happen, in the words of the domain. `tell`, `ask`, `warn` and `connect` are rendered by the channel; the others are kept and sent on. */
export type Effect =
  | Tell
  | Ask
  | ListNeeds
  | Choose
  /** What is said goes by the other channel than texts: nobody has answered those. */
  | { readonly do: 'other-channel'; readonly appointment: string }
  /** On a call: a short pause, then the next turn by itself; what was asked for behind the bus may have come by then. Elsewhere nothing. */
  | { readonly do: 'hold' }
  /** The approved emergency or crisis words; always said first. */
  | { readonly do: 'warn'; readonly kind: RaisedFlag['kind'] }
  /** On a call: put through. Elsewhere the renderer names the number. */
  | { readonly do: 'connect'; readonly to: 'desk' | 'on-call' }
  /** On a call: say goodbye. */
  | { readonly do: 'hang-up' }
  /** Say again what did not fit. */
  | { readonly do: 'say-more'; readonly parts: readonly string[] }
  | {
      readonly do: 'record';
      readonly conversation: string;
      readonly slot: string;
      readonly answer: Answer;
      readonly replaced?: Answer;
    }
  /** What was said for a question that another channel had just answered; kept, not used. */
  | {
      readonly do: 'keep-unused';
      readonly conversation: string;
      readonly slot: string;
      readonly words: string;
      readonly channel: Channel;
    }
  | {
      readonly do: 'raise';
      readonly concern: string;
      readonly flags: readonly RaisedFlag[];
      readonly kind: RaisedFlag['kind'];
      readonly conversation?: string;
    }
  | {
      readonly do: 'hand-over';
      readonly because: 'asked' | 'misread' | 'message' | 'red-flag' | 'opted-out';
      readonly urgency: 'routine' | 'urgent' | 'stat';
      readonly conversation?: string;
    }
  | {
      readonly do: 'begin';
      readonly conversation: string;
      readonly intake: string;
      readonly queued: boolean;
      readonly task?: string;
      readonly appointment?: string;
    }
  | { readonly do: 'complete'; readonly conversation: string; readonly amended: boolean }
  | { readonly do: 'close'; readonly conversation: string; readonly because: ClosedBecause }
  | { readonly do: 'opt-out'; readonly scope: 'patient'; readonly how: 'in-words' }
  | { readonly do: 'opt-in'; readonly scope: 'patient' }
  /** The visit or what it needs has changed: Tasks in the EHR and the timer follow. */
  | { readonly do: 'plan'; readonly appointment: string }
  | { readonly do: 'visit-over'; readonly appointment: string; readonly because: VisitOverBecause }
  /** Looked for behind the bus; the wish and what was passed over are in the story. */
  | { readonly do: 'find-slots'; readonly appointment: string }
  | { readonly do: 'take-slot'; readonly appointment: string; readonly slot: SlotOffer; readonly offer?: string }
  | { readonly do: 'decline-offer'; readonly appointment: string; readonly offer: string }
  | { readonly do: 'give-up'; readonly appointment: string }
  | { readonly do: 'confirm-visit'; readonly appointment: string }
  | { readonly do: 'check-in'; readonly appointment: string }
  /** The desk gets a Task about a visit. */
  | {
      readonly do: 'tell-desk';
      readonly because: DeskReason;
      readonly urgency: 'routine' | 'urgent';
      readonly appointment: string;
      /** Of `running-late`: how late, where the patient said it. */
      readonly minutes?: number;
    };

/** Why the desk is told about a visit. */
export const deskReasons = [
  'running-late',
  'cannot-be-met',
  'no-reply',
  'not-moved',
  'needs-missed',
  'need-given-back',
] as const;
export type DeskReason = (typeof deskReasons)[number];

/** What a visit needs, as a list. `first`: told once, whole; `changed`: only what changed; `open`: what is still to be done. */
export interface ListNeeds {
  readonly do: 'list-needs';
  readonly appointment: string;
  readonly needs: readonly Requirement[];
  readonly manner: 'first' | 'changed' | 'open';
}

/** A visit's question with numbered choices. */
export interface Choose {
  readonly do: 'choose';
  readonly appointment: string;
  readonly ask: VisitAsk;
  /** The wish could not be read: say how to put it. */
  readonly manner: 'plain' | 'with-example';
}

export interface Tell {
  readonly do: 'tell';
  readonly message: MessageKey;
  readonly blanks?: Readonly<Record<string, string | number>>;
  /** Blanks that are instants, said in the clinic's time zone. `was`: where it stood before. */
  readonly when?: string;
  readonly was?: string;
  /** A value to be said in the person's language, in the blank `value`. */
  readonly value?: { readonly slot: Slot; readonly answer: Pick<Answer, 'values' | 'absent'> };
  /** An author's text, in the blank `question`. */
  readonly text?: Text;
}

/** Put the waiting question to the person. */
export interface Ask {
  readonly do: 'ask';
  readonly conversation: string;
  readonly turn: number;
  readonly slot: Slot;
  readonly manner: 'plain' | 'with-example';
  readonly progress: Progress;
  readonly pending?: PendingAsk;
}

export type PendingAsk =
  | { readonly kind: 'read-back'; readonly values: readonly Value[] }
  | { readonly kind: 'which'; readonly choices: readonly (readonly Value[])[] }
  /** `shown`: the value may be said (it is the form's own, not an earlier answer). */
  | { readonly kind: 'confirm'; readonly values: readonly Value[]; readonly shown: boolean };

export interface Progress {
  /** Of the question being asked, from 1. */
  readonly position: number;
  readonly total: number;
  readonly left: number;
}
