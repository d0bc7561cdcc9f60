import type { Log } from '../../domain/ports/log.ts';
import { type HttpRequest, type HttpResponse, problem } from './http.ts';

/** Whether the carrier signed a request. */
export interface WebhookVerifier {
  verify(webhook: {
    readonly path: string;
    readonly rawBody: string;
    readonly contentType: string | undefined;
    readonly signature: string | undefined;
  }): boolean;
}

/** The refusal of a webhook that the carrier did not sign over exactly this URL and body; undefined for one that it did. */
export function refusalIfUnsigned(verifier: WebhookVerifier, request: HttpRequest, log: Log): HttpResponse | undefined {
  const signed = verifier.verify({
    path: request.target,
    rawBody: request.body,
    contentType: request.contentType,
    signature: request.header('x-twilio-signature'),
  });
  if (signed) return undefined;
  log.warn('SIGNATURE_INVALID', { route: request.route });
  return problem(
    403,
    'signature-invalid',
    'The signature is not valid',
    'Only the carrier may call this, signing with our auth token over the public URL.',
  );
}
