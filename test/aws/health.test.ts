import { expect, test } from 'vitest';
import { deployed } from './deployed.ts';

test('the deployed API says that it is there', async () => {
  const response = await fetch(`${deployed().apiUrl}/health`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('json');
});

test('what is no route is not found, and no function is asked', async () => {
  const response = await fetch(`${deployed().apiUrl}/twilio/nothing`, { method: 'POST' });
  expect(response.status).toBe(404);
});
