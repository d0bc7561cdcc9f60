import type { CallRecord, MessageRecord } from './carrier-records.ts';

/** Enough of the numbering plan for FromCountry and ToCountry; an unlisted prefix gives an empty value, as Twilio does where it knows nothing. */
const COUNTRY: readonly (readonly [string, string])[] = [
  ['+1', 'US'],
  ['+33', 'FR'],
  ['+34', 'ES'],
  ['+353', 'IE'],
  ['+44', 'GB'],
  ['+48', 'PL'],
  ['+49', 'DE'],
  ['+52', 'MX'],
  ['+61', 'AU'],
];

const API_VERSION = '2010-04-01';

function place(prefix: string, number: string): Record<string, string> {
  const country = COUNTRY.find(([code]) => number.startsWith(code))?.[1] ?? '';
  return { [`${prefix}City`]: '', [`${prefix}State`]: '', [`${prefix}Zip`]: '', [`${prefix}Country`]: country };
}

/** @see https://www.twilio.com/docs/messaging/guides/webhook-request */
export function incomingMessageParameters(
  message: MessageRecord,
  account: { accountSid: string; mediaUrl: (sid: string) => string; optOutType: string | undefined },
): Record<string, string> {
  const params: Record<string, string> = {
    ...place('To', message.to),
    ...place('From', message.from),
    SmsMessageSid: message.sid,
    NumMedia: String(message.media.length),
    SmsSid: message.sid,
    SmsStatus: 'received',
    Body: message.body,
    To: message.to,
    NumSegments: String(message.segments),
    MessageSid: message.sid,
    AccountSid: account.accountSid,
    From: message.from,
    ApiVersion: API_VERSION,
  };
  if (account.optOutType !== undefined) params.OptOutType = account.optOutType;
  message.media.forEach((media, index) => {
    params[`MediaUrl${index}`] = account.mediaUrl(media.sid);
    params[`MediaContentType${index}`] = media.contentType ?? 'application/octet-stream';
  });
  return params;
}

/** @see https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks */
export function messageStatusParameters(
  message: MessageRecord,
  status: string,
  accountSid: string,
): Record<string, string> {
  const params: Record<string, string> = {
    SmsSid: message.sid,
    SmsStatus: status,
    MessageStatus: status,
    To: message.to,
    MessageSid: message.sid,
    AccountSid: accountSid,
    From: message.from,
    ApiVersion: API_VERSION,
  };
  if (message.messagingServiceSid !== null) params.MessagingServiceSid = message.messagingServiceSid;
  if (message.errorCode !== null && (status === 'undelivered' || status === 'failed')) {
    params.ErrorCode = String(message.errorCode);
  }
  return params;
}

/** @see https://www.twilio.com/docs/voice/twiml#request-parameters */
export function callParameters(call: CallRecord, accountSid: string): Record<string, string> {
  const params: Record<string, string> = {
    CallSid: call.sid,
    AccountSid: accountSid,
    From: call.from,
    To: call.to,
    Caller: call.from,
    Called: call.to,
    CallStatus: call.status,
    ApiVersion: API_VERSION,
    Direction: call.kind,
    ...place('From', call.from),
    ...place('To', call.to),
    ...place('Caller', call.from),
    ...place('Called', call.to),
  };
  if (call.parentSid !== null) params.ParentCallSid = call.parentSid;
  return params;
}

/** Seconds on the line, at least one once answered. */
export function secondsOf(call: CallRecord): number {
  if (call.answeredAt === null || call.endedAt === null) return 0;
  return Math.max(1, Math.round((call.endedAt - call.answeredAt) / 1000));
}

/** @see https://www.twilio.com/docs/voice/api/call-resource#statuscallback */
export function callStatusParameters(
  call: CallRecord,
  status: string,
  account: { accountSid: string; now: Date },
): Record<string, string> {
  const params = {
    ...callParameters(call, account.accountSid),
    CallStatus: status,
    Timestamp: account.now.toUTCString().replace('GMT', '+0000'),
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(call.sequence),
  };
  if (call.endedAt === null) return params;
  const seconds = secondsOf(call);
  return { ...params, CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)) };
}
