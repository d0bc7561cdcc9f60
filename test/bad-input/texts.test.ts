import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient } from '../host/asking.ts';
import { type Hands, handsOn } from '../host/hands.ts';
import { type RunningHost, startHost } from '../host/running-host.ts';
import { inChart, newNumber, prepare, secondQuestion, thirdQuestion, waitingPatient } from './one-patient.ts';

let host: RunningHost;
let hands: Hands;
beforeAll(async () => {
  host = await startHost();
  hands = handsOn(host.endpoints);
  await prepare(hands);
});
afterAll(() => host.remove());

const form = 'application/x-www-form-urlencoded; charset=UTF-8';
const sms = (from: string, body: string, more: Readonly<Record<string, string>> = {}) => ({
  MessageSid: `SM${randomUUID().replaceAll('-', '')}`,
  AccountSid: host.endpoints.twilio.accountSid,
  From: from,
  To: host.endpoints.twilio.number,
  Body: body,
  NumMedia: '0',
  ...more,
});
const momentsOf = async (id: string) => JSON.stringify((await hands.story(id))?.moments ?? []);

describe('what is not signed by the carrier is refused, and the question goes on waiting', () => {
  it.each([
    ['no signature', () => ({})],
    ['an empty one', () => ({ 'x-twilio-signature': '' })],
    ['one of another text', (url: string) => ({ 'x-twilio-signature': signed(url, { Body: 'other' }) })],
    [
      'one made with an empty token',
      (url: string, params: Record<string, string>) => ({
        'x-twilio-signature': getExpectedTwilioSignature('', url, params),
      }),
    ],
  ])('%s', async (_, header) => {
    const { number, patient: id } = await waitingPatient(hands);
    for (const path of ['/twilio/sms', '/twilio/sms/status', '/twilio/voice', '/twilio/voice/turn']) {
      const url = `${host.endpoints.api}${path}`;
      const params = sms(number, 'forged', { CallSid: 'CA1' });
      const body = new URLSearchParams(params).toString();
      const refused = await hands.send(url, {
        method: 'POST',
        headers: { 'content-type': form, ...header(url, params) },
        body,
      });
      expect([path, refused.status]).toEqual([path, 403]);
      expect(refused.text).not.toContain('forged');
    }
    expect(await momentsOf(id)).not.toContain('forged');
    expect(await hands.text(number, 'my back hurts')).toEqual([expect.stringContaining(secondQuestion)]);
  });

  it('a good signature of the same text at another route', async () => {
    const { number } = await waitingPatient(hands);
    const params = sms(number, 'forged');
    const signature = signed(`${host.endpoints.api}/twilio/sms`, params);
    const refused = await hands.send(`${host.endpoints.api}/twilio/voice`, {
      method: 'POST',
      headers: { 'content-type': form, 'x-twilio-signature': signature },
      body: new URLSearchParams(params).toString(),
    });
    expect(refused.status).toBe(403);
  });
});

