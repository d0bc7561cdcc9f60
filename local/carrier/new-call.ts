import { type CarrierContext, nowOf } from './carrier-context.ts';
import { type CallRecord, newSid } from './carrier-records.ts';

/** How long a call lasts at most unless said otherwise, in seconds. */
export const LONGEST_CALL_S = 14_400;

/** A call that rings and has nothing to do yet. */
export function newCall(
  context: CarrierContext,
  about: Pick<CallRecord, 'kind' | 'handset' | 'from' | 'to'>,
  parentSid: string | null = null,
): CallRecord {
  return {
    ...about,
    sid: newSid('CA'),
    parentSid,
    createdAt: nowOf(context),
    status: 'ringing',
    answeredAt: null,
    endedAt: null,
    dueAt: null,
    spoken: [],
    played: [],
    pending: [],
    waiting: null,
    documentUrl: '',
    documentMethod: 'POST',
    fallbackUrl: null,
    onAnswer: null,
    statusCallback: null,
    sequence: 0,
    timeLimit: LONGEST_CALL_S,
  };
}
