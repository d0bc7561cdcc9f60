import { Fault } from '../../domain/errors/errors.ts';
import type { RecordPut } from '../../domain/ports/records.ts';
import type { Outcome } from '../../domain/ports/story-store.ts';
import type { Phone } from '../../domain/story/phone.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { mediaReceived } from '../../events/media-received.ts';
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

/**
 * One turn that concerns only the phone, not a story: decided again after a conflict, like any other. What was said and sent is kept
 * under the phone, whoever it turns out to be.
 */
export async function commitPhone(
  deps: SmsReceivedDeps,
  text: Text,
  loaded: Phone | undefined,
  decidePhone: (phone: Phone) => PhoneDecision,
): Promise<{ readonly is: 'duplicate' | 'answered'; readonly outcome: Outcome }> {
  const at = deps.clock.now().toISOString();
  const media = text.media.map((each) => ({ ...each }));
  const fetched =
    media.length === 0
      ? []
      : [eventOf(mediaReceived, { cause: text.cause, time: at, tenant: deps.clinic.tenant }, { media })];
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
      moments: [
        {
          id: `${text.cause}#heard`,
          at,
          cause: text.cause,
          channel: media.length > 0 ? 'mms' : 'sms',
          what: 'heard',
          detail: { words: text.words, media: media.map(({ id, contentType }) => ({ id, contentType })) },
        },
      ],
      events: [...decision.events, ...fetched],
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
