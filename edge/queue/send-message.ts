import { type Later, type MaySend, maySend } from '../../domain/consent/may-send.ts';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import { Fault } from '../../domain/errors/errors.ts';
import type { CallOutcome, Carrier, SendOutcome } from '../../domain/ports/carrier.ts';
import type { Attempt, Message } from '../../domain/story/message.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { Story } from '../../domain/story/story.ts';
import { eventOf } from '../../events/envelope.ts';
import { messageSent } from '../../events/message-sent.ts';
import { isTheirWish, notTold } from '../not-told.ts';
import type { Callbacks } from './callbacks.ts';
import { moveMessage } from './message-delivery.ts';
import { type DeliveryDeps, loseMessage } from './what-became.ts';

export interface SendingDeps extends DeliveryDeps, Callbacks {
  readonly carrier: Carrier;
  readonly clinic: Pick<Clinic, 'tenant' | 'timeZone' | 'quietHours' | 'sender'>;
  /** What texts are sent from: the number, or the Messaging Service. Its rate is shared by all who send. */
  readonly sender: string;
  /** Names this process in the mark that it leaves on what it sends. */
  readonly worker: string;
}

export type Attempted =
  | { readonly is: 'done' }
  /** Not now; nothing was sent. */
  | { readonly is: 'later'; readonly at: Date; readonly message: Message };

const done: Attempted = { is: 'done' };

/**
 * How long nobody else touches a message that somebody has set out to send. The request itself ends within ten seconds, with or without
 * an answer; the rest of the time is for the carrier's list, which shows what was taken a moment after it was taken and promises no
 * moment: twenty seconds is many times what it needs, and a text that was in doubt may be half a minute late.
 */
const leaseMs = 30_000;
const requestMs = 10_000;
/** Their clock and ours may differ. Calls are told apart by their time alone, so more narrowly. */
const skewMs = { sms: 60_000, voice: 5_000 } as const;

/**
 * Sends one text or makes one call, at most once. Who sends leaves a mark first, by a conditional write, so that of two workers one sends
 * and the other comes again later. A mark without an outcome means that it may have been sent: it is then looked for at the carrier, but
 * not before the mark has run out, and only what is not found is sent. Consent is asked at the moment of sending, so that what was queued
 * before an opt-out is withheld.
 */
export async function sendMessage(deps: SendingDeps, id: string): Promise<Attempted> {
  const stored = await deps.records.get('message', id);
  if (stored === undefined) return done;
  const { value: message, version } = stored;
  if (message.state !== 'queued' && message.state !== 'sending') return done;
  const now = deps.clock.now();
  const { attempt } = message;
  if (attempt !== undefined && attempt.sent !== false && Date.parse(attempt.until) > now.getTime())
    throw new Fault('CARRIER_UNAVAILABLE', 'An attempt to send this has no outcome yet; it is looked at again later', {
      retryAfterSeconds: Math.ceil((Date.parse(attempt.until) - now.getTime()) / 1000),
    });
  const inDoubt = message.kind !== 'send' || (message.state === 'sending' && attempt?.sent !== false);
  if (inDoubt) {
    const found = await look(deps, message);
    if (found !== undefined) {
      await keepSent(deps, message, found.sid, now);
      return done;
    }
  }
  const held = await leaveFor(deps, message, now);
  if (held !== undefined) return held;
  const mark: Attempt = {
    by: deps.worker,
    // The first in doubt: what is looked for was sent at or after that.
    at: inDoubt && attempt !== undefined ? attempt.at : now.toISOString(),
    until: new Date(now.getTime() + leaseMs).toISOString(),
  };
  const marked: Message = { ...message, state: 'sending', attempt: mark };
  if ((await deps.records.put({ kind: 'message', id, value: marked, expect: version })) === 'conflict')
    throw new Fault('CHANGED_MEANWHILE', 'A message was moved while it was to be sent; it is looked at again');
  // Whoever was held up between the mark and here (a machine put to sleep) has no right to send any more.
  if (deps.clock.now().getTime() > now.getTime() + leaseMs - requestMs)
    throw new Fault('CARRIER_UNAVAILABLE', 'The time in which only we may send this is nearly over');
  await send(deps, marked, version + 1, now);
  return done;
}

/** With the carrier: a text by its words, a call by its time. */
function look(deps: SendingDeps, message: Message): Promise<{ readonly sid: string } | undefined> {
  const since = new Date(Date.parse(message.attempt?.at ?? message.createdAt) - skewMs[message.channel]);
  return message.channel === 'voice'
    ? deps.carrier.findCall(message.to, since)
    : deps.carrier.find(message.to, message.body, since);
}

