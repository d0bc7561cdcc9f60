import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CarrierOptions, createCarrierClient } from '../../../adapters/twilio/carrier.ts';
import type { Log } from '../../../domain/ports/log.ts';
import { complaints, openApiIsHere } from './open-api.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const accountSid = `AC${'0a'.repeat(16)}`;
const authToken = 'a-secret-token';
const to = '+48601123456';
const from = '+15551230000';
const text = {
  to,
  body: 'Your visit is at 9:40. Zażółć & 50 %?',
  statusCallback: 'https://clinic.example/twilio/sms/status?m=1',
};

let server: ScriptedServer;
let logged: string[] = [];
const write = (...args: readonly unknown[]): void => {
  logged.push(JSON.stringify(args));
};
const log: Log = { info: write, warn: write, error: write };
const client = (over: Partial<CarrierOptions> = {}) =>
  createCarrierClient({ accountSid, authToken, from, baseUrl: server.url, log, timeoutMs: 2000, ...over });

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(() => {
  logged = [];
});

const created = { status: 201, body: { sid: 'SM1', status: 'queued' } };
const refusal = (status: number, code: number, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: { code, status, message: `About the number ${to}`, more_info: 'https://www.twilio.com/docs/errors' },
});

describe('a text', () => {
  test('is sent with number, body and callback, with basic authentication', async () => {
    server.play(created);
    expect(await client().send(text)).toEqual({ is: 'accepted', sid: 'SM1', status: 'queued' });
    const [heard] = server.heard;
    expect(heard?.path).toBe(`/2010-04-01/Accounts/${accountSid}/Messages.json`);
    expect(Object.fromEntries(heard?.form ?? [])).toEqual({
      To: to,
      From: from,
      Body: text.body,
      StatusCallback: text.statusCallback,
    });
    expect(heard?.headers.authorization).toBe(`Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`);
  });

  test('goes through the messaging service where one is configured', async () => {
    server.play(created);
    const messagingServiceSid = `MG${'1b'.repeat(16)}`;
    await client({ messagingServiceSid }).send(text);
    expect(server.heard[0]?.form.get('MessagingServiceSid')).toBe(messagingServiceSid);
    expect(server.heard[0]?.form.has('From')).toBe(false);
  });

  test.each([
    [refusal(400, 21610), { is: 'blocked' }],
    [refusal(400, 21211), { is: 'refused', code: 21211 }],
    [refusal(400, 21614), { is: 'refused', code: 21614 }],
    [refusal(400, 30006), { is: 'refused', code: 30006 }],
    [refusal(400, 21617), { is: 'refused', code: 21617 }],
    [refusal(400, 99999), { is: 'refused', code: 99999 }],
    [
      { status: 400, body: 'not json' },
      { is: 'refused', code: 400 },
    ],
    [refusal(429, 20429, { 'retry-after': '7' }), { is: 'later', afterSeconds: 7, doubt: false }],
    [refusal(429, 20429), { is: 'later', afterSeconds: 2, doubt: false }],
    [refusal(429, 20429, { 'retry-after': '999999' }), { is: 'later', afterSeconds: 3600, doubt: false }],
    [
      refusal(429, 20429, { date: 'Sun, 22 Nov 2026 02:14:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 02:14:30 GMT' }),
      { is: 'later', afterSeconds: 30, doubt: false },
    ],
    [refusal(400, 21611), { is: 'later', afterSeconds: 2, doubt: false }],
    [refusal(401, 20003), { is: 'later', afterSeconds: 300, doubt: false }],
    [refusal(400, 21606), { is: 'later', afterSeconds: 300, doubt: false }],
    [
      { status: 503, headers: { 'retry-after': '12' } },
      { is: 'later', afterSeconds: 12, doubt: true },
    ],
    [
      { status: 500, body: '<html>' },
      { is: 'later', afterSeconds: 10, doubt: true },
    ],
    [
      { status: 201, body: 'not json' },
      { is: 'later', afterSeconds: 10, doubt: true },
    ],
    ['break off', { is: 'later', afterSeconds: 10, doubt: true }],
    ['break off in the middle', { is: 'later', afterSeconds: 10, doubt: true }],
  ] as const)('answered with %j ends as %j, and is not tried again here', async (act, outcome) => {
    server.play(act);
    expect(await client().send(text)).toEqual(outcome);
    expect(server.heard).toHaveLength(1);
    expect(logged).toHaveLength(1);
  });

  test('is in doubt when the carrier took it and then said nothing', async () => {
    server.play('say nothing');
    expect(await client({ timeoutMs: 80 }).send(text)).toEqual({ is: 'later', afterSeconds: 10, doubt: true });
  });

  test('is in doubt when a kept connection breaks under it', async () => {
    server.play(created, 'break off');
    const carrier = client();
    await carrier.send(text);
    expect(await carrier.send(text)).toEqual({ is: 'later', afterSeconds: 10, doubt: true });
  });

  test('is not in doubt when nobody listens, or a connection never comes to stand', async () => {
    const closed = await startScriptedServer();
    await closed.close();
    expect(await client({ baseUrl: closed.url }).send(text)).toEqual({ is: 'later', afterSeconds: 10, doubt: false });
    // TLS against a server that accepts and never shakes hands: not a byte of the request leaves.
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    expect(await client({ baseUrl: `https://127.0.0.1:${port}`, timeoutMs: 80 }).send(text)).toEqual({
      is: 'later',
      afterSeconds: 10,
      doubt: false,
    });
    mute.close();
  });

  test('leaves no number, no words and no secret in the log', async () => {
    for (const act of [
      refusal(400, 21610),
      refusal(400, 21211),
      refusal(429, 20429),
      refusal(401, 20003),
      { status: 500, body: text.body },
      'break off',
    ] as const) {
      server.play(act);
      await client().send(text);
    }
    expect(logged).toHaveLength(6);
    expect(logged.join('\n')).not.toMatch(/48601123456|15551230000|visit|a-secret-token/);
  });
});

