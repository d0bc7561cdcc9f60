import type { Outcome } from '../../domain/ports/story-store.ts';
import type { Phone } from '../../domain/story/phone.ts';
import { consentChanged } from '../../events/consent-changed.ts';
import { eventOf } from '../../events/envelope.ts';
import type { SmsReceivedDeps } from './dependencies.ts';
import { commitPhone } from './phone-turn.ts';
import type { Text } from './text.ts';

/**
 * STOP, START, HELP and their kin: the carrier has answered them already, so we say nothing. STOP opts out everyone on the number and
 * withdraws what is scheduled (behind the bus); START, YES and UNSTOP undo it, YES only on a blocked number.
 */
export function answerCarrierWord(
  deps: SmsReceivedDeps,
  text: Text,
  phone: Phone | undefined,
  word: 'carrier-stop' | 'carrier-start' | 'carrier-yes' | 'carrier-help',
): Promise<{ readonly is: 'duplicate' | 'answered'; readonly outcome: Outcome }> {
  return commitPhone(deps, text, phone, (current) => {
    const allowed = word === 'carrier-stop' ? false : word === 'carrier-help' ? undefined : true;
    const event = (value: boolean) =>
      eventOf(
        consentChanged,
        { cause: text.cause, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant },
        { scope: 'number', allowed: value, phone: text.phone },
      );
    return {
      phone: allowed === undefined ? current : { ...current, blocked: !allowed },
      reply: '[]',
      what: word,
      events: allowed === undefined ? [] : [event(allowed)],
    };
  });
}
