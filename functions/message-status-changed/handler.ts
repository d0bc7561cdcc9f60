import { type HttpHandler, httpHandler } from '../../edge/http/http-handler.ts';
import { refusalIfUnsigned, type WebhookVerifier } from '../../edge/http/signed-webhook.ts';
import { type DeliveryDeps, followStatus } from '../../edge/queue/what-became.ts';
import { messageStatusChanged } from './environment.ts';

export type MessageStatusDeps = DeliveryDeps & { readonly verifier: WebhookVerifier };

/** The carrier says what became of a text; in any order, any number of times. */
export function createHandler(deps: MessageStatusDeps): HttpHandler {
  return httpHandler(messageStatusChanged, deps.log, async (request) => {
    const refusal = refusalIfUnsigned(deps.verifier, request, deps.log);
    if (refusal !== undefined) return refusal;
    const form = new URLSearchParams(request.body);
    const id = request.query.get('m');
    if (id === null) return { statusCode: 204 };
    const sid = form.get('MessageSid');
    const errorCode = Number.parseInt(form.get('ErrorCode') ?? '', 10);
    await followStatus(deps, id, 'sms', {
      status: form.get('MessageStatus') ?? form.get('SmsStatus') ?? '',
      ...(sid === null ? {} : { sid }),
      ...(Number.isNaN(errorCode) ? {} : { errorCode }),
    });
    return { statusCode: 204 };
  });
}
