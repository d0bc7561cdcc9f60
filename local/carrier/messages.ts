import { type CarrierContext, nowOf } from './carrier-context.ts';
import {
  type MediaReference,
  type MessageKind,
  type MessageRecord,
  type MessageStatus,
  newSid,
} from './carrier-records.ts';
import { createShare } from './faults.ts';
import { readKeyword } from './opt-out.ts';
import { segmentsOf } from './segments.ts';
import { elementsOf, type TwimlElement, textOf } from './twiml-document.ts';
import { absoluteUrl, askForTwiml } from './twiml-fetch.ts';
import type { Method, WebhookRequest } from './webhook.ts';
import { incomingMessageParameters, messageStatusParameters } from './webhook-parameters.ts';

export const LONGEST_BODY = 1600;
const MOST_HOPS = 20;

export interface OutgoingMessage {
  readonly kind: MessageKind;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly statusCallback: string | null;
  readonly messagingServiceSid: string | null;
}

export interface ReceivedMedia {
  readonly contentType: string;
  readonly data: Uint8Array;
}

export interface Received {
  readonly message: MessageRecord;
  /** What reached the handset because of it: our replies, and the carrier's own words. */
  readonly replies: readonly string[];
  readonly notices: readonly string[];
}

export interface Messages {
  /** Sends at once; how it ends is decided here and reported in the background. */
  send(message: OutgoingMessage): MessageRecord;
  /** Keeps what a handset sent and obeys STOP and its kin; the webhook is posted by `deliver`. */
  accept(
    handset: string,
    body: string,
    media: readonly ReceivedMedia[],
  ): { message: MessageRecord; notices: string[]; deliver(): Promise<Received> };
  /** Executes one <Message> of a call. */
  sendFromVerb(
    verb: TwimlElement,
    from: { url: string; to: string; kind: MessageKind; resource: string },
  ): MessageRecord | undefined;
  /** Goes on with the reports that a restart interrupted. */
  resume(): void;
}

