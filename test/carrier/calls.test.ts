import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT, ANNA, type Bench, CLINIC, type Json, openBench, twiml } from './recorded-api.ts';

const DESK = '+15550100500';
const VOICE = '/twilio/voice';
let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const dial = async () => {
  const answer = await bench.hand(`/handsets/${ANNA}/calls`);
  return { ...answer, sid: String(answer.body.callSid) };
};
const verb = (sid: string, name: string, body: unknown = {}): Promise<Json> =>
  bench.hand(`/calls/${sid}/${name}`, body);
const callsOf = async (number: string) => {
  const { calls } = (await bench.see(`/handsets/${number}`)).body;
  return Array.isArray(calls) ? (calls as { sid: string; status: string; kind: string; said: string[] }[]) : [];
};
const statusOf = async (sid: string) => (await bench.rest('GET', `Calls/${sid}.json`)).body.status;
const codes = async () => {
  const { errors } = (await bench.see('/errors')).body;
  return Array.isArray(errors) ? errors.map((error: { code: number }) => error.code) : [];
};
const ask = (attributes: string, after = '<Say>We heard nothing.</Say>') =>
  twiml(
    `<Say language="pl-PL">Dzień dobry.</Say><Gather ${attributes}><Say>How many?</Say><Pause length="1"/></Gather>${after}`,
  );

