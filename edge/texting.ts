import { maySend } from '../domain/consent/may-send.ts';
import type { Clinic } from '../domain/conversation/clinic.ts';
import type { Expression } from '../domain/conversation/take-turn.ts';
import type { Decision } from '../domain/conversation/turn.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { StoryStore } from '../domain/ports/story-store.ts';
import type { Message } from '../domain/story/message.ts';
import type { Phone, Waiting } from '../domain/story/phone.ts';
import type { Story } from '../domain/story/story.ts';
import type { Envelope } from '../events/envelope.ts';
import { eventOf } from '../events/envelope.ts';
import { messageQueued } from '../events/message-queued.ts';
import { renderSms } from './sms/render-sms.ts';
import type { Speaker } from './speech.ts';

export interface TextingDeps {
  readonly store: StoryStore;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly speaker: Speaker;
}

/**
 * A decision that no text of the patient's brought about, said by a text of ours: queued in the same transaction, sent behind the bus.
 * `change` says what is from now on asked on the phone, and what waits for it.
 */
export async function expressByText(
  deps: TextingDeps,
  cause: string,
  decision: Decision,
  before: Story,
  how: {
    readonly change?: (phone: Phone) => { readonly asking?: Waiting; readonly queue?: readonly Waiting[] };
    /** The phone that they wrote from, where this answers what they wrote. */
    readonly answering?: Phone['id'];
  } = {},
): Promise<Expression> {
  const phone =
    how.answering === undefined ? await reachable(deps, decision.story) : await deps.store.phone(how.answering);
  // Nobody to write to: the questions wait for a call, the page or the desk.
  if (phone === undefined) return { reply: '' };
  const member = phone.members.find((each) => each.story === decision.story.id);
  const sends = maySend(phone, decision.story).may && maySend(phone, before).may;
  const shared = phone.members.length > 1 || member?.as === 'proxy';
  const { body, more, content } = renderSms(deps.speaker, decision.story, decision.effects, {
    introduce: !phone.introduced,
    ...(shared ? { forWhom: decision.story.person.firstName } : {}),
  });
  const id = `message/${cause}`;
  const speaks = sends && body !== '';
  const { more: _, ...rest } = decision.story;
  const story = more.length > 0 && speaks ? { ...rest, more: { parts: more, messageId: id } } : rest;
  const changed: Phone = { ...phone, ...how.change?.(phone), introduced: phone.introduced || speaks };
  const phones =
    JSON.stringify(changed) === JSON.stringify(phone) ? {} : { phones: [{ ...changed, version: phone.version + 1 }] };
  if (!speaks) return { reply: '', story, ...phones };
  const time = deps.clock.now().toISOString();
  const message: Message = {
    id,
    story: story.id,
    phone: phone.id,
    to: phone.number,
    body,
    language: story.person.language,
    kind: 'send',
    content,
    createdAt: time,
    state: 'queued',
  };
  const queued: Envelope = eventOf(
    messageQueued,
    { cause, time, tenant: deps.clinic.tenant, patient: story.id },
    { message: id, carriedBy: 'send' },
  );
  return {
    reply: '',
    story,
    ...phones,
    events: [queued],
    records: [{ kind: 'message', id, expect: 'absent', value: message }],
  };
}

/** The phone to write to: the best one. A STOP on one of a person's numbers holds for the person: then it is that one, and nothing is sent. */
export async function reachable(deps: Pick<TextingDeps, 'store'>, story: Story): Promise<Phone | undefined> {
  const phones: Phone[] = [];
  for (const id of story.person.phones) {
    const phone = await deps.store.phone(id);
    if (phone?.blocked === true) return phone;
    if (phone !== undefined) phones.push(phone);
  }
  return phones[0];
}
