import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asked, intakeTask, patient, questionnaire } from '../host/asking.ts';
import { type Answered, type Hands, handsOn } from '../host/hands.ts';
import { type RunningHost, startHost } from '../host/running-host.ts';
import { found } from './search.ts';

const number = '+13125558391';
const stranger = '+13125558392';
const planted: Record<string, string> = {
  'first name': 'Zyphrinka',
  'last name': 'Quandelmore',
  'birth date': '1971-03-29',
  number: '3125558391',
  'number as said': '312-555-8391',
  'number of a stranger': '3125558392',
  'answer by text': 'xanthoplume',
  'answer on the page': 'murblewick',
  'answer at the desk': 'draffleton',
  'answer by speech': 'grindlewort',
  'words of a stranger': 'plonketryst',
  'forged words': 'quibblefrost',
  'content of a picture': 'jorvaxquill',
  'an emergency': 'snarvelthump',
};

let host: RunningHost;
let hands: Hands;
let id = '';
const refusals: string[] = [];
/** URLs that somebody outside gets to see: the carrier, browsers, the chart. */
const outgoing: string[] = [];

beforeAll(async () => {
  host = await startHost(['--verbose']);
  hands = handsOn(host.endpoints);
  await tell();
  await provoke();
  await hands.settle();
  await hands.advance('PT2H');
}, 120_000);
afterAll(() => host.remove());

const refused = async (answer: Promise<Answered>): Promise<number> => {
  const { status, text, headers } = await answer;
  refusals.push(`${status} ${text} ${JSON.stringify([...headers])}`);
  return status;
};
const sms = (from: string, body: string, more: Readonly<Record<string, string>> = {}) => ({
  MessageSid: `SM${randomUUID().replaceAll('-', '')}`,
  AccountSid: host.endpoints.twilio.accountSid,
  From: from,
  To: host.endpoints.twilio.number,
  Body: body,
  ...more,
});

/** One person tells something by every channel there is. */
async function tell(): Promise<void> {
  const items = ['one', 'two', 'three', 'four', 'five'].map((linkId) => ({
    linkId,
    type: 'text' as const,
    text: `Question ${linkId}?`,
  }));
  await hands.create(questionnaire('canaries', items));
  await hands.settle();
  const made = await asked(
    hands,
    number,
    'https://lakeside.example/Questionnaire/canaries|1',
    patient(number, 'Zyphrinka', 'Quandelmore', '1971-03-29'),
  );
  id = made.patient;
  planted['patient id'] = id;
  const link = /http\S+\/u\/([A-Za-z0-9_-]+)/.exec((await hands.text(number, 'link')).join('\n'));
  if (link?.[1] === undefined) throw new Error('No link came');
  planted['page token'] = link[1];
  outgoing.push(link[0]);
  const reply = await hands.webhook('/twilio/sms', sms(number, 'xanthoplume in my chest pocket'));
  outgoing.push(reply.text);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  await hands.send(link[0], { method: 'POST', headers: form, body: `question=two&version=2&answer=murblewick` });
  const call = await hands.dial(number);
  await hands.speech(call.callSid, 'grindlewort since monday', 0.4);
  await hands.digits(call.callSid, '1');
  await hands.hangup(call.callSid);
  const ringing = await hands.webhook('/twilio/voice', {
    CallSid: `CA${randomUUID().replaceAll('-', '')}`,
    From: number,
    To: host.endpoints.twilio.number,
    Direction: 'inbound',
    CallStatus: 'ringing',
  });
  outgoing.push(ringing.text);
  await atTheDesk();
  await hands.text(number, 'look', [{ contentType: 'image/png', data: Buffer.from('jorvaxquill').toString('base64') }]);
  await hands.text(number, 'snarvelthump, I have chest pain and cannot breathe');
  await hands.text(stranger, 'plonketryst, it is me');
  await hands.text(stranger, 'plonketryst again, with chest pain');
  await hands.settle();
}

