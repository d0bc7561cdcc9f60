import { Fault } from '../../domain/errors/errors.ts';
import type { Records } from '../../domain/ports/records.ts';
import { type Message, type MessageState, movesForward } from '../../domain/story/message.ts';
import type { Envelope } from '../../events/envelope.ts';
import { eventOf } from '../../events/envelope.ts';
import { messageStatusChanged } from '../../events/message-status-changed.ts';
import { personRequested } from '../../events/person-requested.ts';

/**
 * Moves a message forward to a state, keeping what else is known; a late or repeated report changes nothing. Events ride on the change.
 * Undefined where there is no such message.
 * @throws Fault STORE_REFUSED where others moved it each time: then neither it nor its events are kept.
 */
export async function moveMessage(
  records: Records,
  tenant: string,
  id: string,
  to: MessageState,
  time: string,
  how: { readonly sid?: string; readonly errorCode?: number; readonly events?: readonly Envelope[] } = {},
): Promise<Message | undefined> {
  for (let tries = 0; tries < 8; tries++) {
    const stored = await records.get('message', id);
    if (stored === undefined) return undefined;
    const { value, version } = stored;
    if (!movesForward(value.state, to)) return value;
    const changed: Message = { ...value, state: to, ...(how.sid === undefined ? {} : { sid: how.sid }) };
    const told = to === 'queued' || to === 'sending' ? [] : [statusEvent(changed, tenant, time, how.errorCode)];
    if (
      (await records.put({ kind: 'message', id, value: changed, expect: version }, [
        ...told,
        ...(how.events ?? []),
      ])) === 'saved'
    )
      return changed;
  }
  throw new Fault('CHANGED_MEANWHILE', 'A message changed each time it was to be moved; it is moved again');
}

/** A text or call reaches nobody: a person is told, once per message, so that the patient is reached another way. */
export function undeliverable(tenant: string, message: Message, time: string): Envelope {
  return eventOf(
    personRequested,
    { cause: message.id, time, tenant, patient: message.story, part: 'undeliverable' },
    { because: 'undeliverable', urgency: 'routine', phone: message.phone },
  );
}

function statusEvent(message: Message, tenant: string, time: string, errorCode: number | undefined): Envelope {
  const state = message.state === 'queued' || message.state === 'sending' ? 'sent' : message.state;
  return eventOf(
    messageStatusChanged,
    { cause: message.id, part: state, time, tenant, patient: message.story },
    { message: message.id, state, ...(errorCode === undefined ? {} : { errorCode }) },
  );
}