/** The messaging side of the carrier. */
export function createMessages(context: CarrierContext): Messages {
  const { store, deliveries } = context;
  const goesUndelivered = createShare();

  const fateOf = (message: OutgoingMessage): { status: MessageStatus; errorCode: number | null } => {
    if (message.kind === 'carrier-notice') return { status: 'delivered', errorCode: null };
    if (store.isBlocked(message.to)) return { status: 'failed', errorCode: 21610 };
    if (context.landlines.has(message.to)) return { status: 'undelivered', errorCode: 30006 };
    const faults = deliveries.faults();
    if (goesUndelivered(faults.undeliveredRate)) return { status: 'undelivered', errorCode: faults.errorCode };
    return { status: 'delivered', errorCode: null };
  };

  const reportOne = async (message: MessageRecord, status: MessageStatus): Promise<void> => {
    if (message.statusCallback === null) return;
    const params = messageStatusParameters(message, status, context.accountSid);
    for (const outcome of await context.post({ url: message.statusCallback, method: 'POST', params })) {
      if (outcome.ok && outcome.response.status < 300) continue;
      const reason = outcome.ok ? `answered ${outcome.response.status}` : outcome.reason;
      context.notice(message.sid, { code: outcome.ok ? 11200 : outcome.code, message: `Status callback: ${reason}` });
    }
  };

  const report = (sid: string): void => {
    deliveries.background(async () => {
      for (;;) {
        await deliveries.whenAvailable();
        const message = store.message(sid);
        if (!message || deliveries.closed()) return;
        const [next] = message.unreported;
        if (next === undefined) return;
        const batch = deliveries.faults().reorder ? message.unreported : [next];
        await Promise.all(batch.map((status) => deliveries.maybeReordered(() => reportOne(message, status))));
        if (deliveries.closed()) return;
        const left = message.unreported.slice(batch.length);
        if (store.message(sid)) store.saveMessage({ ...message, unreported: left });
      }
    });
  };

  const send = (message: OutgoingMessage): MessageRecord => {
    const { status, errorCode } = fateOf(message);
    const steps: MessageStatus[] = status === 'failed' ? ['failed'] : ['queued', 'sent', status];
    const now = nowOf(context);
    const { mediaUrls, ...rest } = message;
    const record: MessageRecord = {
      ...rest,
      sid: newSid(mediaUrls.length > 0 ? 'MM' : 'SM'),
      handset: message.to,
      createdAt: now,
      updatedAt: now,
      status,
      errorCode,
      media: mediaUrls.map((url): MediaReference => ({ sid: newSid('ME'), contentType: null, url })),
      segments: mediaUrls.length > 0 ? 1 : segmentsOf(message.body),
      unreported: message.statusCallback === null ? [] : steps,
    };
    store.saveMessage(record);
    if (errorCode !== null) context.notice(record.sid, { code: errorCode, message: `Message ${status}` }, 'warning');
    if (record.unreported.length > 0) report(record.sid);
    return record;
  };

  const sendFromVerb: Messages['sendFromVerb'] = (verb, { url, to, kind, resource }) => {
    const nested = elementsOf(verb);
    const direct = verb.children.filter((child) => typeof child === 'string').join('');
    const bodies = nested.filter((child) => child.name === 'Body').map(textOf);
    const body = (bodies.length > 0 ? bodies.join('') : direct).trim();
    const mediaUrls = nested.filter((child) => child.name === 'Media').map((child) => textOf(child).trim());
    const refuse = (code: number, message: string): undefined =>
      context.notice(resource, { code, message }) as undefined;
    if (body === '' && mediaUrls.length === 0) return refuse(14103, 'Message: the body must be specified');
    if (body.length > LONGEST_BODY) return refuse(21617, `Message: the body is longer than ${LONGEST_BODY} characters`);
    const from = verb.attributes.from ?? context.number;
    if (from !== context.number) return refuse(14102, 'Message: the "from" number is not ours');
    const callback = verb.attributes.statusCallback;
    return send({
      kind,
      from,
      to: verb.attributes.to ?? to,
      body,
      mediaUrls,
      statusCallback: callback === undefined ? null : absoluteUrl(callback, url),
      messagingServiceSid: null,
    });
  };

  /** Executes what one delivery was answered with, following redirects and actions; returns what was sent. */
  const execute = async (
    verbs: readonly TwimlElement[],
    url: string,
    incoming: { message: MessageRecord; params: Readonly<Record<string, string>> },
    hops: number,
  ): Promise<MessageRecord[]> => {
    const sent: MessageRecord[] = [];
    const goOn = async (request: WebhookRequest): Promise<MessageRecord[]> => {
      if (hops >= MOST_HOPS) {
        context.notice(incoming.message.sid, { code: 11215, message: `More than ${MOST_HOPS} redirects` });
        return sent;
      }
      const ask = { request, kind: 'messaging' as const, resource: incoming.message.sid, fallbackUrl: fallbackUrl() };
      const answers = await askForTwiml(context, ask);
      for (const answer of answers) {
        if (answer.ok) sent.push(...(await execute(answer.verbs, answer.url, incoming, hops + 1)));
      }
      return sent;
    };
    for (const verb of verbs) {
      const method: Method = verb.attributes.method?.toUpperCase() === 'GET' ? 'GET' : 'POST';
      if (verb.name === 'Redirect') {
        const target = absoluteUrl(textOf(verb), url);
        return goOn({ url: target, method, params: incoming.params });
      }
      const reply = sendFromVerb(verb, {
        url,
        to: incoming.message.from,
        kind: 'outbound-reply',
        resource: incoming.message.sid,
      });
      if (reply) sent.push(reply);
      const action = verb.attributes.action;
      if (reply && action !== undefined) {
        const params = messageStatusParameters(
          reply,
          reply.status === 'failed' ? 'failed' : 'queued',
          context.accountSid,
        );
        return goOn({ url: absoluteUrl(action, url), method, params });
      }
    }
    return sent;
  };

  const fallbackUrl = (): string | null => {
    const fallback = context.fallbackUrls.sms;
    return fallback === undefined ? null : absoluteUrl(fallback, `${context.apiUrl()}/`);
  };

  return {
    send,
    sendFromVerb,
    accept(handset, body, media) {
      const keyword = readKeyword(body, store.isBlocked(handset));
      const now = nowOf(context);
      const sid = newSid(media.length > 0 ? 'MM' : 'SM');
      const references = media.map((item): MediaReference => {
        const mediaSid = newSid('ME');
        store.saveMedia(mediaSid, sid, item.contentType, item.data);
        return { sid: mediaSid, contentType: item.contentType };
      });
      const message: MessageRecord = {
        sid,
        kind: 'inbound',
        handset,
        from: handset,
        to: context.number,
        body,
        createdAt: now,
        updatedAt: now,
        status: 'received',
        errorCode: null,
        media: references,
        segments: media.length > 0 ? 1 : segmentsOf(body),
        messagingServiceSid: null,
        statusCallback: null,
        unreported: [],
      };
      store.saveMessage(message);
      if (keyword?.type === 'STOP') store.block(handset);
      if (keyword?.type === 'START') store.unblock(handset);
      const notices = keyword?.confirmation === undefined ? [] : [keyword.confirmation];
      for (const notice of notices) {
        const words = { kind: 'carrier-notice' as const, from: context.number, to: handset, body: notice };
        send({ ...words, mediaUrls: [], statusCallback: null, messagingServiceSid: null });
      }

      const params = incomingMessageParameters(message, {
        accountSid: context.accountSid,
        optOutType: keyword?.type,
        mediaUrl: (mediaSid) =>
          `${context.ownUrl()}/2010-04-01/Accounts/${context.accountSid}/Messages/${sid}/Media/${mediaSid}`,
      });
      const deliver = async (): Promise<Received> => {
        await deliveries.whenAvailable();
        const request: WebhookRequest = { url: `${context.apiUrl()}/twilio/sms`, method: 'POST', params };
        const answers = await askForTwiml(context, {
          request,
          kind: 'messaging',
          resource: sid,
          fallbackUrl: fallbackUrl(),
        });
        const sent: MessageRecord[] = [];
        for (const answer of answers) {
          if (answer.ok) sent.push(...(await execute(answer.verbs, answer.url, { message, params }, 0)));
        }
        const reached = sent.filter((reply) => reply.status === 'delivered' && reply.handset === handset);
        return { message, notices, replies: reached.map((reply) => reply.body) };
      };
      return { message, notices, deliver: () => deliveries.maybeReordered(deliver) };
    },
    resume() {
      for (const message of store.messagesToReport()) report(message.sid);
    },
  };
}
