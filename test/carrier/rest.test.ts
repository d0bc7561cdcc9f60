import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCarrier } from '../../local/carrier/carrier.ts';
import { ACCOUNT, ANNA, type Bench, CLINIC, handClock, openBench, TOKEN, twiml } from './recorded-api.ts';

let bench: Bench;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carrier-'));
  bench = await openBench({ stateFile: join(folder, 'carrier.sqlite') });
});
afterEach(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});
const say = (Body: string, extra: Record<string, string> = {}) =>
  bench.rest('POST', 'Messages.json', { To: ANNA, From: CLINIC, Body, ...extra });

describe('REST messages', () => {
  test('are created queued, delivered in the background, and read back', async () => {
    const created = await say('Your visit is at 9:40', { StatusCallback: `${bench.api.url}/status` });
    expect(created).toMatchObject({
      status: 201,
      body: {
        account_sid: ACCOUNT,
        api_version: '2010-04-01',
        body: 'Your visit is at 9:40',
        date_created: 'Mon, 02 Mar 2026 02:14:00 +0000',
        direction: 'outbound-api',
        error_code: null,
        from: CLINIC,
        num_media: '0',
        num_segments: '1',
        sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
        status: 'queued',
        to: ANNA,
      },
    });
    await bench.idle();
    expect(bench.api.on('/status').map(({ MessageStatus }) => MessageStatus)).toEqual(['queued', 'sent', 'delivered']);
    const path = `Messages/${created.body.sid}.json`;
    expect((await bench.rest('GET', path)).body).toMatchObject({
      status: 'delivered',
      uri: `/2010-04-01/Accounts/${ACCOUNT}/${path}`,
    });
    expect((await bench.rest('POST', path, { Body: '' })).body).toMatchObject({ body: '' });
    expect((await bench.rest('DELETE', path)).status).toBe(204);
    expect(await bench.rest('GET', path)).toMatchObject({ status: 404, body: { code: 20404 } });
  });

  test.each([
    [{ To: '' }, 21604],
    [{ To: '555-0100' }, 21211],
    [{ To: `${ANNA},+15550100300` }, 21211],
    [{ From: '' }, 21603],
    [{ From: '+15550109999' }, 21660],
    [{ To: CLINIC }, 21266],
    [{ Body: '' }, 21602],
    [{ Body: 'x'.repeat(1601) }, 21617],
    [{ StatusCallback: 'nonsense' }, 21609],
    [{ body: 'lower case' }, 20001],
  ])('refuse %j with its error number', async (change, code) => {
    const form = { To: ANNA, From: CLINIC, Body: 'Hi', ...change };
    const refused = await bench.rest('POST', 'Messages.json', form);
    expect(refused).toMatchObject({
      status: 400,
      body: { code, status: 400, more_info: `https://www.twilio.com/docs/errors/${code}` },
    });
    expect(refused.body.message).toEqual(expect.any(String));
    expect((await bench.rest('GET', 'Messages.json')).body.messages).toEqual([]);
  });

  test('take one recipient and ten media at most', async () => {
    const twice: [string, string][] = [
      ['To', ANNA],
      ['To', '+15550100300'],
      ['From', CLINIC],
      ['Body', 'x'],
    ];
    expect((await bench.rest('POST', 'Messages.json', twice)).body).toMatchObject({ code: 21211 });
    const media = (count: number): [string, string][] => [
      ['To', ANNA],
      ['From', CLINIC],
      ...Array.from({ length: count }, (_, n): [string, string] => ['MediaUrl', `${bench.api.url}/${n}.png`]),
    ];
    expect((await bench.rest('POST', 'Messages.json', media(11))).body).toMatchObject({ code: 21623 });
    expect((await bench.rest('POST', 'Messages.json', media(10))).body).toMatchObject({
      num_media: '10',
      sid: expect.stringMatching(/^MM/),
    });
    const service = await bench.rest('POST', 'Messages.json', { To: ANNA, MessagingServiceSid: 'MG1', Body: 'x' });
    expect(service.body).toMatchObject({ messaging_service_sid: 'MG1', from: CLINIC });
  });

  test('are listed newest first, by number, date and page', async () => {
    await say('first');
    bench.clock.advance(86_400_000);
    await bench.rest('POST', 'Messages.json', { To: '+15550100300', From: CLINIC, Body: 'other' });
    await bench.hand(`/handsets/${ANNA}/messages`, { body: 'in' });
    await say('last');
    const list = async (query: string) => {
      const { messages } = (await bench.rest('GET', `Messages.json?${query}`)).body;
      return Array.isArray(messages) ? messages.map((message: { body: string }) => message.body) : [];
    };
    expect(await list('')).toEqual(['last', 'in', 'other', 'first']);
    expect(await list(`To=${encodeURIComponent(ANNA)}`)).toEqual(['last', 'first']);
    expect(await list(`From=${encodeURIComponent(ANNA)}`)).toEqual(['in']);
    expect(await list('DateSent=2026-03-02')).toEqual(['first']);
    expect(await list('DateSent%3E=2026-03-03')).toEqual(['last', 'in', 'other']);
    expect(await list('DateSent%3C=2026-03-03T00:00:00Z')).toEqual(['first']);
    const page = await bench.rest('GET', 'Messages.json?PageSize=3');
    expect(page.body).toMatchObject({ page: 0, page_size: 3, start: 0, end: 2, previous_page_uri: null });
    const next = String(page.body.next_page_uri).split(`${ACCOUNT}/`)[1] ?? '';
    expect((await bench.rest('GET', next)).body).toMatchObject({ messages: [{ body: 'first' }], next_page_uri: null });
    expect((await bench.rest('GET', 'Messages.json?Page_Size=3')).body).toMatchObject({ code: 20001 });
  });
});

