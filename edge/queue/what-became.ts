import type { Clinic } from '../../domain/conversation/clinic.ts';
import { Fault } from '../../domain/errors/errors.ts';
import { type AfterLoss, afterLoss } from '../../domain/outbound/after-loss.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import { type Message, type MessageState, movesForward } from '../../domain/story/message.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { messageQueued } from '../../events/message-queued.ts';
import { moveMessage, undeliverable } from './message-delivery.ts';

export interface DeliveryDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly clinic: Pick<Clinic, 'tenant'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Twilio's words for what became of a text. Unknown or future ones change nothing.
 * @see https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
 */
const textStates: Readonly<Record<string, MessageState>> = {
  accepted: 'sending',
  scheduled: 'sending',
  queued: 'sending',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
};

/**
 * And of a call. One that was completed may have told a machine: a person pressed a key, and then it counts as delivered already.
 * @see https://www.twilio.com/docs/voice/api/call-resource#call-status-values
 */
const callStates: Readonly<Record<string, MessageState>> = {
  queued: 'sending',
  initiated: 'sending',
  ringing: 'sent',
  'in-progress': 'sent',
  answered: 'sent',
  completed: 'undelivered',
  busy: 'undelivered',
  'no-answer': 'undelivered',
  canceled: 'undelivered',
  failed: 'failed',
};

function stateOf(channel: Message['channel'], status: string): MessageState | undefined {
  return (channel === 'voice' ? callStates : textStates)[status];
}

/**
 * The carrier says what became of a message: in any order, any number of times. What did not arrive is sent in another way, or a person
 * is told, before the loss itself is on record; whoever is killed in between does the same again, and nothing happens twice.
 */
export async function followStatus(
  deps: DeliveryDeps,
  id: string,
  channel: Message['channel'],
  reported: { readonly status: string; readonly sid?: string; readonly errorCode?: number },
): Promise<void> {
  const state = stateOf(channel, reported.status);
  if (state === undefined) return;
  const message = (await deps.records.get('message', id))?.value;
  if (message === undefined) {
    // Of another deployment, or of a build that named them otherwise. Kept here: the carrier has it under its own id.
    deps.log.warn('MESSAGE_UNKNOWN', { state, sid: reported.sid });
    return;
  }
  if (state === 'undelivered' || state === 'failed') return loseMessage(deps, message, state, reported);
  const time = deps.clock.now().toISOString();
  const sid = reported.sid === undefined ? {} : { sid: reported.sid };
  await moveMessage(deps.records, deps.clinic.tenant, id, state, time, sid);
}

/** A message did not arrive, or never will. */
export async function loseMessage(
  deps: DeliveryDeps,
  message: Message,
  state: 'undelivered' | 'failed',
  why: { readonly sid?: string; readonly errorCode?: number },
): Promise<void> {
  if (!movesForward(message.state, state)) return;
  const now = deps.clock.now();
  const then = afterLoss(message, state, why.errorCode, now);
  if (then.cannotText || then.instead !== undefined) await sendInstead(deps, message, then, now);
  const time = now.toISOString();
  await moveMessage(deps.records, deps.clinic.tenant, message.id, state, time, {
    ...(then.tellStaff ? { events: [undeliverable(deps.clinic.tenant, message, time)] } : {}),
    ...(why.sid === undefined ? {} : { sid: why.sid }),
    ...(why.errorCode === undefined ? {} : { errorCode: why.errorCode }),
  });
}

/** What the number cannot do is remembered, and what goes out instead is queued, in one commit and once. */
async function sendInstead(
  deps: DeliveryDeps,
  lost: Message,
  { cannotText, instead }: AfterLoss,
  now: Date,
): Promise<void> {
  const time = now.toISOString();
  for (let tries = 0; tries < 8; tries++) {
    const phone = cannotText ? await deps.store.phone(lost.phone) : undefined;
    const marked =
      phone === undefined || phone.texts === false
        ? []
        : [{ ...phone, texts: false as const, textsFailedAt: time, version: phone.version + 1 }];
    const committed = await deps.store.commit({
      cause: `lost/${lost.id}`,
      outcome: { reply: '' },
      phones: marked,
      moments: [],
      events: instead === undefined ? [] : [queuedAgain(deps.clinic.tenant, instead, time)],
      records: instead === undefined ? [] : [{ kind: 'message', id: instead.id, expect: 'absent', value: instead }],
    });
    if (committed.is === 'conflict') continue;
    if (committed.is === 'committed') {
      if (marked.length > 0) deps.log.info('PHONE_WITHOUT_TEXTS', {});
      if (instead !== undefined) deps.log.info('MESSAGE_SENT_INSTEAD', { channel: instead.channel });
    }
    return;
  }
  throw new Fault('CHANGED_MEANWHILE', 'A phone moved each time that what it cannot do was to be remembered');
}

/** The event that brings a message to its queue; `part` tells apart those of one message. */
export function queuedAgain(tenant: string, message: Message, time: string, part?: string): Envelope {
  return eventOf(
    messageQueued,
    { cause: message.id, time, tenant, patient: message.story, ...(part === undefined ? {} : { part }) },
    { message: message.id, carriedBy: 'send', priority: message.priority },
  );
}
