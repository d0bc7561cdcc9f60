import type { Language } from '../guidance/language.ts';

/** A phone number as we know it: who can be reached on it, and whether they may be. Keyed by a keyed hash of the number. */
export interface Phone {
  /** HMAC-SHA-256 of the E.164 number, base64url. */
  readonly id: string;
  readonly version: number;
  /** E.164; needed to send. */
  readonly number: string;
  readonly members: readonly Member[];
  /** The carrier blocks this number since STOP: everyone on it is opted out until START. */
  readonly blocked: boolean;
  /** The first text to a number names the clinic, STOP and HELP. */
  readonly introduced: boolean;
  /** The carrier said that it cannot take texts (a landline), until one comes from it. */
  readonly texts?: false;
  /** When that was said. */
  readonly textsFailedAt?: string;
  /** The one conversation whose question waits on this phone, and those behind it. */
  readonly asking?: Waiting;
  readonly queue: readonly Waiting[];
  /** Several people share the number and we have asked who is writing; kept: what they had said. */
  readonly choosing?: { readonly said: readonly string[]; readonly at: string };
  /** Nobody is known on it; what they said is kept until the look-up behind the bus has an answer. */
  readonly unknown?: { readonly since: string; readonly said: readonly string[]; readonly looked: boolean };
}

export interface Member {
  /** The story's id. */
  readonly story: string;
  readonly firstName: string;
  readonly as: 'self' | 'proxy';
  readonly language: Language;
}

export interface Waiting {
  readonly story: string;
  readonly conversation: string;
}
