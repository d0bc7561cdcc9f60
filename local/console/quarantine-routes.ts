import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperatorAnswer } from '../../functions/operator-asked/handler.ts';

const root = '/quarantine';
/** A corrected body may be as large as any that a door reads. */
const largestBody = 8 * 1024 * 1024;

export function isQuarantine(pathname: string): boolean {
  return pathname === root || pathname.startsWith(`${root}/`);
}

const statuses: Readonly<Record<OperatorAnswer['is'], number>> = {
  listed: 200,
  found: 200,
  replayed: 200,
  dismissed: 200,
  refused: 422,
  unknown: 404,
  unclear: 400,
};

/**
 * `GET /quarantine?after=…`, `GET /quarantine/{id}`, `POST /quarantine/{id}/replay {body?}`, `POST /quarantine/{id}/dismiss {why}`: what an
 * operator of the deployed product asks by invoking its function. An id may be written with its slashes or without.
 */
export async function answerOperator(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  operator: (asked: unknown) => Promise<OperatorAnswer>,
): Promise<void> {
  const asked = questionIn(request, pathname);
  if (asked === undefined) {
    send(response, 405, { is: 'unclear', outcome: 'GET to read; POST to …/replay or …/dismiss to act.' });
    return;
  }
  const given = request.method === 'POST' ? await bodyOf(request) : {};
  if (given === undefined) {
    send(response, 400, { is: 'unclear', outcome: 'Send JSON: {"body"?} to replay, {"why"} to dismiss.' });
    return;
  }
  const answer = await operator({ ...given, ...asked });
  send(response, statuses[answer.is], answer);
}

function questionIn(request: IncomingMessage, pathname: string): object | undefined {
  const below = pathname.slice(root.length + 1);
  if (request.method === 'GET') {
    const after = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('after');
    return below === '' ? { do: 'list', ...(after === null ? {} : { after }) } : { do: 'read', id: decoded(below) };
  }
  const [, id, verb] = /^(.+)\/(replay|dismiss)$/.exec(below) ?? [];
  return request.method === 'POST' && id !== undefined ? { do: verb, id: decoded(id) } : undefined;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** An empty body asks for nothing more; undefined where it is no JSON object. */
async function bodyOf(request: IncomingMessage): Promise<object | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(answer));
}
