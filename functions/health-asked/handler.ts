import { json } from '../../edge/http/http.ts';
import { type HttpHandler, httpHandler } from '../../edge/http/http-handler.ts';
import type { HealthAskedDeps } from './dependencies.ts';
import { healthAsked } from './environment.ts';

/** We are there. Touches nothing, so that it says nothing about patients and cannot be used to wake the store. */
export function createHandler({ log }: HealthAskedDeps): HttpHandler {
  return httpHandler(healthAsked, log, async () => json(200, { status: 'ok' }, { 'cache-control': 'no-store' }));
}
