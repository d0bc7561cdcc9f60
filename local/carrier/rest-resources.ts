import type { CallRecord, CallStatus, MessageRecord, MessageStatus } from './carrier-records.ts';
import { secondsOf } from './webhook-parameters.ts';

const VERSION = '2010-04-01';

/** A date as Twilio writes it, such as "Fri, 24 May 2019 17:44:46 +0000". */
export function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}

const ERROR_MESSAGE: Readonly<Record<number, string>> = {
  21610: 'Attempt to send to unsubscribed recipient',
  30003: 'Unreachable destination handset',
  30004: 'Message blocked',
  30005: 'Unknown destination handset',
  30006: 'Landline or unreachable carrier',
  30007: 'Carrier violation',
  30008: 'Unknown error',
};

/** @see https://www.twilio.com/docs/messaging/api/message-resource#message-properties */
export function messageResource(
  message: MessageRecord,
  accountSid: string,
  status: MessageStatus = message.status,
): unknown {
  const uri = `/${VERSION}/Accounts/${accountSid}/Messages/${message.sid}`;
  const settled = status === message.status;
  const code = settled ? message.errorCode : null;
  return {
    account_sid: accountSid,
    api_version: VERSION,
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: rfc2822(message.createdAt),
    date_updated: rfc2822(message.updatedAt),
    direction: message.kind,
    error_code: code,
    error_message: code === null ? null : (ERROR_MESSAGE[code] ?? 'Unknown error'),
    from: message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: String(message.media.length),
    num_segments: String(message.segments),
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status,
    subresource_uris: { media: `${uri}/Media.json`, feedback: `${uri}/Feedback.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

/** @see https://www.twilio.com/docs/voice/api/call-resource#call-properties */
export function callResource(call: CallRecord, accountSid: string, status: CallStatus = call.status): unknown {
  const uri = `/${VERSION}/Accounts/${accountSid}/Calls/${call.sid}`;
  return {
    account_sid: accountSid,
    answered_by: null,
    api_version: VERSION,
    caller_name: null,
    date_created: rfc2822(call.createdAt),
    date_updated: rfc2822(call.endedAt ?? call.answeredAt ?? call.createdAt),
    direction: call.kind,
    duration: call.endedAt === null ? null : String(secondsOf(call)),
    end_time: call.endedAt === null ? null : rfc2822(call.endedAt),
    forwarded_from: null,
    from: call.from,
    from_formatted: call.from,
    group_sid: null,
    parent_call_sid: call.parentSid,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid: call.sid,
    start_time: call.answeredAt === null ? null : rfc2822(call.answeredAt),
    status,
    subresource_uris: { recordings: `${uri}/Recordings.json`, notifications: `${uri}/Notifications.json` },
    to: call.to,
    to_formatted: call.to,
    trunk_sid: null,
    uri: `${uri}.json`,
  };
}

/** @see https://www.twilio.com/docs/messaging/api/media-resource */
export function mediaResource(message: MessageRecord, sid: string, contentType: string, accountSid: string): unknown {
  return {
    account_sid: accountSid,
    content_type: contentType,
    date_created: rfc2822(message.createdAt),
    date_updated: rfc2822(message.createdAt),
    parent_sid: message.sid,
    sid,
    uri: `/${VERSION}/Accounts/${accountSid}/Messages/${message.sid}/Media/${sid}.json`,
  };
}
