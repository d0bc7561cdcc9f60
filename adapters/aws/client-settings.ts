import { Agent } from 'node:https';

/**
 * What every AWS client of ours starts with. Timeouts are tight, because somebody waits on the phone; one attempt, because our own
 * retry (`retry.ts`) knows which failures may be repeated and within which bounds. Region, credentials and a test endpoint come from
 * the environment (AWS_REGION, AWS_ENDPOINT_URL …), as the SDK reads them by itself.
 */
export function clientSettings(limits: { readonly requestMs?: number; readonly sockets?: number } = {}) {
  return {
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 500,
      requestTimeout: limits.requestMs ?? 1_500,
      // Without it the handler only warns when the time is up.
      throwOnRequestTimeout: true,
      httpsAgent: new Agent({ keepAlive: true, maxSockets: limits.sockets ?? 50 }),
    },
  };
}
