import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { Endpoints } from '../../local/endpoints.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

/** One message on a handset, as the carrier shows it. */
export interface Texted {
  readonly direction: string;
  readonly body: string;
  readonly status: string;
}

export interface Handset {
  readonly messages: readonly Texted[];
  readonly calls: readonly {
    readonly sid: string;
    readonly status: string;
    readonly said: readonly string[];
    readonly gathering: unknown;
  }[];
}

export interface CallState {
  readonly callSid: string;
  readonly status: string;
  readonly said: readonly string[];
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string;
}

/** What a person or another system can do to a running host from outside, over HTTP and nothing else. */
export function handsOn(endpoints: Endpoints) {
  const { api, ehr, carrier, console, twilio, ehrNotification } = endpoints;
  const ehrOrigin = new URL(ehr).origin;
  const at = (number: string) => `${carrier}/handsets/${encodeURIComponent(number)}`;

  const send = async (url: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answered> => {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: jsonIn(text) };
  };
  const post = (url: string, body: unknown, type = 'application/json'): Promise<Answered> =>
    send(url, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });
  const expectOk = ({ status, json, text }: Answered): unknown => {
    if (status >= 400) throw new Error(`Answered with ${status}: ${text.slice(0, 500)}`);
    return json;
  };
  const move = async (change: object): Promise<Date> =>
    new Date((expectOk(await post(`${console}/clock`, change)) as { now: string }).now);

  /** A webhook signed as Twilio signs; the signature is computed by Twilio's own library. */
  const webhook = (
    path: string,
    params: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> =>
    send(`${api}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'x-twilio-signature': getExpectedTwilioSignature(twilio.authToken, `${api}${path}`, {
          ...params,
        }),
        ...headers,
      },
      body: new URLSearchParams(params).toString(),
    });

  return {
    endpoints,
    send,
    post,
    webhook,
    /** Waits until relay, queues, notifications and write-backs are idle. */
    settle: () => move({ advance: 'PT0S' }),
    advance: (duration: string) => move({ advance: duration }),
    now: async () => new Date((expectOk(await send(`${console}/clock`)) as { now: string }).now),

    /** A text from a handset through the carrier; gives our replies to it. */
    text: async (from: string, body: string, media?: readonly object[]): Promise<readonly string[]> => {
      const answer = expectOk(await post(`${at(from)}/messages`, { body, ...(media === undefined ? {} : { media }) }));
      return (answer as { replies: readonly unknown[] }).replies.map((reply) =>
        typeof reply === 'string' ? reply : String((reply as { body: unknown }).body),
      );
    },
    handset: async (number: string) => expectOk(await send(at(number))) as Handset,
    dial: async (from: string) => expectOk(await post(`${at(from)}/calls`, {})) as CallState,
    digits: async (sid: string, digits: string) =>
      expectOk(await post(`${carrier}/calls/${sid}/digits`, { digits })) as CallState,
    speech: async (sid: string, text: string, confidence = 0.95) =>
      expectOk(await post(`${carrier}/calls/${sid}/speech`, { text, confidence })) as CallState,
    hangup: async (sid: string) => expectOk(await post(`${carrier}/calls/${sid}/hangup`, {})) as CallState,
    carrierFaults: async (faults: object) => expectOk(await post(`${carrier}/faults`, faults)),

    /** FHIR as a client of the EHR: throws where the EHR refuses. */
    create: async <T extends { readonly resourceType: string }>(resource: T): Promise<T & { readonly id: string }> =>
      expectOk(await post(`${ehr}/${resource.resourceType}`, resource, 'application/fhir+json')) as T & { id: string },
    update: async <T extends { readonly resourceType: string; readonly id?: string }>(resource: T): Promise<T> =>
      expectOk(
        await send(`${ehr}/${resource.resourceType}/${resource.id}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/fhir+json' },
          body: JSON.stringify(resource),
        }),
      ) as T,
    read: async <T>(reference: string): Promise<T> => expectOk(await send(`${ehr}/${reference}`)) as T,
    search: async <T>(query: string): Promise<readonly T[]> => {
      const bundle = expectOk(await send(`${ehr}/${query}`)) as { entry?: readonly { resource: T }[] };
      return (bundle.entry ?? []).map(({ resource }) => resource);
    },
    ehrFaults: async (faults: object) => expectOk(await post(`${ehrOrigin}/faults`, faults)),
    /** The cards that a clinician would see. */
    cards: async (patient: string) =>
      expectOk(await post(`${ehrOrigin}/cds/patient-view`, { patient })) as { readonly cards: readonly unknown[] },

    /** A notification as the EHR sends it. */
    notify: (body: string, headers: Readonly<Record<string, string>> = {}, below = ''): Promise<Answered> =>
      send(`${api}/ehr/notifications${below}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/fhir+json',
          [ehrNotification.header]: ehrNotification.secret,
          ...headers,
        },
        body,
      }),
    /** What the console shows of a story; undefined where nothing is kept. */
    story: async (patient: string): Promise<StoryShown | undefined> => {
      const answer = await send(`${console}/stories/${encodeURIComponent(patient)}`);
      return answer.status === 404 ? undefined : (expectOk(answer) as StoryShown);
    },
  };
}

export type Hands = ReturnType<typeof handsOn>;

export interface StoryShown {
  readonly story: {
    readonly id: string;
    readonly version: number;
    readonly conversations: readonly {
      readonly id: string;
      readonly status: unknown;
      readonly turn: number;
      readonly answers: Readonly<
        Record<string, { readonly values: readonly { readonly kind: string; readonly value?: unknown }[] }>
      >;
    }[];
  };
  readonly moments: readonly { readonly what: string; readonly detail: Readonly<Record<string, unknown>> }[];
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
