import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createCarrierClient } from '../../../adapters/twilio/carrier.ts';
import { renderSms, renderVoice } from '../../../adapters/twilio/twiml.ts';
import { createWebhookVerifier, type WebhookVerifier } from '../../../adapters/twilio/webhook-signature.ts';
import type { VoiceReply } from '../../../edge/reply.ts';
import { type Carrier, createCarrier } from '../../../local/carrier/carrier.ts';

const accountSid = `AC${'0a'.repeat(16)}`;
const authToken = 'the token of the clinic';
const clinic = '+15551230000';
const anna = '+15558662259';
const landline = '+15550001111';
const silent = () => undefined;
const log = { info: silent, warn: silent, error: silent };

let carrier: Carrier;
let verifier: WebhookVerifier;
let verdicts: boolean[] = [];
let wrong: boolean[] = [];
let spoken: (form: URLSearchParams, path: string) => VoiceReply = () => ({ steps: [] });
let answerToText: (form: URLSearchParams) => { messages: { body: string; statusCallback?: string }[] } = () => ({
  messages: [],
});

/** Our side of the telephone, made of the adapters alone. */
const api = createServer((request, response) => {
  let rawBody = '';
  request.on('data', (chunk) => {
    rawBody += chunk;
  });
  request.on('end', () => {
    const path = request.url ?? '';
    const signature = request.headers['x-twilio-signature'];
    const webhook = {
      path,
      rawBody,
      contentType: request.headers['content-type'],
      signature: typeof signature === 'string' ? signature : undefined,
    };
    verdicts.push(verifier.verify(webhook));
    wrong.push(verifier.verify({ ...webhook, rawBody: `${rawBody}&Digits=9` }));
    const form = new URLSearchParams(rawBody);
    response.writeHead(200, { 'content-type': 'text/xml' });
    if (path.includes('/status')) response.end();
    else response.end(path.includes('/voice') ? renderVoice(spoken(form, path)) : renderSms(answerToText(form)));
  });
});

const apiUrl = (): string => `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
const handset = z.looseObject({
  messages: z.array(z.looseObject({ direction: z.string(), body: z.string(), status: z.string() })),
  calls: z.array(
    z.looseObject({ sid: z.string(), status: z.string(), said: z.array(z.string()), gathering: z.unknown() }),
  ),
});
const seen = async (number: string) =>
  handset.parse(await (await fetch(`${carrier.url}/handsets/${encodeURIComponent(number)}`)).json());
const act = async (path: string, body: unknown = {}): Promise<unknown> =>
  (
    await fetch(`${carrier.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).json();
const client = () =>
  createCarrierClient({ accountSid, authToken, from: clinic, baseUrl: carrier.url, log, timeoutMs: 3000 });

beforeAll(async () => {
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  verifier = createWebhookVerifier({ authToken, publicUrl: apiUrl() });
});
afterAll(async () => {
  api.closeAllConnections();
  api.close();
  await once(api, 'close');
});
beforeEach(async () => {
  [verdicts, wrong] = [[], []];
  carrier = await createCarrier({
    clock: { now: () => new Date() },
    accountSid,
    authToken,
    number: clinic,
    apiUrl,
    landlines: [landline],
  });
  return () => carrier.close();
});

