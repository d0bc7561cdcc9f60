import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const resourceSchema = z.looseObject({
  resourceType: z.string(),
  id: z.optional(z.string()),
  meta: z.optional(z.looseObject({ versionId: z.optional(z.string()) })),
  identifier: z.optional(z.array(z.looseObject({ system: z.string(), value: z.string() }))),
});
type Resource = z.infer<typeof resourceSchema>;
const bundleSchema = z.looseObject({
  entry: z.array(
    z.looseObject({
      resource: resourceSchema,
      request: z.looseObject({
        method: z.string(),
        url: z.string(),
        ifNoneExist: z.optional(z.string()),
        ifMatch: z.optional(z.string()),
      }),
    }),
  ),
});

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
/** What goes wrong with one request. `do it, then …`: it takes effect, and only the answer is lost. */
export type Trouble =
  | 'none'
  | 'hang'
  | 'reset'
  | 'do it, then hang'
  | 'do it, then reset'
  | 'do it, then garbage'
  | (Reply & { readonly raw?: string });

export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/**
 * A FHIR server on loopback, small but with real effects: versions, If-Match, If-None-Exist, paging by twos, atomic transactions. It checks
 * the bearer token, and has one trouble per request in the order given.
 */
export class SmallEhr {
  readonly stored = new Map<string, Resource>();
  readonly heard: Heard[] = [];
  troubles: Trouble[] = [];
  acceptedToken = 'token-1';
  minimalAnswers = false;
  nextPageOrigin: string | undefined;
  #count = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<SmallEhr> {
    const ehr = new SmallEhr();
    ehr.#server.listen(0, '127.0.0.1');
    await once(ehr.#server, 'listening');
    return ehr;
  }
  /** As new: nothing stored, nothing heard, nothing wrong. */
  reset(): void {
    this.stored.clear();
    this.heard.length = 0;
    this.troubles = [];
    this.acceptedToken = 'token-1';
    this.minimalAnswers = false;
    this.nextPageOrigin = undefined;
    this.#count = 0;
  }
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  get base(): string {
    return `${this.origin}/fhir`;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
  put(resource: Resource & { id: string }): Resource {
    const key = `${resource.resourceType}/${resource.id}`;
    const versionId = String(Number(this.stored.get(key)?.meta?.versionId ?? 0) + 1);
    const saved = { ...resource, meta: { ...resource.meta, versionId, lastUpdated: '2026-11-22T02:14:00Z' } };
    this.stored.set(key, saved);
    return saved;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const one: Heard = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    this.heard.push(one);
    const trouble = this.troubles.shift() ?? 'none';
    if (trouble === 'hang') return;
    if (trouble === 'reset') return void request.socket.destroy();
    if (typeof trouble === 'object') return send(response, trouble, trouble.raw);
    const reply = this.#answer(one);
    if (trouble === 'do it, then hang') return;
    if (trouble === 'do it, then reset') return void request.socket.destroy();
    if (trouble === 'do it, then garbage') return send(response, { status: 200 }, '<html>sign in</html>');
    send(response, reply);
  }

  #answer({ method, url, headers, body }: Heard): Reply {
    if (headers.authorization !== `Bearer ${this.acceptedToken}`) return { status: 401 };
    const [path = '', query = ''] = url.replace(/^\/fhir\/?/, '').split('?');
    const [type = '', id] = path.split('/');
    if (path === '') return this.#transaction(body);
    if (path === 'ValueSet/$expand') {
      const asked = new URLSearchParams(query);
      return asked.get('url') === 'http://x/vs'
        ? {
            status: 200,
            body: { resourceType: 'ValueSet', expansion: { contains: [] }, version: asked.get('valueSetVersion') },
          }
        : { status: 404 };
    }
    if (method === 'GET' && id !== undefined) {
      const found = this.stored.get(path);
      return found === undefined ? { status: 404 } : { status: 200, body: found };
    }
    if (method === 'GET') return this.#search(type, query);
    if (method === 'POST' && id === '_search') return this.#search(type, body);
    const resource = resourceSchema.parse(JSON.parse(body));
    const condition = headers[method === 'POST' ? 'if-none-exist' : 'if-match'];
    const written = this.#write(method, path, resource, typeof condition === 'string' ? condition : undefined);
    return this.minimalAnswers
      ? { status: written.status, ...(written.headers ? { headers: written.headers } : {}) }
      : written;
  }

