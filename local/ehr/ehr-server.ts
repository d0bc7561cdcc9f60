import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { capabilityStatement } from './capability-statement.ts';
import { type CdsCaller, CdsRefusal } from './cds-caller.ts';
import type { Definitions } from './definitions.ts';
import { type Faults, faultsSchema } from './faults.ts';
import { type FhirAnswer, type FhirCall, outcome, refusal } from './fhir-service.ts';
import { beyondScopes } from './scopes.ts';
import { OAuthError, type SmartAuthorization } from './smart-authorization.ts';

const MAX_BODY = 10 * 1024 * 1024;
const FHIR_TYPES = ['application/fhir+json', 'application/json', 'application/json-patch+json'];
const FORM = 'application/x-www-form-urlencoded';

interface EhrServerParts {
  readonly answer: (call: FhirCall) => Promise<FhirAnswer>;
  readonly authorization: SmartAuthorization;
  readonly cds: CdsCaller;
  readonly faults: Faults;
  readonly definitions: Definitions;
  readonly origin: () => string;
  readonly started: string;
}

class BodyTooLarge extends Error {}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  let tooLarge = false;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    // Read on to the end without keeping it: a client that is still sending would not see the answer.
    if (size > MAX_BODY) tooLarge = true;
    else chunks.push(chunk);
  }
  if (tooLarge) throw new BodyTooLarge();
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function sendFhir(response: ServerResponse, answer: FhirAnswer): void {
  for (const [name, value] of Object.entries(answer.headers))
    if (typeof value === 'string') response.setHeader(name, value);
  if (answer.resource === undefined) {
    response.writeHead(answer.status).end();
    return;
  }
  sendJson(response, answer.status, answer.resource, 'application/fhir+json');
}

function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path).replace(/^\/+|\/+$/g, '');
  } catch {
    return undefined;
  }
}

/** Reads what was sent, or says why it cannot be used. */
function parseBody(text: string, type: string): { body: unknown } | FhirAnswer {
  if (text === '') return { body: undefined };
  if (type !== '' && !FHIR_TYPES.includes(type)) return refusal(415, 'not-supported', 'Send application/fhir+json.');
  try {
    return { body: JSON.parse(text) };
  } catch {
    return refusal(400, 'structure', 'The body is not valid JSON.');
  }
}

