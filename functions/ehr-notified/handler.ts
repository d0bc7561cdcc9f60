import { type HttpRequest, type HttpResponse, problem } from '../../edge/http/http.ts';
import { type HttpHandler, httpHandler } from '../../edge/http/http-handler.ts';
import { carriesSecret } from '../../edge/http/secret-header.ts';
import { readNotification } from '../../fhir-mappings/notification.ts';
import type { Notification, NotificationRefusal } from '../../fhir-mappings/notification-change.ts';
import { readCalledPath } from './called-path.ts';
import type { EhrNotifiedDeps } from './dependencies.ts';
import { ehrNotified } from './environment.ts';
import { answerHl7, hl7Path } from './hl7-answered.ts';
import { keepNotification } from './notification-kept.ts';
import { quarantine } from './quarantine.ts';

/** The EHR says that something changed: verify, read, keep all of it, answer. What it means is followed behind the bus; the EHR is never waited for. */
export function createHandler(deps: EhrNotifiedDeps): HttpHandler {
  return httpHandler(ehrNotified, deps.log, async (request) => {
    const { header, secret } = deps.secret;
    if (!carriesSecret(request.header(header), secret)) {
      deps.log.warn('HTTP_REFUSED', { route: request.route, why: 'secret-invalid' });
      return problem(
        401,
        'secret-invalid',
        'The secret is not valid',
        'Send the header that the Subscription was made with, exactly as it is there.',
      );
    }
    if (request.path === hl7Path) return answerHl7(deps, request);
    const path = readCalledPath(request.path);
    if (path.is === 'unknown') {
      await quarantine(deps, request.route, 'path-unknown', request.body);
      return problem(
        404,
        'path-unknown',
        'Nothing is expected here',
        'Call /ehr/notifications, or below it /{Type} or /{Type}/{id}. What you sent was kept for our operators.',
      );
    }
    const { method, contentType, body } = request;
    const { is: _, ...place } = path;
    const notification = readNotification({ method, contentType, body, ...place });
    if (notification.kind === 'refused') return refuse(deps, request, notification);
    await keepNotification(deps, notification, body);
    return { statusCode: 200, body: '' };
  });
}

interface Refusal {
  readonly status: number;
  readonly title: string;
}

const refusals: Record<NotificationRefusal, Refusal> = {
  'unsupported-format': { status: 415, title: 'Only FHIR as JSON is read here' },
  'not-json': { status: 400, title: 'The body is not JSON' },
  'not-a-resource': { status: 422, title: 'The body is not a FHIR resource' },
  'not-a-notification': { status: 422, title: 'The Bundle is not a notification' },
  'no-id': { status: 422, title: 'The resource has no id' },
  'path-mismatch': { status: 422, title: 'The path and the body do not agree' },
};

async function refuse(
  deps: EhrNotifiedDeps,
  request: HttpRequest,
  { code, reason }: Extract<Notification, { kind: 'refused' }>,
): Promise<HttpResponse> {
  await quarantine(deps, request.route, code, request.body);
  const { status, title } = refusals[code];
  return problem(
    status,
    code,
    title,
    `${reason} Send a topic-based notification Bundle (R4), one resource, or an empty body, as application/fhir+json. What you sent was kept for our operators.`,
  );
}
