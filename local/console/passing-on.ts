import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

/** A connection of its own each time: one kept open may be closed by the other side just as it is used again. */
const agent = new Agent({ keepAlive: false });

/** What must not be passed from one connection to another. @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const ofTheConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'origin',
  'referer',
  'cookie',
  'set-cookie',
]);

function kept(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined && !ofTheConnection.has(entry[0]),
    ),
  );
}

/** Passes a request on to a part of this host and its answer back, so that the page talks to one origin only. */
export function passOn(request: IncomingMessage, response: ServerResponse, target: URL): void {
  const onward = httpRequest(
    target,
    { agent, method: request.method ?? 'GET', headers: kept(request.headers) },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, kept(answer.headers));
      answer.pipe(response);
    },
  );
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else {
      response.writeHead(502, { 'content-type': 'application/problem+json' });
      response.end(
        JSON.stringify({
          type: 'about:blank',
          title: 'Not reached',
          status: 502,
          detail: 'That part of the host does not answer.',
        }),
      );
    }
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