describe('a text that may have been sent', () => {
  const since = new Date('2026-11-22T02:14:10.900Z');
  const message = (over: Record<string, unknown> = {}) => ({
    sid: 'SM7',
    to,
    from,
    body: text.body,
    status: 'delivered',
    direction: 'outbound-api',
    date_created: 'Sun, 22 Nov 2026 02:14:10 +0000',
    date_sent: null,
    ...over,
  });
  const page = (messages: unknown[], next: string | null = null) => ({
    status: 200,
    body: { messages, next_page_uri: next },
  });

  test('is found by number and exact words, even while queued and created in the very second', async () => {
    server.play(
      page([
        message({ sid: 'SM9', body: 'Something else' }),
        message({ sid: 'SM8', direction: 'inbound' }),
        message({ status: 'queued' }),
      ]),
    );
    expect(await client().find(to, text.body, since)).toEqual({ sid: 'SM7', status: 'queued' });
    expect(server.heard[0]?.query.get('To')).toBe(to);
  });

  test('is not mistaken for the same words sent earlier or to someone else', async () => {
    server.play(page([message({ date_created: 'Sun, 22 Nov 2026 02:14:09 +0000' }), message({ to: '+15550001111' })]));
    expect(await client().find(to, text.body, since)).toBeUndefined();
  });

  test('is looked for on the next pages, on the same host only, and no further back than needed', async () => {
    const next = `/2010-04-01/Accounts/${accountSid}/Messages.json?To=%2B48601123456&PageSize=200&Page=1&PageToken=PT`;
    server.play(page([message({ body: 'x' })], next), page([message()]));
    expect(await client().find(to, text.body, since)).toEqual({ sid: 'SM7', status: 'delivered' });
    server.play(page([message({ date_created: 'Sat, 21 Nov 2026 02:14:09 +0000' })], next), page([message()]));
    expect(await client().find(to, text.body, since)).toBeUndefined();
    expect(server.heard).toHaveLength(1);
    server.play(page([message({ body: 'x' })], 'https://evil.example/steal'));
    expect(await client().find(to, text.body, since)).toBeUndefined();
    expect(server.heard).toHaveLength(1);
    server.play(page([message({ body: 'x' })], next));
    expect(await client().find(to, text.body, since)).toBeUndefined();
    expect(server.heard).toHaveLength(5);
  });

  test.each([
    [{ status: 503, headers: { 'retry-after': '9' } }, 9],
    [{ status: 200, body: 'x' }, undefined],
    ['break off', undefined],
  ] as const)('leaves the question open when the list answers %j', async (act, retryAfterSeconds) => {
    server.play(act);
    const failed = await client()
      .find(to, text.body, since)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'CARRIER_UNAVAILABLE', retryAfterSeconds });
    expect(String(failed instanceof Error ? [failed.message, failed.cause] : failed)).not.toContain('48601123456');
  });
});

describe('a call', () => {
  const outgoing = {
    to,
    url: 'https://clinic.example/twilio/voice?x=1',
    statusCallback: 'https://clinic.example/twilio/voice/status',
  };

  test('rings from the number of the clinic', async () => {
    server.play({ status: 201, body: { sid: 'CA1', status: 'queued' } });
    expect(await client({ messagingServiceSid: `MG${'1b'.repeat(16)}` }).call(outgoing)).toEqual({
      is: 'ringing',
      sid: 'CA1',
    });
    expect(Object.fromEntries(server.heard[0]?.form ?? [])).toEqual({
      To: to,
      From: from,
      Url: outgoing.url,
      Method: 'POST',
      StatusCallback: outgoing.statusCallback,
    });
  });

  test('that cannot be placed says whether it ever can', async () => {
    server.play(refusal(400, 21211));
    expect(await client().call(outgoing)).toEqual({ is: 'refused', code: 21211 });
    server.play(refusal(429, 20429, { 'retry-after': '3' }));
    expect(await client().call(outgoing)).toEqual({ is: 'later', afterSeconds: 3, doubt: false });
    server.play('break off');
    expect(await client().call(outgoing)).toEqual({ is: 'later', afterSeconds: 10, doubt: true });
    expect(logged.join('\n')).not.toContain('48601123456');
  });
});

