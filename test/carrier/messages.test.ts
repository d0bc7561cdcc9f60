import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWebhookCaller } from '../../local/carrier/webhook.ts';
import { ANNA, type Bench, CLINIC, openBench, recordApi, TOKEN, twiml } from './recorded-api.ts';

const LANDLINE = '+15550100300';
const SMS = '/twilio/sms';
let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ landlines: [LANDLINE], fallbackUrls: { sms: '/fallback' } });
});
afterEach(() => bench.close());

const text = (body: string, from = ANNA) => bench.hand(`/handsets/${encodeURIComponent(from)}/messages`, { body });
const phone = async (number = ANNA) => (await bench.see(`/handsets/${encodeURIComponent(number)}`)).body;
const codes = async () => {
  const { errors } = (await bench.see('/errors')).body;
  return Array.isArray(errors) ? errors.map((error: { code: number }) => error.code) : [];
};

describe('a text from a handset', () => {
  test('arrives form-encoded, signed, with the parameters Twilio sends, and the reply is on the handset', async () => {
    bench.api.reply(SMS, twiml('<Message>Hello &amp; welcome</Message><Message><Body>Second</Body></Message>'));
    const answer = await text('my chest feels tight');
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'received', replies: ['Hello & welcome', 'Second'], notices: [] },
    });
    const [webhook] = bench.api.got;
    expect(webhook?.signed).toBe(true);
    expect(webhook?.token).toMatch(/^[0-9a-f-]{36}$/);
    const sid = answer.body.messageSid;
    expect(webhook?.params).toMatchObject({
      MessageSid: sid,
      SmsSid: sid,
      SmsMessageSid: sid,
      AccountSid: expect.stringMatching(/^AC/),
      From: ANNA,
      To: CLINIC,
      Body: 'my chest feels tight',
      NumMedia: '0',
      NumSegments: '1',
      FromCountry: 'PL',
      ToCountry: 'US',
      SmsStatus: 'received',
      ApiVersion: '2010-04-01',
    });
    expect(webhook?.params).not.toHaveProperty('OptOutType');
    expect(await phone()).toMatchObject({
      messages: [
        {
          direction: 'inbound',
          kind: 'inbound',
          body: 'my chest feels tight',
          status: 'received',
          at: '2026-03-02T02:14:00.000Z',
        },
        { direction: 'outbound', kind: 'outbound-reply', body: 'Hello & welcome', status: 'delivered' },
        { direction: 'outbound', body: 'Second' },
      ],
    });
  });

  test('carries non-Latin text whole, signed, and counts its segments', async () => {
    await text('Boli mnie głowa 🤕 שלום'.repeat(5));
    expect(bench.api.got[0]).toMatchObject({ signed: true, params: { NumSegments: '2' } });
  });

  test('carries ten media whose bytes our credentials can fetch', async () => {
    const data = Buffer.from('not really a picture').toString('base64');
    const media = Array.from({ length: 10 }, () => ({ contentType: 'image/jpeg', data }));
    await bench.hand(`/handsets/${ANNA}/messages`, { media });
    const params = bench.api.on(SMS)[0];
    expect(params).toMatchObject({
      NumMedia: '10',
      Body: '',
      MediaContentType9: 'image/jpeg',
      MessageSid: expect.stringMatching(/^MM/),
    });
    const url = params?.MediaUrl9 ?? '';
    expect((await fetch(url)).status).toBe(401);
    const path = url.split('/Accounts/')[1]?.split('/').slice(1).join('/') ?? '';
    const got = await bench.rest('GET', path);
    expect(got.headers.get('content-type')).toBe('image/jpeg');
    expect(got.body.text).toBe('not really a picture');
    expect((await bench.rest('GET', `${path}.json`)).body).toMatchObject({ content_type: 'image/jpeg' });
  });

  test('follows <Redirect> and a message action, resolving URLs against the document', async () => {
    bench.api.reply(SMS, twiml('<Redirect>next?step=2</Redirect>'));
    bench.api.reply(
      '/twilio/next',
      twiml('<Message action="/after" method="GET">One</Message><Message>never</Message>'),
    );
    bench.api.reply('/after', twiml('<Message>Two</Message>'));
    expect((await text('hi')).body).toMatchObject({ replies: ['One', 'Two'] });
    expect(bench.api.got.map(({ path, method, signed }) => [path, method, signed])).toEqual([
      [SMS, 'POST', true],
      ['/twilio/next', 'POST', true],
      ['/after', 'GET', true],
    ]);
    expect(bench.api.got[1]?.params).toMatchObject({ Body: 'hi', step: '2' });
    expect(bench.api.got[2]?.params.MessageStatus).toBe('queued');
  });

  test('follows HTTP redirects: 307 with the form, 302 without', async () => {
    bench.api.reply(SMS, () => ({ status: 307, headers: { location: '/moved' } }));
    bench.api.reply('/moved', () => ({ status: 302, headers: { location: '/found' } }));
    bench.api.reply('/found', twiml('<Message>Found</Message>'));
    expect((await text('hi')).body).toMatchObject({ replies: ['Found'] });
    expect(bench.api.got.map(({ method, signed, params }) => [method, signed, params.Body])).toEqual([
      ['POST', true, 'hi'],
      ['POST', true, 'hi'],
      ['GET', true, undefined],
    ]);
  });

  test.each([
    ['a 500', { status: 500 }, 11200],
    ['JSON', { type: 'application/json', body: '{}' }, 12300],
    ['broken XML', { body: '<Response><Message>a</Response>' }, 12100],
    ['a verb that does not exist', { body: twiml('<Message>shown?</Message><Text>b</Text>') }, 12200],
    ['another root', { body: '<Reply/>' }, 12100],
    ['a bare ampersand', { body: twiml('<Message>a & b</Message>') }, 12100],
  ])(
    'answered with %s is an error shown, nothing of it executed, and the fallback is asked',
    async (_name, reply, code) => {
      bench.api.reply(SMS, () => reply);
      bench.api.reply('/fallback', twiml('<Message>Call the desk</Message>'));
      expect((await text('hi')).body).toMatchObject({ replies: ['Call the desk'] });
      expect(await codes()).toEqual([code]);
      expect(bench.shown.join()).toContain(String(code));
      expect(bench.shown.join()).not.toContain(ANNA);
      expect(bench.api.on('/fallback')[0]).toMatchObject({
        Body: 'hi',
        ErrorCode: String(code),
        ErrorUrl: `${bench.api.url}${SMS}`,
      });
    },
  );

  test('says clearly what is wrong with a request it cannot use', async () => {
    expect(await bench.hand('/handsets/anna/messages', { body: 'x' })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('E.164') },
    });
    expect(await bench.hand(`/handsets/${ANNA}/messages`, { body: 'x'.repeat(1601) })).toMatchObject({ status: 400 });
    expect(await bench.hand(`/handsets/${ANNA}/messages`, { media: Array(11).fill({}) })).toMatchObject({
      status: 400,
    });
    expect((await bench.hand('/nowhere')).status).toBe(404);
    const raw = await fetch(`${bench.carrier.url}/handsets/${ANNA}/messages`, { method: 'POST', body: '{' });
    expect([raw.status, raw.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(bench.api.got).toEqual([]);
    expect((await text('x'.repeat(1600))).status).toBe(200);
    expect((await text('')).status).toBe(200);
  });
});

