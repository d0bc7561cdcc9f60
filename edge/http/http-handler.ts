import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Fault } from '../../domain/errors/errors.ts';
import type { Log } from '../../domain/ports/log.ts';
import { type HttpRequest, type HttpResponse, problem, readRequest } from './http.ts';

/** The least a handler's declaration says of its routes. */
export interface RouteLimits {
  readonly trigger: {
    readonly by: string;
    readonly routes: readonly { readonly method: string; readonly path: string; readonly bodyLimit: number }[];
  };
}

export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<HttpResponse>;

/**
 * What every HTTP function has around it: the body's limit, one log line by route (never the path or its token), and faults turned into
 * answers that say whether to try again. Twilio's routes answer a fault with an empty 503, so that its fallback URL speaks.
 */
export function httpHandler(
  spec: RouteLimits,
  log: Log,
  handle: (request: HttpRequest) => Promise<HttpResponse>,
): HttpHandler {
  const limits = new Map(spec.trigger.routes.map((route) => [`${route.method} ${route.path}`, route.bodyLimit]));
  const handler = middy<APIGatewayProxyEventV2, HttpResponse>()
    .before(({ event }) => {
      const limit = limits.get(event.routeKey) ?? 65_536;
      const size = event.isBase64Encoded
        ? Math.floor(((event.body?.length ?? 0) * 3) / 4)
        : Buffer.byteLength(event.body ?? '');
      return size > limit
        ? problem(413, 'body-too-large', 'The body is too large', `This route takes at most ${limit} bytes. Send less.`)
        : undefined;
    })
    .onError((request) => {
      const { error, event } = request;
      const code = error instanceof Fault ? error.code : 'UNEXPECTED';
      log.error('HTTP_FAILED', { route: event.routeKey, code }, error);
      request.response = event.rawPath.startsWith('/twilio/')
        ? { statusCode: 503, headers: { 'content-type': 'text/plain' }, body: '' }
        : {
            ...problem(
              503,
              'try-again',
              'Something is not available just now',
              'Nothing was lost. Please try again in a moment.',
            ),
            headers: { 'content-type': 'application/problem+json', 'retry-after': '5' },
          };
    })
    .handler(async (event: APIGatewayProxyEventV2) => handle(readRequest(event)));
  return async (event) => {
    // API Gateway's context is not used; a Lambda context is handed on by the runtime.
    const response = await handler(event, {} as never);
    log.info('HTTP_ANSWERED', { route: event.routeKey, status: response.statusCode });
    return response;
  };
}
