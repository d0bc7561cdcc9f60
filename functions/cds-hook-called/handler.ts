import { type HttpRequest, type HttpResponse, json, problem } from '../../edge/http/http.ts';
import { type HttpHandler, httpHandler } from '../../edge/http/http-handler.ts';
import { readFeedback, readHookCall } from './called-body.ts';
import { showCards } from './card-shown.ts';
import { preflight, withCors } from './cors.ts';
import type { CdsHookCalledDeps } from './dependencies.ts';
import { cdsHookCalled } from './environment.ts';
import { takeFeedback } from './feedback-given.ts';
import { type Service, serviceNamed, services } from './services.ts';

/** A chart is open: verify who asks, read the story, show the card, remember to whom. @see https://cds-hooks.hl7.org/2.0/ */
export function createHandler(deps: CdsHookCalledDeps): HttpHandler {
  return httpHandler(cdsHookCalled, deps.log, async (request) => {
    const origin = request.header('origin');
    if (request.method === 'OPTIONS') return preflight(origin, deps.origins);
    return withCors(await answer(deps, request), origin, deps.origins);
  });
}

async function answer(deps: CdsHookCalledDeps, request: HttpRequest): Promise<HttpResponse> {
  // What we offer is no secret, and an EHR asks for it before it has anything to sign.
  if (request.method === 'GET') return json(200, { services });
  const verdict = await deps.verifier.verify(request.header('authorization'), `${deps.publicUrl}${request.path}`);
  if (!verdict.ok) return refused(deps, request, verdict.why);
  const service = serviceNamed(request.parameters.id);
  if (service === undefined) {
    const known = services.map(({ id }) => id).join(' and ');
    return problem(404, 'service-unknown', 'There is no such service', `The services here are ${known}.`);
  }
  return request.route.endsWith('/feedback')
    ? feedbackGiven(deps, request)
    : hookCalled(deps, request, service, verdict.issuer);
}

async function hookCalled(
  deps: CdsHookCalledDeps,
  request: HttpRequest,
  service: Service,
  issuer: string,
): Promise<HttpResponse> {
  const call = readHookCall(request.body);
  if (!call.ok) return problem(400, 'hook-unreadable', 'The hook cannot be read', call.why);
  if (call.value.hook !== service.hook) {
    return problem(
      400,
      'hook-wrong',
      'This service is for another hook',
      `${service.id} is called for ${service.hook}.`,
    );
  }
  return json(200, { cards: await showCards(deps, service, issuer, call.value) }, { 'cache-control': 'no-store' });
}

async function feedbackGiven(deps: CdsHookCalledDeps, request: HttpRequest): Promise<HttpResponse> {
  const feedback = readFeedback(request.body);
  if (!feedback.ok) return problem(400, 'feedback-unreadable', 'The feedback cannot be read', feedback.why);
  for (const each of feedback.value) await takeFeedback(deps, request.route, each);
  return json(200, {});
}

/** The reason is a closed word of the verifier, never the token. */
function refused(deps: CdsHookCalledDeps, request: HttpRequest, why: string): HttpResponse {
  deps.log.warn('HTTP_REFUSED', { route: request.route, why });
  if (why === 'keys-unavailable') {
    const answer = problem(
      503,
      'keys-unavailable',
      'Your keys could not be fetched',
      'The key set that is configured for your issuer did not answer. Please try again.',
    );
    return { ...answer, headers: { ...answer.headers, 'retry-after': '5' } };
  }
  const answer = problem(
    401,
    'token-refused',
    'The token is not accepted',
    `Send a signed JWT as a Bearer token, made for this URL and used once. Reason: ${why}.`,
  );
  const challenge = why === 'no-token' ? 'Bearer realm="told-once"' : 'Bearer realm="told-once", error="invalid_token"';
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } };
}
