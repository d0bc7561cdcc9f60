import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { landline, mobile, openTelephone, type Telephone } from './telephone.ts';

let telephone: Telephone;
/** Ten in the morning in Chicago. */
beforeEach(async () => {
  telephone = await openTelephone('2030-03-04T16:00:00.000Z');
});
afterEach(() => telephone.close());

const minutes = 60_000;
const about = { about: { appointment: 'visit' } };
const ringing = async (number: string) => {
  const { calls } = await telephone.handset(number);
  return calls.filter(({ status }) => status === 'ringing');
};
const answer = async (number: string): Promise<{ sid: string; said: string }> => {
  const [call] = await ringing(number);
  if (call === undefined) throw new Error('Nothing rings');
  const { said } = await telephone.act(`/calls/${call.sid}/answer`);
  return { sid: call.sid, said: (said as string[]).join(' ') };
};
const press = async (sid: string, digits: string): Promise<string> =>
  ((await telephone.act(`/calls/${sid}/digits`, { digits })).said as string[]).join(' ');
const states = async () =>
  Object.fromEntries((await telephone.messages()).map(({ id, channel, state }) => [`${id} ${channel}`, state]));

describe('a text about a visit to a landline', () => {
  beforeEach(async () => {
    await telephone.patient('anna', landline);
    await telephone.queue('m1', 'anna', landline, about);
    await telephone.settle();
  });

  it('becomes a call, and the number is remembered for what it is', async () => {
    expect(await states()).toEqual({ 'm1 sms': 'undelivered', 'm1/by-phone voice': 'sent' });
    expect(await ringing(landline)).toHaveLength(1);
    expect(await telephone.phone(landline)).toMatchObject({
      texts: false,
      textsFailedAt: expect.stringMatching(/^2030-03-04T16:00/),
    });
    expect(telephone.published('person-requested')).toEqual([]);
  });

  it('the next one is not even tried as a text', async () => {
    const before = (await telephone.handset(landline)).messages.length;
    await telephone.queue('m2', 'anna', landline, about);
    await telephone.settle();
    expect((await telephone.handset(landline)).messages).toHaveLength(before);
    expect(await states()).toMatchObject({ 'm2 sms': 'failed', 'm2/by-phone voice': 'sent' });
  });

  it('who picks up hears the clinic, the name and the desk, and nothing else before a key', async () => {
    const { sid, said } = await answer(landline);
    expect(said).toContain('Lakeside Clinic');
    expect(said).toContain('Anna');
    expect(said).toContain('312-555-0100');
    expect(said).not.toMatch(/visit|appointment|question|Text m1/i);
    const [call] = (await telephone.handset(landline)).calls;
    // Keys only: a machine's greeting would be heard as words.
    expect(call?.gathering).toMatchObject({ input: ['dtmf'], numDigits: 1 });
    expect(await press(sid, '1')).toContain('Hello Anna');
    await telephone.act(`/calls/${sid}/hangup`);
    await telephone.settle();
    expect(await states()).toEqual({ 'm1 sms': 'undelivered', 'm1/by-phone voice': 'delivered' });
    await telephone.pass(180 * minutes);
    expect((await telephone.handset(landline)).calls).toHaveLength(1);
    expect(telephone.published('person-requested')).toEqual([]);
  });

  it('a machine hears it three times at most, and counts as nobody', async () => {
    const { sid } = await answer(landline);
    for (let silence = 0; silence < 3; silence++) await telephone.act(`/calls/${sid}/silence`);
    await telephone.settle();
    const [call] = (await telephone.handset(landline)).calls;
    expect(call?.status).toBe('completed');
    expect(call?.said.filter((line) => line.includes('Lakeside Clinic'))).toHaveLength(3);
    expect(call?.said.join(' ')).not.toMatch(/visit|question/i);
    expect(await states()).toMatchObject({ 'm1/by-phone voice': 'undelivered', 'm1/by-phone/again voice': 'queued' });
  });

  it('who can’t talk now is called once more, and a person is one key away', async () => {
    const { sid } = await answer(landline);
    expect(await press(sid, '2')).toContain('312-555-0100');
    await telephone.settle();
    await telephone.pass(60 * minutes + 5_000);
    const again = await answer(landline);
    await press(again.sid, '0');
    const desk = await telephone.handset('+13125550100');
    expect(desk.calls).toMatchObject([{ kind: 'outbound-dial', status: 'ringing' }]);
  });
});

