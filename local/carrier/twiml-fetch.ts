import type { CarrierContext } from './carrier-context.ts';
import { elementsOf, MalformedXml, parseXml, type TwimlElement } from './twiml-document.ts';
import { judgeTwiml, type TwilioNotice, type TwimlKind } from './twiml-rules.ts';
import type { WebhookOutcome, WebhookRequest } from './webhook.ts';

/** The verbs a webhook answered with, checked, or nothing where the error was already shown. */
export type TwimlAnswer =
  | { readonly ok: true; readonly verbs: readonly TwimlElement[]; readonly url: string }
  | { readonly ok: false };

/** A URL of a document made absolute; one that can't be stays as it is, and fails with 11100 when it is called. */
export function absoluteUrl(reference: string, base: string): string {
  const trimmed = reference.trim();
  return URL.canParse(trimmed, base) ? new URL(trimmed, base).href : trimmed;
}

type Reading = { readonly verbs: readonly TwimlElement[]; readonly warnings: readonly TwilioNotice[] } | TwilioNotice;

/** Reads TwiML text; a notice is the reason why it can't be executed. */
export function readTwiml(text: string, kind: TwimlKind): Reading {
  let root: TwimlElement;
  try {
    root = parseXml(text);
  } catch (error) {
    if (error instanceof MalformedXml) return { code: 12100, message: `Document parse failure: ${error.message}` };
    throw error;
  }
  const verdict = judgeTwiml(root, kind);
  return verdict.error ?? { verbs: elementsOf(root), warnings: verdict.warnings };
}

/** @see https://www.twilio.com/docs/messaging/twiml#twilios-request-to-your-application (content types) */
function readAnswer(outcome: WebhookOutcome, kind: TwimlKind): Reading {
  if (!outcome.ok) return { code: outcome.code, message: `HTTP retrieval failure: ${outcome.reason}` };
  const { status, contentType, body } = outcome.response;
  if (status < 200 || status > 299) {
    return { code: 11200, message: `HTTP retrieval failure: the webhook answered ${status}` };
  }
  switch (contentType.split(';', 1)[0]?.trim().toLowerCase()) {
    case 'text/xml':
    case 'application/xml':
    case 'text/html':
      return readTwiml(body, kind);
    case 'text/plain':
      return {
        verbs: [{ name: kind === 'voice' ? 'Say' : 'Message', attributes: {}, children: [body] }],
        warnings: [],
      };
    default:
      return { code: 12300, message: `Invalid Content-Type: ${contentType === '' ? 'none' : contentType}` };
  }
}

/**
 * Asks a webhook what to do; one answer per delivery (two while duplicates are asked for). Where the answer is no TwiML the error is
 * shown, and the fallback URL, if there is one, is asked once with Twilio's ErrorCode and ErrorUrl.
 */
export async function askForTwiml(
  context: CarrierContext,
  ask: { request: WebhookRequest; kind: TwimlKind; resource: string; fallbackUrl: string | null },
): Promise<TwimlAnswer[]> {
  const understand = async (outcome: WebhookOutcome, fallbackUrl: string | null): Promise<TwimlAnswer> => {
    const reading = readAnswer(outcome, ask.kind);
    if ('verbs' in reading) {
      for (const warning of reading.warnings) context.notice(ask.resource, warning, 'warning');
      const url = outcome.ok ? outcome.response.url : ask.request.url;
      return { ok: true, verbs: reading.verbs, url };
    }
    context.notice(ask.resource, reading);
    if (fallbackUrl === null) return { ok: false };
    const params = { ...ask.request.params, ErrorCode: String(reading.code), ErrorUrl: ask.request.url };
    const [second] = await context.post({ url: fallbackUrl, method: 'POST', params });
    return second === undefined ? { ok: false } : understand(second, null);
  };
  const outcomes = await context.post(ask.request);
  return Promise.all(outcomes.map((outcome) => understand(outcome, ask.fallbackUrl)));
}
