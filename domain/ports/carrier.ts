/**
 * The telephone network, as far as we send. A send that is tried again after a doubt is first looked for, so that nothing is sent twice.
 */
export interface Carrier {
  send(text: OutgoingText): Promise<SendOutcome>;
  /** A text with exactly this body to this number, sent at or after `since`. */
  find(to: string, body: string, since: Date): Promise<{ readonly sid: string; readonly status: string } | undefined>;
  /** Calls a member of staff (or a patient) and runs the TwiML at `url`. */
  call(outgoing: { readonly to: string; readonly url: string; readonly statusCallback?: string }): Promise<CallOutcome>;
  /** A call of ours to this number, made at or after `since`. */
  findCall(to: string, since: Date): Promise<{ readonly sid: string; readonly status: string } | undefined>;
  /** The bytes of a media a patient sent. */
  media(url: string): Promise<{ readonly bytes: Uint8Array; readonly contentType: string }>;
}

export interface OutgoingText {
  readonly to: string;
  readonly body: string;
  readonly statusCallback: string;
}

export type SendOutcome =
  | { readonly is: 'accepted'; readonly sid: string; readonly status: string }
  /** The number blocks us (Twilio 21610). */
  | { readonly is: 'blocked' }
  /** Never going to work: a number that is none, a landline. */
  | { readonly is: 'refused'; readonly code: number }
  /** Rate, outage or doubt; try again not before `after`. `doubt`: it may have been sent. */
  | { readonly is: 'later'; readonly afterSeconds: number; readonly doubt: boolean };

export type CallOutcome =
  | { readonly is: 'ringing'; readonly sid: string }
  | { readonly is: 'refused'; readonly code: number }
  /** As for a text. `doubt`: it may ring. */
  | { readonly is: 'later'; readonly afterSeconds: number; readonly doubt: boolean };
