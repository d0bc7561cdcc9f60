import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { MessageState } from '../../domain/story/message.ts';
import { type HttpHandler, httpHandler } from '../../edge/http/http-handler.ts';
import { refusalIfUnsigned, type WebhookVerifier } from '../../edge/http/signed-webhook.ts';
import { moveMessage, undeliverable } from '../../edge/queue/message-delivery.ts';
import { messageStatusChanged } from './environment.ts';

export interface MessageStatusDeps {
  readonly records: Records;
  readonly clinic: Pick<Clinic, 'tenant'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly verifier: WebhookVerifier;
}

/**
 * Twilio's words for what became of a message. Unknown or future ones change nothing.
 * @see https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
 */
const states: Readonly<Record<string, MessageState>> = {
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

/** The carrier says what became of a text; in any order, any number of times. */
export function createHandler(deps: MessageStatusDeps): HttpHandler {
  return httpHandler(messageStatusChanged, deps.log, async (request) => {
    const refusal = refusalIfUnsigned(deps.verifier, request, deps.log);
    if (refusal !== undefined) return refusal;
    const form = new URLSearchParams(request.body);
    const id = request.query.get('m');
    const state = states[form.get('MessageStatus') ?? form.get('SmsStatus') ?? ''];
    if (id === null || state === undefined) return { statusCode: 204 };
    const sid = form.get('MessageSid');
    const errorCode = Number.parseInt(form.get('ErrorCode') ?? '', 10);
    const time = deps.clock.now().toISOString();
    const message = (await deps.records.get('message', id))?.value;
    const lost = message !== undefined && (state === 'undelivered' || state === 'failed');
    await moveMessage(deps.records, deps.clinic.tenant, id, state, time, {
      ...(lost ? { events: [undeliverable(deps.clinic.tenant, message, time)] } : {}),
      ...(sid === null ? {} : { sid }),
      ...(Number.isNaN(errorCode) ? {} : { errorCode }),
    });
    return { statusCode: 204 };
  });
}