describe('a call to us', () => {
  test('posts what Twilio posts, signed, and speaks what it was told', async () => {
    bench.api.reply(
      VOICE,
      ask('input="dtmf speech" action="turn" numDigits="1" language="pl-PL" timeout="7" hints="tak, nie"'),
    );
    const call = await dial();
    expect(call.body).toEqual({
      callSid: call.sid,
      status: 'in-progress',
      said: ['Dzień dobry.', 'How many?'],
      gathering: {
        input: ['dtmf', 'speech'],
        numDigits: 1,
        finishOnKey: '#',
        timeout: 7,
        speechTimeout: null,
        language: 'pl-PL',
        hints: 'tak, nie',
        bargeIn: true,
      },
    });
    expect(bench.api.got).toMatchObject([
      {
        signed: true,
        params: {
          CallSid: call.sid,
          From: ANNA,
          To: CLINIC,
          Caller: ANNA,
          Called: CLINIC,
          CallStatus: 'ringing',
          Direction: 'inbound',
          AccountSid: ACCOUNT,
        },
      },
    ]);
    expect((await callsOf(ANNA))[0]).toMatchObject({
      direction: 'inbound',
      spoken: [{ language: 'pl-PL' }, { language: 'en-US' }],
    });
  });

  test.each([
    ['numDigits="1"', '12', { Digits: '1' }, '2'],
    ['', '12#', { Digits: '12', FinishedOnKey: '#' }, undefined],
    ['', '*0', { Digits: '*0' }, undefined],
    ['finishOnKey="*"', '4#*7', { Digits: '4#', FinishedOnKey: '*' }, '7'],
    ['finishOnKey=""', '**#', { Digits: '**#' }, undefined],
    ['numDigits="3"', '0', { Digits: '0' }, undefined],
  ])('reads keys: <Gather %s> and %s', async (attributes, keys, posted, ignored) => {
    bench.api.reply(VOICE, ask(`action="/turn" ${attributes}`));
    bench.api.reply('/turn', twiml('<Say>Thank you.</Say><Gather><Say>Next?</Say></Gather>'));
    const { sid } = await dial();
    const answer = await verb(sid, 'digits', { digits: keys });
    expect(answer.body).toMatchObject({ callSid: sid, said: ['Thank you.', 'Next?'], gathering: { input: ['dtmf'] } });
    expect(answer.body.ignored).toBe(ignored);
    const [turn] = bench.api.on('/turn');
    expect(turn).toMatchObject({ ...posted, CallSid: sid, CallStatus: 'in-progress' });
    expect('FinishedOnKey' in (turn ?? {})).toBe('FinishedOnKey' in posted);
  });

  test('a pause gives time to what a call waits for by asking again and again', async () => {
    let ready = false;
    bench.api.reply(VOICE, () => {
      const again = twiml(`<Say>One moment.</Say><Pause length="1"/><Redirect>${VOICE}</Redirect>`);
      return ready ? ask('') : again;
    });
    // Without the pauses its thirty documents would be used up long before.
    setTimeout(() => {
      ready = true;
    }, 700);
    const { body } = await dial();
    expect(body).toMatchObject({ status: 'in-progress', gathering: { input: ['dtmf'] } });
    expect((body.said as string[]).slice(-2)).toEqual(['Dzień dobry.', 'How many?']);
    bench.api.reply(VOICE, twiml('<Pause length="600"/><Say>Still here.</Say><Hangup/>'));
    expect((await dial()).body).toMatchObject({ status: 'completed', said: ['Still here.'] });
  });

  test('posts speech with its confidence, by default to the document itself', async () => {
    bench.api.reply(VOICE, ({ params }) =>
      params.SpeechResult ? twiml('<Say>Heard.</Say><Hangup/><Say>never</Say>') : ask('input="speech"'),
    );
    const { sid } = await dial();
    expect((await verb(sid, 'digits', { digits: '1' })).status).toBe(409);
    expect((await verb(sid, 'speech', { text: 'about three', confidence: 0.41 })).body).toMatchObject({
      status: 'completed',
      said: ['Heard.'],
      gathering: null,
    });
    expect(bench.api.on(VOICE)[1]).toMatchObject({ SpeechResult: 'about three', Confidence: '0.41' });
    expect(bench.api.on('/twilio/voice/status')).toMatchObject([
      { CallSid: sid, CallStatus: 'completed', CallDuration: '1' },
    ]);
  });

  test('goes on to the next verb on silence, or asks when the empty result is wanted', async () => {
    bench.api.reply(
      VOICE,
      ask('action="/turn"', '<Say>Nothing.</Say><Gather actionOnEmptyResult="true" action="/turn"/>'),
    );
    bench.api.reply('/turn', twiml('<Redirect method="GET">/bye?a=1</Redirect>'));
    bench.api.reply('/bye', twiml('<Play>/bye.mp3</Play>'));
    const { sid } = await dial();
    expect((await verb(sid, 'silence')).body).toMatchObject({ said: ['Nothing.'], status: 'in-progress' });
    expect(bench.api.on('/turn')).toEqual([]);
    expect((await verb(sid, 'silence')).body).toMatchObject({ status: 'completed' });
    expect(bench.api.on('/turn')[0]).not.toHaveProperty('Digits');
    expect(bench.api.got.find(({ path }) => path === '/bye')).toMatchObject({
      method: 'GET',
      signed: true,
      params: { a: '1', CallSid: sid },
    });
    expect((await callsOf(ANNA))[0]).toMatchObject({ played: [`${bench.api.url}/bye.mp3`] });
  });

  test('only the finishing key is silence', async () => {
    bench.api.reply(VOICE, ask('action="/turn"'));
    const { sid } = await dial();
    expect((await verb(sid, 'digits', { digits: '#' })).body).toMatchObject({
      said: ['We heard nothing.'],
      status: 'completed',
    });
    expect(bench.api.on('/turn')).toEqual([]);
  });

  test('refuses clearly what nobody would hear', async () => {
    bench.api.reply(VOICE, ask('input="dtmf"'));
    const { sid } = await dial();
    expect(await verb(sid, 'speech', { text: 'yes' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('digits') },
    });
    expect((await verb(sid, 'digits', { digits: '1a' })).status).toBe(400);
    expect((await verb(sid, 'answer')).status).toBe(409);
    expect((await verb(sid, 'dance')).status).toBe(404);
    expect((await verb('CA0', 'silence')).status).toBe(404);
    expect((await verb(sid, 'hangup')).body).toMatchObject({ status: 'completed' });
    expect(await verb(sid, 'digits', { digits: '1' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('completed') },
    });
  });

  test('a hang-up is posted to the status route with the time on the line', async () => {
    bench.api.reply(VOICE, ask(''));
    const { sid } = await dial();
    bench.clock.advance(75_000);
    await verb(sid, 'hangup');
    expect(bench.api.on('/twilio/voice/status')).toMatchObject([
      { CallSid: sid, CallStatus: 'completed', CallDuration: '75', Duration: '2', Direction: 'inbound' },
    ]);
    expect(bench.api.got.every((webhook) => webhook.signed)).toBe(true);
  });

  test.each([
    ['a 500', { status: 500 }, 11200],
    ['text of no kind we know', { type: 'application/json', body: '"hi"' }, 12300],
    ['broken XML', { body: '<Response><Say>a</Say>' }, 12100],
    ['an unknown verb', { body: twiml('<Say>a</Say><Sing>b</Sing>') }, 12200],
    ['a verb where it may not be', { body: twiml('<Gather><Dial>+15550100500</Dial></Gather>') }, 12200],
    ['markup inside <Say>', { body: twiml('<Say>a <Hangup/></Say>') }, 12200],
  ])('answered with %s says that an application error has occurred, and shows it', async (_name, reply, code) => {
    bench.api.reply(VOICE, () => reply);
    expect((await dial()).body).toMatchObject({
      status: 'completed',
      said: [expect.stringContaining('application error has occurred')],
    });
    expect(await codes()).toEqual([code]);
  });

  test('asks the fallback before it gives up', async () => {
    await bench.close();
    bench = await openBench({ fallbackUrls: { voice: '/static/emergency' } });
    bench.api.reply(VOICE, () => ({ status: 503 }));
    bench.api.reply('/static/emergency', twiml('<Say>If this is an emergency, call 911.</Say>'));
    expect((await dial()).body).toMatchObject({ said: ['If this is an emergency, call 911.'] });
    expect(bench.api.on('/static/emergency')[0]).toMatchObject({ ErrorCode: '11200', CallStatus: 'ringing' });
  });

  test('a document that sends to itself for ever ends', async () => {
    bench.api.reply(VOICE, twiml('<Redirect/>'));
    expect((await dial()).body).toMatchObject({ status: 'completed' });
    expect(await codes()).toEqual([11215]);
  });

  test('follows the later of two deliveries, and says it once', async () => {
    bench.api.reply(VOICE, ask('action="/turn" numDigits="1"'));
    bench.api.reply('/turn', twiml('<Say>Noted.</Say><Hangup/>'));
    const { sid } = await dial();
    await bench.hand('/faults', { duplicateRate: 1 });
    expect((await verb(sid, 'digits', { digits: '3' })).body).toMatchObject({ said: ['Noted.'] });
    const turns = bench.api.got.filter(({ path }) => path === '/turn');
    expect(turns.map(({ params }) => params.Digits)).toEqual(['3', '3']);
    expect(turns[0]?.token).not.toBe(turns[1]?.token);
  });

  test('ends by itself after four hours of the clock', async () => {
    bench.api.reply(VOICE, ask(''));
    const { sid } = await dial();
    expect(bench.carrier.settling.nextDue()?.toISOString()).toBe('2026-03-02T06:14:00.000Z');
    bench.clock.advance(4 * 3600_000);
    bench.carrier.settling.wake();
    await bench.idle();
    expect(await statusOf(sid)).toBe('completed');
    expect(bench.api.on('/twilio/voice/status')).toMatchObject([{ CallDuration: '14400' }]);
    expect(bench.carrier.settling.nextDue()).toBeUndefined();
  });

  test('sends a text, records a message, rejects', async () => {
    bench.api.reply(
      VOICE,
      twiml(
        '<Message statusCallback="/s">Here is the link</Message><Say>Speak.</Say><Record action="/rec" finishOnKey="#"/><Say>No message.</Say>',
      ),
    );
    bench.api.reply('/rec', twiml('<Reject/>'));
    const { sid, body } = await dial();
    expect(body).toMatchObject({ recording: { finishOnKey: '#' }, gathering: null });
    await verb(sid, 'speech', { text: 'please call me back' });
    const [posted] = bench.api.on('/rec');
    expect(posted).toMatchObject({ RecordingSid: expect.stringMatching(/^RE/), RecordingDuration: '1' });
    const sound = await bench.rest('GET', `Recordings/${posted?.RecordingSid}`);
    expect(sound.headers.get('content-type')).toBe('audio/x-wav');
    expect(await statusOf(sid)).toBe('busy');
    expect((await bench.see(`/handsets/${ANNA}`)).body).toMatchObject({
      messages: [{ kind: 'outbound-call', body: 'Here is the link' }],
    });
    const second = await dial();
    expect((await verb(second.sid, 'silence')).body).toMatchObject({ said: ['No message.'], status: 'completed' });
  });
});