/** The clerk opens the page from the card, signs in at the EHR, and enters an answer. */
async function atTheDesk(): Promise<void> {
  const { cards } = await hands.cards(id);
  const link = /http[^"]*\/staff\/desk[^"]*/.exec(JSON.stringify(cards))?.[0];
  if (link === undefined) throw new Error('The card has no link');
  outgoing.push(link);
  let url = link;
  const cookies = new Map<string, string>();
  for (let hop = 0; hop < 10; hop++) {
    const answer = await hands.send(url, {
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';')[0]?.split('=') ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) {
      const [, question] = /name="question" value="([^"]+)"/.exec(answer.text) ?? [];
      const [, version] = /name="version" value="([^"]+)"/.exec(answer.text) ?? [];
      if (question === undefined || version === undefined) throw new Error('The desk page asks nothing');
      await hands.send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
        },
        body: new URLSearchParams({ question, version, answer: 'draffleton' }).toString(),
      });
      return;
    }
    url = new URL(location, url).href;
    if (!url.startsWith(new URL(host.endpoints.ehr).origin)) outgoing.push(url);
  }
  throw new Error('Signing in never ends');
}

/** Everything goes wrong, with patient data in each request. */
async function provoke(): Promise<void> {
  const { api, console, carrier, ehr, ehrNotification } = host.endpoints;
  const json = { 'content-type': 'application/json' };
  const secret = { [ehrNotification.header]: ehrNotification.secret };
  const words = 'quibblefrost Zyphrinka Quandelmore 3125558391 1971-03-29';
  const urlWords = encodeURIComponent(words);
  const body = new URLSearchParams(sms(number, words)).toString();
  const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
  const broken = `{"resourceType": "Patient", "name": "${words}"`;
  for (const path of ['/twilio/sms', '/twilio/sms/status', '/twilio/voice', '/twilio/voice/turn'])
    await refused(
      hands.send(`${api}${path}`, { method: 'POST', headers: { ...asForm, 'x-twilio-signature': 'x' }, body }),
    );
  for (const [type, text] of [
    ['application/fhir+json', broken],
    ['application/fhir+json', JSON.stringify({ resourceType: 'Bundle', type: 'searchset', note: words })],
    ['application/fhir+json', JSON.stringify({ resourceType: 'Patient', name: [{ text: words }] })],
    ['text/plain', words],
  ] as const)
    await refused(hands.notify(text, { 'content-type': type, ...secret }));
  await refused(hands.notify(broken, { ...secret }, `/${urlWords}/x`));
  await refused(hands.notify(broken, { [ehrNotification.header]: words.replaceAll(' ', '') }));
  for (const path of [
    `/u/${urlWords}`,
    `/nowhere/${urlWords}`,
    `/staff/desk?for=${urlWords}&iss=${urlWords}`,
    `/staff/signed-in?code=${urlWords}&state=${urlWords}`,
    `/cds-services/${urlWords}/feedback`,
  ]) {
    await refused(hands.send(`${api}${path}`));
    await refused(hands.send(`${api}${path}`, { method: 'POST', headers: asForm, body }));
  }
  for (const authorization of [`Bearer ${words}`, `Bearer ${Buffer.from(words).toString('base64url')}.x.y`])
    await refused(
      hands.send(`${api}/cds-services/told-once-patient-view`, {
        method: 'POST',
        headers: { ...json, authorization },
        body: broken,
      }),
    );
  await refused(
    hands.send(`${api}/twilio/sms`, { method: 'POST', headers: asForm, body: `Body=${words.repeat(20_000)}` }),
  );
  await refused(
    hands.send(`${console}/clock`, { method: 'POST', headers: json, body: JSON.stringify({ advance: words }) }),
  );
  await refused(hands.send(`${console}/clock`, { method: 'POST', headers: json, body: broken }));
  await refused(hands.send(`${console}/stories/${urlWords}`));
  await refused(hands.send(`${console}/${urlWords}`));
  await refused(hands.send(`${carrier}/handsets/${urlWords}`));
  await refused(hands.send(`${ehr}/Patient/${urlWords.slice(0, 20)}`));

  // The same phone in the same moment, and the same text twice: conflicts and duplicates.
  const twice = sms(number, 'quibblefrost continue');
  await Promise.all([
    ...Array.from({ length: 8 }, () => hands.webhook('/twilio/sms', sms(number, 'quibblefrost'))),
    hands.webhook('/twilio/sms', twice),
    hands.webhook('/twilio/sms', twice),
  ]);
  await hands.webhook('/twilio/sms', twice);
  await hands.webhook('/twilio/sms', twice);
  const again = (await hands.create(intakeTask(id, 'https://lakeside.example/Questionnaire/none|1'))).id;
  await hands.create(intakeTask(`${id}-not`, 'https://lakeside.example/Questionnaire/canaries|1'));
  await hands.settle();
  for (const faults of [{ status: 500 }, { status: 422 }, { status: 409 }, { garbage: true }]) {
    await hands.ehrFaults(faults);
    await hands.text(number, 'xanthoplume again');
    await hands.settle();
    await hands.advance('PT3M');
    await hands.ehrFaults({});
    await hands.advance('PT10M');
  }
  for (const faults of [{ restStatus: 500 }, { restStatus: 429 }, { undeliveredRate: 1 }]) {
    await hands.carrierFaults(faults);
    await hands.text(number, 'PERSON');
    await hands.text(stranger, 'plonketryst chest pain');
    await hands.settle();
    await hands.advance('PT3M');
    await hands.carrierFaults({});
    await hands.advance('PT10M');
  }
  expect(again).not.toBe('');
}