describe('whatever is in a text, it has an answer and is on file', () => {
  it.each([
    ['1,600 characters', 'pain '.repeat(320).trim()],
    ['emoji', 'my knee 🦵🏽 hurts 😢👨‍👩‍👧'],
    ['right to left', 'عندي ألم في الركبة منذ أسبوع'],
    ['Hebrew mixed with digits', 'כאב 3 ימים'],
    ['markup', '<Response><Message>no</Message></Response> & "quotes"'],
    ['line breaks and tabs', 'first line\nsecond\tline'],
  ])('%s', async (_, words) => {
    const { number, patient: id } = await waitingPatient(hands);
    expect(await hands.text(number, words)).toEqual([expect.stringContaining(secondQuestion)]);
    expect(await inChart(hands, id)).toEqual({ first: words });
  });

  it('control characters and a lone surrogate do not stop the answer', async () => {
    const { number, patient: id } = await waitingPatient(hands);
    const reply = await hands.webhook('/twilio/sms', sms(number, 'sore\u0000 \u0007throat \ud83d'));
    expect(reply.status).toBe(200);
    expect(reply.text).toContain(secondQuestion);
    expect((await inChart(hands, id)).first).toMatch(/^sore throat/);
  });

  it('an empty text is told that it came without words, and the question is asked again', async () => {
    const { number, patient: id } = await waitingPatient(hands);
    for (const nothing of ['', '   ']) {
      const [reply = ''] = await hands.text(number, nothing);
      expect(reply).toMatch(/without words|didn't catch/i);
    }
    expect(await hands.text(number, 'a cough')).toEqual([expect.stringContaining(secondQuestion)]);
    expect(await inChart(hands, id)).toEqual({ first: 'a cough' });
  });

  it('more than a text can hold is kept as far as it goes', async () => {
    const { number, patient: id } = await waitingPatient(hands);
    const reply = await hands.webhook('/twilio/sms', sms(number, 'x'.repeat(5_000)));
    expect(reply.text).toContain(secondQuestion);
    expect((await inChart(hands, id)).first).toHaveLength(1_600);
  });

  it('parameters we do not know change nothing', async () => {
    const { number, patient: id } = await waitingPatient(hands);
    const reply = await hands.webhook(
      '/twilio/sms',
      sms(number, 'a rash', { SomethingNew: 'ä', OptOutType: '', NumSegments: 'many', __proto__x: '1' }),
    );
    expect(reply.status).toBe(200);
    expect(reply.text).toContain(secondQuestion);
    expect(await inChart(hands, id)).toEqual({ first: 'a rash' });
  });
});

describe('pictures', () => {
  const picture = { contentType: 'image/png', data: Buffer.from('not really a picture').toString('base64') };

  it('only media: kept, acknowledged, and the question waits', async () => {
    const { number, patient: id } = await waitingPatient(hands);
    const [reply = ''] = await hands.text(number, '', [picture]);
    expect(reply).toContain('picture is saved');
    expect(await momentsOf(id)).toContain('image/png');
    expect(await hands.text(number, 'as you can see')).toEqual([expect.stringContaining(secondQuestion)]);
    expect(await inChart(hands, id)).toEqual({ first: 'as you can see' });
  });

  it('ten in one text and words: the words answer, all ten are fetched and kept', async () => {
    const { number, patient: id } = await waitingPatient(hands);
    const before = storedMedia(host.folder);
    const [reply = ''] = await hands.text(number, 'look at these', Array(10).fill(picture));
    expect(reply).toContain(secondQuestion);
    await hands.settle();
    expect(storedMedia(host.folder) - before).toBe(10);
    expect(await inChart(hands, id)).toEqual({ first: 'look at these' });
  });

  it('from a number nobody knows: answered, and kept too', async () => {
    const before = storedMedia(host.folder);
    const replies = await hands.text(newNumber(), 'see my rash', [picture]);
    expect(replies).toEqual([expect.stringContaining("don't know this number")]);
    await hands.settle();
    expect(storedMedia(host.folder) - before).toBe(1);
  });
});

describe('numbers', () => {
  it('one that nobody knows is answered at once, looked up, and given to the desk with its words', async () => {
    const number = newNumber();
    const [reply = ''] = await hands.text(number, 'I need my results');
    expect(reply).toContain("don't know this number");
    expect(reply).toContain('312-555-0100');
    await hands.settle();
    const tasks = JSON.stringify(await hands.search('Task?_count=100'));
    expect(tasks).toContain('I need my results');
    // And when the clinic writes the number into a chart, everything that was said counts.
    await hands.text(number, 'please call me');
    const { id } = await hands.create(patient(number));
    await hands.settle();
    expect(await momentsOf(id)).toContain('I need my results');
    expect(await momentsOf(id)).toContain('please call me');
  });

  it('seven texts before we know who it is: none of them is lost', async () => {
    const number = newNumber();
    for (let n = 1; n <= 7; n++) await hands.text(number, `note number ${n} of seven`);
    const { id } = await hands.create(patient(number));
    await hands.settle();
    const moments = await momentsOf(id);
    for (let n = 1; n <= 7; n++) expect(moments).toContain(`note number ${n} of seven`);
  });

  it.each(['72645', 'LAKESIDE', '+', 'anonymous', '5558662259x'])(
    '%s, which is no full number, gets an answer and no fault',
    async (from) => {
      const reply = await hands.webhook('/twilio/sms', sms(from, 'hello there'));
      expect(reply.status).toBe(200);
      expect(reply.text).toContain('know this number');
      await hands.settle();
      const call = await hands.webhook('/twilio/voice', {
        CallSid: `CA${randomUUID().replaceAll('-', '')}`,
        From: from,
        To: host.endpoints.twilio.number,
        Direction: 'inbound',
        CallStatus: 'ringing',
      });
      expect(call.status).toBe(200);
      expect(call.text).toContain('<Dial');
      await hands.settle();
    },
  );
});

describe('requests that are not what the carrier sends', () => {
  it('another content type: no turn is taken, the question goes on waiting', async () => {
    const { number } = await waitingPatient(hands);
    for (const [type, body] of [
      ['application/json', JSON.stringify(sms(number, 'as JSON'))],
      ['application/json', '{"From": "+1312'],
      ['text/xml', '<From>+13125550142</From>'],
    ] as const) {
      const answer = await hands.send(`${host.endpoints.api}/twilio/sms`, {
        method: 'POST',
        headers: { 'content-type': type, 'x-twilio-signature': signed(`${host.endpoints.api}/twilio/sms`, {}) },
        body,
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
    expect(await hands.text(number, 'a sore throat')).toEqual([expect.stringContaining(secondQuestion)]);
  });

  it('a signed form without a sender or an id is answered with silence', async () => {
    for (const params of [{}, { Body: 'hello' }, { MessageSid: '', From: '+13125550142', Body: 'hello' }]) {
      const answer = await hands.webhook('/twilio/sms', params);
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('<Message');
    }
  });

  it('a body over 1 MB is refused with 413 on every route', async () => {
    const { number } = await waitingPatient(hands);
    const { api, ehrNotification } = host.endpoints;
    const large = `Body=${'x'.repeat(1_100_000)}`;
    for (const path of [
      '/twilio/sms',
      '/twilio/voice',
      '/ehr/notifications',
      '/cds-services/told-once-patient-view',
      '/u/x',
      '/staff/desk',
    ]) {
      const answer = await hands.send(`${api}${path}`, {
        method: 'POST',
        headers: { 'content-type': form, [ehrNotification.header]: ehrNotification.secret },
        body: large,
      });
      expect([path, answer.status]).toEqual([path, 413]);
      expect(answer.text.length).toBeLessThan(1_000);
    }
    const answer = await hands.webhook('/twilio/sms', sms(number, 'y'.repeat(1_100_000)));
    expect(answer.status).toBe(413);
    expect(await hands.text(number, 'a headache')).toEqual([expect.stringContaining(secondQuestion)]);
    expect(await hands.text(number, 'yesterday')).toEqual([expect.stringContaining(thirdQuestion)]);
  });
});

function signed(url: string, params: Readonly<Record<string, string>>): string {
  return getExpectedTwilioSignature(host.endpoints.twilio.authToken, url, { ...params });
}

/** Files of media in the vault, whole ones only. */
function storedMedia(folder: string): number {
  const vault = join(folder, 'media');
  return existsSync(vault) ? readdirSync(vault).filter((name) => !name.endsWith('.part')).length : 0;
}
