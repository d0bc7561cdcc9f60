import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import * as z from 'zod';
import { createEhr, type Ehr, type EhrOptions } from '../../local/ehr/ehr.ts';

/** A clock that tests move. */
export class MovableClock {
  #offset = 0;

  now(): Date {
    return new Date(Date.now() + this.#offset);
  }

  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }
}

interface KeyPair {
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

export async function makeKey(kid: string): Promise<KeyPair> {
  const pair = await generateKeyPair('ES384', { extractable: true });
  const marks = { kid, alg: 'ES384', use: 'sig' };
  return {
    privateJwk: { ...(await exportJWK(pair.privateKey)), ...marks },
    publicJwk: { ...(await exportJWK(pair.publicKey)), ...marks },
  };
}

export const backendKey = await makeKey('backend');
export const cdsKey = await makeKey('cds');

export const ANNA = {
  resourceType: 'Patient',
  id: 'anna',
  identifier: [{ system: 'https://clinic.example/mrn', value: 'MRN-1' }],
  name: [{ given: ['Anna'], family: 'Kowalska' }],
  telecom: [{ system: 'phone', value: '555-866-2259' }],
  gender: 'female',
  birthDate: '1984-05-02',
} as const;

export function ehrOptions(clock: MovableClock): EhrOptions {
  return {
    clock,
    seed: [
      {
        ...ANNA,
        identifier: [...ANNA.identifier],
        name: [{ given: ['Anna'], family: 'Kowalska' }],
        telecom: [...ANNA.telecom],
      },
      { resourceType: 'Practitioner', id: 'clerk', name: [{ text: 'Clerk' }] },
    ],
    notification: { header: 'X-Ehr-Secret', secret: 'default-secret' },
    clients: [
      { clientId: 'backend', jwks: { keys: [backendKey.publicJwk] } },
      { clientId: 'desk', redirectUris: ['http://127.0.0.1:1/staff/callback'] },
    ],
    users: [
      { id: 'clerk', name: 'Clara Clerk', fhirUser: 'Practitioner/clerk' },
      { id: 'clinician', name: 'Dr Lee', fhirUser: 'Practitioner/lee' },
    ],
    cdsHooks: { issuer: 'https://ehr.example', privateJwk: cdsKey.privateJwk },
  };
}

/** A resource as a test looks at it. */
export const anyResource = z.looseObject({
  resourceType: z.string(),
  id: z.optional(z.string()),
  status: z.optional(z.string()),
  total: z.optional(z.number()),
  meta: z.optional(z.looseObject({ versionId: z.optional(z.string()), lastUpdated: z.optional(z.string()) })),
  issue: z.optional(z.array(z.looseObject({ code: z.string(), expression: z.optional(z.array(z.string())) }))),
  link: z.optional(z.array(z.object({ relation: z.string(), url: z.string() }))),
  entry: z.optional(
    z.array(
      z.looseObject({
        fullUrl: z.optional(z.string()),
        resource: z.optional(z.looseObject({ resourceType: z.string(), id: z.optional(z.string()) })),
        request: z.optional(z.looseObject({ method: z.string(), url: z.string() })),
        response: z.optional(z.looseObject({ status: z.string(), etag: z.optional(z.string()) })),
      }),
    ),
  ),
});
type AnyResource = z.infer<typeof anyResource>;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnyResource;
}

const NOTHING: AnyResource = { resourceType: '' };

export interface RunningEhr {
  readonly ehr: Ehr;
  readonly clock: MovableClock;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export async function startEhr(changes: Partial<EhrOptions> = {}, clock = new MovableClock()): Promise<RunningEhr> {
  const ehr = await createEhr({ ...ehrOptions(clock), ...changes });
  return {
    ehr,
    clock,
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${ehr.url}${path === '' ? '' : `/${path}`}`, {
        method,
        headers: { 'content-type': 'application/fhir+json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? NOTHING : anyResource.parse(JSON.parse(text)),
      };
    },
  };
}

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Listener {
  readonly url: string;
  readonly heard: Heard[];
  /** What it answers from now on. */
  status: number;
  close(): Promise<void>;
}

/** Where notifications go in tests. */
export async function listen(): Promise<Listener> {
  const heard: Heard[] = [];
  const listener = { status: 200 };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      heard.push({ method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(listener.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(listener, {
    url: `http://127.0.0.1:${port}`,
    heard,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

/** Waits until the stand-in owes nothing that is due now. */
export async function settle({ ehr }: RunningEhr): Promise<void> {
  ehr.settling.wake();
  const limit = Date.now() + 20_000;
  while (ehr.settling.busy()) {
    if (Date.now() > limit) throw new Error('The stand-in does not settle.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
