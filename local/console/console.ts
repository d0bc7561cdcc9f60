import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import type { OperatorAnswer } from '../../functions/operator-asked/handler.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { Feed, type FeedEvent } from './feed.ts';
import { ClockRefusal, readClockMove } from './moving-the-clock.ts';
import { passOn } from './passing-on.ts';
import { answerOperator, isQuarantine } from './quarantine-routes.ts';

/** Whoever owns the clock; each move returns once everything that fell due on the way has happened and all is idle again. */
export interface ClockControl {
  now(): Date;
  /** An ISO 8601 duration, already checked; PT0S settles. `afterDuration` says where it leads. */
  advance(duration: string): Promise<void>;
  /** May throw a ClockRefusal, whose message the sender gets. */
  set(now: Date): Promise<void>;
}

/** What the page needs to know of this host; nothing secret. */
export interface ConsoleEndpoints {
  readonly api: string;
  /** The FHIR base. */
  readonly ehr: string;
  readonly carrier: string;
  /** The clinic's number. */
  readonly number: string;
  /** Handsets of staff. */
  readonly people: { readonly desk: string; readonly onCall: string };
  readonly clinic: { readonly name: string; readonly timeZone: string };
}

export interface ConsoleOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly clock: ClockControl;
  readonly endpoints: () => ConsoleEndpoints;
  /** Calls the listener for each event as it happens; gives back how to stop. */
  readonly feed: (listener: (event: FeedEvent) => void) => () => void;
  /** The clinic's week and the snow day. */
  readonly simulator: (console: string) => Simulator;
  /** All that is kept of one patient, for curious eyes; undefined where nothing is. */
  readonly story: (patient: string) => Promise<unknown>;
  /** Asks as an operator does: what waits in quarantine, and what becomes of it. */
  readonly operator: (asked: unknown) => Promise<OperatorAnswer>;
}

export interface Console {
  readonly url: string;
  close(): Promise<void>;
}