describe('nothing about a patient is where it does not belong', () => {
  it('the canaries were heard: what is searched for is really there', async () => {
    const chart = JSON.stringify(await hands.search(`QuestionnaireResponse?subject=Patient/${id}`));
    for (const answer of ['xanthoplume', 'murblewick', 'grindlewort', 'draffleton']) expect(chart).toContain(answer);
    expect(
      readFileSync(join(host.folder, 'told-once.db-wal'), 'latin1') +
        readFileSync(join(host.folder, 'told-once.db'), 'latin1'),
    ).toContain('plonketryst');
    expect(refusals.length).toBeGreaterThan(20);
    expect(refusals.filter((refusal) => /^[45]\d\d /.test(refusal)).length).toBeGreaterThan(20);
  });

  it('not in what it printed', () => {
    expect(host.printed()).toContain('HTTP_ANSWERED');
    expect(found({ planted: withoutId() }, host.printed())).toEqual([]);
  });

  it('not in its log', () => {
    const log = readFileSync(join(host.folder, 'log.jsonl'), 'utf8');
    // What was provoked did happen.
    const codes = ['SIGNATURE_INVALID', 'CHART_RETRIED', 'EVENT_FAILED', 'NOTIFICATION_QUARANTINED', 'TURN_DUPLICATE'];
    expect(codes.filter((code) => !log.includes(`"${code}"`))).toEqual([]);
    expect(found({ planted: withoutId() }, log)).toEqual([]);
  });

  it('not in any refusal', () => {
    expect(found({ planted }, refusals.join('\n'))).toEqual([]);
  });

  it('not in any address that leaves the house, not even the id in the chart', () => {
    const kept = ['carrier.db', 'carrier.db-wal'].map((name) => readFileSync(join(host.folder, name), 'latin1'));
    const text = [...outgoing, ...kept].join('\n');
    const ours = [...text.matchAll(/\/(?:twilio|u|staff)\/[\w./?=&;%~+:-]+/g)].map(([url]) => url);
    for (const route of ['/twilio/sms/status', '/twilio/voice/turn', '/u/', '/staff/desk'])
      expect(ours.some((url) => url.includes(route))).toBe(true);
    const { 'page token': _, ...others } = planted;
    expect(found({ planted: others }, ours.join('\n'))).toEqual([]);
  });

  it('and no file but the stores holds any of it', () => {
    const stores = /^(?:told-once|carrier|ehr)\.db|^media$/;
    const others = readdirSync(host.folder).filter((name) => !stores.test(name));
    expect(others).toContain('log.jsonl');
    for (const name of others)
      expect([name, found({ planted: withoutId() }, readFileSync(join(host.folder, name), 'utf8'))]).toEqual([
        name,
        [],
      ]);
  });
});

/** The id of a Patient resource names nobody outside the chart; operators need it to find what failed. It stays out of addresses. */
function withoutId(): Record<string, string> {
  const { 'patient id': _, ...others } = planted;
  return others;
}
