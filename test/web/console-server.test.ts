import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { afterDuration } from '../../local/console/moving-the-clock.ts';
import { NIGHT, type RunningConsole, startConsole } from './running-console.ts';

const clockAnswer = z.object({ now: z.string() });
let running: RunningConsole;
beforeAll(async () => {
  running = await startConsole();
});
afterAll(() => running.close());

async function move(body: unknown): Promise<{ status: number; now?: string; detail?: string }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${running.url}/clock`, { method: 'POST', body: text });
  const answer: unknown = await response.json();
  return { status: response.status, ...(typeof answer === 'object' ? answer : {}) };
}

async function clockNow(): Promise<string> {
  return clockAnswer.parse(await (await fetch(`${running.url}/clock`)).json()).now;
}

const minutes = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 60_000);

describe('the clock', () => {
  test('says the simulated time and moves by durations and to instants', async () => {
    const start = await clockNow();
    expect(minutes(NIGHT.toISOString(), start)).toBeLessThan(2);
    const later = await move({ advance: 'PT48H' });
    expect([later.status, minutes(start, later.now ?? '')]).toEqual([200, 2880]);
    const settled = await move({ advance: 'PT0S' });
    expect(minutes(start, settled.now ?? '')).toBe(2880);
    const set = await move({ now: '2026-03-09T02:14:00-06:00' });
    expect([set.status, minutes('2026-03-09T08:14:00Z', set.now ?? '')]).toEqual([200, 0]);
  });

  test('reads durations as ISO 8601 has them', () => {
    const from = new Date('2026-03-01T00:00:00Z');
    const reached = (duration: string) => afterDuration(from, duration).toISOString();
    expect(reached('P1W')).toBe('2026-03-08T00:00:00.000Z');
    expect(reached('P2DT3H')).toBe('2026-03-03T03:00:00.000Z');
    expect(reached('PT90S')).toBe('2026-03-01T00:01:30.000Z');
    expect(reached('PT0.5S')).toBe('2026-03-01T00:00:00.500Z');
    expect(reached('P1M')).toBe('2026-04-01T00:00:00.000Z');
    expect(reached('PT0S')).toBe(from.toISOString());
  });

  test.each([
    ['nonsense', '{"advance": "two days"}'],
    ['nothing', '{}'],
    ['both ways at once', '{"advance": "PT1H", "now": "2027-01-01T00:00:00Z"}'],
    ['a number', '{"advance": 5}'],
    ['a way back', '{"advance": "-PT1H"}'],
    ['a time without its zone', '{"now": "2027-01-01T00:00:00"}'],
    ['a million years', '{"advance": "P1000000Y"}'],
    ['a billion hours', '{"advance": "PT1000000000H"}'],
    ['an earlier time', '{"now": "2020-01-01T00:00:00Z"}'],
    ['something that is not JSON', 'PT48H'],
    ['a list', '[]'],
  ])('refuses %s in words, and stays', async (_name, body) => {
    const before = await clockNow();
    const answer = await move(body);
    expect(answer.status).toBe(400);
    expect(answer.detail).toMatch(/Send|at most|forward/);
    const after = await clockNow();
    expect(minutes(before, after)).toBe(0);
  });
});

describe('the live feed', () => {
  async function read(count: number, lastSeen?: string): Promise<string> {
    const leaving = new AbortController();
    const response = await fetch(`${running.url}/events`, {
      signal: leaving.signal,
      headers: lastSeen === undefined ? {} : { 'last-event-id': lastSeen },
    });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      if (text.split('data: ').length > count) break;
    }
    leaving.abort();
    return text;
  }

  test('tells a page what happened before it came, and goes on after the last it saw', async () => {
    for (const part of ['one', 'two', 'three'])
      running.emit({ at: NIGHT.toISOString(), type: 'intake-completed', patient: 'anna', cause: part, data: {} });
    const all = await read(3);
    expect([...all.matchAll(/"cause":"(\w+)"/g)].map(([, cause]) => cause)).toEqual(['one', 'two', 'three']);
    const seen = /id: (\d+)\ndata: [^\n]*"two"/.exec(all)?.[1];
    const rest = await read(1, seen);
    expect([...rest.matchAll(/"cause":"(\w+)"/g)].map(([, cause]) => cause)).toEqual(['three']);
  });
});

describe('the server', () => {
  test('passes requests on to the carrier and the EHR, and nowhere else', async () => {
    const patient = await fetch(`${running.url}/ehr/fhir/Patient/anna-kowalska`);
    expect(await patient.json()).toMatchObject({ resourceType: 'Patient', id: 'anna-kowalska' });
    const handsets = await fetch(`${running.url}/carrier/handsets/${encodeURIComponent('+13125550142')}`);
    expect(await handsets.json()).toMatchObject({ e164: '+13125550142', messages: [] });
    const elsewhere = await fetch(`${running.url}/carrier//example.invalid/handsets`);
    expect(elsewhere.status).toBe(404);
  });

  test('answers no foreign page and no foreign name', async () => {
    const foreign = await fetch(`${running.url}/clock`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: '{"advance":"PT1H"}',
    });
    expect(foreign.status).toBe(403);
    const { port } = new URL(running.url);
    const status = await new Promise((resolve) => {
      request({ port, host: '127.0.0.1', path: '/endpoints', headers: { host: 'evil.example' } }, (answer) =>
        resolve(answer.statusCode),
      ).end();
    });
    expect(status).toBe(403);
  });

  test('tells a story that is kept, says when there is none, and gives away no secret', async () => {
    expect(await (await fetch(`${running.url}/stories/anna-kowalska`)).json()).toEqual({
      story: { id: 'anna-kowalska', version: 3 },
    });
    expect((await fetch(`${running.url}/stories/nobody`)).status).toBe(404);
    expect((await fetch(`${running.url}/stories/%`)).status).toBe(404);
    expect((await fetch(`${running.url}/console.ts`)).status).toBe(404);
    expect(await (await fetch(`${running.url}/endpoints`)).text()).not.toMatch(/token|secret|private/i);
  });

  test('lets go of the feed when it closes', async () => {
    const other = await startConsole();
    expect(other.listeners()).toBe(1);
    await other.close();
    expect(other.listeners()).toBe(0);
  });
});
