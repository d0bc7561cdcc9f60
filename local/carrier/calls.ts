import { setTimeout as sleep } from 'node:timers/promises';
import { createCallLine } from './call-line.ts';
import { executeVerb, type VerbResult } from './call-verbs.ts';
import { type CarrierContext, nowOf } from './carrier-context.ts';
import { type CallRecord, isOpen } from './carrier-records.ts';
import { readKeys } from './gather.ts';
import type { Messages } from './messages.ts';
import { newCall } from './new-call.ts';
import { Refusal } from './refusal.ts';
import { absoluteUrl, askForTwiml, readTwiml } from './twiml-fetch.ts';
import type { Method, WebhookRequest } from './webhook.ts';
import { callParameters } from './webhook-parameters.ts';

const APPLICATION_ERROR = "We're sorry, an application error has occurred. Goodbye.";
const MOST_HOPS = 30;

export type Source = { readonly url: string; readonly method: Method } | { readonly twiml: string };

export interface NewCall {
  readonly to: string;
  readonly source: Source;
  readonly fallbackUrl: string | null;
  readonly statusCallback: CallRecord['statusCallback'];
  readonly timeout: number;
  readonly timeLimit: number;
}

/** What a hand learns from a verb: the call after our reply was executed, the words that are new, keys nobody heard. */
export interface HandResult {
  readonly call: CallRecord;
  readonly said: readonly string[];
  readonly ignored?: string;
}

export interface Calls {
  dialIn(handset: string): Promise<HandResult>;
  digits(sid: string, typed: string): Promise<HandResult>;
  speech(sid: string, text: string, confidence: number): Promise<HandResult>;
  silence(sid: string): Promise<HandResult>;
  hangup(sid: string): Promise<HandResult>;
  answer(sid: string): Promise<HandResult>;
  /** Places a call of ours; it rings in the background. */
  place(call: NewCall): CallRecord;
  /** Replaces what an answered call is doing, in the background. */
  redirect(sid: string, source: Source): void;
  /** Ends a call from our side, in the background. */
  finish(sid: string, status: 'completed' | 'canceled'): void;
  wake(): void;
}

