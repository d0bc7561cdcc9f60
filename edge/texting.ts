import { createHash } from 'node:crypto';
import { maySend } from '../domain/consent/may-send.ts';
import type { Clinic } from '../domain/conversation/clinic.ts';
import type { Expression } from '../domain/conversation/take-turn.ts';
import type { Decision } from '../domain/conversation/turn.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { StoryStore } from '../domain/ports/story-store.ts';
import type { Message, Priority } from '../domain/story/message.ts';
import type { Phone, Waiting } from '../domain/story/phone.ts';
import type { Story } from '../domain/story/story.ts';
import type { Envelope } from '../events/envelope.ts';
import { eventOf } from '../events/envelope.ts';
import { messageQueued } from '../events/message-queued.ts';
import { isTheirWish, notTold } from './not-told.ts';
import { renderSms } from './sms/render-sms.ts';
import type { Speaker } from './speech.ts';

export interface TextingDeps {
  readonly store: StoryStore;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly speaker: Speaker;
}

export interface Texting {
  /** What is from now on asked on the phone, and what waits for it. */
  readonly change?: (phone: Phone) => { readonly asking?: Waiting; readonly queue?: readonly Waiting[] };
  /** The phone that they wrote from, where this answers what they wrote. */
  readonly answering?: Phone['id'];
  /** `urgent` where nothing is said: somebody waits for it. */
  readonly priority?: Priority;
  /** The visit that it tells of: a number that cannot take texts is called. */
  readonly about?: { readonly appointment: string };
  /** By a call though texts would do: nobody has answered those. What is said on it is decided when somebody picks up. */
  readonly channel?: 'voice';
  /** See `Message.news`. */
  readonly news?: true;
  /** ISO instants; see `Message`. */
  readonly notBefore?: string;
  readonly expires?: string;
}

/**
 * A decision that no text of the patient's brought about, said by a text of ours: queued in the same transaction, sent behind the bus.
 * What is about a visit goes by a call where the number cannot take texts, and to staff where the patient has stopped us; anything else
 * waits there for a call of theirs, the page or the desk.
 */
export async function expressByText(
  deps: TextingDeps,
  cause: string,
  decision: Decision,
  before: Story,
  how: Texting = {},
): Promise<Expression> {
  const phone =
    how.answering === undefined ? await reachable(deps, decision.story) : await deps.store.phone(how.answering);
  // Nobody to write to: the questions wait for a call, the page or the desk.
  if (phone === undefined) return { reply: '' };
  const member = phone.members.find((each) => each.story === decision.story.id);
  const leave = [maySend(phone, decision.story), maySend(phone, before)];
  const refused = leave.find((each) => !each.may);
  const byPhone = how.channel === 'voice' || phone.texts === false;
  const shared = phone.members.length > 1 || member?.as === 'proxy';
  const { body, more, content } = renderSms(deps.speaker, decision.story, decision.effects, {
    introduce: !phone.introduced && !byPhone,
    ...(shared ? { forWhom: decision.story.person.firstName } : {}),
  });
  // It goes to the carrier as part of an address, and a cause may name a need or a person.
  const id = `message/${createHash('sha256').update(cause).digest('base64url').slice(0, 32)}`;
  const speaks = refused === undefined && body !== '' && (!byPhone || how.about !== undefined);
  const { more: _, ...rest } = decision.story;
  const story = more.length > 0 && speaks && !byPhone ? { ...rest, more: { parts: more, messageId: id } } : rest;
  const introduced = phone.introduced || (speaks && !byPhone);
  const changed: Phone = { ...phone, ...how.change?.(phone), introduced };
  const phones =
    JSON.stringify(changed) === JSON.stringify(phone) ? {} : { phones: [{ ...changed, version: phone.version + 1 }] };
  const time = deps.clock.now().toISOString();
  const occasion = { cause, time, tenant: deps.clinic.tenant, patient: story.id };
  if (!speaks) {
    const untold = body !== '' && how.about !== undefined && refused !== undefined && isTheirWish(refused);
    return { reply: '', story, ...phones, ...(untold ? { events: [notTold(occasion, phone.id)] } : {}) };
  }
  const priority = how.priority ?? 'urgent';
  const message: Message = {
    id,
    story: story.id,
    phone: phone.id,
    to: phone.number,
    body,
    language: story.person.language,
    kind: 'send',
    priority,
    channel: byPhone ? 'voice' : 'sms',
    ...(how.about === undefined ? {} : { about: how.about }),
    ...(how.news === undefined ? {} : { news: how.news }),
    ...(how.notBefore === undefined ? {} : { notBefore: how.notBefore }),
    ...(how.expires === undefined ? {} : { expires: how.expires }),
    content,
    createdAt: time,
    state: 'queued',
  };
  const queued: Envelope = eventOf(messageQueued, occasion, { message: id, carriedBy: 'send', priority });
  return {
    reply: '',
    story,
    ...phones,
    events: [queued],
    records: [{ kind: 'message', id, expect: 'absent', value: message }],
  };
}

/**
 * The phone to write to: the best one that can take texts, else the best one. A STOP on one of a person's numbers holds for the person:
 * then it is that one, and nothing is sent.
 */
export async function reachable(deps: Pick<TextingDeps, 'store'>, story: Story): Promise<Phone | undefined> {
  const phones: Phone[] = [];
  for (const id of story.person.phones) {
    const phone = await deps.store.phone(id);
    if (phone?.blocked === true) return phone;
    if (phone !== undefined) phones.push(phone);
  }
  return phones.find(({ texts }) => texts !== false) ?? phones[0];
}