function plainHeaders(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

/** Pages of this machine may look in, the console among them; other sites may not. */
function allowLocalPages(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined || !/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-headers', 'authorization, content-type, if-match, if-none-exist, prefer');
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE');
  response.setHeader('access-control-expose-headers', 'etag, location, last-modified');
  response.setHeader('vary', 'origin');
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The HTTP side of the stand-in: the FHIR API below `/fhir`, and beside it what an EHR's own screens would do. */
export function createEhrServer(parts: EhrServerParts): Server {
  const { authorization, cds, faults } = parts;

  async function fhirAnswer(request: IncomingMessage, path: string, search: string): Promise<FhirAnswer> {
    const { method = 'GET' } = request;
    const text = await readBody(request);
    const { authorization: header } = request.headers;
    const token = header === undefined ? {} : authorization.accepts(header);
    if (token === undefined) return refusal(401, 'login', 'The access token is wrong or has expired.');
    const allowed = async (call: FhirCall): Promise<FhirAnswer> => {
      const beyond = token.scope === undefined ? undefined : beyondScopes(token.scope, call);
      return beyond === undefined
        ? parts.answer(call)
        : refusal(403, 'forbidden', `The scopes of the access token do not allow ${beyond}.`);
    };
    if (path === 'metadata' && method === 'GET') {
      const statement = capabilityStatement(parts.definitions, `${parts.origin()}/fhir`, parts.origin(), parts.started);
      return { status: 200, resource: statement, headers: {} };
    }
    const headers = plainHeaders(request);
    if (method === 'POST' && path.endsWith('/_search')) {
      const sent = mediaType(request) === FORM ? text : '';
      const query = [search.slice(1), sent].filter((part) => part !== '').join('&');
      return allowed({
        method: 'GET',
        url: `${path.replace(/\/_search$/, '')}?${query}`,
        body: undefined,
        headers,
      });
    }
    const parsed = parseBody(text, mediaType(request));
    if ('status' in parsed) return parsed;
    const needsBody = method === 'PUT' || method === 'PATCH' || (method === 'POST' && !path.includes('$'));
    if (needsBody && (typeof parsed.body !== 'object' || parsed.body === null)) {
      return refusal(400, 'structure', 'A resource is needed in the body.');
    }
    const answer = await allowed({ method, url: `${path}${search}`, body: parsed.body, headers });
    const minimal = /return=minimal/.test(headers.prefer ?? '') && method !== 'GET' && answer.status < 300;
    return minimal && path !== '' ? { ...answer, resource: undefined } : answer;
  }

  async function fhir(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = decodePath(url.pathname.slice('/fhir'.length));
    if (path === undefined) {
      sendFhir(response, refusal(400, 'invalid', 'The address is not encoded as a URL is.'));
      return;
    }
    if (path === '.well-known/smart-configuration' || path === '.well-known/openid-configuration') {
      sendJson(response, 200, authorization.configuration());
      return;
    }
    const { latencyMs = 0, status = 500, retryAfter } = faults.plan;
    const fault = faults.forRequest(request.method ?? 'GET', path.split('/')[0] ?? '');
    if (latencyMs > 0) await wait(latencyMs);
    if (fault === 'status') {
      request.resume();
      if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
      if (status === 401) response.setHeader('www-authenticate', 'Bearer');
      sendFhir(response, { status, resource: outcome('transient', 'This fault was asked for.'), headers: {} });
      return;
    }
    let answer: FhirAnswer;
    try {
      answer = await fhirAnswer(request, path, url.search);
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error;
      answer = refusal(413, 'too-long', 'The body is larger than 10 MB.');
    }
    if (fault === 'timeout') return;
    if (fault === 'garbage') {
      response
        .writeHead(200, { 'content-type': 'application/fhir+json' })
        .end('<html>}{ this is not what you asked for');
      return;
    }
    if (answer.status === 401) response.setHeader('www-authenticate', 'Bearer');
    sendFhir(response, answer);
  }

  async function jsonBody(request: IncomingMessage): Promise<unknown> {
    const text = await readBody(request);
    try {
      return text === '' ? {} : JSON.parse(text);
    } catch {
      throw new CdsRefusal('The body is not valid JSON.');
    }
  }

  async function oauth(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const form = async (): Promise<URLSearchParams> => new URLSearchParams(await readBody(request));
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /oauth/authorize':
      case 'POST /oauth/authorize': {
        const location = authorization.authorize(request.method === 'GET' ? url.searchParams : await form());
        response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
        return true;
      }
      case 'POST /oauth/token':
        if (mediaType(request) !== FORM) throw new OAuthError(400, 'invalid_request', `Send ${FORM}.`);
        sendJson(response, 200, await authorization.token(await form()));
        return true;
      case 'GET /oauth/jwks.json':
        sendJson(response, 200, await authorization.jwks());
        return true;
      case 'POST /launches':
        sendJson(response, 201, authorization.createLaunch(await jsonBody(request)));
        return true;
      default:
        return false;
    }
  }

  async function beside(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const route = `${request.method} ${url.pathname}`;
    if (route === 'GET /.well-known/jwks.json') sendJson(response, 200, cds.jwks());
    else if (route === 'GET /faults') sendJson(response, 200, faults.plan);
    else if (route === 'POST /faults') {
      const plan = faultsSchema.safeParse(await jsonBody(request));
      if (!plan.success) throw new CdsRefusal(`These faults are not known: ${plan.error.issues[0]?.message ?? ''}`);
      faults.set(plan.data);
      sendJson(response, 200, faults.plan);
    } else if (route === 'POST /cds-feedback') {
      const answer = await cds.feedback(await jsonBody(request));
      sendJson(response, answer.status, answer.body);
    } else if (request.method === 'POST' && /^\/cds\/[a-z-]+$/.test(url.pathname)) {
      sendJson(response, 200, await cds.call(url.pathname.slice('/cds/'.length), await jsonBody(request)));
    } else return false;
    return true;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', parts.origin());
    allowLocalPages(request, response);
    if (request.method === 'OPTIONS') response.writeHead(204).end();
    else if (url.pathname === '/fhir' || url.pathname.startsWith('/fhir/')) await fhir(request, response, url);
    else if (!(await oauth(request, response, url)) && !(await beside(request, response, url))) {
      sendJson(response, 404, { error: 'not_found' });
    }
  }

  return createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      if (error instanceof OAuthError) {
        sendJson(response, error.status, { error: error.code, error_description: error.message });
      } else if (error instanceof CdsRefusal)
        sendJson(response, 400, { error: 'invalid_request', error_description: error.message });
      else if (error instanceof BodyTooLarge) sendJson(response, 413, { error: 'too_large' });
      else
        sendJson(response, 500, outcome('exception', 'Something failed inside the stand-in.'), 'application/fhir+json');
    });
  });
}