describe('webhook delivery', () => {
  test('is tried once more when no connection can be made', async () => {
    const { url } = bench.api;
    await bench.api.close();
    const caller = createWebhookCaller({ authToken: TOKEN, timeoutMs: 5000, retryAfterMs: 1500 });
    const outcome = caller.call({ url: `${url}${SMS}`, method: 'POST', params: { Body: 'hi' } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const back = await recordApi(Number(new URL(url).port));
    expect(await outcome).toMatchObject({ ok: true, response: { status: 200 } });
    expect(back.got).toMatchObject([{ path: SMS, signed: true, params: { Body: 'hi' } }]);
    caller.close();
    await back.close();
  });

  test('is given up after the second refusal', async () => {
    await bench.api.close();
    expect((await text('hi')).body).toMatchObject({ replies: [] });
    // The webhook, and then its fallback.
    expect(await codes()).toEqual([11205, 11205]);
  });

  test('is not repeated when the connection breaks after the request, or no answer comes in time', async () => {
    await bench.close();
    bench = await openBench({ webhookTimeoutMs: 80 });
    bench.api.reply(SMS, ({ params }) => (params.Body === 'slow' ? { delayMs: 300 } : { broken: true }));
    await text('slow');
    await text('broken');
    expect(bench.api.on(SMS).map((params) => params.Body)).toEqual(['slow', 'broken']);
    expect(await codes()).toEqual([11200, 11200]);
  });

  test('happens twice under duplicateRate, as two deliveries with their own tokens, both executed', async () => {
    await bench.hand('/faults', { duplicateRate: 1 });
    bench.api.reply(SMS, twiml('<Message>Yes</Message>'));
    expect((await text('hi')).body).toMatchObject({ replies: ['Yes', 'Yes'] });
    const [first, second] = bench.api.got;
    expect(first?.params).toEqual(second?.params);
    expect(first?.token).not.toBe(second?.token);
    await bench.hand('/faults', { duplicateRate: 0.5 });
    for (const word of ['a', 'b', 'c', 'd']) await text(word);
    expect(bench.api.got.length).toBe(2 + 6);
    expect((await bench.hand('/faults', {})).body).toMatchObject({ duplicateRate: 0 });
  });

  test('waits while the carrier is unavailable, and nothing is lost by it', async () => {
    await bench.hand('/faults', { unavailable: true });
    expect(await text('hi')).toMatchObject({ status: 202, body: { status: 'queued' } });
    await bench.idle();
    expect(bench.api.got).toEqual([]);
    expect(await bench.rest('GET', 'Messages.json')).toMatchObject({ status: 503 });
    await bench.hand('/faults', {});
    await bench.idle();
    expect(bench.api.on(SMS)).toMatchObject([{ Body: 'hi' }]);
  });

  test('comes out of order under reorder', async () => {
    await bench.hand('/faults', { reorder: true });
    await Promise.all(['1', '2', '3'].map((body) => text(body)));
    const sent = (await phone()).messages;
    const submitted = Array.isArray(sent) ? sent.map((message: { body: string }) => message.body) : [];
    expect(bench.api.on(SMS).map((params) => params.Body)).toEqual(submitted.reverse());
  });
});

describe('status callbacks', () => {
  const reply = (inside = 'Hi') =>
    bench.api.reply(SMS, twiml(`<Message statusCallback="/twilio/sms/status?m=7">${inside}</Message>`));
  const statuses = () =>
    bench.api.on('/twilio/sms/status').map(({ MessageStatus, ErrorCode, m }) => [MessageStatus, ErrorCode, m]);

  test('come signed and in order to the URL of the message', async () => {
    reply();
    await text('hi');
    await bench.idle();
    expect(statuses()).toEqual([
      ['queued', undefined, '7'],
      ['sent', undefined, '7'],
      ['delivered', undefined, '7'],
    ]);
    expect(bench.api.got.every((webhook) => webhook.signed)).toBe(true);
    expect(bench.api.got.at(-1)?.params).toMatchObject({ From: CLINIC, To: ANNA, SmsStatus: 'delivered' });
  });

  test('come in reverse under reorder, and with the error under undeliveredRate', async () => {
    await bench.hand('/faults', { reorder: true, undeliveredRate: 1, errorCode: 30005 });
    reply();
    expect((await text('hi')).body).toMatchObject({ replies: [] });
    await bench.idle();
    expect(statuses().map(([status, code]) => [status, code])).toEqual([
      ['undelivered', '30005'],
      ['sent', undefined],
      ['queued', undefined],
    ]);
    expect(await phone()).toMatchObject({ messages: [{}, { status: 'undelivered', errorCode: 30005 }] });
  });

  test('say 30006 for a landline', async () => {
    reply();
    await text('hi', LANDLINE);
    await bench.idle();
    expect(statuses().at(-1)).toEqual(['undelivered', '30006', '7']);
  });
});

describe('STOP and its kin', () => {
  test.each(['STOP', ' stop ', 'StopAll', 'UNSUBSCRIBE', 'end', 'Quit', 'CANCEL', 'revoke', 'OPTOUT'])(
    '%s blocks the number, is confirmed once, and still reaches us',
    async (word) => {
      const first = await text(word);
      expect(first.body).toMatchObject({ notices: [expect.stringContaining('unsubscribed')] });
      expect((await text(word)).body).toMatchObject({ notices: [] });
      expect(bench.api.on(SMS)).toMatchObject([{ Body: word, OptOutType: 'STOP' }, { OptOutType: 'STOP' }]);
      const refused = await bench.rest('POST', 'Messages.json', { To: ANNA, From: CLINIC, Body: 'x' });
      expect(refused).toMatchObject({ status: 400, body: { code: 21610, status: 400, message: expect.any(String) } });
      expect(await bench.see('/handsets')).toMatchObject({ body: { handsets: [{ e164: ANNA, blocked: true }] } });
    },
  );

  test('are words only when they are the whole text', async () => {
    expect((await text('please stop texting me')).body).toMatchObject({ notices: [] });
    expect((await text('stop.')).body).toMatchObject({ notices: [] });
    expect((await bench.rest('POST', 'Messages.json', { To: ANNA, From: CLINIC, Body: 'x' })).status).toBe(201);
    expect(bench.api.on(SMS).every((params) => params.OptOutType === undefined)).toBe(true);
  });

  test('a reply to a blocked number fails with 21610 and says so by status callback', async () => {
    bench.api.reply(SMS, twiml('<Message statusCallback="/status">No</Message>'));
    expect((await text('STOP')).body).toMatchObject({ replies: [] });
    await bench.idle();
    expect(bench.api.on('/status')).toMatchObject([{ MessageStatus: 'failed', ErrorCode: '21610' }]);
  });

  test.each(['START', 'yes', 'UNSTOP'])(
    '%s lifts the block and is confirmed; without a block it is not',
    async (word) => {
      expect((await text(word)).body).toMatchObject({ notices: [] });
      await text('STOP');
      expect((await text(word)).body).toMatchObject({ notices: [expect.stringContaining('re-subscribed')] });
      expect(bench.api.on(SMS).at(-1)).toMatchObject({ OptOutType: 'START' });
      expect((await bench.rest('POST', 'Messages.json', { To: ANNA, From: CLINIC, Body: 'x' })).status).toBe(201);
    },
  );

  test('YES on a number that is not blocked is an ordinary word', async () => {
    await text('YES');
    expect(bench.api.on(SMS)[0]).not.toHaveProperty('OptOutType');
  });

  test.each(['HELP', 'info'])('%s is answered by the carrier and still reaches us', async (word) => {
    expect((await text(word)).body).toMatchObject({ notices: [expect.stringContaining('STOP')] });
    expect(bench.api.on(SMS)).toMatchObject([{ OptOutType: 'HELP' }]);
    expect(await phone()).toMatchObject({ messages: [{}, { kind: 'carrier-notice', direction: 'outbound' }] });
    expect((await bench.rest('GET', 'Messages.json')).body).toMatchObject({ messages: [{ direction: 'inbound' }] });
  });
});
