import type { HttpResponse } from '../../edge/http/http.ts';

/**
 * What a browser-based EHR needs to read our answers; only for configured origins, and never for any origin at all.
 * @see https://cds-hooks.hl7.org/2.0/#cors
 */
export function withCors(response: HttpResponse, origin: string | undefined, origins: readonly string[]): HttpResponse {
  const allowed = origin !== undefined && origins.includes(origin);
  return {
    ...response,
    headers: { ...response.headers, vary: 'Origin', ...(allowed ? { 'access-control-allow-origin': origin } : {}) },
  };
}

/** The answer to a preflight; another origin gets no permission, and its browser asks no further. */
export function preflight(origin: string | undefined, origins: readonly string[]): HttpResponse {
  const allowed = origin !== undefined && origins.includes(origin);
  return withCors(
    {
      statusCode: 204,
      headers: allowed
        ? {
            'access-control-allow-methods': 'GET, POST, OPTIONS',
            'access-control-allow-headers': 'authorization, content-type',
            'access-control-max-age': '3600',
          }
        : {},
    },
    origin,
    origins,
  );
}
