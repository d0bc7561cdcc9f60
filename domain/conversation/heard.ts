import type { Channel } from '../intake/answer.ts';
import type { Intake } from '../intake/intake.ts';
import type { Evidence } from '../requirements/evidence.ts';
import type { SlotOffer } from '../scheduling/slot.ts';
import type { ClosedBecause, Visit } from '../story/story.ts';
import type { VisitNews, VisitOverBecause } from '../visit/known-visit.ts';

/** Something that reached us, already freed of its channel's form. */
export type Heard =
  /** Words that were texted, spoken or keyed in. */
  | {
      readonly is: 'words';
      readonly words: string;
      readonly channel: Channel;
      readonly via: 'text' | 'keypad' | 'speech';
      readonly confidence?: number;
      readonly media?: readonly { readonly id: string; readonly contentType: string }[];
      /** The slot that waited when these words arrived; another channel may have been faster. */
      readonly meantFor?: string;
    }
  /** A page's or the desk's form: an answer to the question it shows. */
  | {
      readonly is: 'form';
      readonly slot: string;
      readonly turn: number;
      readonly words: string;
      readonly channel: 'page' | 'desk';
      readonly enteredBy?: string;
    }
  /** A call begins: what waits is put to the person. */
  | { readonly is: 'arrived'; readonly channel: Channel }
  /** Nothing was said in time on a call, for the n-th time in a row; 0 where nothing could be said, because the call was held. */
  | { readonly is: 'silence'; readonly channel: Channel; readonly times: number }
  /** The EHR, or the clinic's own content, asks for an intake. */
  | {
      readonly is: 'intake-asked';
      readonly conversation: NewConversation;
      readonly intake: Intake;
      readonly waits: boolean;
      /** The visit that it is asked for, heard of in the same moment. */
      readonly planned?: VisitsPlanned;
    }
  /** The phone is free for this conversation, which was queued. */
  | { readonly is: 'turn-came'; readonly conversation: string }
  /** The visit or the Task is over, or the patient has died. */
  | { readonly is: 'ended'; readonly conversation: string; readonly because: ClosedBecause }
  /** Staff have done what was asked of them: the questions go on. */
  | { readonly is: 'resumed'; readonly conversation: string }
  | VisitsPlanned
  | {
      readonly is: 'visit-over';
      readonly appointment: string;
      readonly because: VisitOverBecause;
      /** ISO instant of the version that says so; an older one than what is known changes nothing. */
      readonly seenAt?: string;
    }
  /** The timer of a visit: whatever its agenda has due by now. */
  | {
      readonly is: 'visit-time';
      readonly appointment: string;
      /** The carrier lets nothing of ours through to their number: what would be asked is heard by nobody. */
      readonly unheard?: true;
    }
  /** Free times that were looked for. Best first; empty where there are none. */
  | { readonly is: 'slots-found'; readonly appointment: string; readonly slots: readonly SlotOffer[] }
  /** Somebody else was faster. `slots`: what else there is. */
  | {
      readonly is: 'slot-lost';
      readonly appointment: string;
      readonly slot: string;
      readonly slots: readonly SlotOffer[];
    }
  /** The chosen time is the patient's: the EHR has it so. */
  | { readonly is: 'slot-taken'; readonly appointment: string; readonly slot: SlotOffer; readonly seenAt?: string }
  /** The visit was given up, and the EHR has it so. */
  | { readonly is: 'given-up'; readonly appointment: string; readonly seenAt?: string }
  /** A time became free, and this patient on the waiting list is asked whether they want it. */
  | {
      readonly is: 'slot-offered';
      readonly appointment: string;
      readonly slot: SlotOffer;
      readonly offer: string;
      /** ISO instant until which nobody else is asked. */
      readonly until?: string;
    }
  /** Somebody else took it, or its time has come. */
  | { readonly is: 'offer-over'; readonly appointment: string; readonly offer: string }
  /** How late the clinic runs for this visit, in minutes; without it, on time again. */
  | {
      readonly is: 'clinic-late';
      readonly appointment: string;
      readonly minutes?: { readonly from: number; readonly to: number };
    }
  /** Staff have set a requirement through its Task in the EHR; `open` takes back what they had set; `given-back`: its owner won't see to it. */
  | {
      readonly is: 'requirement-set';
      readonly appointment: string;
      readonly requirement: string;
      readonly state: 'open' | 'waiting' | 'met' | 'waived' | 'given-back';
      readonly because?: string;
    };

/** The EHR shows a visit, or something that changes what visits need. */
export interface VisitsPlanned {
  readonly is: 'visits-planned';
  readonly visits: readonly VisitNews[];
  /** All that the story is to keep from now on. */
  readonly evidence?: readonly Evidence[];
}

export interface NewConversation {
  readonly id: string;
  readonly visit?: Visit;
  readonly task?: string;
  /** Nothing is said of it now: it is told with all that the visit needs, and begins when the patient says so. */
  readonly quiet?: boolean;
}
