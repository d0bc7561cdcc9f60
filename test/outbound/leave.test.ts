import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../../domain/story/message.ts';
import { openSending, type SendingHouse, type SendingOptions } from './sending-house.ts';

let house: SendingHouse | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});
const sending = (options: SendingOptions = {}): SendingHouse => {
  house = openSending(options);
  return house;
};
const hours = 3_600_000;
/** Ten at night in Chicago; eight in the morning there is ten hours later. */
const tenAtNight = Date.parse('2026-03-03T04:00:00.000Z');
const about = { about: { appointment: 'visit' } };

async function anna(from: SendingHouse, more: Parameters<SendingHouse['patient']>[1] = {}) {
  const phone = await from.patient('anna', more);
  return (id: string, message: Partial<Message> = {}) =>
    from.queue(id, { story: 'anna', phone: phone.id, to: phone.number, ...message });
}

describe('at night', () => {
  it('reminders wait for the morning, and what is urgent goes at once', async () => {
    const from = sending({ at: tenAtNight });
    const queue = await anna(from);
    await queue('reminder', { priority: 'reminder' });
    await queue('survey', { priority: 'survey' });
    await queue('urgent');
    await from.pass(10 * hours - 1);
    expect(from.texts.map(({ body }) => body)).toEqual(['Text urgent']);
    expect(await from.stateOf('reminder')).toBe('queued');
    await from.pass(1000);
    expect(from.texts.map(({ body }) => body).sort()).toEqual(['Text reminder', 'Text survey', 'Text urgent']);
    expect(from.house.queues.deadLetters()).toEqual([]);
  });

  it('the night is the patient’s own where their zone is known', async () => {
    const from = sending({ at: tenAtNight });
    const queue = await anna(from, { person: { timeZone: 'Asia/Tokyo' } });
    await queue('reminder', { priority: 'reminder' });
    await from.pass(0);
    expect(from.texts).toHaveLength(1);
  });

  it('nobody is rung, whatever it is about', async () => {
    const from = sending({ at: tenAtNight });
    const queue = await anna(from);
    await queue('call', { channel: 'voice', ...about });
    await from.pass(10 * hours - 1);
    expect(from.calls).toEqual([]);
    await from.pass(1);
    expect(from.calls).toMatchObject([
      {
        body: 'https://told-once.example/twilio/voice?m=call',
        callback: 'https://told-once.example/twilio/voice/status?m=call',
      },
    ]);
  });

  it('consent is asked again in the morning', async () => {
    const from = sending({ at: tenAtNight });
    const queue = await anna(from);
    await queue('reminder', { priority: 'reminder' });
    await from.pass(5 * hours);
    const phone = await from.house.store.phone('phone-of-anna');
    if (phone === undefined) throw new Error('No phone');
    const phones = [{ ...phone, blocked: true, version: 2 }];
    await from.house.store.commit({ cause: 'stop', outcome: { reply: '' }, moments: [], events: [], phones });
    await from.pass(12 * hours);
    expect(from.texts).toEqual([]);
    expect(await from.stateOf('reminder')).toBe('withheld');
  });

  it('a delivery that comes again sets no second timer', async () => {
    const from = sending({ at: tenAtNight });
    const queue = await anna(from);
    const message = await queue('reminder', { priority: 'reminder' });
    await from.pass(hours);
    await from.house.bus.publish(from.published('message-queued'));
    await from.pass(12 * hours);
    expect(from.texts.map(({ body }) => body)).toEqual([message.body]);
    expect(from.log.lines.filter((line) => line.includes('MESSAGE_PUT_OFF'))).toHaveLength(2);
  });

  it('a wait of the night takes none of the attempts', async () => {
    const from = sending({ at: tenAtNight });
    const queue = await anna(from);
    await queue('reminder', { priority: 'reminder' });
    await from.pass(hours);
    expect(from.house.queues.settling.nextDue()).toBeUndefined();
    expect(from.house.scheduler.settling.nextDue()?.toISOString()).toBe('2026-03-03T14:00:00.000Z');
  });
});

describe('a message with a time of its own', () => {
  it('is not sent before it', async () => {
    const from = sending();
    const queue = await anna(from);
    await queue('m1', { notBefore: '2026-03-02T18:00:00.000Z' });
    await from.pass(2 * hours - 1);
    expect(from.texts).toEqual([]);
    await from.pass(1);
    expect(from.texts).toHaveLength(1);
  });

  it('waits for the morning as well where its time is at night', async () => {
    const from = sending();
    const queue = await anna(from);
    await queue('m1', { priority: 'reminder', notBefore: '2026-03-03T05:00:00.000Z' });
    await from.pass(22 * hours - 1);
    expect(from.texts).toEqual([]);
    await from.pass(1);
    expect(from.texts).toHaveLength(1);
  });

  it('is withheld once it helps nobody, and at once where that will be so in the morning', async () => {
    const from = sending({ at: tenAtNight });
    const queue = await anna(from);
    await queue('over', { expires: '2026-03-03T03:59:00.000Z' });
    await queue('before-morning', { priority: 'reminder', expires: '2026-03-03T13:30:00.000Z' });
    await queue('after-morning', { priority: 'reminder', expires: '2026-03-03T14:30:00.000Z' });
    await from.pass(0);
    expect(await from.stateOf('over')).toBe('withheld');
    expect(await from.stateOf('before-morning')).toBe('withheld');
    await from.pass(24 * hours);
    expect(from.texts.map(({ body }) => body)).toEqual(['Text after-morning']);
    expect(from.published('person-requested')).toEqual([]);
  });
});

describe('after STOP', () => {
  it.each(['sms', 'voice'] as const)(
    'by %s nothing goes out, and what is about a visit is told by staff',
    async (channel) => {
      const from = sending();
      const queue = await anna(from, { phone: { blocked: true } });
      await queue('visit', { channel, priority: 'reminder', ...about });
      await queue('other', { channel: 'sms' });
      await from.pass(24 * hours);
      expect([from.texts, from.calls]).toEqual([[], []]);
      expect(await from.stateOf('visit')).toBe('withheld');
      expect(from.published('person-requested')).toMatchObject([
        { patient: 'anna', data: { because: 'not-told', urgency: 'routine' } },
      ]);
    },
  );

  it('on another number of theirs they are not called either', async () => {
    const from = sending();
    await from.patient('other', { phone: { id: 'phone-with-stop', blocked: true } });
    const queue = await anna(from, { person: { phones: ['phone-of-anna', 'phone-with-stop'] } });
    await queue('visit', { channel: 'voice', ...about });
    await from.pass(24 * hours);
    expect(from.calls).toEqual([]);
    expect(from.published('person-requested')).toHaveLength(1);
  });

  it('nobody is asked to tell the dead', async () => {
    const from = sending();
    const queue = await anna(from, { person: { deceased: true } });
    await queue('visit', { channel: 'voice', ...about });
    await from.pass(hours);
    expect(await from.stateOf('visit')).toBe('withheld');
    expect(from.published('person-requested')).toEqual([]);
  });

  it('that only the carrier knew of, it is known from then on', async () => {
    const from = sending();
    const queue = await anna(from);
    from.refusals.push({ is: 'blocked' });
    await queue('visit', about);
    await from.pass(hours);
    expect((await from.house.store.phone('phone-of-anna'))?.blocked).toBe(true);
    expect(await from.stateOf('visit')).toBe('withheld');
    expect(from.published('person-requested')).toMatchObject([{ data: { because: 'not-told' } }]);
  });
});
