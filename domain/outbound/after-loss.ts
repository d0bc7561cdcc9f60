import type { Message, MessageState } from '../story/message.ts';

/**
 * What follows when a text or call did not arrive. Each way ends with another try or with a person.
 */
export interface AfterLoss {
  /** The carrier says that this number cannot take texts. */
  readonly cannotText: boolean;
  /** What is sent instead. */
  readonly instead?: Message;
  /** Staff have to reach the patient: nothing else will. */
  readonly tellStaff: boolean;
}

/**
 * Twilio's codes for a number that takes no texts: not a mobile number, a landline, landline or unreachable carrier.
 * @see https://www.twilio.com/docs/api/errors/21614
 * @see https://www.twilio.com/docs/api/errors/21635
 * @see https://www.twilio.com/docs/api/errors/30006
 */
const cannotText: ReadonlySet<number> = new Set([21614, 21635, 30006]);

const callAgainAfter = 3_600_000;

/**
 * A text about a visit that a landline could not take is told by a call; a call that nobody heard is made once more, an hour later and by
 * day. Whatever else is lost goes to staff: a number that does not exist, a second call that nobody heard, what would come too late.
 */
export function afterLoss(
  message: Message,
  state: Extract<MessageState, 'undelivered' | 'failed'>,
  errorCode: number | undefined,
  now: Date,
): AfterLoss {
  const noTexts = message.channel === 'sms' && errorCode !== undefined && cannotText.has(errorCode);
  if (noTexts && message.about !== undefined) {
    const id = `${message.id}/by-phone`;
    return { cannotText: true, instead: anew(message, id, now, { channel: 'voice' }), tellStaff: false };
  }
  const again = new Date(now.getTime() + callAgainAfter);
  const tooLate = message.expires !== undefined && Date.parse(message.expires) <= again.getTime();
  if (message.channel === 'voice' && state === 'undelivered' && message.secondCall === undefined && !tooLate) {
    const second = { secondCall: true, notBefore: again.toISOString() } as const;
    return { cannotText: false, instead: anew(message, `${message.id}/again`, now, second), tellStaff: false };
  }
  return { cannotText: noTexts, tellStaff: true };
}

/** The same said once more under an id of its own, with nothing of what became of the first. */
function anew(message: Message, id: string, now: Date, change: Partial<Message>): Message {
  const { sid: _sid, attempt: _attempt, notBefore: _notBefore, ...rest } = message;
  return { ...rest, id, kind: 'send', state: 'queued', createdAt: now.toISOString(), ...change };
}
