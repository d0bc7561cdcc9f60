import { maySend } from '../../domain/consent/may-send.ts';
import { waitingSlot } from '../../domain/conversation/asking.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { currentConversation, type Decision } from '../../domain/conversation/turn.ts';
import { readConsentWords } from '../../domain/intake/reading/consent-words.ts';
import type { Outcome } from '../../domain/ports/story-store.ts';
import type { Member, Phone } from '../../domain/story/phone.ts';
import type { StoryView } from '../../domain/story/story.ts';
import { xml } from '../../edge/http/http.ts';
import { type HttpHandler, httpHandler } from '../../edge/http/http-handler.ts';
import { refusalIfUnsigned } from '../../edge/http/signed-webhook.ts';
import type { SmsReply } from '../../edge/reply.ts';
import { renderSms } from '../../edge/sms/render-sms.ts';
import { eventOf } from '../../events/envelope.ts';
import { mediaReceived } from '../../events/media-received.ts';
import { messageQueued } from '../../events/message-queued.ts';
import { answerCarrierWord } from './carrier-words.ts';
import type { SmsReceivedDeps } from './dependencies.ts';
import { smsReceived } from './environment.ts';
import { readText, type Text } from './text.ts';
import { answerUnknownNumber, askWho, memberMeant } from './who.ts';

const silence: SmsReply = { messages: [] };

/** A text arrived: verify, read, decide, keep, answer. */
export function createHandler(deps: SmsReceivedDeps): HttpHandler {
  return httpHandler(smsReceived, deps.log, async (request) => {
    const refusal = refusalIfUnsigned(deps.verifier, request, deps.log);
    if (refusal !== undefined) return refusal;
    const text = readText(request, deps.phoneHash);
    if (text === undefined) return xml(deps.renderSms(silence));
    return xml(deps.renderSms(await answer(deps, text)));
  });
}

async function answer(deps: SmsReceivedDeps, text: Text): Promise<SmsReply> {
  const phone = await deps.store.phone(text.phone);
  const consent = readConsentWords(text.words);
  if (
    consent === 'carrier-stop' ||
    consent === 'carrier-help' ||
    ((consent === 'carrier-start' || consent === 'carrier-yes') && phone?.blocked === true)
  ) {
    return replyFrom(deps, text, await answerCarrierWord(deps, text, phone, consent));
  }
  if (phone === undefined || phone.members.length === 0)
    return replyFrom(deps, text, await answerUnknownNumber(deps, text, phone));
  const { member, words } = memberMeant(phone, text.words);
  const view = member === undefined ? undefined : await deps.store.story(member.story);
  if (member === undefined || view === undefined) return replyFrom(deps, text, await askWho(deps, text, phone));
  return converse(deps, { ...text, words }, phone, member, view);
}

async function converse(
  deps: SmsReceivedDeps,
  text: Text,
  phone: Phone,
  member: Member,
  view: StoryView,
): Promise<SmsReply> {
  const meantFor = waitingNow(view);
  const channel = text.media.length > 0 ? 'mms' : 'sms';
  const taken = await takeTurn(deps, {
    cause: text.cause,
    view,
    channel,
    phone: phone.id,
    words: text.words,
    ...(text.retryToken === undefined ? {} : { retryToken: text.retryToken }),
    heard: {
      is: 'words',
      words: text.words,
      channel,
      via: 'text',
      media: text.media.map(({ id, contentType }) => ({ id, contentType })),
      ...(meantFor === undefined ? {} : { meantFor }),
    },
    onConflict: async () => {
      phone = (await deps.store.phone(text.phone)) ?? phone;
    },
    express: (decision, before) => express(deps, text, phone, member, decision, before),
  });
  if (taken.is === 'duplicate') return replyFrom(deps, text, taken);
  deps.log.info(taken.tries > 1 ? 'TURN_CONFLICT' : 'TURN_TAKEN', { cause: text.cause, tries: taken.tries });
  return { messages: parse(taken.reply) };
}

function waitingNow({ story, intakes }: StoryView): string | undefined {
  const conversation = currentConversation(story);
  const intake = conversation === undefined ? undefined : intakes[conversation.intake];
  return conversation === undefined || intake === undefined ? undefined : waitingSlot(intake, conversation, 'sms')?.key;
}