const LARGEST_MOVE = 4096;
const script = 'text/javascript; charset=utf-8';
const files: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'console.html', type: 'text/html; charset=utf-8' },
  '/console.css': { file: 'console.css', type: 'text/css; charset=utf-8' },
  ...Object.fromEntries(
    [
      'console',
      'dom',
      'reaching',
      'formats',
      'handset',
      'call',
      'chart',
      'chart-parts',
      'card',
      'orders',
      'needs',
      'simulator',
      'feed',
      'clock',
    ].map((name) => [`/${name}.js`, { file: `${name}.js`, type: script }]),
  ),
};

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Serves the console: one page with the phones, the chart and the story, and the clock. On 127.0.0.1 only. */
export async function createConsole(options: ConsoleOptions): Promise<Console> {
  const { clock, endpoints } = options;
  const feed = new Feed();
  const stop = options.feed((event) => feed.add(event));
  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else problem(response, 500, 'The console failed', 'This is a defect of the console, not of the request.');
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!fromHere(request)) {
      problem(response, 403, 'Not from here', 'The console answers only pages and programs of this machine.');
      return;
    }
    const { pathname, search } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const route = `${request.method ?? 'GET'} ${pathname}`;
    const { carrier, ehr } = endpoints();
    const file = request.method === 'GET' && Object.hasOwn(files, pathname) ? files[pathname] : undefined;
    if (file !== undefined) sendFile(response, file);
    else if (pathname.startsWith('/carrier/'))
      passOn(request, response, below(carrier, pathname.slice('/carrier'.length), search));
    else if (pathname.startsWith('/ehr/')) passOn(request, response, below(ehr, pathname.slice('/ehr'.length), search));
    else if (route === 'GET /clock') json(response, 200, { now: clock.now().toISOString() });
    else if (route === 'POST /clock') await moveClock(request, response);
    else if (route === 'GET /events') feed.open(response, header(request, 'last-event-id'));
    else if (route === 'GET /endpoints') json(response, 200, endpoints());
    else if (pathname === '/simulator' || pathname.startsWith('/simulator/')) await simulate(request, response, route);
    else if (request.method === 'GET' && pathname.startsWith('/stories/')) await tellStory(response, pathname);
    else if (isQuarantine(pathname)) await answerOperator(request, response, pathname, options.operator);
    else
      problem(
        response,
        404,
        'No such route',
        'There are /, /clock, /events, /endpoints, /stories/{patient}, /quarantine, /simulator, /carrier/… and /ehr/….',
      );
  }

  async function moveClock(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const move = readClockMove(await readJson(request));
      if ('now' in move) await clock.set(move.now);
      else await clock.advance(move.advance);
      json(response, 200, { now: clock.now().toISOString() });
    } catch (error) {
      if (!(error instanceof ClockRefusal)) throw error;
      problem(response, 400, 'The clock was not moved', error.message);
    }
  }

  async function simulate(request: IncomingMessage, response: ServerResponse, route: string): Promise<void> {
    if (simulator !== undefined && route === 'GET /simulator') return json(response, 200, simulator.state());
    if (simulator !== undefined && (route === 'POST /simulator/week' || route === 'POST /simulator/snow-day')) {
      const asked = z.object({ visits: z._default(z.number(), 200), seed: z._default(z.number(), 1) });
      const read = asked.safeParse(await readJson(request).catch(() => undefined));
      if (!read.success)
        return problem(response, 400, 'Nothing was begun', 'Send JSON such as {"visits": 200, "seed": 1}.');
      const { visits, seed } = read.data;
      const begun = route === 'POST /simulator/week' ? simulator.week(visits, seed) : simulator.snowDay();
      if (begun) return json(response, 202, simulator.state());
      return problem(
        response,
        409,
        'Something is being played',
        'Wait until it ends; GET /simulator says how far it is.',
      );
    }
    problem(
      response,
      404,
      'No such route',
      'There are GET /simulator, POST /simulator/week and POST /simulator/snow-day.',
    );
  }

  async function tellStory(response: ServerResponse, pathname: string): Promise<void> {
    const patient = decoded(pathname.slice('/stories/'.length));
    const story = patient === undefined ? undefined : await options.story(patient);
    if (story === undefined || story === null) problem(response, 404, 'No story', 'Nothing is kept under that id.');
    else json(response, 200, story);
  }

  let simulator: Simulator | undefined;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The console has no port');
  const url = `http://127.0.0.1:${address.port}`;
  simulator = options.simulator(url);
  return {
    url,
    async close() {
      stop();
      feed.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A foreign page could otherwise reach us through the visitor's browser, by our address or by a name that leads to it. */
function fromHere(request: IncomingMessage): boolean {
  const local = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;
  const { host = '', origin } = request.headers;
  return local.test(host) && (origin === undefined || origin === `http://${host}`);
}

/** Always on that part's own host, whatever the path looks like. */
function below(part: string, path: string, search: string): URL {
  const target = new URL(part);
  target.pathname = path;
  target.search = search;
  return target;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LARGEST_MOVE) throw new ClockRefusal('That is too long for a move of the clock.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ClockRefusal('Send JSON: either {"advance": "PT48H"} or {"now": "2026-03-02T08:14:00Z"}.');
  }
}

function sendFile(response: ServerResponse, { file, type }: { readonly file: string; readonly type: string }): void {
  // Read at each request: whoever works on the page sees the change, and nobody else asks often enough to notice.
  const body = readFileSync(new URL(`page/${file}`, import.meta.url));
  response.writeHead(200, {
    'content-type': type,
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(body);
}

function json(response: ServerResponse, status: number, value: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

function problem(response: ServerResponse, status: number, title: string, detail: string): void {
  json(response, status, { type: 'about:blank', title, status, detail }, 'application/problem+json');
}
