import { createHash, timingSafeEqual } from 'node:crypto';
import type { Calls, Source } from './calls.ts';
import type { CarrierContext } from './carrier-context.ts';
import { type CallRecord, isOpen, type MessageRecord } from './carrier-records.ts';
import { type Answer, json } from './http-answer.ts';
import { LONGEST_BODY, type Messages } from './messages.ts';
import { notFound, RestError } from './rest-errors.ts';
import { RestForm } from './rest-form.ts';
import { callResource, mediaResource, messageResource } from './rest-resources.ts';

const E164 = /^\+[1-9]\d{6,14}$/;
const MOST_MEDIA = 10;
const EVENTS = ['initiated', 'ringing', 'answered', 'completed'] as const;

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  /** The query string without its question mark. */
  readonly query: string;
  readonly body: string;
  readonly authorization: string | undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Twilio's REST API 2010-04-01 as far as messages, media, calls and recordings go.
 * @see https://www.twilio.com/docs/usage/api
 * @throws RestError
 */
export function createRestApi(
  context: CarrierContext,
  options: { authToken: string; messages: Messages; calls: Calls },
): (request: RestRequest) => Answer {
  const { store, accountSid } = context;
  const root = `/2010-04-01/Accounts/${accountSid}/`;
  const credentials = digest(`Basic ${Buffer.from(`${accountSid}:${options.authToken}`).toString('base64')}`);

  const sendMessage = (body: string): Answer => {
    const form = new RestForm(body, 'send a message');
    const to = form.text('To');
    if (to === undefined) throw new RestError(400, 21604, "A 'To' phone number is required.");
    if (!E164.test(to)) throw new RestError(400, 21211, `Invalid 'To' Phone Number: ${to}`);
    const service = form.text('MessagingServiceSid') ?? null;
    const from = form.text('From') ?? (service === null ? undefined : context.number);
    if (from === undefined) throw new RestError(400, 21603, "A 'From' phone number is required.");
    if (from !== context.number) {
      throw new RestError(400, 21660, `Mismatch between the 'From' number ${from} and the account ${accountSid}`);
    }
    if (to === from) throw new RestError(400, 21266, "'To' and 'From' number cannot be the same");
    if (form.has('SendAt') || form.has('ScheduleType')) {
      throw new RestError(400, 35118, 'MessagingService scheduling is not offered by this stand-in');
    }
    const text = form.text('Body') ?? '';
    const mediaUrls = form.all('MediaUrl');
    if (text === '' && mediaUrls.length === 0) throw new RestError(400, 21602, 'Message body is required.');
    if (text.length > LONGEST_BODY) {
      throw new RestError(400, 21617, 'The concatenated message body exceeds the 1600 character limit');
    }
    if (mediaUrls.length > MOST_MEDIA) throw new RestError(400, 21623, 'Number of media files exceeds allowed limit');
    if (mediaUrls.some((url) => !URL.canParse(url))) throw new RestError(400, 21620, 'Invalid media URL(s)');
    const statusCallback = form.url('StatusCallback', 21609);
    if (store.isBlocked(to)) throw new RestError(400, 21610, 'Attempt to send to unsubscribed recipient');
    const message = options.messages.send({
      kind: 'outbound-api',
      from,
      to,
      body: text,
      mediaUrls,
      statusCallback,
      messagingServiceSid: service,
    });
    return json(201, messageResource(message, accountSid, 'queued'));
  };

  const list = <T>(
    request: RestRequest,
    what: { form: 'list messages' | 'list calls'; name: 'messages' | 'calls'; date: 'DateSent' | 'StartTime' },
    find: (filter: Parameters<CarrierContext['store']['listMessages']>[0]) => T[],
    show: (record: T) => unknown,
  ): Answer => {
    const form = new RestForm(request.query, what.form);
    const size = form.whole('PageSize', 50, 1, 1000);
    const page = form.whole('Page', 0, 0, 1_000_000);
    const to = form.text('To');
    const from = form.text('From');
    const status = form.text('Status');
    const found = find({
      ...(to === undefined ? {} : { to }),
      ...(from === undefined ? {} : { from }),
      ...(status === undefined ? {} : { status }),
      ...form.period(what.date),
      offset: page * size,
      limit: size + 1,
    });
    const shown = found.slice(0, size);
    const uriOf = (number: number): string => {
      const query = new URLSearchParams(request.query);
      query.delete('PageToken');
      query.set('PageSize', String(size));
      query.set('Page', String(number));
      return `${request.path}?${query}`;
    };
    return json(200, {
      [what.name]: shown.map(show),
      end: page * size + Math.max(shown.length - 1, 0),
      first_page_uri: uriOf(0),
      next_page_uri: found.length > size ? uriOf(page + 1) : null,
      page,
      page_size: size,
      previous_page_uri: page > 0 ? uriOf(page - 1) : null,
      start: page * size,
      uri: uriOf(page),
    });
  };

  const messageOf = (sid: string, path: string): MessageRecord => {
    const message = store.message(sid);
    if (!message || message.kind === 'carrier-notice') throw notFound(path);
    return message;
  };

  const oneMessage = (request: RestRequest, sid: string): Answer => {
    const message = messageOf(sid, request.path);
    if (request.method === 'DELETE') {
      store.deleteMessage(sid);
      return { status: 204, contentType: 'application/json', body: '' };
    }
    if (request.method === 'GET') return json(200, messageResource(message, accountSid));
    if (request.method !== 'POST') throw notAllowed();
    const form = new RestForm(request.body, 'change a message');
    if (form.text('Status') !== undefined) throw new RestError(400, 30409, 'Only a scheduled message can be canceled');
    if (!form.has('Body') || form.text('Body') !== undefined) {
      throw new RestError(400, 20001, 'A message body can only be redacted: send an empty Body');
    }
    const redacted = { ...message, body: '', updatedAt: context.clock.now().getTime() };
    store.saveMessage(redacted);
    return json(200, messageResource(redacted, accountSid));
  };

  const media = (request: RestRequest, messageSid: string, name: string): Answer => {
    if (request.method !== 'GET') throw notAllowed();
    const message = messageOf(messageSid, request.path);
    const sid = name.replace(/\.json$/, '');
    const reference = message.media.find((one) => one.sid === sid);
    if (!reference) throw notFound(request.path);
    const stored = store.media(sid);
    const type = stored?.contentType ?? reference.contentType ?? 'application/octet-stream';
    if (name.endsWith('.json')) return json(200, mediaResource(message, sid, type, accountSid));
    if (stored) return { status: 200, contentType: type, body: stored.data };
    return { status: 307, contentType: 'text/plain', body: '', headers: { location: reference.url ?? '' } };
  };

  const sourceOf = (form: RestForm): Source | undefined => {
    const twiml = form.text('Twiml');
    if (twiml !== undefined) return { twiml };
    const url = form.url('Url', 21205);
    return url === null ? undefined : { url, method: form.method('Method') };
  };

  const makeCall = (body: string): Answer => {
    const form = new RestForm(body, 'make a call');
    const to = form.text('To');
    if (to === undefined) throw new RestError(400, 21201, "No 'To' number is specified");
    if (!E164.test(to))
      throw new RestError(400, 21211, `The phone number you are attempting to call, ${to}, is not valid.`);
    const from = form.text('From');
    if (from === undefined) throw new RestError(400, 21213, "No 'From' number is specified");
    if (from !== context.number) {
      throw new RestError(
        400,
        21210,
        `The source phone number provided, ${from}, is not yet verified for your account.`,
      );
    }
    const source = sourceOf(form);
    if (source === undefined) throw new RestError(400, 21205, "A 'Url' or 'Twiml' parameter is required.");
    const callback = form.url('StatusCallback', 21609);
    const asked = form.all('StatusCallbackEvent').flatMap((value) => value.split(/\s+/));
    const strange = asked.find((event) => !EVENTS.some((known) => known === event));
    if (strange !== undefined) throw new RestError(400, 21626, `StatusCallbackEvent ${strange} is not supported`);
    const events = asked.length === 0 ? (['completed'] as const) : EVENTS.filter((event) => asked.includes(event));
    const call = options.calls.place({
      to,
      source,
      fallbackUrl: form.url('FallbackUrl', 21205),
      statusCallback: callback === null ? null : { url: callback, method: form.method('StatusCallbackMethod'), events },
      timeout: form.whole('Timeout', 60, 5, 600),
      timeLimit: form.whole('TimeLimit', 14_400, 1, 86_400),
    });
    return json(201, callResource(call, accountSid));
  };

  const oneCall = (request: RestRequest, sid: string): Answer => {
    const call = store.call(sid);
    if (!call) throw notFound(request.path);
    if (request.method === 'GET') return json(200, callResource(call, accountSid));
    if (request.method !== 'POST') throw notAllowed();
    return changeCall(call, new RestForm(request.body, 'change a call'));
  };

  const changeCall = (call: CallRecord, form: RestForm): Answer => {
    const status = form.text('Status');
    if (status !== undefined) {
      if (status !== 'completed' && status !== 'canceled') throw new RestError(400, 21218, 'Invalid Status');
      if (!isOpen(call)) throw new RestError(400, 21220, 'Call is not in-progress. Cannot redirect.');
      // `canceled` leaves a call alone that was already answered.
      if (status === 'completed' || call.status !== 'in-progress') options.calls.finish(call.sid, 'canceled');
      return json(200, callResource(call, accountSid, call.status === 'in-progress' ? status : 'canceled'));
    }
    const source = sourceOf(form);
    if (source === undefined) throw new RestError(400, 20001, 'Status, Url or Twiml is required');
    if (call.status !== 'in-progress') throw new RestError(400, 21220, 'Call is not in-progress. Cannot redirect.');
    options.calls.redirect(call.sid, source);
    return json(200, callResource(call, accountSid));
  };

  const notAllowed = (): RestError => new RestError(405, 20004, 'Method not allowed');

  return (request) => {
    const given = digest(request.authorization ?? '');
    if (!timingSafeEqual(given, credentials)) throw new RestError(401, 20003, 'Authenticate');
    if (!request.path.startsWith(root)) throw notFound(request.path);
    const [resource = '', sid = '', below = '', name = '', ...rest] = request.path.slice(root.length).split('/');
    if (rest.length > 0) throw notFound(request.path);
    if (resource === 'Messages.json' && sid === '') {
      if (request.method === 'POST') return sendMessage(request.body);
      if (request.method !== 'GET') throw notAllowed();
      const what = { form: 'list messages', name: 'messages', date: 'DateSent' } as const;
      return list(request, what, store.listMessages, (message) => messageResource(message, accountSid));
    }
    if (resource === 'Calls.json' && sid === '') {
      if (request.method === 'POST') return makeCall(request.body);
      if (request.method !== 'GET') throw notAllowed();
      const what = { form: 'list calls', name: 'calls', date: 'StartTime' } as const;
      return list(request, what, store.listCalls, (call) => callResource(call, accountSid));
    }
    if (resource === 'Messages' && below === '' && sid.endsWith('.json')) return oneMessage(request, sid.slice(0, -5));
    if (resource === 'Messages' && below === 'Media' && name !== '') return media(request, sid, name);
    if (resource === 'Messages' && below === 'Media.json' && name === '') {
      const message = messageOf(sid, request.path);
      const all = message.media.map((one) => mediaResource(message, one.sid, one.contentType ?? '', accountSid));
      return json(200, {
        media_list: all,
        page: 0,
        page_size: 50,
        start: 0,
        end: Math.max(all.length - 1, 0),
        next_page_uri: null,
      });
    }
    if (resource === 'Calls' && below === '' && sid.endsWith('.json')) return oneCall(request, sid.slice(0, -5));
    if (resource === 'Recordings' && below === '') {
      const recording = store.media(sid.replace(/\.(wav|mp3)$/, ''));
      if (recording && request.method === 'GET')
        return { status: 200, contentType: recording.contentType, body: recording.data };
    }
    throw notFound(request.path);
  };
}
