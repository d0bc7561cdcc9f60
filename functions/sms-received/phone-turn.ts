import { Fault } from '../../domain/errors/errors.ts';
import type { RecordPut } from '../../domain/ports/records.ts';
import type { Outcome } from '../../domain/ports/story-store.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { SmsReceivedDeps } from './dependencies.ts';
import type { Text } from './text.ts';

export interface PhoneDecision {
  readonly phone: Phone;
  /** JSON of the messages to answer with. */
  readonly reply: string;
  /** For the history. */
  readonly what: string;
  readonly events: readonly Envelope[];
  readonly records?: readonly RecordPut[];
}

/** One turn that concerns only the phone, not a story: decided again after a conflict, like any other. */
export async function commitPhone(
  deps: SmsReceivedDeps,
  text: Text,
  loaded: Phone | undefined,
  decidePhone: (phone: Phone) => PhoneDecision,
): Promise<{ readonly is: 'duplicate' | 'answered'; readonly outcome: Outcome }> {
  let current = loaded;
  for (let tries = 0; tries < 8; tries++) {
    const phone = current ?? newPhone(text);
    const decision = decidePhone(phone);
    const outcome: Outcome = {
      reply: decision.reply,
      ...(text.retryToken === undefined ? {} : { retryToken: text.retryToken }),
    };
    const committed = await deps.store.commit({
      cause: text.cause,
      outcome,
      phones: [{ ...decision.phone, version: phone.version + 1 }],
      moments: [],
      events: decision.events,
      ...(decision.records === undefined ? {} : { records: decision.records }),
    });
    if (committed.is === 'duplicate') return { is: 'duplicate', outcome: committed.outcome };
    if (committed.is === 'committed') return { is: 'answered', outcome };
    current = await deps.store.phone(text.phone);
  }
  throw new Fault('TURN_KEEPS_CONFLICTING', 'A phone met a newer state each time it was decided.');
}

function newPhone(text: Text): Phone {
  return { id: text.phone, version: 0, number: text.from, members: [], blocked: false, introduced: false, queue: [] };
}