describe('a call that nobody answers', () => {
  it('is made once more, an hour later, and then a person is told, once', async () => {
    await telephone.patient('anna', landline);
    await telephone.queue('m1', 'anna', landline, { ...about, channel: 'voice' });
    await telephone.pass(30 * minutes);
    expect((await telephone.handset(landline)).calls.map(({ status }) => status)).toEqual(['no-answer']);
    expect(telephone.published('person-requested')).toEqual([]);
    await telephone.pass(60 * minutes);
    const { calls } = await telephone.handset(landline);
    expect(calls.map(({ status }) => status)).toEqual(['no-answer', 'no-answer']);
    await telephone.pass(48 * 60 * minutes);
    expect((await telephone.handset(landline)).calls).toHaveLength(2);
    expect(telephone.published('person-requested')).toMatchObject([
      { patient: 'anna', data: { because: 'undeliverable', urgency: 'routine' } },
    ]);
    expect(await states()).toEqual({ 'm1 voice': 'undelivered', 'm1/again voice': 'undelivered' });
  });

  it('in the evening is made again in the morning, and not at all where that is too late', async () => {
    await telephone.patient('anna', landline);
    // Half past eight in the evening.
    await telephone.pass(10.5 * 60 * minutes);
    await telephone.queue('m1', 'anna', landline, { ...about, channel: 'voice' });
    await telephone.queue('m2', 'anna', landline, {
      ...about,
      channel: 'voice',
      expires: new Date(telephone.clock.now().getTime() + 45 * minutes).toISOString(),
    });
    await telephone.pass(8 * 60 * minutes);
    expect((await telephone.handset(landline)).calls).toHaveLength(2);
    expect(telephone.published('person-requested')).toHaveLength(1);
    await telephone.pass(4 * 60 * minutes);
    const { calls } = await telephone.handset(landline);
    expect(calls).toHaveLength(3);
    expect(await states()).toMatchObject({ 'm2 voice': 'undelivered', 'm1/again voice': 'undelivered' });
  });

  it('because the line is busy is made again as well', async () => {
    await telephone.patient('anna', landline);
    await telephone.queue('m1', 'anna', landline, { ...about, channel: 'voice' });
    await telephone.settle();
    const [call] = await ringing(landline);
    await telephone.act(`/calls/${call?.sid}/hangup`);
    await telephone.pass(60 * minutes + 5_000);
    expect((await telephone.handset(landline)).calls.map(({ status }) => status)).toEqual(['busy', 'ringing']);
  });
});

describe('a text that is about no visit', () => {
  it('is a Task for staff where a landline cannot take it', async () => {
    await telephone.patient('anna', landline);
    await telephone.queue('m1', 'anna', landline);
    await telephone.pass(2 * 60 * minutes);
    expect((await telephone.handset(landline)).calls).toEqual([]);
    expect(await telephone.phone(landline)).toMatchObject({ texts: false });
    expect(telephone.published('person-requested')).toMatchObject([{ data: { because: 'undeliverable' } }]);
  });
});

describe('settling', () => {
  it('waits for what only waits its turn at the sender’s rate', async () => {
    await telephone.patient('anna', mobile);
    const all = Array.from({ length: 60 }, (_, n) =>
      telephone.queue(`m${n}`, 'anna', mobile, { priority: 'reminder' }),
    );
    await Promise.all(all);
    await telephone.settle();
    expect((await telephone.handset(mobile)).messages).toHaveLength(60);
  });
});

describe('with the carrier’s stand-in', () => {
  it.each(['sms', 'voice'] as const)('a crash between its 201 and our write leaves one of %s', async (channel) => {
    await telephone.patient('anna', mobile);
    telephone.restart((carrier) => ({
      ...carrier,
      send: async (text) => {
        await carrier.send(text);
        throw new Error('Killed');
      },
      call: async (outgoing) => {
        await carrier.call(outgoing);
        throw new Error('Killed');
      },
    }));
    await telephone.queue('m1', 'anna', mobile, { ...about, channel });
    await new Promise((resolve) => setTimeout(resolve, 300));
    telephone.restart();
    await telephone.pass(1 * minutes);
    const { messages, calls } = await telephone.handset(mobile);
    expect([messages.length, calls.length]).toEqual(channel === 'sms' ? [1, 0] : [0, 1]);
    const [message] = await telephone.messages();
    expect(message).toMatchObject({ state: channel === 'sms' ? 'delivered' : 'undelivered', sid: expect.any(String) });
  });

  it('an outage of an hour delays everything and doubles nothing', async () => {
    await telephone.patient('anna', mobile);
    await telephone.act('/faults', { unavailable: true });
    for (let n = 0; n < 20; n++)
      await telephone.queue(`m${n}`, 'anna', mobile, n % 2 === 0 ? {} : { priority: 'reminder' });
    await telephone.pass(60 * minutes);
    expect((await telephone.handset(mobile)).messages).toEqual([]);
    await telephone.act('/faults', {});
    await telephone.pass(20 * minutes);
    const { messages } = await telephone.handset(mobile);
    expect(new Set(messages.map(({ body }) => body)).size).toBe(20);
    expect(messages).toHaveLength(20);
    expect(new Set((await telephone.messages()).map(({ state }) => state))).toEqual(new Set(['delivered']));
    expect(telephone.queues.deadLetters()).toEqual([]);
  });
});