/** The voice side of the carrier. All that happens on one call, and on those dialled from it, happens one after the other. */
export function createCalls(context: CarrierContext, messages: Messages): Calls {
  const { store, deliveries } = context;
  const { known, mention, end, pickUp, dialResult, recorded } = createCallLine(context);

  const lineOf = (sid: string): string => {
    const call = known(sid);
    return call.parentSid ?? call.sid;
  };

  const fail = async (call: CallRecord): Promise<void> => {
    if (call.status === 'ringing') pickUp(call);
    call.spoken.push({ text: APPLICATION_ERROR, language: 'en-US', voice: 'man' });
    await end(call, 'completed');
  };

  /** Asks one document; false when the call ended on its error. */
  const load = async (call: CallRecord, request: WebhookRequest): Promise<boolean> => {
    const ask = { request, kind: 'voice' as const, resource: call.sid, fallbackUrl: call.fallbackUrl };
    const answers = await askForTwiml(context, ask);
    if (deliveries.closed()) return false;
    // Of two deliveries the later answer is the one the caller hears, as when the first was lost on its way.
    const answer = answers.findLast((one) => one.ok);
    if (!answer?.ok) {
      await fail(call);
      return false;
    }
    call.documentUrl = answer.url;
    call.documentMethod = request.method;
    call.pending = answer.verbs;
    return true;
  };

  /** Runs a call until it waits for the handset or ends. */
  const run = async (call: CallRecord, first: WebhookRequest | null): Promise<void> => {
    let request = first;
    for (let hops = 0; ; hops += 1) {
      if (hops > MOST_HOPS) {
        context.notice(call.sid, {
          code: 11215,
          message: `More than ${MOST_HOPS} documents without a word from the caller`,
        });
        return fail(call);
      }
      if (request && !(await load(call, request))) return;
      let result = execute(call);
      while (result.next === 'pause') {
        await sleep(result.ms);
        if (deliveries.closed()) return;
        result = execute(call);
      }
      if (result.next === 'end') return end(call, result.status);
      store.saveCall(call);
      if (result.next !== 'fetch') return;
      const params = { ...callParameters(call, context.accountSid), ...result.params };
      request = { url: result.url, method: result.method, params };
    }
  };

  const execute = (call: CallRecord): VerbResult => {
    for (;;) {
      const [verb, ...rest] = call.pending;
      if (!verb) return { next: 'end', status: 'completed' };
      call.pending = rest;
      // Twilio picks up an incoming call with the first verb that is not a Reject.
      if (call.status === 'ringing' && verb.name !== 'Reject') pickUp(call);
      const result = executeVerb(context, messages, call, verb);
      if (call.waiting?.kind === 'dial') {
        for (const sid of call.waiting.children) {
          const child = known(sid);
          mention(child, 'initiated', 'initiated');
          mention(child, 'ringing', 'ringing');
          store.saveCall(child);
        }
      }
      if (result.next !== 'go-on') return result;
    }
  };

  const begin = (call: CallRecord, source: Source): Promise<void> => {
    call.waiting = null;
    if ('url' in source) {
      const params = callParameters(call, context.accountSid);
      return run(call, { url: source.url, method: source.method, params });
    }
    const reading = readTwiml(source.twiml, 'voice');
    if (!('verbs' in reading)) {
      context.notice(call.sid, reading);
      return fail(call);
    }
    call.documentUrl = `${context.apiUrl()}/`;
    call.pending = reading.verbs;
    return run(call, null);
  };

  /** A dialled call ended: when it was the one answered, or the last one ringing, the caller's document goes on. */
  const childEnded = async (child: CallRecord): Promise<void> => {
    if (child.parentSid === null) return;
    const parent = known(child.parentSid);
    const { waiting } = parent;
    if (!isOpen(parent) || waiting?.kind !== 'dial' || !waiting.children.includes(child.sid)) return;
    const children = waiting.children.map(known);
    if (child.answeredAt === null && children.some(isOpen)) return;
    for (const other of children) await end(other, 'canceled');
    parent.waiting = null;
    if (waiting.action === null) return run(parent, null);
    const params = { ...callParameters(parent, context.accountSid), ...dialResult(waiting) };
    return run(parent, { url: waiting.action, method: waiting.method, params });
  };

  /** Runs one hand's verb in the call's turn and reads off what came of it. */
  const byHand = (sid: string, verb: (call: CallRecord) => Promise<string | undefined>): Promise<HandResult> =>
    deliveries.inTurn(lineOf(sid), async () => {
      const call = known(sid);
      if (!isOpen(call)) {
        throw new Refusal(
          409,
          'The call has ended',
          `This call is "${call.status}"; start another with POST /handsets/{e164}/calls.`,
        );
      }
      const before = call.spoken.length;
      const ignored = await verb(call);
      const after = known(sid);
      const said = after.spoken.slice(before).map((line) => line.text);
      return { call: after, said, ...(ignored === undefined || ignored === '' ? {} : { ignored }) };
    });

  const notWaiting = (call: CallRecord, what: string): Refusal => {
    const advice =
      call.status === 'ringing'
        ? 'The call is ringing: POST /calls/{sid}/answer first.'
        : 'Nothing is being asked on this call now; GET /handsets/{e164} shows "gathering" while something is.';
    return new Refusal(409, `Nobody hears ${what}`, advice);
  };

  const gathered = (call: CallRecord, params: Record<string, string>): Promise<void> => {
    const { waiting } = call;
    if (waiting?.kind !== 'gather') throw notWaiting(call, 'this');
    const empty = (params.Digits ?? '') === '' && params.SpeechResult === undefined;
    call.waiting = null;
    if (empty && !waiting.actionOnEmptyResult) return run(call, null);
    const all = { ...callParameters(call, context.accountSid), msg: 'Gather End', ...params };
    return run(call, { url: waiting.action, method: waiting.method, params: all });
  };

  return {
    async dialIn(handset) {
      const call = newCall(context, { kind: 'inbound', handset, from: handset, to: context.number });
      const base = `${context.apiUrl()}/`;
      const fallback = context.fallbackUrls.voice;
      call.fallbackUrl = fallback === undefined ? null : absoluteUrl(fallback, base);
      call.statusCallback = { url: absoluteUrl('twilio/voice/status', base), method: 'POST', events: ['completed'] };
      store.saveCall(call);
      return byHand(call.sid, async (fresh) => {
        await begin(fresh, { url: absoluteUrl('twilio/voice', base), method: 'POST' });
        return undefined;
      });
    },

    digits: (sid, typed) =>
      byHand(sid, async (call) => {
        const { waiting } = call;
        if (waiting?.kind === 'record') {
          const read = readKeys({ finishOnKey: waiting.finishOnKey, numDigits: null }, typed);
          call.waiting = null;
          await run(call, recorded(call, waiting, read.finishedOn ?? ''));
          return read.ignored;
        }
        if (waiting?.kind !== 'gather') throw notWaiting(call, 'the keys');
        if (!waiting.input.includes('dtmf')) {
          throw new Refusal(
            409,
            'Keys are not heard here',
            'This question takes speech only: POST /calls/{sid}/speech.',
          );
        }
        const read = readKeys(waiting, typed);
        const finished = read.finishedOn === null ? {} : { FinishedOnKey: read.finishedOn };
        await gathered(call, { Digits: read.digits, ...finished });
        return read.ignored;
      }),

    speech: (sid, text, confidence) =>
      byHand(sid, async (call) => {
        const { waiting } = call;
        if (waiting?.kind === 'record') {
          call.waiting = null;
          await run(call, recorded(call, waiting, ''));
          return undefined;
        }
        if (waiting?.kind !== 'gather') throw notWaiting(call, 'the words');
        if (!waiting.input.includes('speech')) {
          throw new Refusal(
            409,
            'Speech is not heard here',
            'This question takes keys only: POST /calls/{sid}/digits.',
          );
        }
        await gathered(call, { SpeechResult: text, Confidence: String(confidence), Language: waiting.language });
        return undefined;
      }),

    silence: (sid) =>
      byHand(sid, async (call) => {
        if (call.waiting?.kind === 'record') {
          // A recording of nothing is no recording: the next verb runs.
          call.waiting = null;
          await run(call, null);
        } else if (call.waiting?.kind === 'gather') await gathered(call, {});
        else throw notWaiting(call, 'the silence');
        return undefined;
      }),

    hangup: (sid) =>
      byHand(sid, async (call) => {
        const status = call.status === 'in-progress' ? 'completed' : call.kind === 'inbound' ? 'canceled' : 'busy';
        await end(call, status);
        await childEnded(call);
        return undefined;
      }),

    answer: (sid) =>
      byHand(sid, async (call) => {
        if (call.kind === 'inbound' || call.status !== 'ringing') {
          throw new Refusal(409, 'Nothing to answer', 'Only a call that rings at the handset can be answered.');
        }
        pickUp(call);
        store.saveCall(call);
        if (call.onAnswer) await begin(call, call.onAnswer);
        else if (call.parentSid !== null) {
          const parent = known(call.parentSid);
          const siblings = parent.waiting?.kind === 'dial' ? parent.waiting.children : [];
          for (const other of siblings) if (other !== call.sid) await end(known(other), 'canceled');
        }
        return undefined;
      }),

    place(about) {
      const call = newCall(context, { kind: 'outbound-api', handset: about.to, from: context.number, to: about.to });
      call.status = 'queued';
      call.onAnswer = about.source;
      call.fallbackUrl = about.fallbackUrl;
      call.statusCallback = about.statusCallback;
      call.timeLimit = about.timeLimit;
      call.dueAt = call.createdAt + about.timeout * 1000;
      const asked = { ...call };
      call.status = 'ringing';
      mention(call, 'initiated', 'initiated');
      mention(call, 'ringing', 'ringing');
      store.saveCall(call);
      return asked;
    },

    redirect(sid, source) {
      deliveries.background(() =>
        deliveries.inTurn(lineOf(sid), async () => {
          const call = known(sid);
          if (call.status !== 'in-progress') return;
          const { waiting } = call;
          if (waiting?.kind === 'dial') {
            for (const child of waiting.children.map(known)) {
              await end(child, child.status === 'ringing' ? 'canceled' : 'completed');
            }
          }
          await begin(call, source);
        }),
      );
    },

    finish(sid, status) {
      deliveries.background(() =>
        deliveries.inTurn(lineOf(sid), async () => {
          const call = known(sid);
          await end(call, call.status === 'in-progress' ? 'completed' : status);
          await childEnded(call);
        }),
      );
    },

    wake() {
      const now = nowOf(context);
      for (const due of store.openCalls()) {
        if (due.dueAt === null || due.dueAt > now) continue;
        deliveries.background(() =>
          deliveries.inTurn(lineOf(due.sid), async () => {
            const call = known(due.sid);
            if (!isOpen(call) || call.dueAt === null || call.dueAt > nowOf(context)) return;
            await end(call, call.status === 'in-progress' ? 'completed' : 'no-answer', call.dueAt);
            await childEnded(call);
          }),
        );
      }
    },
  };
}