describe('<Dial>', () => {
  const connect = (attributes = 'action="/dialled" timeout="20"') =>
    bench.api.reply(
      VOICE,
      twiml(`<Say>Connecting.</Say><Dial ${attributes}><Number>${DESK}</Number></Dial><Say>Not reached.</Say>`),
    );
  beforeEach(() => bench.api.reply('/dialled', twiml('<Say>Goodbye.</Say>')));

  test('rings the other handset, bridges, and tells the action how it went', async () => {
    connect();
    const { sid, body } = await dial();
    expect(body).toMatchObject({
      status: 'in-progress',
      said: ['Connecting.'],
      dialing: [{ to: DESK, status: 'ringing' }],
    });
    const [child] = await callsOf(DESK);
    expect(child).toMatchObject({ kind: 'outbound-dial', direction: 'outbound', status: 'ringing' });
    await verb(child?.sid ?? '', 'answer');
    bench.clock.advance(30_000);
    await verb(child?.sid ?? '', 'hangup');
    expect(bench.api.on('/dialled')).toMatchObject([
      { CallSid: sid, DialCallStatus: 'completed', DialCallSid: child?.sid, DialCallDuration: '30' },
    ]);
    expect((await callsOf(ANNA))[0]).toMatchObject({ status: 'completed', said: ['Connecting.', 'Goodbye.'] });
  });

  test('is no-answer when the clock passes its timeout', async () => {
    connect();
    const { sid } = await dial();
    expect(bench.carrier.settling.nextDue()?.toISOString()).toBe('2026-03-02T02:14:20.000Z');
    bench.clock.advance(60_000);
    bench.carrier.settling.wake();
    await bench.idle();
    expect(bench.api.on('/dialled')).toMatchObject([{ DialCallStatus: 'no-answer' }]);
    expect((await callsOf(DESK))[0]).toMatchObject({ status: 'no-answer' });
    expect(await statusOf(sid)).toBe('completed');
  });

  test('is busy when refused, and without an action the next verb runs', async () => {
    connect('timeout="20"');
    await dial();
    const [child] = await callsOf(DESK);
    expect((await verb(child?.sid ?? '', 'hangup')).body).toMatchObject({ status: 'busy' });
    expect((await callsOf(ANNA))[0]).toMatchObject({ said: ['Connecting.', 'Not reached.'] });
  });

  test('stops ringing when the caller hangs up', async () => {
    connect();
    const { sid } = await dial();
    await verb(sid, 'hangup');
    expect((await callsOf(DESK))[0]).toMatchObject({ status: 'canceled' });
    expect(bench.api.on('/dialled')).toMatchObject([{ DialCallStatus: 'canceled', CallStatus: 'completed' }]);
    expect((await callsOf(ANNA))[0]).toMatchObject({ said: ['Connecting.'] });
  });
});

