import * as z from 'zod';
import { ask } from './wire.ts';

const message = z.object({
  sid: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  kind: z.string(),
  body: z.string(),
  status: z.string(),
});
const call = z.object({ sid: z.string(), status: z.string(), direction: z.enum(['inbound', 'outbound']) });
const handsetView = z.object({ messages: z.array(message), calls: z.array(call) });
const texted = z.object({ messageSid: z.string(), replies: z.array(z.string()), notices: z.array(z.string()) });
const callTurn = z.object({
  callSid: z.string(),
  status: z.string(),
  said: z.array(z.string()),
  gathering: z.unknown(),
  dialing: z.optional(z.array(z.object({ to: z.string() }))),
});

const ended = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled']);

export type CallTurn = z.infer<typeof callTurn>;
export interface Media {
  readonly contentType: string;
  /** Base64. */
  readonly data: string;
}

/** A phone in somebody's hand, on the carrier. */
export interface Handset {
  readonly number: string;
  /** Returns what came back as replies. */
  text(body: string, media?: readonly Media[]): Promise<z.infer<typeof texted>>;
  /** Every text of the clinic's that reached this phone, oldest first; what the carrier itself says after STOP is not ours. */
  received(): Promise<readonly string[]>;
  calls(): Promise<readonly z.infer<typeof call>[]>;
  /** Rings the clinic. */
  call(): Promise<{ readonly call: Call; readonly said: readonly string[] }>;
  /** Picks up the call that rings. */
  answer(sid: string): Promise<CallTurn>;
  /** Picks up whatever rings, to speak on it; undefined where nothing does. */
  pickUp(): Promise<{ readonly call: Call; readonly said: readonly string[] } | undefined>;
  /** Whether nobody has used the number yet. */
  isNew(): Promise<boolean>;
}

export interface Call {
  readonly sid: string;
  keys(digits: string): Promise<CallTurn>;
  says(text: string, confidence?: number): Promise<CallTurn>;
  silence(): Promise<CallTurn>;
  hangUp(): Promise<void>;
}

export function createHandset(carrier: string, number: string): Handset {
  const at = `${carrier}/handsets/${encodeURIComponent(number)}`;
  const verb = (sid: string, name: string, body: object) => ask(`${carrier}/calls/${sid}/${name}`, callTurn, { body });
  const view = () => ask(at, handsetView);
  const callOf = (sid: string): Call => ({
    sid,
    keys: (digits) => verb(sid, 'digits', { digits }),
    says: (text, confidence = 0.95) => verb(sid, 'speech', { text, confidence }),
    silence: () => verb(sid, 'silence', {}),
    hangUp: async () => {
      // The clinic may have said goodbye first.
      if ((await view()).calls.some((each) => each.sid === sid && !ended.has(each.status)))
        await verb(sid, 'hangup', {});
    },
  });
  return {
    number,
    text: (body, media) => ask(`${at}/messages`, texted, { body: { body, ...(media === undefined ? {} : { media }) } }),
    received: async () =>
      (await view()).messages
        .filter(({ direction, kind }) => direction === 'outbound' && kind !== 'carrier-notice')
        .filter(({ status }) => status !== 'failed' && status !== 'undelivered')
        .map(({ body }) => body),
    calls: async () => (await view()).calls,
    call: async () => {
      const { callSid: sid, said } = await ask(`${at}/calls`, callTurn, { body: {} });
      return { said, call: callOf(sid) };
    },
    answer: (sid) => verb(sid, 'answer', {}),
    pickUp: async () => {
      const rings = (await view()).calls.find((each) => each.direction === 'outbound' && each.status === 'ringing');
      if (rings === undefined) return undefined;
      const { said } = await verb(rings.sid, 'answer', {});
      return { said, call: callOf(rings.sid) };
    },
    isNew: async () => {
      const { messages, calls } = await view();
      return messages.length === 0 && calls.length === 0;
    },
  };
}