describe('the door', () => {
  test('is closed without the right credentials', async () => {
    for (const credentials of ['', ':', `${ACCOUNT}:wrong`, `AC2:${TOKEN}`]) {
      const refused = await bench.rest('GET', 'Messages.json', undefined, credentials);
      expect(refused).toMatchObject({ status: 401, body: { code: 20003, message: 'Authenticate', status: 401 } });
      expect(refused.headers.get('www-authenticate')).toBe('Basic realm="Twilio API"');
    }
    expect(await bench.rest('GET', 'Nothing.json')).toMatchObject({ status: 404, body: { code: 20404 } });
    expect(await bench.rest('PUT', 'Messages.json')).toMatchObject({ status: 405, body: { code: 20004 } });
  });

  test('shows the faults asked for', async () => {
    await bench.hand('/faults', { restStatus: 429 });
    const limited = await say('x');
    expect(limited).toMatchObject({ status: 429, body: { code: 20429, status: 429 } });
    expect(limited.headers.get('retry-after')).toBe('1');
    await bench.hand('/faults', { restStatus: 500 });
    expect(await say('x')).toMatchObject({ status: 500, body: { code: 20500 } });
    await bench.hand('/faults', { timeouts: true });
    await expect(
      fetch(`${bench.carrier.url}/2010-04-01/Accounts/x`, { signal: AbortSignal.timeout(100) }),
    ).rejects.toThrow();
    expect(await bench.hand('/faults', { undeliveredRate: 2 })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('0 to 1') },
    });
    expect(await bench.hand('/faults', { nonsense: 1 })).toMatchObject({ status: 400 });
    expect((await bench.see('/faults')).body).toMatchObject({ timeouts: true, restStatus: 0 });
    await bench.hand('/faults', {});
    expect((await say('x')).status).toBe(201);
  });

  test('takes a body up to 1 MB', async () => {
    const large = await fetch(`${bench.carrier.url}/faults`, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
    expect(large.status).toBe(413);
  });

  test("opens to Twilio's own library", async () => {
    class ToTheCarrier extends twilio.RequestClient {
      override request<Data>(options: RequestClient.RequestOptions<Data>) {
        options.uri = options.uri.replace('https://api.twilio.com', bench.carrier.url);
        return super.request<Data>(options);
      }
    }
    const client = twilio(ACCOUNT, TOKEN, { httpClient: new ToTheCarrier() });
    const message = await client.messages.create({ to: ANNA, from: CLINIC, body: 'Hi' });
    expect(message).toMatchObject({
      status: 'queued',
      direction: 'outbound-api',
      dateCreated: new Date('2026-03-02T02:14:00Z'),
    });
    const listed = await client.messages.list({ to: ANNA, dateSentAfter: new Date('2026-03-01T00:00:00Z') });
    expect(listed.map((one) => one.sid)).toEqual([message.sid]);
    const call = await client.calls.create({ to: ANNA, from: CLINIC, twiml: twiml('<Say>Hi</Say>') });
    expect((await client.calls(call.sid).fetch()).status).toBe('ringing');
    await bench.hand(`/handsets/${ANNA}/messages`, { body: 'STOP' });
    await expect(client.messages.create({ to: ANNA, from: CLINIC, body: 'x' })).rejects.toMatchObject({
      code: 21610,
      status: 400,
    });
  });

  test('does not open without a token', async () => {
    await expect(
      createCarrier({ clock: handClock(), accountSid: ACCOUNT, authToken: '', number: CLINIC, apiUrl: () => '' }),
    ).rejects.toThrow('token');
  });
});