describe('a call that may have been placed', () => {
  const since = new Date('2026-11-22T02:14:10.900Z');
  const call = (over: Record<string, unknown> = {}) => ({
    sid: 'CA7',
    to,
    from,
    status: 'queued',
    direction: 'outbound-api',
    date_created: 'Sun, 22 Nov 2026 02:14:10 +0000',
    start_time: null,
    ...over,
  });

  test('is found by number and time, even while queued; what a call of the patient dialled is none', async () => {
    const calls = [
      call({ sid: 'CA9', direction: 'inbound' }),
      call({ sid: 'CA8', direction: 'outbound-dial' }),
      call(),
    ];
    server.play({ status: 200, body: { calls, next_page_uri: null } });
    expect(await client().findCall(to, since)).toEqual({ sid: 'CA7', status: 'queued' });
    expect(server.heard[0]?.path).toBe(`/2010-04-01/Accounts/${accountSid}/Calls.json`);
  });

  test('is no earlier one, and an answer that is none leaves the question open', async () => {
    const calls = [call({ date_created: 'Sun, 22 Nov 2026 02:14:09 +0000' })];
    server.play({ status: 200, body: { calls, next_page_uri: null } });
    expect(await client().findCall(to, since)).toBeUndefined();
    server.play({ status: 200, body: { messages: [] } });
    await expect(client().findCall(to, since)).rejects.toMatchObject({ code: 'CARRIER_UNAVAILABLE' });
  });
});

describe('a media', () => {
  const bytes = Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2]);

  test('is fetched with our credentials and followed elsewhere without them', async () => {
    const store = await startScriptedServer();
    store.play({ bytes, contentType: 'image/jpeg' });
    server.play({ status: 307, headers: { location: `${store.url}/bucket/key?sig=1` } });
    const media = await client().media(`${server.url}/2010-04-01/Accounts/${accountSid}/Messages/MM1/Media/ME1`);
    expect(media).toEqual({ bytes, contentType: 'image/jpeg' });
    expect(server.heard[0]?.headers.authorization).toMatch(/^Basic /);
    expect(store.heard[0]?.headers.authorization).toBeUndefined();
    await store.close();
  });

  test('anywhere but at the carrier is not fetched at all', async () => {
    server.play({ bytes, contentType: 'image/jpeg' });
    for (const url of [
      'http://169.254.169.254/latest/meta-data',
      'file:///etc/passwd',
      'nonsense',
      server.url.replace('http', 'https'),
    ]) {
      await expect(client().media(url)).rejects.toMatchObject({ code: 'CARRIER_UNAVAILABLE' });
    }
    expect(server.heard).toHaveLength(0);
  });

  test('too large, missing, or redirected for ever is a fault', async () => {
    const url = `${server.url}/media`;
    server.play({ bytes: Buffer.alloc(5000), contentType: 'image/jpeg' });
    await expect(client({ mostMediaBytes: 4999 }).media(url)).rejects.toMatchObject({
      message: 'The media is larger than we take',
    });
    expect((await client({ mostMediaBytes: 5000 }).media(url)).bytes).toHaveLength(5000);
    server.play({ status: 404 });
    await expect(client().media(url)).rejects.toMatchObject({ code: 'CARRIER_UNAVAILABLE' });
    server.play({ status: 302, headers: { location: url } });
    await expect(client().media(url)).rejects.toMatchObject({ message: 'The media leads nowhere' });
    expect(server.heard).toHaveLength(6);
  });
});

test.skipIf(!openApiIsHere)('every request is one that the description of the API of Twilio knows', async () => {
  server.play({ status: 201, body: { sid: 'SM1', status: 'queued', messages: [] } });
  const carrier = client();
  await carrier.send(text);
  await client({ messagingServiceSid: `MG${'1b'.repeat(16)}` }).send(text);
  await carrier.call({
    to,
    url: 'https://clinic.example/twilio/voice',
    statusCallback: 'https://clinic.example/twilio/voice/status',
  });
  server.play((heard) => ({
    status: 200,
    body: { messages: heard.query.has('Page') ? [] : [{ to }], next_page_uri: `${heard.path}?${heard.query}&Page=1` },
  }));
  const all = [...server.heard];
  await carrier.find(to, 'x', new Date(0));
  expect(all.concat(server.heard).flatMap(complaints)).toEqual([]);
  const [sent] = server.heard;
  // The checker itself can say no.
  expect(sent && complaints({ ...sent, query: new URLSearchParams({ To: to, Unknown: '1' }) })).toEqual([
    'Unknown is unknown',
  ]);
});

test('a client without account, token or number is not made', () => {
  for (const empty of [{ accountSid: '' }, { authToken: ' ' }, { from: '' }]) {
    expect(() => client(empty)).toThrow(expect.objectContaining({ code: 'CONFIGURATION_MISSING' }));
  }
});
