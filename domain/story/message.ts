import type { Language } from '../guidance/language.ts';

/** A text or call that we made or mean to make. Its id derives from its cause, so that it is said once. */
export interface Message {
  readonly id: string;
  readonly story?: string;
  /** Keyed hash of the number it goes to. */
  readonly phone: string;
  readonly to: string;
  /** Of a call: what the text would have said, kept for the chart. What is spoken is decided when somebody has picked up. */
  readonly body: string;
  readonly language: Language;
  readonly kind: MessageKind;
  readonly priority: Priority;
  readonly channel: 'sms' | 'voice';
  /** The visit it is about: where the number cannot take texts, it is told by a call. */
  readonly about?: { readonly appointment: string };
  /** Tells of what was done in the EHR just now: whether it waits for the morning is a question of its own. */
  readonly news?: true;
  /** Not before this instant. */
  readonly notBefore?: string;
  /** From this instant on it helps nobody: a reminder of a visit that has begun is withheld, not sent late. */
  readonly expires?: string;
  /** What it was made from: catalogue keys and versions. */
  readonly content: readonly string[];
  readonly createdAt: string;
  readonly state: MessageState;
  /** Twilio's sid, once known. */
  readonly sid?: string;
  readonly attempt?: Attempt;
  /** A call that is made again because nobody heard the first; there is no third. */
  readonly secondCall?: true;
}

/** `reply` is carried by a TwiML reply and looked after if no status arrives; `send` goes by REST; `confirmation` is the one after STOP. */
export type MessageKind = 'reply' | 'send' | 'confirmation';

/** How long it may wait for others. `urgent`: somebody waits for it, or it is about safety. Each class has a queue of its own. */
export const priorities = ['urgent', 'reminder', 'survey'] as const;
export type Priority = (typeof priorities)[number];

/**
 * Somebody has set out to send it. Until `until` nobody else may, nor look for it at the carrier; from then on, without an outcome on
 * record, it may have been sent, and is looked for before it is sent.
 */
export interface Attempt {
  /** The process that sends, for whoever reads the record. */
  readonly by: string;
  readonly at: string;
  readonly until: string;
  /** The carrier said no, or was never reached: this attempt sent nothing. */
  readonly sent?: false;
}

/** Only ever moves forward: a later status never gives way to an earlier one that arrives late. */
export const messageStates = ['queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'withheld'] as const;
export type MessageState = (typeof messageStates)[number];

const rank: Record<MessageState, number> = {
  queued: 0,
  sending: 1,
  sent: 2,
  delivered: 3,
  undelivered: 3,
  failed: 3,
  withheld: 3,
};

/** Whether a message that is in `from` may move to `to`. Final states stay. */
export function movesForward(from: MessageState, to: MessageState): boolean {
  return rank[to] > rank[from];
}