/** The decision as one text, if it may be sent, with all that must be kept in the same transaction. */
function express(
  deps: SmsReceivedDeps,
  text: Text,
  phone: Phone,
  member: Member,
  decision: Decision,
  before: StoryView,
) {
  const was = maySend(phone, before.story);
  const is = maySend(phone, decision.story);
  // After an opt-out in words exactly one confirmation may still go out; emergency words are never held back from it.
  const effects =
    was.may && !is.may
      ? decision.effects.filter(
          (effect) => effect.do === 'warn' || (effect.do === 'tell' && effect.message === 'opt-out.done'),
        )
      : decision.effects;
  const shared = phone.members.length > 1 || member.as === 'proxy';
  const { body, more, content } = renderSms(deps.speaker, decision.story, effects, {
    introduce: !phone.introduced,
    ...(shared ? { forWhom: member.firstName } : {}),
  });
  const { more: _, ...rest } = decision.story;
  const id = `message/${text.cause}`;
  const story = more.length === 0 ? rest : { ...rest, more: { parts: more, messageId: id } };
  const time = deps.clock.now().toISOString();
  const occasion = { cause: text.cause, time, tenant: deps.clinic.tenant, patient: story.id };
  const media =
    text.media.length === 0
      ? []
      : [eventOf(mediaReceived, occasion, { media: text.media.map((each) => ({ ...each })) })];
  const moments =
    text.media.length === 0
      ? []
      : [
          {
            id: `${text.cause}#media`,
            at: time,
            cause: text.cause,
            channel: 'mms' as const,
            what: 'media',
            detail: { media: text.media.map(({ id: each, contentType }) => ({ id: each, contentType })) },
          },
        ];
  const phones = changedPhone(phone, body !== '' && (was.may || is.may));
  if (body === '' || !(was.may || is.may))
    return { reply: '[]', story, events: media, moments, ...(phones === undefined ? {} : { phones }) };
  const message = { body, statusCallback: deps.statusCallback(id) };
  return {
    reply: JSON.stringify([message]),
    story,
    moments,
    ...(phones === undefined ? {} : { phones }),
    events: [...media, eventOf(messageQueued, occasion, { message: id, carriedBy: 'reply', priority: 'urgent' })],
    records: [
      {
        kind: 'message' as const,
        id,
        expect: 'absent' as const,
        value: {
          id,
          story: story.id,
          phone: phone.id,
          to: phone.number,
          body,
          language: story.person.language,
          kind: is.may ? ('reply' as const) : ('confirmation' as const),
          priority: 'urgent' as const,
          channel: 'sms' as const,
          content,
          createdAt: time,
          state: 'queued' as const,
        },
      },
    ],
  };
}

function changedPhone(phone: Phone, sends: boolean): readonly Phone[] | undefined {
  const introduces = sends && !phone.introduced;
  // A text came from it: whatever the carrier said of it once, it can take texts now.
  if (!introduces && phone.choosing === undefined && phone.texts === undefined) return undefined;
  const { choosing: _, texts: _texts, textsFailedAt: _at, ...rest } = phone;
  return [{ ...rest, introduced: phone.introduced || sends, version: phone.version + 1 }];
}

/**
 * What a repeat is answered. The carrier's own retry carries the token of the delivery whose answer it never got: it gets that answer.
 * Any other repeat gets silence: the first answer is on its way, and a lost one is looked after within a minute.
 */
function replyFrom(
  deps: SmsReceivedDeps,
  text: Text,
  result: { readonly is: 'duplicate' | 'answered'; readonly outcome: Outcome },
): SmsReply {
  if (result.is === 'answered') return { messages: parse(result.outcome.reply) };
  deps.log.info('TURN_DUPLICATE', { cause: text.cause });
  const sameDelivery = text.retryToken !== undefined && result.outcome.retryToken === text.retryToken;
  return sameDelivery ? { messages: parse(result.outcome.reply) } : silence;
}

function parse(reply: string): SmsReply['messages'] {
  return JSON.parse(reply) as SmsReply['messages'];
}
