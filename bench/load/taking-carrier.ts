import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A carrier that takes every text at once, and says to whom each went. Resolves with its address. */
export function startCarrier(took: (to: string) => void = () => undefined): Promise<string> {
  let sent = 0;
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    incoming.on('end', () => {
      const listed = incoming.method === 'GET';
      if (!listed) took(new URLSearchParams(body).get('To') ?? '');
      response
        .writeHead(listed ? 200 : 201, { 'content-type': 'application/json' })
        .end(JSON.stringify(listed ? { messages: [] } : { sid: `SM${sent++}`, status: 'queued' }));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
