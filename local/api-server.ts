import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpResponse } from '../edge/http/http.ts';
import type { HttpHandler } from '../edge/http/http-handler.ts';
import type { Route } from '../functions/function-spec.ts';
import type { Settling } from './settling.ts';

export interface ServedRoute extends Pick<Route, 'method' | 'path'> {
  readonly handler: HttpHandler;
}

/** Larger than any route's own limit, which the handlers hold; what is larger still is not read at all. */
const mostBytes = 8 * 1024 * 1024;

/** The product's HTTP API on this machine: the same handlers as behind API Gateway, given the same events. Loopback only. */
export function createApiServer(routes: readonly ServedRoute[]): {
  readonly server: Server;
  readonly settling: Settling;
} {
  const table = routes.map((route) => ({
    ...route,
    key: `${route.method} ${route.path}`,
    parts: route.path.split('/'),
  }));
  let underWay = 0;
  const server = createServer((request, response) => {
    underWay++;
    serve(request, response)
      .catch(() => {
        if (!response.headersSent) response.writeHead(500);
        response.end();
      })
      .finally(() => {
        underWay--;
      });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    const found = find(method, path);
    const body = await readBody(request);
    if (body === undefined)
      return send(
        response,
        refusal(413, 'body-too-large', 'The body is too large', `At most ${mostBytes} bytes are read.`),
      );
    if (found === undefined) {
      const known = table.some((route) => parametersOf(route.parts, path.split('/')) !== undefined);
      return send(
        response,
        known
          ? refusal(405, 'method-not-allowed', 'This route does not take that method', 'See the README for the routes.')
          : refusal(404, 'no-such-route', 'There is no such route', 'See the README for the routes.'),
      );
    }
    send(response, await found.route.handler(eventFor(request, method, path, query, body, found)));
  }

  function find(
    method: string,
    path: string,
  ): { readonly route: (typeof table)[number]; readonly parameters: Record<string, string> } | undefined {
    const parts = path.split('/');
    for (const route of table) {
      if (route.method !== method) continue;
      const parameters = parametersOf(route.parts, parts);
      if (parameters !== undefined) return { route, parameters };
    }
    return undefined;
  }

  return {
    server,
    settling: { name: 'api', busy: () => underWay > 0, nextDue: () => undefined, wake: () => undefined },
  };
}

function parametersOf(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const given = parts[index];
    if (expected === '{proxy+}') {
      const rest = parts.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, proxy: rest };
    }
    if (given === undefined) return undefined;
    if (expected.startsWith('{')) {
      if (given === '') return undefined;
      parameters[expected.slice(1, -1)] = decoded(given);
    } else if (expected !== given) return undefined;
  }
  return parts.length === pattern.length ? parameters : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Undefined where it is larger than is read at all. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (request.method === 'GET' || request.headers['content-length'] === '0') return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(size > mostBytes ? undefined : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)),
    );
    request.on('error', reject);
  });
}

function eventFor(
  request: IncomingMessage,
  method: string,
  path: string,
  query: string,
  body: Buffer,
  found: { readonly route: { readonly key: string }; readonly parameters: Record<string, string> },
): APIGatewayProxyEventV2 {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  const cookies = headers.cookie?.split(';').map((cookie) => cookie.trim());
  return {
    version: '2.0',
    routeKey: found.route.key,
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(cookies === undefined ? {} : { cookies }),
    pathParameters: found.parameters,
    isBase64Encoded: false,
    ...(body.length === 0 ? {} : { body: body.toString('utf8') }),
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: '',
      routeKey: found.route.key,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
  };
}

function send(response: ServerResponse, answer: HttpResponse): void {
  const body = answer.body ?? '';
  const payload = answer.isBase64Encoded === true ? Buffer.from(body, 'base64') : Buffer.from(body, 'utf8');
  const headers: Record<string, string | number | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    headers[name] = typeof value === 'boolean' ? String(value) : value;
  if (answer.cookies !== undefined) headers['set-cookie'] = answer.cookies;
  response.writeHead(answer.statusCode ?? 200, { ...headers, 'content-length': payload.length });
  response.end(payload);
}

function refusal(status: number, type: string, title: string, detail: string): HttpResponse {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: `https://told-once.dev/problems/${type}`, title, status, detail }),
  };
}
