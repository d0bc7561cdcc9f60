import { randomUUID } from 'node:crypto';
import { importJWK, type JWK, SignJWT } from 'jose';
import * as z from 'zod';
import { publicPart } from './smart-authorization.ts';

interface CdsOptions {
  readonly wallTime: () => number;
  readonly issuer: string;
  readonly privateJwk: JWK;
  /** Where the product's services are listed, e.g. `http://127.0.0.1:3000/cds-services`. */
  readonly servicesUrl: () => string | undefined;
  readonly origin: () => string;
  readonly fhirBase: () => string;
  readonly defaultUser: () => string;
  /** Reads from the chart, for prefetch; undefined where it cannot be had. */
  readonly read: (url: string) => Promise<unknown>;
}

const discovery = z.looseObject({
  services: z.array(
    z.looseObject({ hook: z.string(), id: z.string(), prefetch: z.optional(z.record(z.string(), z.string())) }),
  ),
});

const hookRequest = z.object({
  patient: z.string(),
  user: z.optional(z.string()),
  appointments: z.optional(z.unknown()),
  encounterId: z.optional(z.string()),
});

const feedbackRequest = z.object({ service: z.string(), feedback: z.array(z.unknown()) });

interface CdsCall {
  readonly service: string;
  readonly hookInstance: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly cards: readonly unknown[];
}

/** What a person asked for cannot be done; the message is for them. */
export class CdsRefusal extends Error {}

async function reach(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    throw new CdsRefusal('The CDS service cannot be reached.');
  }
}

/** Calls CDS services as an EHR does when a chart is opened. @see https://cds-hooks.hl7.org/2.0/ */
export class CdsCaller {
  readonly #options: CdsOptions;

  constructor(options: CdsOptions) {
    this.#options = options;
  }

  /** What a service checks our signature with. */
  jwks(): { keys: JWK[] } {
    return { keys: [publicPart(this.#options.privateJwk)] };
  }

  async #sign(url: string): Promise<string> {
    const { privateJwk, issuer, origin, wallTime } = this.#options;
    const now = Math.floor(wallTime() / 1000);
    const alg = privateJwk.alg ?? (privateJwk.kty === 'RSA' ? 'RS384' : privateJwk.crv === 'P-256' ? 'ES256' : 'ES384');
    return new SignJWT({})
      .setProtectedHeader({
        alg,
        typ: 'JWT',
        jku: `${origin()}/.well-known/jwks.json`,
        ...(privateJwk.kid === undefined ? {} : { kid: privateJwk.kid }),
      })
      .setIssuer(issuer)
      .setAudience(url)
      .setIssuedAt(now)
      .setExpirationTime(now + 300)
      .setJti(randomUUID())
      .sign(await importJWK(privateJwk, alg));
  }

  #servicesUrl(): string {
    const url = this.#options.servicesUrl();
    if (url === undefined) throw new CdsRefusal('No CDS services are configured.');
    return url.replace(/\/$/, '');
  }

  async #post(url: string, body: object): Promise<{ status: number; body: unknown }> {
    const response = await reach(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await this.#sign(url)}` },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (text === '') return { status: response.status, body: undefined };
    try {
      return { status: response.status, body: JSON.parse(text) };
    } catch {
      throw new CdsRefusal('A CDS service answered something that is not JSON.');
    }
  }

  /** Calls every service of the hook, and gives their cards. */
  async call(hook: string, request: unknown): Promise<{ calls: CdsCall[]; cards: unknown[] }> {
    const parsed = hookRequest.safeParse(request);
    if (!parsed.success) throw new CdsRefusal('A hook needs {patient, user?, appointments?}.');
    const { user, appointments, encounterId } = parsed.data;
    const patientId = parsed.data.patient.replace(/^Patient\//, '');
    const context = {
      userId: user ?? this.#options.defaultUser(),
      patientId,
      ...(encounterId === undefined ? {} : { encounterId }),
      ...(appointments === undefined ? {} : { appointments }),
    };
    const found = discovery.safeParse(await (await reach(this.#servicesUrl())).json());
    if (!found.success) throw new CdsRefusal('The discovery of CDS services is not what CDS Hooks 2.0 says.');
    const calls: CdsCall[] = [];
    for (const service of found.data.services.filter((one) => one.hook === hook)) {
      const prefetch = await this.#prefetch(service.prefetch ?? {}, context);
      const hookInstance = randomUUID();
      const started = performance.now();
      const answer = await this.#post(`${this.#servicesUrl()}/${service.id}`, {
        hook,
        hookInstance,
        fhirServer: this.#options.fhirBase(),
        context,
        ...(Object.keys(prefetch).length === 0 ? {} : { prefetch }),
      });
      const cards = z.object({ cards: z.array(z.unknown()) }).safeParse(answer.body).data?.cards ?? [];
      const milliseconds = performance.now() - started;
      calls.push({ service: service.id, hookInstance, status: answer.status, milliseconds, cards });
    }
    return { calls, cards: calls.flatMap((call) => call.cards) };
  }

  async #prefetch(templates: Readonly<Record<string, string>>, context: object): Promise<Record<string, unknown>> {
    const values = new Map<string, unknown>(Object.entries(context));
    const prefetch: Record<string, unknown> = {};
    for (const [key, template] of Object.entries(templates)) {
      const url = template.replace(/\{\{context\.(\w+)\}\}/g, (_whole, name: string) =>
        encodeURIComponent(String(values.get(name) ?? '')),
      );
      if (!url.includes('{{')) prefetch[key] = (await this.#options.read(url)) ?? null;
    }
    return prefetch;
  }

  /** Tells a service what became of its cards. */
  async feedback(request: unknown): Promise<{ status: number; body: unknown }> {
    const parsed = feedbackRequest.safeParse(request);
    if (!parsed.success) throw new CdsRefusal('Feedback needs {service, feedback: […]}.');
    const { service, feedback } = parsed.data;
    return this.#post(`${this.#servicesUrl()}/${encodeURIComponent(service)}/feedback`, { feedback });
  }
}
