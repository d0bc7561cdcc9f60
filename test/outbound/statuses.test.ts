import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../../domain/story/message.ts';
import { followStatus } from '../../edge/queue/what-became.ts';
import { createHandler } from '../../functions/message-status-changed/handler.ts';
import { httpEvent } from '../functions/ehr-notified/http-event.ts';
import { clinic, openSending, type SendingHouse } from './sending-house.ts';

let house: SendingHouse | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

async function openReports() {
  const from = openSending();
  house = from;
  const { records, store } = from.house;
  const deps = { records, store, clinic, clock: from.clock, log: from.log };
  const phone = await from.patient('anna');
  let made = 0;
  return {
    ...from,
    phone,
    /** A message that the carrier has taken. */
    sent: async (more: Partial<Message> = {}): Promise<string> => {
      made += 1;
      const { id } = await from.queue(`m${made}`, { story: 'anna', phone: phone.id, to: phone.number, ...more });
      // Long enough for the sender's rate, however many came before.
      await from.pass(100);
      return id;
    },
    report: (id: string, channel: Message['channel'], status: string, errorCode?: number) =>
      followStatus(deps, id, channel, { status, sid: `SID-${id}`, ...(errorCode === undefined ? {} : { errorCode }) }),
    webhook: createHandler({ ...deps, verifier: { verify: () => true } }),
  };
}

const finals = ['delivered', 'undelivered', 'failed'];
const words = [
  'accepted',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'canceled',
  'from-the-future',
];

describe('what the carrier reports of a text', () => {
  it('ends the same in any order, however often it comes, and tells of each change once', async () => {
    const reports = await openReports();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('delivered', 'undelivered', 'failed'),
        fc.array(fc.constantFrom('queued', 'sending', 'sent', 'accepted'), { maxLength: 6 }),
        fc.nat(10),
        fc.boolean(),
        async (end, before, at, twice) => {
          const id = await reports.sent();
          const order: string[] = [...before];
          order.splice(at, 0, end);
          for (const status of twice ? order.flatMap((each) => [each, each]) : order)
            await reports.report(id, 'sms', status, 30003);
          expect(await reports.stateOf(id)).toBe(end);
          const told = reports.published('message-status-changed').filter(({ cause }) => cause === id);
          expect(told.filter(({ data }) => finals.includes((data as { state: string }).state))).toHaveLength(1);
          const tasks = reports.published('person-requested').filter(({ cause }) => cause === id);
          expect(tasks).toHaveLength(end === 'delivered' ? 0 : 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never moves a message backwards, whatever words come', async () => {
    const reports = await openReports();
    const rank = ['queued', 'sending', 'sent', 'delivered'];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 12 }), async (all) => {
        const id = await reports.sent();
        let highest = rank.indexOf('sent');
        for (const status of all) {
          await reports.report(id, 'sms', status);
          const state = await reports.stateOf(id);
          const now = rank.includes(state) ? rank.indexOf(state) : 3;
          expect(now).toBeGreaterThanOrEqual(highest);
          highest = now;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('before our own write of having sent it, is kept as well', async () => {
    const reports = await openReports();
    const id = await reports.sent({ notBefore: '2026-03-02T20:00:00.000Z' });
    await reports.report(id, 'sms', 'delivered');
    expect(await reports.message(id)).toMatchObject({ state: 'delivered', sid: `SID-${id}` });
    await reports.pass(5 * 3_600_000);
    expect(reports.texts).toEqual([]);
  });

  it('of a message that nobody knows is logged with the carrier’s id, and answered', async () => {
    const reports = await openReports();
    const answered = await reports.webhook({
      ...httpEvent({
        route: 'POST /twilio/sms/status',
        path: '/twilio/sms/status',
        body: 'MessageSid=SM9&MessageStatus=sent',
      }),
      rawQueryString: 'm=message%2Fof-nobody',
      queryStringParameters: { m: 'message/of-nobody' },
    });
    expect(answered).toMatchObject({ statusCode: 204 });
    expect(reports.log.lines.filter((line) => line.includes('MESSAGE_UNKNOWN'))).toEqual([
      expect.stringContaining('SM9'),
    ]);
    expect(reports.log.lines.join()).not.toContain('of-nobody');
  });
});

describe('what it reports of a call', () => {
  it('ends the same in any order: heard by whom it was for, or by nobody', async () => {
    const reports = await openReports();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(['initiated', 'ringing', 'in-progress', 'answered', 'queued', 'nonsense']),
        fc.constantFrom('completed', 'busy', 'no-answer', 'canceled', 'failed'),
        fc.nat(6),
        fc.boolean(),
        async (before, end, at, twice) => {
          const id = await reports.sent({ channel: 'voice', about: { appointment: 'visit' } });
          const order = [...before];
          order.splice(at, 0, end);
          for (const status of twice ? order.flatMap((each) => [each, each]) : order)
            await reports.report(id, 'voice', status);
          expect(await reports.stateOf(id)).toBe(end === 'failed' ? 'failed' : 'undelivered');
          const again = await reports.house.records.get('message', `${id}/again`);
          // A number that does not exist is not rung again: staff are told at once.
          expect(again?.value.state).toBe(end === 'failed' ? undefined : 'queued');
          const tasks = reports.published('person-requested').filter(({ cause }) => cause === id);
          expect(tasks).toHaveLength(end === 'failed' ? 1 : 0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a loss', () => {
  it.each([21614, 21635, 30006])(
    'by %i of a text about a visit queues one call, however often it is reported',
    async (code) => {
      const reports = await openReports();
      const id = await reports.sent({
        about: { appointment: 'visit' },
        priority: 'reminder',
        expires: '2026-03-05T00:00:00.000Z',
      });
      await Promise.all([1, 2, 3].map(() => reports.report(id, 'sms', 'undelivered', code)));
      await reports.pass(0);
      expect(reports.calls).toHaveLength(1);
      expect(await reports.message(`${id}/by-phone`)).toMatchObject({
        channel: 'voice',
        priority: 'reminder',
        about: { appointment: 'visit' },
        expires: '2026-03-05T00:00:00.000Z',
      });
      expect(await reports.house.store.phone(reports.phone.id)).toMatchObject({ texts: false });
    },
  );

  it('at the carrier’s refusal is the same as by its report', async () => {
    const reports = await openReports();
    reports.refusals.push({ is: 'refused', code: 21614 });
    const id = await reports.sent({ about: { appointment: 'visit' } });
    await reports.pass(0);
    expect(await reports.stateOf(id)).toBe('failed');
    expect(reports.calls).toHaveLength(1);
  });

  it('for another reason says nothing of the number', async () => {
    const reports = await openReports();
    const id = await reports.sent({ about: { appointment: 'visit' } });
    await reports.report(id, 'sms', 'undelivered', 30003);
    expect((await reports.house.store.phone(reports.phone.id))?.texts).toBeUndefined();
    expect(reports.published('person-requested')).toMatchObject([{ data: { because: 'undeliverable' } }]);
  });

  it('after it had arrived changes nothing', async () => {
    const reports = await openReports();
    const id = await reports.sent({ about: { appointment: 'visit' } });
    await reports.report(id, 'sms', 'delivered');
    await reports.report(id, 'sms', 'undelivered', 30006);
    await reports.pass(0);
    expect(reports.calls).toEqual([]);
    expect((await reports.house.store.phone(reports.phone.id))?.texts).toBeUndefined();
  });
});
