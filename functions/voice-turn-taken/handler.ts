import { xml } from '../../edge/http/http.ts';
import { type HttpHandler, httpHandler } from '../../edge/http/http-handler.ts';
import { refusalIfUnsigned } from '../../edge/http/signed-webhook.ts';
import { followStatus } from '../../edge/queue/what-became.ts';
import { answerCall } from './call-answered.ts';
import { continueCall } from './call-continued.ts';
import { openCall } from './call-reference.ts';
import type { VoiceTurnTakenDeps } from './dependencies.ts';
import { voiceTurnTaken } from './environment.ts';
import { reachOut } from './reaching-out.ts';

/** Somebody rang, spoke, pressed a key or hung up: verify, read, decide, keep, answer. */
export function createHandler(deps: VoiceTurnTakenDeps): HttpHandler {
  return httpHandler(voiceTurnTaken, deps.log, async (request) => {
    const refusal = refusalIfUnsigned(deps.verifier, request, deps.log);
    if (refusal !== undefined) return refusal;
    const form = new URLSearchParams(request.body);
    const sid = form.get('CallSid') ?? '';
    const message = request.query.get('m');
    if (request.path.endsWith('/status')) {
      // A dropped call loses nothing: every turn was kept before it was answered. Only what we called for has an end of its own.
      if (message !== null)
        await followStatus(deps, message, 'voice', {
          status: form.get('CallStatus') ?? '',
          ...(sid === '' ? {} : { sid }),
        });
      return { statusCode: 204 };
    }
    const reference = openCall(deps.seals, request.query.get('c'), sid, deps.clock.now());
    if (reference !== undefined) return xml(await continueCall(deps, reference, form));
    if (message !== null && isOutbound(form)) return xml(await reachOut(deps, sid, message));
    return xml(await answerCall(deps, sid, callerOf(form), isOutbound(form)));
  });
}

/** The patient's number: who rang us, or whom we rang. */
function callerOf(form: URLSearchParams): string {
  return form.get(isOutbound(form) ? 'To' : 'From') ?? '';
}

function isOutbound(form: URLSearchParams): boolean {
  return (form.get('Direction') ?? '').startsWith('outbound');
}