describe('after a restart', () => {
  test('what a handset was told survives a kill -9', async () => {
    bench.api.reply('/twilio/sms', ({ params }) => twiml(`<Message>Got ${params.Body}</Message>`));
    const program = `
      import { createCarrier } from ${JSON.stringify(new URL('../../local/carrier/carrier.ts', import.meta.url).href)};
      const carrier = await createCarrier({ clock: { now: () => new Date(0) }, accountSid: ${JSON.stringify(ACCOUNT)},
        authToken: ${JSON.stringify(TOKEN)}, number: ${JSON.stringify(CLINIC)}, apiUrl: () => ${JSON.stringify(bench.api.url)},
        stateFile: ${JSON.stringify(join(folder, 'killed.sqlite'))} });
      console.log(carrier.url);`;
    const start = async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = await once(child.stdout, 'data');
      return { child, url: String(line).trim() };
    };
    const first = await start();
    for (const body of ['1', '2', 'STOP']) {
      await fetch(`${first.url}/handsets/${ANNA}/messages`, { method: 'POST', body: JSON.stringify({ body }) });
    }
    const before = await (await fetch(`${first.url}/handsets/${ANNA}`)).json();
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await start();
    const after = await (await fetch(`${second.url}/handsets/${ANNA}`)).json();
    second.child.kill('SIGKILL');
    expect(before).toMatchObject({
      blocked: true,
      messages: [{ body: '1' }, { body: 'Got 1' }, { body: '2' }, {}, {}, {}, {}],
    });
    expect(after).toEqual(before);
  });

  test('messages, blocks, media and a call in the middle of a question are still there', async () => {
    bench.api.reply('/twilio/voice', twiml('<Gather action="/turn" numDigits="1"><Say>One?</Say></Gather>'));
    bench.api.reply('/turn', twiml('<Say>Two.</Say>'));
    const { body } = await bench.hand(`/handsets/${ANNA}/calls`);
    await bench.hand(`/handsets/${ANNA}/messages`, { body: 'STOP' });
    const before = (await bench.see(`/handsets/${ANNA}`)).body;
    await bench.restart();
    expect((await bench.see(`/handsets/${ANNA}`)).body).toEqual(before);
    expect((await say('x')).body).toMatchObject({ code: 21610 });
    expect((await bench.hand(`/calls/${body.callSid}/digits`, { digits: '2' })).body).toMatchObject({
      said: ['Two.'],
      status: 'completed',
    });
    expect(bench.api.on('/turn')).toMatchObject([{ Digits: '2' }]);
  });

  test('status callbacks that were not posted yet go out', async () => {
    bench.api.reply('/status', () => ({ delayMs: 60_000 }));
    await say('x', { StatusCallback: `${bench.api.url}/status` });
    while (bench.api.on('/status').length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    bench.api.reply('/status', twiml(''));
    await bench.restart();
    await bench.idle();
    const statuses = bench.api.on('/status').map(({ MessageStatus }) => MessageStatus);
    expect(statuses.slice(-3)).toEqual(['queued', 'sent', 'delivered']);
  });
});
