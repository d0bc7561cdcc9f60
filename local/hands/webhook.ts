import { createHmac } from 'node:crypto';
import type { Endpoints } from '../endpoints.ts';

/** A webhook for a text, as the carrier posts it; signed with this token. @see https://www.twilio.com/docs/usage/security#validating-requests */
export async function postText(
  { api, twilio }: Endpoints,
  text: { readonly sid: string; readonly from: string; readonly body: string },
  token: string = twilio.authToken,
): Promise<{ readonly status: number; readonly body: string }> {
  const url = `${api}/twilio/sms`;
  const form = new URLSearchParams({
    MessageSid: text.sid,
    AccountSid: twilio.accountSid,
    From: text.from,
    To: twilio.number,
    Body: text.body,
    NumMedia: '0',
  });
  const sorted = [...form].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
  const signature = createHmac('sha1', token)
    .update(url + sorted.join(''))
    .digest('base64');
  const response = await fetch(url, { method: 'POST', headers: { 'x-twilio-signature': signature }, body: form });
  return { status: response.status, body: await response.text() };
}
