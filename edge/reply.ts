import type { Language } from '../domain/guidance/language.ts';

/**
 * What goes back to the telephone network, before anyone draws it as XML. Plain text everywhere: the renderer escapes, nobody else does.
 */
export interface SmsReply {
  readonly messages: readonly { readonly body: string; readonly statusCallback?: string }[];
}

export interface VoiceReply {
  readonly steps: readonly VoiceStep[];
}

export interface Spoken {
  readonly text: string;
  readonly language: Language;
}

/** Seconds wherever a number stands for time. */
export type VoiceStep =
  | ({ readonly do: 'say' } & Spoken)
  | ({ readonly do: 'gather' } & Gathering)
  | { readonly do: 'redirect'; readonly to: string }
  | {
      readonly do: 'dial';
      readonly number: string;
      readonly action?: string;
      readonly timeout?: number;
      readonly callerId?: string;
    }
  | { readonly do: 'hangup' }
  | { readonly do: 'pause'; readonly seconds: number }
  | { readonly do: 'play'; readonly url: string };

export interface Gathering {
  readonly say: readonly Spoken[];
  readonly action: string;
  readonly input: readonly ('dtmf' | 'speech')[];
  /** One key, or '' so that every key counts as an answer. */
  readonly finishOnKey: string;
  readonly numDigits?: number;
  readonly timeout: number;
  readonly speechTimeout?: 'auto' | number;
  /** The language listened for; each `say` has its own. */
  readonly language: Language;
  readonly hints?: readonly string[];
  readonly bargeIn: boolean;
  readonly profanityFilter?: boolean;
  /** Whether silence posts to `action` as well, instead of going on with the next step. */
  readonly actionOnEmptyResult?: boolean;
}