  #write(method: string, path: string, resource: Resource, condition: string | undefined): Reply {
    if (method === 'POST') {
      const same = condition === undefined ? [] : this.#matching(resource.resourceType, condition);
      if (same.length > 1) return { status: 412 };
      if (same[0] !== undefined) return { status: 200, body: same[0], headers: this.#headersOf(same[0]) };
      this.#count += 1;
      const saved = this.put({ ...resource, id: `new-${this.#count}` });
      return { status: 201, body: saved, headers: this.#headersOf(saved) };
    }
    const current = this.stored.get(path);
    if (condition !== undefined && condition !== `W/"${current?.meta?.versionId}"`) return { status: 412 };
    const saved = this.put({ ...resource, id: path.split('/')[1] ?? '' });
    return { status: current === undefined ? 201 : 200, body: saved, headers: this.#headersOf(saved) };
  }

  #headersOf(saved: Resource): Record<string, string> {
    const version = saved.meta?.versionId ?? '';
    return { etag: `W/"${version}"`, location: `${this.base}/${saved.resourceType}/${saved.id}/_history/${version}` };
  }

  #matching(type: string, query: string): Resource[] {
    const [system, value] = (new URLSearchParams(query).get('identifier') ?? '').split('|');
    return [...this.stored.values()].filter(
      (one) =>
        one.resourceType === type &&
        (system === '' ||
          one.identifier?.some((identifier) => identifier.system === system && identifier.value === value)),
    );
  }

  #search(type: string, query: string): Reply {
    const parameters = new URLSearchParams(query);
    const matches = this.#matching(type, query);
    const offset = Number(parameters.get('_offset') ?? 0);
    parameters.set('_offset', String(offset + 2));
    const next = { relation: 'next', url: `${this.nextPageOrigin ?? this.origin}/fhir/${type}?${parameters}` };
    const entry = matches.slice(offset, offset + 2).map((resource) => ({ resource, search: { mode: 'match' } }));
    const outcome = { resource: { resourceType: 'OperationOutcome', issue: [] }, search: { mode: 'outcome' } };
    return {
      status: 200,
      body: {
        resourceType: 'Bundle',
        type: 'searchset',
        link: offset + 2 < matches.length ? [next] : [],
        entry: [...entry, outcome],
      },
    };
  }

  #transaction(body: string): Reply {
    const before = new Map(this.stored);
    const replies = bundleSchema
      .parse(JSON.parse(body))
      .entry.map(({ resource, request }) =>
        this.#write(
          request.method,
          request.url,
          resource,
          request.method === 'POST' ? request.ifNoneExist : request.ifMatch,
        ),
      );
    const failed = replies.find((one) => one.status >= 400);
    if (failed !== undefined) {
      this.stored.clear();
      for (const [key, value] of before) this.stored.set(key, value);
      return failed;
    }
    const entry = replies.map(({ status, headers }) => ({
      response: { status: `${status} ok`, location: headers?.location, etag: headers?.etag },
    }));
    return { status: 200, body: { resourceType: 'Bundle', type: 'transaction-response', entry } };
  }
}

function send(response: ServerResponse, reply: Reply, raw?: string): void {
  response.writeHead(reply.status, { 'content-type': 'application/fhir+json', ...reply.headers });
  response.end(raw ?? (reply.body === undefined ? undefined : JSON.stringify(reply.body)));
}