describe('with a carrier that signs, executes TwiML and answers REST as Twilio does', () => {
  test('a text is verified and its reply arrives character for character', async () => {
    const body = 'Zażółć <Say> & "co?" 😀\nline 2';
    answerToText = (form) => ({
      messages: [{ body: `${form.get('Body')} ${body}`, statusCallback: `${apiUrl()}/twilio/sms/status?m=1&n=%2B` }],
    });
    await act(`/handsets/${anna}/messages`, { body: "it's + 50% & <tight>" });
    const replies = (await seen(anna)).messages.filter(
      (one) => one.direction.startsWith('out') || one.body.includes('Zażółć'),
    );
    expect(replies.map((one) => one.body)).toEqual([`it's + 50% & <tight> ${body}`]);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts).not.toContain(false);
    expect(wrong).not.toContain(true);
  });

  test('a call is spoken, gathers keys and goes on where it was told', async () => {
    spoken = (form, path) =>
      path.endsWith('/twilio/voice')
        ? {
            steps: [
              { do: 'say', text: 'Hello <break/> & welcome', language: 'en' },
              {
                do: 'gather',
                say: [{ text: 'Na ile? ', language: 'pl' }],
                action: `${apiUrl()}/twilio/voice/turn?t=a%2Bb`,
                input: ['dtmf', 'speech'],
                finishOnKey: '#',
                timeout: 5,
                speechTimeout: 'auto',
                language: 'pl',
                hints: ['tak', 'nie'],
                bargeIn: true,
                actionOnEmptyResult: true,
              },
              { do: 'redirect', to: `${apiUrl()}/twilio/voice` },
            ],
          }
        : {
            steps: [
              { do: 'say', text: `You pressed ${form.get('Digits')}`, language: 'es' },
              { do: 'pause', seconds: 1 },
              { do: 'hangup' },
            ],
          };
    const { callSid } = z.looseObject({ callSid: z.string() }).parse(await act(`/handsets/${anna}/calls`));
    expect((await seen(anna)).calls[0]).toMatchObject({
      said: [expect.stringContaining('Hello <break/> & welcome'), expect.stringContaining('Na ile?')],
    });
    await act(`/calls/${callSid}/digits`, { digits: '42#' });
    const [call] = (await seen(anna)).calls;
    expect(call?.said.join(' ')).toContain('You pressed 42');
    expect(call?.status).toBe('completed');
    expect(verdicts).not.toContain(false);
  });

  test('a text of ours is sent once, found again by its words, and blocked after STOP', async () => {
    const since = new Date();
    const text = {
      to: anna,
      body: 'Your visit is at 9:40 & not later',
      statusCallback: `${apiUrl()}/twilio/sms/status`,
    };
    const sent = await client().send(text);
    expect(sent).toMatchObject({ is: 'accepted' });
    expect(await client().find(anna, text.body, since)).toMatchObject({ sid: sent.is === 'accepted' ? sent.sid : '' });
    expect(await client().find(anna, 'Your visit is at 9:41', since)).toBeUndefined();
    answerToText = () => ({ messages: [] });
    await act(`/handsets/${anna}/messages`, { body: 'Stop' });
    expect(await client().send(text)).toEqual({ is: 'blocked' });
    expect((await seen(anna)).messages.filter((one) => one.body === text.body)).toHaveLength(1);
  });

  test('a number that is none is refused, and an outage is for later', async () => {
    expect(await client().send({ to: '+1', body: 'x', statusCallback: `${apiUrl()}/twilio/sms/status` })).toMatchObject(
      { is: 'refused' },
    );
    await act('/faults', { unavailable: true });
    expect(await client().send({ to: anna, body: 'x', statusCallback: `${apiUrl()}/twilio/sms/status` })).toEqual({
      is: 'later',
      afterSeconds: 1,
      doubt: true,
    });
    await act('/faults', {});
  });

  test('a media that was sent can be fetched, byte for byte', async () => {
    const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
    let mediaUrl = '';
    answerToText = (form) => {
      mediaUrl = form.get('MediaUrl0') ?? '';
      return { messages: [] };
    };
    await act(`/handsets/${anna}/messages`, {
      body: '',
      media: [{ contentType: 'image/jpeg', data: bytes.toString('base64') }],
    });
    const media = await client().media(mediaUrl);
    expect(Buffer.from(media.bytes)).toEqual(bytes);
    expect(media.contentType).toContain('image/jpeg');
  });

  test('a call of ours rings and runs what its address says', async () => {
    spoken = () => ({ steps: [{ do: 'say', text: 'A patient needs you', language: 'en' }, { do: 'hangup' }] });
    const outcome = await client().call({
      to: anna,
      url: `${apiUrl()}/twilio/voice/on-call?t=1`,
      statusCallback: `${apiUrl()}/twilio/voice/status`,
    });
    expect(outcome).toMatchObject({ is: 'ringing' });
    await act(`/calls/${outcome.is === 'ringing' ? outcome.sid : ''}/answer`);
    expect((await seen(anna)).calls[0]?.said.join()).toContain('A patient needs you');
  });
});
