import type { PhoneHash } from '../../domain/ports/phone-hash.ts';
import type { HttpRequest } from '../../edge/http/http.ts';

/** A text as it arrived, freed of Twilio's form. @see https://www.twilio.com/docs/messaging/guides/webhook-request */
export interface Text {
  readonly cause: string;
  /** E.164, or whatever the carrier gave (a short code, an alphanumeric sender). */
  readonly from: string;
  readonly phone: string;
  readonly words: string;
  readonly media: readonly { readonly id: string; readonly url: string; readonly contentType: string }[];
  readonly retryToken?: string;
}

const mostWords = 1600;
const mostMedia = 10;

/** The text in a request; undefined where it carries no id or no sender, so that nobody could be answered. */
export function readText(request: HttpRequest, phoneHash: PhoneHash): Text | undefined {
  const form = new URLSearchParams(request.body);
  const sid = form.get('MessageSid') ?? form.get('SmsMessageSid') ?? form.get('SmsSid');
  const from = form.get('From');
  if (sid === null || sid === '' || from === null || from === '') return undefined;
  const cause = `sms/${sid}`;
  const count = Math.min(Number.parseInt(form.get('NumMedia') ?? '0', 10) || 0, mostMedia);
  const media = Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const url = form.get(`MediaUrl${index}`);
    return url === null
      ? []
      : [
          {
            id: `${cause}/media/${index}`,
            url,
            contentType: form.get(`MediaContentType${index}`) ?? 'application/octet-stream',
          },
        ];
  });
  const retryToken = request.header('i-twilio-idempotency-token');
  return {
    cause,
    from,
    phone: phoneHash(from),
    words: (form.get('Body') ?? '').slice(0, mostWords),
    media,
    ...(retryToken === undefined || retryToken === '' ? {} : { retryToken }),
  };
}
