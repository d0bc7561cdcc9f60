import { maySend } from '../../domain/consent/may-send.ts';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import { Fault } from '../../domain/errors/errors.ts';
import type { Carrier } from '../../domain/ports/carrier.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { Message } from '../../domain/story/message.ts';
import type { Story } from '../../domain/story/story.ts';
import { eventOf } from '../../events/envelope.ts';
import { messageSent } from '../../events/message-sent.ts';
import { moveMessage, undeliverable } from './message-delivery.ts';

export interface SendingDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly carrier: Carrier;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  readonly statusCallback: (messageId: string) => string;
}

/**
 * Sends one text by REST, at most once: it is marked as being sent first, and an attempt that finds the mark looks the text up with the
 * carrier before it sends. Consent is asked at the moment of sending, so that what was queued before an opt-out is withheld.
 */
export async function sendMessage(deps: SendingDeps, id: string): Promise<void> {
  const stored = await deps.records.get('message', id);
  if (stored === undefined) return;
  const { value: message, version } = stored;
  if (message.state !== 'queued' && message.state !== 'sending') return;
  const time = deps.clock.now().toISOString();
  const phone = await deps.store.phone(message.phone);
  const story = message.story === undefined ? undefined : (await deps.store.story(message.story))?.story;
  const blocked = phone?.blocked === true || (message.kind === 'send' && (await stoppedElsewhere(deps, story)));
  const allowed = message.kind === 'confirmation' ? { may: true as const } : maySend({ blocked }, story);
  if (!allowed.may) {
    await moveMessage(deps.records, deps.clinic.tenant, id, 'withheld', time);
    deps.log.info('MESSAGE_WITHHELD', { because: allowed.because });
    return;
  }
  if (message.state === 'sending' || message.kind !== 'send') {
    const found = await deps.carrier.find(message.to, message.body, new Date(Date.parse(message.createdAt) - 60_000));
    if (found !== undefined) {
      await keepSent(deps, message, found.sid, time);
      return;
    }
  }
  if (
    message.state === 'queued' &&
    (await deps.records.put({ kind: 'message', id, value: { ...message, state: 'sending' }, expect: version })) ===
      'conflict'
  ) {
    throw new Fault('STORE_REFUSED', 'A message was moved while it was to be sent; it is looked at again');
  }
  await send(deps, message, time);
}

/** What is not an answer is withheld as well where the person has said STOP on another of their numbers. */
async function stoppedElsewhere(deps: SendingDeps, story: Story | undefined): Promise<boolean> {
  for (const id of story?.person.phones ?? []) if ((await deps.store.phone(id))?.blocked === true) return true;
  return false;
}

async function send(deps: SendingDeps, message: Message, time: string): Promise<void> {
  const outcome = await deps.carrier.send({
    to: message.to,
    body: message.body,
    statusCallback: deps.statusCallback(message.id),
  });
  switch (outcome.is) {
    case 'accepted':
      await keepSent(deps, message, outcome.sid, time);
      return;
    case 'blocked':
      await blockNumber(deps, message);
      await moveMessage(deps.records, deps.clinic.tenant, message.id, 'withheld', time);
      deps.log.info('MESSAGE_WITHHELD', { because: 'number-blocked' });
      return;
    case 'refused':
      await moveMessage(deps.records, deps.clinic.tenant, message.id, 'failed', time, {
        errorCode: outcome.code,
        events: [undeliverable(deps.clinic.tenant, message, time)],
      });
      deps.log.warn('MESSAGE_REFUSED', { code: outcome.code });
      return;
    case 'later':
      deps.log.warn('MESSAGE_RETRIED', { after: outcome.afterSeconds, doubt: outcome.doubt });
      throw new Fault('CARRIER_UNAVAILABLE', 'The carrier could not take a text now', {
        retryAfterSeconds: outcome.afterSeconds,
      });
  }
}

async function keepSent(deps: SendingDeps, message: Message, sid: string, time: string): Promise<void> {
  const sent = eventOf(
    messageSent,
    { cause: message.id, time, tenant: deps.clinic.tenant, patient: message.story },
    { message: message.id },
  );
  await moveMessage(deps.records, deps.clinic.tenant, message.id, 'sent', time, { sid, events: [sent] });
  deps.log.info('MESSAGE_SENT', { kind: message.kind });
}

/** The carrier knows of a STOP that we do not: from now on we do. */
async function blockNumber(deps: SendingDeps, message: Message): Promise<void> {
  const phone = await deps.store.phone(message.phone);
  if (phone === undefined || phone.blocked) return;
  await deps.store.commit({
    cause: `blocked/${message.id}`,
    outcome: { reply: '' },
    phones: [{ ...phone, blocked: true, version: phone.version + 1 }],
    moments: [],
    events: [],
  });
}
