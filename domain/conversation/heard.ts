import type { Channel } from '../intake/answer.ts';
import type { Intake } from '../intake/intake.ts';
import type { ClosedBecause, Visit } from '../story/story.ts';

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
  /** Nothing was said in time on a call, for the n-th time in a row. */
  | { readonly is: 'silence'; readonly channel: Channel; readonly times: number }
  /** The EHR, or the clinic's own content, asks for an intake. */
  | {
      readonly is: 'intake-asked';
      readonly conversation: NewConversation;
      readonly intake: Intake;
      readonly waits: boolean;
    }
  /** The phone is free for this conversation, which was queued. */
  | { readonly is: 'turn-came'; readonly conversation: string }
  /** The visit or the Task is over, or the patient has died. */
  | { readonly is: 'ended'; readonly conversation: string; readonly because: ClosedBecause }
  /** The visit has another time. */
  | { readonly is: 'visit-moved'; readonly visit: Visit & { readonly appointment: string } }
  /** Staff have done what was asked of them: the questions go on. */
  | { readonly is: 'resumed'; readonly conversation: string };

export interface NewConversation {
  readonly id: string;
  readonly visit?: Visit;
  readonly task?: string;
}
