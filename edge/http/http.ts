import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** A request as handlers see it: API Gateway's HTTP API event, read once. */
export interface HttpRequest {
  readonly method: string;
  /** `POST /twilio/sms`: what may be logged. */
  readonly route: string;
  /** Path and query exactly as they came. */
  readonly target: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  readonly cookies: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string;
}

export type HttpResponse = APIGatewayProxyStructuredResultV2;

export function readRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const raw = event.body ?? '';
  const target = event.rawQueryString === '' ? event.rawPath : `${event.rawPath}?${event.rawQueryString}`;
  const cookies: Record<string, string> = {};
  for (const cookie of event.cookies ?? []) {
    const at = cookie.indexOf('=');
    if (at > 0) cookies[cookie.slice(0, at).trim()] = cookie.slice(at + 1).trim();
  }
  return {
    method: event.requestContext.http.method,
    route: event.routeKey,
    target,
    path: event.rawPath,
    parameters: definedOnly(event.pathParameters ?? {}),
    query: new URLSearchParams(event.rawQueryString),
    header: (name) => event.headers[name.toLowerCase()],
    cookies,
    body: event.isBase64Encoded ? Buffer.from(raw, 'base64').toString('utf8') : raw,
    contentType: event.headers['content-type'] ?? '',
  };
}

function definedOnly(parameters: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

export function xml(body: string): HttpResponse {
  return { statusCode: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body };
}

export function json(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

export function html(statusCode: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
      'x-frame-options': 'DENY',
      ...headers,
    },
    body,
  };
}

/** A typed refusal that tells what to do. @see https://www.rfc-editor.org/rfc/rfc9457 */
export function problem(status: number, type: string, title: string, detail: string): HttpResponse {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: `https://told-once.dev/problems/${type}`, title, status, detail }),
  };
}

export function seeOther(location: string, cookies: readonly string[] = []): HttpResponse {
  return {
    statusCode: 303,
    headers: { location, 'cache-control': 'no-store' },
    body: '',
    ...(cookies.length === 0 ? {} : { cookies: [...cookies] }),
  };
}
