import type { Language } from '../guidance/language.ts';

/** A text we said or mean to say. Its id derives from its cause, so that it is said once. */
export interface Message {
  readonly id: string;
  readonly story?: string;
  /** Keyed hash of the number it goes to. */
  readonly phone: string;
  readonly to: string;
  readonly body: string;
  readonly language: Language;
  readonly kind: MessageKind;
  /** What it was made from: catalogue keys and versions. */
  readonly content: readonly string[];
  readonly createdAt: string;
  readonly state: MessageState;
  /** Twilio's sid, once known. */
  readonly sid?: string;
}

/** `reply` is carried by a TwiML reply and looked after if no status arrives; `send` goes by REST; `confirmation` is the one after STOP. */
export type MessageKind = 'reply' | 'send' | 'confirmation';

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
