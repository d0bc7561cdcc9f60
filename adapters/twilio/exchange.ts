import { Agent as HttpAgent, type IncomingHttpHeaders, request as requestByHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https';

export type Exchange = (request: {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly mostBytes: number;
}) => Promise<Exchanged>;

export type Exchanged =
  | { readonly is: 'answered'; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
  | { readonly is: 'too-large' }
  /** `taken`: the whole request had left this machine, so the other side may have acted on it. */
  | { readonly is: 'failed'; readonly taken: boolean; readonly code: string };

/**
 * One request and its whole answer over kept-alive connections; failures are told apart by whether the request may have arrived.
 * On node:https instead of fetch, which costs a cold start some 40 ms.
 */
export function createExchange(): Exchange {
  const plain = new HttpAgent({ keepAlive: true, maxSockets: 16 });
  const secure = new HttpsAgent({ keepAlive: true, maxSockets: 16 });

  return ({ method, url, headers, body, timeoutMs, mostBytes }) =>
    new Promise((resolve) => {
      let taken = false;
      const options = {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        signal: AbortSignal.timeout(timeoutMs),
      };
      const outgoing =
        url.protocol === 'https:'
          ? requestByHttps(url, { ...options, agent: secure })
          : requestByHttp(url, { ...options, agent: plain });
      const fail = (error: NodeJS.ErrnoException): void =>
        resolve({ is: 'failed', taken, code: error.code ?? error.name });
      // 'finish' comes when the last byte was handed to a connected socket, never before the connection stands.
      outgoing.on('finish', () => {
        taken = true;
      });
      outgoing.on('error', fail);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= mostBytes) chunks.push(chunk);
          else {
            resolve({ is: 'too-large' });
            outgoing.destroy();
          }
        });
        incoming.on('error', fail);
        incoming.on('end', () =>
          resolve({
            is: 'answered',
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          }),
        );
      });
      outgoing.end(body);
    });
}