describe('a call from us', () => {
  const place = (extra: Record<string, string> | [string, string][] = {}) => {
    const form: [string, string][] = [
      ['To', ANNA],
      ['From', CLINIC],
      ...(Array.isArray(extra) ? extra : Object.entries(extra)),
    ];
    return bench.rest('POST', 'Calls.json', form);
  };

  test('rings, is answered, runs its document and reports every event asked for', async () => {
    bench.api.reply('/outbound', twiml('<Gather action="/turn"><Say>This is the clinic.</Say></Gather>'));
    const created = await place([
      ['Url', `${bench.api.url}/outbound`],
      ['StatusCallback', `${bench.api.url}/status`],
      ...['initiated', 'ringing', 'answered', 'completed'].map((event): [string, string] => [
        'StatusCallbackEvent',
        event,
      ]),
      ['MachineDetection', 'Enable'],
    ]);
    expect(created).toMatchObject({
      status: 201,
      body: { status: 'queued', direction: 'outbound-api', to: ANNA, date_created: 'Mon, 02 Mar 2026 02:14:00 +0000' },
    });
    const sid = String(created.body.sid);
    expect(await statusOf(sid)).toBe('ringing');
    expect(bench.api.on('/outbound')).toEqual([]);
    expect((await verb(sid, 'answer')).body).toMatchObject({
      status: 'in-progress',
      said: ['This is the clinic.'],
      gathering: {},
    });
    expect(bench.api.on('/outbound')).toMatchObject([
      { CallStatus: 'in-progress', Direction: 'outbound-api', From: CLINIC, To: ANNA },
    ]);
    bench.clock.advance(9000);
    await verb(sid, 'hangup');
    await bench.idle();
    expect(
      bench.api.on('/status').map((params) => [params.CallStatus, params.SequenceNumber, params.CallDuration]),
    ).toEqual([
      ['initiated', '0', undefined],
      ['ringing', '1', undefined],
      ['in-progress', '2', undefined],
      ['completed', '3', '9'],
    ]);
    expect(bench.api.got.every((webhook) => webhook.signed)).toBe(true);
  });

  test('is no-answer after Timeout of the clock, busy when refused', async () => {
    const params = { Twiml: twiml('<Say>Hi</Say>'), StatusCallback: `${bench.api.url}/status`, Timeout: '15' };
    const first = String((await place(params)).body.sid);
    bench.clock.advance(14_999);
    bench.carrier.settling.wake();
    expect(await statusOf(first)).toBe('ringing');
    bench.clock.advance(1);
    bench.carrier.settling.wake();
    await bench.idle();
    expect(await statusOf(first)).toBe('no-answer');
    const second = String((await place(params)).body.sid);
    expect((await verb(second, 'hangup')).body).toMatchObject({ status: 'busy' });
    expect(bench.api.on('/status').map(({ CallStatus }) => CallStatus)).toEqual(['no-answer', 'busy']);
  });

  test('can be redirected and ended over REST', async () => {
    const sid = String((await place({ Twiml: twiml('<Gather action="/x"><Say>One</Say></Gather>') })).body.sid);
    expect(await bench.rest('POST', `Calls/${sid}.json`, { Twiml: twiml('<Say>Two</Say>') })).toMatchObject({
      status: 400,
      body: { code: 21220 },
    });
    await verb(sid, 'answer');
    expect((await bench.rest('POST', `Calls/${sid}.json`, { Twiml: twiml('<Say>Two</Say><Gather/>') })).status).toBe(
      200,
    );
    await bench.idle();
    expect((await callsOf(ANNA))[0]).toMatchObject({ said: ['One', 'Two'] });
    expect((await bench.rest('POST', `Calls/${sid}.json`, { Status: 'completed' })).status).toBe(200);
    await bench.idle();
    expect(await statusOf(sid)).toBe('completed');
    const ringing = String((await place({ Twiml: twiml('') })).body.sid);
    await bench.rest('POST', `Calls/${ringing}.json`, { Status: 'canceled' });
    await bench.idle();
    expect(await statusOf(ringing)).toBe('canceled');
  });

  test.each([
    [{ To: 'anna' }, 21211],
    [{ From: '+15550109999' }, 21210],
    [{ To: '' }, 21201],
    [{ Url: '' }, 21205],
    [{ Url: 'nonsense' }, 21205],
    [{ StatusCallbackEvent: 'sung' }, 21626],
    [{ Colour: 'red' }, 20001],
  ])('refuses %j as Twilio does', async (change, code) => {
    const form = { To: ANNA, From: CLINIC, Url: `${bench.api.url}/x`, ...change };
    expect(await bench.rest('POST', 'Calls.json', form)).toMatchObject({ status: 400, body: { code, status: 400 } });
    expect(await callsOf(ANNA)).toEqual([]);
  });
});
