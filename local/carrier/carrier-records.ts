import { randomBytes } from 'node:crypto';
import type { TwimlElement } from './twiml-document.ts';
import type { Method } from './webhook.ts';

/** @see https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
export type MessageStatus = 'received' | 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';

/** `carrier-notice`: the carrier's own STOP, START and HELP answers, which no account's log shows. */
export type MessageKind = 'inbound' | 'outbound-api' | 'outbound-reply' | 'outbound-call' | 'carrier-notice';

export interface MediaReference {
  readonly sid: string;
  readonly contentType: string | null;
  /** For what we sent: where it was said to be. What a handset sent has its bytes in the store. */
  readonly url?: string;
}

export interface MessageRecord {
  readonly sid: string;
  readonly kind: MessageKind;
  /** The phone that is not ours. */
  readonly handset: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly status: MessageStatus;
  readonly errorCode: number | null;
  readonly media: readonly MediaReference[];
  readonly segments: number;
  readonly messagingServiceSid: string | null;
  readonly statusCallback: string | null;
  /** Statuses not yet reported to `statusCallback`, in order. */
  readonly unreported: readonly MessageStatus[];
}

/** @see https://www.twilio.com/docs/voice/api/call-resource#call-status-values */
export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'failed'
  | 'no-answer'
  | 'canceled';
export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed';

export interface SpokenLine {
  readonly text: string;
  readonly language: string;
  readonly voice: string;
}

/** The question a call is waiting on. */
export interface GatherWait {
  readonly kind: 'gather';
  readonly input: readonly ('dtmf' | 'speech')[];
  readonly action: string;
  readonly method: Method;
  readonly timeout: number;
  readonly speechTimeout: string | null;
  readonly numDigits: number | null;
  readonly finishOnKey: string;
  readonly language: string;
  readonly hints: string;
  readonly bargeIn: boolean;
  readonly actionOnEmptyResult: boolean;
}
export interface RecordWait {
  readonly kind: 'record';
  readonly action: string;
  readonly method: Method;
  readonly finishOnKey: string;
  readonly maxLength: number;
}
export interface DialWait {
  readonly kind: 'dial';
  readonly children: readonly string[];
  readonly action: string | null;
  readonly method: Method;
}
export type CallWait = GatherWait | RecordWait | DialWait;

/** Everything about one call, kept whole so that it goes on after a restart at the verb where it waits. */
export interface CallRecord {
  readonly sid: string;
  readonly kind: 'inbound' | 'outbound-api' | 'outbound-dial';
  readonly handset: string;
  readonly from: string;
  readonly to: string;
  readonly parentSid: string | null;
  readonly createdAt: number;
  status: CallStatus;
  answeredAt: number | null;
  endedAt: number | null;
  /** When ringing or the longest allowed call ends by itself. */
  dueAt: number | null;
  spoken: SpokenLine[];
  played: string[];
  /** Verbs still to be executed. */
  pending: readonly TwimlElement[];
  waiting: CallWait | null;
  /** Where the current document came from, for relative URLs and default actions. */
  documentUrl: string;
  documentMethod: Method;
  fallbackUrl: string | null;
  /** What to run once an outgoing call is answered. */
  onAnswer: { readonly url: string; readonly method: Method } | { readonly twiml: string } | null;
  statusCallback: { readonly url: string; readonly method: Method; readonly events: readonly CallEvent[] } | null;
  sequence: number;
  timeLimit: number;
}

/** An error as Twilio's debugger would list it. */
export interface ErrorRecord {
  readonly code: number;
  readonly message: string;
  /** The Sid of the message or call it belongs to. */
  readonly resource: string;
  readonly at: string;
  readonly level: 'error' | 'warning';
}

/** A new Sid, such as SM and 32 hex digits. */
export function newSid(prefix: 'SM' | 'MM' | 'CA' | 'ME' | 'RE'): string {
  return prefix + randomBytes(16).toString('hex');
}

/** Whether a call still has a line open or is ringing. */
export function isOpen(call: CallRecord): boolean {
  return call.status === 'queued' || call.status === 'ringing' || call.status === 'in-progress';
}