/** What keeps a message from being sent now, done with or put off; undefined where it may go. */
async function leaveFor(deps: SendingDeps, message: Message, now: Date): Promise<Attempted | undefined> {
  const phone = await deps.store.phone(message.phone);
  const leave = await askLeave(deps, message, phone, now);
  if (leave.may === false) return withhold(deps, message, leave.because, now);
  const ready = Math.max(timeOf(message.notBefore) ?? 0, leave.may === 'later' ? leave.at.getTime() : 0);
  const expires = timeOf(message.expires);
  // Also what would be over before the morning in which it could be sent.
  if (expires !== undefined && expires <= Math.max(now.getTime(), ready))
    return withhold(deps, message, 'expired', now);
  if (ready > now.getTime()) return { is: 'later', at: new Date(ready), message };
  // Queued before it was known that the number takes no texts: the carrier need not say so again.
  if (message.channel === 'sms' && message.kind === 'send' && phone?.texts === false) {
    await loseMessage(deps, message, 'failed', { errorCode: notAMobile });
    return done;
  }
  return undefined;
}

/** @see https://www.twilio.com/docs/api/errors/21614 */
const notAMobile = 21614;

async function askLeave(
  deps: SendingDeps,
  message: Message,
  phone: Phone | undefined,
  now: Date,
): Promise<MaySend | Later> {
  if (message.kind === 'confirmation') return { may: true };
  const story = message.story === undefined ? undefined : (await deps.store.story(message.story))?.story;
  const blocked = phone?.blocked === true || (message.kind === 'send' && (await stoppedElsewhere(deps, phone, story)));
  return maySend({ blocked }, story, { message, now, clinic: deps.clinic });
}

/** What is not an answer is withheld as well where the person has said STOP on another of their numbers. */
async function stoppedElsewhere(
  deps: SendingDeps,
  asked: Phone | undefined,
  story: Story | undefined,
): Promise<boolean> {
  for (const id of story?.person.phones ?? [])
    if (id !== asked?.id && (await deps.store.phone(id))?.blocked === true) return true;
  return false;
}

/** STOP is about everything that we send by ourselves, calls as well; what it keeps from the patient about a visit is told by staff. */
async function withhold(
  deps: SendingDeps,
  message: Message,
  because: Extract<MaySend, { may: false }>['because'] | 'expired',
  now: Date,
): Promise<Attempted> {
  const time = now.toISOString();
  const untold = message.about !== undefined && because !== 'expired' && isTheirWish({ may: false, because });
  const occasion = { cause: message.id, time, tenant: deps.clinic.tenant, patient: message.story };
  const events = untold ? [notTold(occasion, message.phone)] : [];
  await moveMessage(deps.records, deps.clinic.tenant, message.id, 'withheld', time, { events });
  deps.log.info('MESSAGE_WITHHELD', { because, channel: message.channel });
  return done;
}

async function send(deps: SendingDeps, message: Message, version: number, now: Date): Promise<void> {
  const outcome = await transmit(deps, message);
  switch (outcome.is) {
    case 'accepted':
    case 'ringing':
      return keepSent(deps, message, outcome.sid, now);
    case 'blocked':
      await blockNumber(deps, message);
      await withhold(deps, message, 'number-blocked', now);
      return;
    case 'refused':
      await loseMessage(deps, message, 'failed', { errorCode: outcome.code });
      deps.log.warn('MESSAGE_REFUSED', { code: outcome.code, channel: message.channel });
      return;
    case 'later': {
      deps.log.warn('MESSAGE_RETRIED', { after: outcome.afterSeconds, doubt: outcome.doubt });
      // Nothing went out: the next attempt need not wait for this one's time, nor look for it.
      if (!outcome.doubt && message.attempt !== undefined) {
        const value: Message = { ...message, attempt: { ...message.attempt, sent: false } };
        await deps.records.put({ kind: 'message', id: message.id, value, expect: version });
      }
      throw new Fault('CARRIER_UNAVAILABLE', 'The carrier could not take a message now', {
        retryAfterSeconds: outcome.afterSeconds,
      });
    }
  }
}

function transmit(deps: SendingDeps, { id, channel, to, body }: Message): Promise<SendOutcome | CallOutcome> {
  return channel === 'voice'
    ? deps.carrier.call({ to, ...deps.call(id) })
    : deps.carrier.send({ to, body, statusCallback: deps.statusCallback(id) });
}

async function keepSent(deps: SendingDeps, message: Message, sid: string, now: Date): Promise<void> {
  const time = now.toISOString();
  const sent = eventOf(
    messageSent,
    { cause: message.id, time, tenant: deps.clinic.tenant, patient: message.story },
    { message: message.id },
  );
  await moveMessage(deps.records, deps.clinic.tenant, message.id, 'sent', time, { sid, events: [sent] });
  const { kind, channel, priority } = message;
  deps.log.info('MESSAGE_SENT', { kind, channel, priority });
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

function timeOf(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(instant);
}
