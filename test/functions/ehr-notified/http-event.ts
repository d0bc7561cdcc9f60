import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpResponse } from '../../../edge/http/http.ts';

/** A call as API Gateway's HTTP API hands it to a function. */
export function httpEvent(call: {
  readonly route: string;
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}): APIGatewayProxyEventV2 {
  const [method = 'GET'] = call.route.split(' ');
  return {
    version: '2.0',
    routeKey: call.route,
    rawPath: call.path,
    rawQueryString: '',
    headers: Object.fromEntries(Object.entries(call.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'told-once.example',
      domainPrefix: 'told-once',
      http: { method, path: call.path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: call.route,
      stage: '$default',
      time: '02/Mar/2026:15:40:00 +0000',
      timeEpoch: 1772466000000,
    },
    isBase64Encoded: false,
    ...(call.parameters === undefined ? {} : { pathParameters: { ...call.parameters } }),
    ...(call.body === undefined ? {} : { body: call.body }),
  };
}

/** The body of an answer, as JSON. */
export function bodyOf(response: HttpResponse): Record<string, unknown> {
  const parsed: unknown = JSON.parse(response.body ?? '');
  if (typeof parsed !== 'object' || parsed === null) throw new Error('Not an object');
  return { ...parsed };
}

/** A log whose lines a test can read. */
export function listeningLog() {
  const lines: string[] = [];
  const write = (code: string, data?: object, error?: unknown) => {
    lines.push(JSON.stringify([code, data, error === undefined ? undefined : String(error)]));
  };
  return { lines, info: write, warn: write, error: write };
}
