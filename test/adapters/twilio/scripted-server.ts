import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** What the server does with one request: answer, answer half and break off, break off at once, or say nothing for ever. */
export type Act =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | { readonly bytes: Buffer; readonly contentType: string }
  | 'break off'
  | 'break off in the middle'
  | 'say nothing';

export interface ScriptedServer {
  readonly url: string;
  readonly heard: Heard[];
  /** One act per request, in order; the last one repeats. */
  play(...acts: readonly (Act | ((heard: Heard) => Act))[]): void;
  close(): Promise<void>;
}

/** A real server on loopback that keeps what it heard and does what the test wrote down. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const heard: Heard[] = [];
  let script: readonly (Act | ((heard: Heard) => Act))[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://loopback');
      const one: Heard = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')),
        headers: request.headers,
      };
      heard.push(one);
      const next = script.length > 1 ? script[0] : script.at(-1);
      if (script.length > 1) script = script.slice(1);
      const act = typeof next === 'function' ? next(one) : (next ?? 'break off');
      if (act === 'say nothing') return;
      if (act === 'break off') request.socket.destroy();
      else if (act === 'break off in the middle') {
        response.writeHead(201, { 'content-length': '1000' });
        response.write('{"sid":');
        setTimeout(() => request.socket.destroy(), 20);
      } else if ('bytes' in act) response.writeHead(200, { 'content-type': act.contentType }).end(act.bytes);
      else {
        const body = act.body === undefined || typeof act.body === 'string' ? act.body : JSON.stringify(act.body);
        response.writeHead(act.status, { 'content-type': 'application/json', ...act.headers }).end(body);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    play: (...acts) => {
      script = acts;
      heard.length = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
