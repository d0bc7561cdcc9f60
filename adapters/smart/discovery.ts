import { Fault } from '../../domain/errors/errors.ts';

/** Where a FHIR server lets its callers be authorized. Whoever needs an entry checks that it is there. */
export interface SmartConfiguration {
  readonly issuer: string | undefined;
  readonly jwksUri: string | undefined;
  readonly authorizationEndpoint: string | undefined;
  readonly tokenEndpoint: string | undefined;
  /** `permission-v2` and the like. */
  readonly capabilities: readonly string[];
}

/**
 * Reads `.well-known/smart-configuration` once and remembers it for an hour; a failed reading is not remembered. Entries that
 * would carry secrets over a connection weaker than the server's own are left out.
 * @see https://hl7.org/fhir/smart-app-launch/conformance.html
 */
export function createDiscovery(options: {
  readonly fhirBase: string;
  readonly timeoutMs: number;
  readonly wallTime: () => number;
}): () => Promise<SmartConfiguration> {
  const base = options.fhirBase.replace(/\/+$/, '');
  if (!URL.canParse(base)) throw new Fault('CONFIGURATION_MISSING', 'The FHIR base is not a URL');
  const { protocol } = new URL(base);
  let known: { until: number; reading: Promise<SmartConfiguration> } | undefined;

  const read = async (): Promise<SmartConfiguration> => {
    const answer = await askForJson(
      `${base}/.well-known/smart-configuration`,
      { headers: { accept: 'application/json' } },
      options.timeoutMs,
    );
    if (answer.status !== 200)
      throw new Fault('CHART_UNAVAILABLE', 'The SMART configuration could not be read', {
        cause: new Error(`HTTP ${answer.status}`),
      });
    const address = (name: string): string | undefined => {
      const value = answer.json[name];
      if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
      return new URL(value).protocol === 'https:' || new URL(value).protocol === protocol ? value : undefined;
    };
    const { issuer, capabilities } = answer.json;
    return {
      issuer: typeof issuer === 'string' ? issuer : undefined,
      jwksUri: address('jwks_uri'),
      authorizationEndpoint: address('authorization_endpoint'),
      tokenEndpoint: address('token_endpoint'),
      capabilities: Array.isArray(capabilities) ? capabilities.filter((each) => typeof each === 'string') : [],
    };
  };

  return () => {
    if (known === undefined || known.until <= options.wallTime()) {
      const reading = read();
      known = { until: options.wallTime() + 3_600_000, reading };
      reading.catch(() => {
        if (known?.reading === reading) known = undefined;
      });
    }
    return known.reading;
  };
}

/** One request of the authorization kind: its status and JSON object; anything else, and silence, is a CHART_UNAVAILABLE that tells nothing it carried. */
export async function askForJson(
  url: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<{ status: number; json: Record<string, unknown> }> {
  let status: number | undefined;
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    status = response.status;
    const json: unknown = JSON.parse(await response.text());
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { status, json: { ...json } };
  } catch {
    // The error of a JSON parser quotes what it read, which may be a token.
  }
  throw new Fault('CHART_UNAVAILABLE', 'The authorization server gave no usable answer', {
    cause: new Error(status === undefined ? 'no answer' : `HTTP ${status} without a JSON object`),
  });
}
