import { expect, it } from 'vitest';
import { createHandler } from '../../../functions/health-asked/handler.ts';
import { bodyOf, httpEvent, listeningLog } from '../ehr-notified/http-event.ts';

it('says that we are there, and nothing else', async () => {
  const response = await createHandler({ log: listeningLog() })(httpEvent({ route: 'GET /health', path: '/health' }));
  expect(response.statusCode).toBe(200);
  expect(bodyOf(response)).toStrictEqual({ status: 'ok' });
});
