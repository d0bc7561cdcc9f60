import type { CallRecord, GatherWait, MessageRecord } from './carrier-records.ts';
import type { CarrierStore } from './carrier-store.ts';

/** What a call waits for, in the shape hands and tests see. */
export type GatheringView = Pick<
  GatherWait,
  'input' | 'numDigits' | 'finishOnKey' | 'timeout' | 'speechTimeout' | 'language' | 'hints' | 'bargeIn'
>;

/**
 * A call as its handset sees it. `direction` is Twilio's sense throughout: `inbound` goes from the handset to the clinic, `outbound`
 * from the clinic to the handset; `kind` is Twilio's own finer word.
 */
export interface CallView {
  readonly sid: string;
  readonly status: string;
  readonly direction: 'inbound' | 'outbound';
  readonly kind: string;
  readonly at: string;
  readonly said: readonly string[];
  readonly spoken: CallRecord['spoken'];
  readonly played: readonly string[];
  readonly gathering: GatheringView | null;
  readonly recording: { readonly finishOnKey: string; readonly maxLength: number } | null;
  readonly dialing: readonly { readonly sid: string; readonly to: string; readonly status: string }[];
}

export interface MessageView {
  readonly sid: string;
  readonly direction: 'inbound' | 'outbound';
  readonly kind: string;
  readonly body: string;
  readonly at: string;
  readonly status: string;
  readonly errorCode?: number;
  readonly media?: readonly { readonly sid: string; readonly contentType: string | null; readonly url?: string }[];
}

/** What the call is asking for at this moment, or null. */
export function gatheringOf(call: CallRecord): GatheringView | null {
  if (call.waiting?.kind !== 'gather') return null;
  const { input, numDigits, finishOnKey, timeout, speechTimeout, language, hints, bargeIn } = call.waiting;
  return { input, numDigits, finishOnKey, timeout, speechTimeout, language, hints, bargeIn };
}

export function callView(call: CallRecord, store: CarrierStore): CallView {
  const { waiting } = call;
  const children = waiting?.kind === 'dial' ? waiting.children : [];
  return {
    sid: call.sid,
    status: call.status,
    direction: call.kind === 'inbound' ? 'inbound' : 'outbound',
    kind: call.kind,
    at: new Date(call.createdAt).toISOString(),
    said: call.spoken.map((line) => line.text),
    spoken: call.spoken,
    played: call.played,
    gathering: gatheringOf(call),
    recording: waiting?.kind === 'record' ? { finishOnKey: waiting.finishOnKey, maxLength: waiting.maxLength } : null,
    dialing: children.flatMap((sid) => {
      const child = store.call(sid);
      return child ? [{ sid, to: child.to, status: child.status }] : [];
    }),
  };
}

/** Messages the handset sent or was sent; one that never reached it has the status `failed` or `undelivered`. */
export function messageView(message: MessageRecord): MessageView {
  return {
    sid: message.sid,
    direction: message.kind === 'inbound' ? 'inbound' : 'outbound',
    kind: message.kind,
    body: message.body,
    at: new Date(message.createdAt).toISOString(),
    status: message.status,
    ...(message.errorCode === null ? {} : { errorCode: message.errorCode }),
    ...(message.media.length === 0 ? {} : { media: message.media }),
  };
}
