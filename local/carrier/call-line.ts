import { type CarrierContext, nowOf } from './carrier-context.ts';
import {
  type CallEvent,
  type CallRecord,
  type CallStatus,
  type DialWait,
  isOpen,
  newSid,
  type RecordWait,
} from './carrier-records.ts';
import { SILENT_WAV } from './recording.ts';
import { Refusal } from './refusal.ts';
import type { WebhookRequest } from './webhook.ts';
import { callParameters, callStatusParameters, secondsOf } from './webhook-parameters.ts';

/** The life of a call apart from its words: picked up, ended, each step reported. Only within the call's turn. */
export interface CallLine {
  /** @throws Refusal when there is no such call */
  known(sid: string): CallRecord;
  /** Reports an event in the background, in order, to who asked for it. */
  mention(call: CallRecord, event: CallEvent, status: string): void;
  pickUp(call: CallRecord): void;
  /** Ends a call and what was dialled from it; returns when `completed` was reported. A call that has ended is left alone. */
  end(call: CallRecord, status: CallStatus, at?: number): Promise<void>;
  /** What a <Dial> action is told. */
  dialResult(waiting: DialWait): Record<string, string>;
  /** Keeps a recording and gives the webhook that says so. */
  recorded(call: CallRecord, waiting: RecordWait, digits: string): WebhookRequest;
}

/** The lines of one carrier. */
export function createCallLine(context: CarrierContext): CallLine {
  const { store, deliveries } = context;

  const known = (sid: string): CallRecord => {
    const call = store.call(sid);
    if (!call)
      throw new Refusal(404, 'No such call', 'There is no call with this Sid; GET /handsets/{e164} lists them.');
    return call;
  };
  const reportStatus = (call: CallRecord, event: CallEvent, status: string): Promise<void> => {
    const callback = call.statusCallback;
    if (!callback?.events.includes(event)) return Promise.resolve();
    const params = callStatusParameters(call, status, { accountSid: context.accountSid, now: context.clock.now() });
    call.sequence += 1;
    const post = async (): Promise<void> => {
      await deliveries.whenAvailable();
      for (const outcome of await context.post({ url: callback.url, method: callback.method, params })) {
        if (outcome.ok && outcome.response.status < 300) continue;
        const reason = outcome.ok ? `answered ${outcome.response.status}` : outcome.reason;
        context.notice(call.sid, { code: outcome.ok ? 11200 : outcome.code, message: `Status callback: ${reason}` });
      }
    };
    if (deliveries.faults().reorder) return deliveries.maybeReordered(post);
    return deliveries.inTurn(`status ${call.sid}`, post);
  };
  /** Reports in the background, in order. */
  const mention = (call: CallRecord, event: CallEvent, status: string): void => {
    deliveries.background(() => reportStatus(call, event, status));
  };

  const end = async (call: CallRecord, status: CallStatus, at = nowOf(context)): Promise<void> => {
    if (!isOpen(call)) return;
    const { waiting } = call;
    call.status = status;
    call.endedAt = at;
    call.dueAt = null;
    call.waiting = null;
    call.pending = [];
    store.saveCall(call);
    if (waiting?.kind === 'dial') await dropDial(call, waiting, at);
    if (waiting?.kind === 'record') await context.post(recorded(call, waiting, 'hangup'));
    const reported = reportStatus(call, 'completed', status);
    store.saveCall(call);
    await reported;
  };

  /** The caller left a dialled call: the other end stops too, and the action is told, though nothing can be executed any more. */
  const dropDial = async (call: CallRecord, waiting: DialWait, at: number): Promise<void> => {
    for (const sid of waiting.children) {
      const child = known(sid);
      await end(child, child.status === 'ringing' ? 'canceled' : 'completed', at);
    }
    if (waiting.action === null) return;
    const params = { ...callParameters(call, context.accountSid), ...dialResult(waiting) };
    await context.post({ url: waiting.action, method: waiting.method, params });
  };

  const dialResult = (waiting: DialWait): Record<string, string> => {
    const children = waiting.children.map(known);
    const child = children.find((one) => one.answeredAt !== null) ?? children[0];
    if (!child) return { DialCallStatus: 'failed' };
    const result: Record<string, string> = { DialCallSid: child.sid, DialCallStatus: child.status };
    if (child.answeredAt !== null) result.DialCallDuration = String(secondsOf(child));
    return result;
  };

  const recorded = (call: CallRecord, waiting: RecordWait, digits: string): WebhookRequest => {
    const sid = newSid('RE');
    store.saveMedia(sid, call.sid, 'audio/x-wav', SILENT_WAV);
    const url = `${context.ownUrl()}/2010-04-01/Accounts/${context.accountSid}/Recordings/${sid}`;
    const about = { RecordingUrl: url, RecordingSid: sid, RecordingDuration: '1', Digits: digits };
    return {
      url: waiting.action,
      method: waiting.method,
      params: { ...callParameters(call, context.accountSid), ...about },
    };
  };

  const pickUp = (call: CallRecord): void => {
    call.status = 'in-progress';
    call.answeredAt = nowOf(context);
    call.dueAt = call.answeredAt + call.timeLimit * 1000;
    mention(call, 'answered', 'in-progress');
  };

  return { known, mention, pickUp, end, dialResult, recorded };
}
