import type { CarrierContext } from './carrier-context.ts';
import type { CallRecord } from './carrier-records.ts';
import { gatherOf, methodOf, numberOf, recordOf } from './gather.ts';
import type { Messages } from './messages.ts';
import { LONGEST_CALL_S, newCall } from './new-call.ts';
import { elementsOf, type TwimlElement, textOf } from './twiml-document.ts';
import { absoluteUrl } from './twiml-fetch.ts';
import type { Method } from './webhook.ts';

/** What a verb did to the call: it goes on, waits for the handset, ends, or goes to another document. */
export type VerbResult =
  | { readonly next: 'go-on' }
  | { readonly next: 'pause'; readonly ms: number }
  | { readonly next: 'wait' }
  | { readonly next: 'end'; readonly status: 'completed' | 'busy' }
  | {
      readonly next: 'fetch';
      readonly url: string;
      readonly method: Method;
      readonly params: Readonly<Record<string, string>>;
    };

const GO_ON: VerbResult = { next: 'go-on' };
const WAIT: VerbResult = { next: 'wait' };
const MOST_LOOPS = 10;
const E164 = /^\+[1-9]\d{6,14}$/;

function speak(call: CallRecord, verb: TwimlElement): void {
  const text = textOf(verb).replace(/\s+/g, ' ').trim();
  if (text === '') return;
  const line = { text, language: verb.attributes.language ?? 'en-US', voice: verb.attributes.voice ?? 'man' };
  const times = Math.min(numberOf(verb, 'loop', 1), MOST_LOOPS);
  for (let time = 0; time < times; time += 1) call.spoken.push(line);
}

function prompt(call: CallRecord, verb: TwimlElement): void {
  if (verb.name === 'Say') speak(call, verb);
  if (verb.name === 'Play') call.played.push(absoluteUrl(textOf(verb), call.documentUrl));
}

/** Rings one handset for a <Dial>. */
function ring(context: CarrierContext, parent: CallRecord, verb: TwimlElement, target: TwimlElement): CallRecord {
  const to = textOf(target).trim();
  const from = verb.attributes.callerId ?? parent.handset;
  const call = newCall(context, { kind: 'outbound-dial', handset: to, from, to }, parent.sid);
  const callback = target.attributes.statusCallback;
  const events = (target.attributes.statusCallbackEvent ?? 'completed').split(/\s+/);
  call.dueAt = call.createdAt + numberOf(verb, 'timeout', 30) * 1000;
  call.timeLimit = numberOf(verb, 'timeLimit', LONGEST_CALL_S);
  call.documentUrl = parent.documentUrl;
  if (callback !== undefined) {
    call.statusCallback = {
      url: absoluteUrl(callback, parent.documentUrl),
      method: target.attributes.statusCallbackMethod === 'GET' ? 'GET' : 'POST',
      events: (['initiated', 'ringing', 'answered', 'completed'] as const).filter((event) => events.includes(event)),
    };
  }
  return call;
}

function dial(context: CarrierContext, call: CallRecord, verb: TwimlElement): VerbResult {
  const numbers = elementsOf(verb);
  const targets = numbers.length > 0 ? numbers : [verb];
  const wrong = targets.find((target) => !E164.test(textOf(target).trim()));
  if (wrong || targets.some((target) => textOf(target).trim() === context.number)) {
    context.notice(call.sid, { code: 13223, message: 'Dial: Invalid phone number format, or our own number' });
    const action = verb.attributes.action;
    if (action === undefined) return GO_ON;
    const url = absoluteUrl(action, call.documentUrl);
    return { next: 'fetch', url, method: methodOf(verb), params: { DialCallStatus: 'failed' } };
  }
  const children = targets.map((target) =>
    ring(context, call, verb, target === verb ? { ...verb, attributes: {} } : target),
  );
  for (const child of children) context.store.saveCall(child);
  const action = verb.attributes.action;
  call.waiting = {
    kind: 'dial',
    children: children.map((child) => child.sid),
    action: action === undefined ? null : absoluteUrl(action, call.documentUrl),
    method: methodOf(verb),
  };
  return WAIT;
}

/** Of real time, for a pause of a second; and however long it is. */
const PAUSED_MS = 100;
const LONGEST_PAUSE_MS = 500;

/**
 * Executes one verb on a call. Speech and sounds take no time here: the clock is simulated, and a hand waits for the words, not for the
 * sound. A pause takes a tenth of its time, at most half a second of the real one: a call that asks again and again until something is
 * ready (`<Pause>` and `<Redirect>`) must give what works behind the webhook the time to get ready.
 * @see https://www.twilio.com/docs/voice/twiml
 */
export function executeVerb(
  context: CarrierContext,
  messages: Messages,
  call: CallRecord,
  verb: TwimlElement,
): VerbResult {
  switch (verb.name) {
    case 'Say':
    case 'Play':
      prompt(call, verb);
      return GO_ON;
    case 'Pause':
      return { next: 'pause', ms: Math.min(numberOf(verb, 'length', 1) * PAUSED_MS, LONGEST_PAUSE_MS) };
    case 'Gather': {
      for (const nested of elementsOf(verb)) prompt(call, nested);
      call.waiting = gatherOf(verb, call.documentUrl);
      return WAIT;
    }
    case 'Record':
      call.waiting = recordOf(verb, call.documentUrl);
      return WAIT;
    case 'Redirect':
      return { next: 'fetch', url: absoluteUrl(textOf(verb), call.documentUrl), method: methodOf(verb), params: {} };
    case 'Dial':
      return dial(context, call, verb);
    case 'Message': {
      const to = call.handset;
      const sent = messages.sendFromVerb(verb, {
        url: call.documentUrl,
        to,
        kind: 'outbound-call',
        resource: call.sid,
      });
      const action = verb.attributes.action;
      if (!sent || action === undefined) return GO_ON;
      const params = { MessageSid: sent.sid, MessageStatus: sent.status === 'failed' ? 'failed' : 'queued' };
      return { next: 'fetch', url: absoluteUrl(action, call.documentUrl), method: methodOf(verb), params };
    }
    case 'Hangup':
      return { next: 'end', status: 'completed' };
    case 'Reject':
      return { next: 'end', status: 'busy' };
    default:
      return GO_ON;
  }
}
