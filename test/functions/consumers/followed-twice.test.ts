import type { Consent, Provenance, Task } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { createSeals } from '../../../adapters/seals/seals.ts';
import { renderVoice } from '../../../adapters/twilio/twiml.ts';
import { eventOf } from '../../../events/envelope.ts';
import { messageQueued } from '../../../events/message-queued.ts';
import { numberUnknown } from '../../../events/number-unknown.ts';
import { personRequested } from '../../../events/person-requested.ts';
import { timeCame } from '../../../events/time-came.ts';
import { createHandler as createVoice } from '../../../functions/voice-turn-taken/handler.ts';
import { httpEvent } from '../ehr-notified/http-event.ts';
import { appointment, number, patient, phoneHash, withClinic } from './small-clinic.ts';

const phone = phoneHash(number);
const today = '2026-03-02T20:00:00.000Z';
const tomorrow = '2026-03-03T20:00:00.000Z';

describe('what follows the chart', () => {
  it('does not let an older permission in the chart undo a patient’s opt-out, however often it is told of', () =>
    withClinic(async ({ put, changed, give, consumers, say, story }) => {
      const permit = (dateTime: string): Consent => ({
        resourceType: 'Consent',
        id: 'texts',
        status: 'active',
        scope: { text: 'Texts' },
        category: [],
        patient: { reference: 'Patient/anna' },
        dateTime,
        provision: { type: 'permit', code: [{ text: 'Text messages' }] },
      });
      put(patient('anna', 'Anna', number));
      put(permit('2025-06-01'));
      await give(consumers.chartChanged, changed('Patient', 'anna'), changed('Consent', 'texts'));
      await say('anna', 'sms/1', 'please stop texting me');
      await give(consumers.chartChanged, changed('Consent', 'texts'));
      expect((await story('anna')).consent.texts).toBe('refused');
      put(permit('2026-03-02T15:00:00Z'));
      await give(consumers.chartChanged, changed('Consent', 'texts'));
      expect((await story('anna')).consent.texts).toBe('allowed');
    }));

  it('takes a child off the phone of somebody who acts for them no longer', () =>
    withClinic(async ({ put, remove, changed, give, consumers, store }) => {
      put({ ...patient('child', 'Ola'), birthDate: '2018-05-01' });
      const reference = { reference: 'Patient/child' };
      const telecom = [{ system: 'phone' as const, value: number }];
      put({ resourceType: 'RelatedPerson', id: 'mother', active: true, patient: reference, telecom });
      await give(consumers.chartChanged, changed('RelatedPerson', 'mother'));
      expect((await store.phone(phone))?.members).toMatchObject([{ story: 'child', as: 'proxy' }]);
      remove('RelatedPerson/mother');
      await give(consumers.chartChanged, changed('RelatedPerson', 'mother'));
      expect((await store.phone(phone))?.members).toEqual([]);
    }));

  it('brings the questions of a visit back when it is booked again, and asks nothing that was told', () =>
    withClinic(async ({ put, changed, give, consumers, say, story }) => {
      const follow = () => give(consumers.chartChanged, changed('Appointment', 'visit'));
      put(patient('anna', 'Anna', number));
      put(appointment('visit', 'anna', today));
      await follow();
      await say('anna', 'sms/1', 'my knee');
      put(appointment('visit', 'anna', today, { status: 'cancelled' }));
      await follow();
      expect((await story('anna')).conversations[0]?.status).toEqual({ closed: 'visit-cancelled' });
      put(appointment('visit', 'anna', tomorrow));
      await follow();
      await follow();
      const [conversation, ...others] = (await story('anna')).conversations;
      expect(others).toEqual([]);
      expect(conversation?.status).toBe('open');
      expect(conversation?.visit?.start).toBe(tomorrow);
      expect(conversation?.told).toHaveLength(1);
    }));

  it('begins the questions of a visit whose type is known only later', () =>
    withClinic(async ({ put, changed, give, consumers, story }) => {
      put(patient('anna', 'Anna', number));
      put(appointment('visit', 'anna', today, { appointmentType: {} }));
      await give(consumers.chartChanged, changed('Appointment', 'visit'));
      expect((await story('anna')).conversations).toEqual([]);
      put(appointment('visit', 'anna', today));
      await give(consumers.chartChanged, changed('Appointment', 'visit'));
      expect((await story('anna')).conversations.map(({ status }) => status)).toEqual(['open']);
    }));

  it('asks one of two people on a phone, though both are to be asked in the same moment', () =>
    withClinic(async ({ put, changed, give, consumers, store, story }) => {
      for (const id of ['jan', 'maria']) {
        put(patient(id, id, number));
        put(appointment(`visit-${id}`, id, today));
        await give(consumers.chartChanged, changed('Patient', id));
      }
      const both = [changed('Appointment', 'visit-jan'), changed('Appointment', 'visit-maria')];
      await give(consumers.chartChanged, ...both);
      const of = async (id: string) => (await story(id)).conversations.map(({ status }) => status);
      expect([await of('jan'), await of('maria')].flat().sort()).toEqual(['open', 'queued']);
      expect((await store.phone(phone))?.queue).toHaveLength(1);
    }));

  it('loses nothing of what an unknown number wrote where it dies between knowing and hearing them', () =>
    withClinic(async ({ put, changed, give, consumers, faults, store, house }) => {
      await store.commit({
        cause: 'sms/1',
        outcome: { reply: '' },
        moments: [],
        events: [],
        phones: [{ ...newPhone, unknown: { since: today, said: ['my knee is swollen'], looked: true } }],
      });
      put(patient('anna', 'Anna', number));
      faults.commit = 'late/';
      expect(await give(consumers.chartChanged, changed('Patient', 'anna'))).toBe(false);
      expect(await give(consumers.chartChanged, changed('Patient', 'anna'))).toBe(true);
      expect((await store.moments('anna', 20)).map(({ detail }) => detail.words)).toContain('my knee is swollen');
      expect((await store.phone(phone))?.unknown).toBeUndefined();
      await give(consumers.chartChanged, changed('Patient', 'anna'));
      expect(house.published.filter(({ type }) => type === 'person-requested')).toHaveLength(1);
    }));

  it('keeps to it where an unknown number wrote among other things that it wants no texts', () =>
    withClinic(async ({ put, changed, give, consumers, store, story }) => {
      await store.commit({
        cause: 'sms/1',
        outcome: { reply: '' },
        moments: [],
        events: [],
        phones: [{ ...newPhone, unknown: { since: today, said: ['Who is this', 'leave me alone'], looked: true } }],
      });
      put(patient('anna', 'Anna', number));
      await give(consumers.chartChanged, changed('Patient', 'anna'));
      expect((await story('anna')).consent.texts).toBe('refused');
    }));

  it('gives the words of an unknown number that several share to nobody but the desk', () =>
    withClinic(async ({ put, give, consumers, store, published }) => {
      put(patient('jan', 'Jan', number));
      put(patient('maria', 'Maria', number));
      const said = ['my knee is swollen'];
      const unknown = { since: today, said, looked: false };
      await store.commit({
        cause: 'sms/1',
        outcome: { reply: '' },
        moments: [],
        events: [],
        phones: [{ ...newPhone, unknown }],
      });
      const occasion = { cause: 'sms/1', time: today, tenant: 'lakeside' };
      await give(consumers.personNeeded, eventOf(numberUnknown, occasion, { phone }));
      await give(consumers.chartChanged, ...published('chart-changed'));
      expect([...(await store.moments('jan', 20)), ...(await store.moments('maria', 20))]).toEqual([]);
      expect((await store.phone(phone))?.choosing?.said).toEqual(said);
      expect(published('person-requested').map(({ data }) => data)).toMatchObject([{ because: 'unknown-number' }]);
    }));

  it('does not take the late news of an older Task for the end of what waits for a person now', () =>
    withClinic(async ({ put, changed, give, consumers, house, say, story, ofType, published }) => {
      put(patient('anna', 'Anna', number));
      put(appointment('visit', 'anna', tomorrow));
      await give(consumers.chartChanged, changed('Appointment', 'visit'));
      const ask = async (cause: string) => {
        await say('anna', cause, 'person');
        await give(consumers.chartDue, ...published('person-requested').filter((event) => event.cause === cause));
        const task = (ofType('Task') as Task[]).at(-1);
        house.clock.advance(60_000);
        return task;
      };
      const first = await ask('sms/1');
      await say('anna', 'sms/2', 'continue');
      const second = await ask('sms/3');
      for (const [task, paused] of [
        [first, true],
        [second, false],
      ] as const) {
        if (task?.id === undefined) throw new Error('No Task');
        put({ ...task, status: 'completed' });
        await give(consumers.chartChanged, changed('Task', task.id));
        expect((await story('anna')).conversations[0]?.paused !== undefined).toBe(paused);
      }
    }));
});

describe('what is written to the chart', () => {
  it('has its provenance, though the EHR went away right after the response', () =>
    withClinic(async ({ put, changed, give, consumers, faults, say, published, ofType }) => {
      put(patient('anna', 'Anna', number));
      put(appointment('visit', 'anna', today));
      await give(consumers.chartChanged, changed('Appointment', 'visit'));
      await say('anna', 'sms/1', 'my back hurts');
      put(appointment('visit', 'anna', today, { status: 'cancelled' }));
      await give(consumers.chartChanged, changed('Appointment', 'visit'));
      faults.write = 'Provenance';
      const closed = published('conversation-closed');
      expect(closed).toHaveLength(1);
      expect(await give(consumers.chartDue, ...closed)).toBe(false);
      expect(await give(consumers.chartDue, ...closed)).toBe(true);
      expect(ofType('QuestionnaireResponse')).toHaveLength(1);
      expect((ofType('Provenance') as Provenance[]).map(({ target }) => target)).toHaveLength(1);
    }));

  it('is there again with all that was told, where its response was deleted in the EHR', () =>
    withClinic(async ({ put, changed, give, consumers, say, published, ofType, remove }) => {
      put(patient('anna', 'Anna', number));
      put(appointment('visit', 'anna', today));
      await give(consumers.chartChanged, changed('Appointment', 'visit'));
      await say('anna', 'sms/1', 'my back hurts');
      await give(consumers.chartDue, ...published('answer-recorded'));
      const [response] = ofType('QuestionnaireResponse');
      remove(`QuestionnaireResponse/${response?.id}`);
      put(appointment('visit', 'anna', today, { status: 'cancelled' }));
      await give(consumers.chartChanged, changed('Appointment', 'visit'));
      expect(await give(consumers.chartDue, ...published('conversation-closed'))).toBe(true);
      expect(ofType('QuestionnaireResponse')).toHaveLength(1);
      expect(JSON.stringify(ofType('QuestionnaireResponse'))).toContain('my back hurts');
    }));

  it('is one note a day for staff, and a new one where the first was seen to', () =>
    withClinic(async ({ put, changed, give, consumers, house, ofType }) => {
      put(patient('anna', 'Anna', number));
      await give(consumers.chartChanged, changed('Patient', 'anna'));
      const wrote = (cause: string) => {
        house.clock.advance(60_000);
        const occasion = { cause, time: house.clock.now().toISOString(), tenant: 'lakeside', patient: 'anna' };
        return eventOf(personRequested, occasion, { because: 'message', urgency: 'routine', phone });
      };
      const first = wrote('sms/1');
      await give(consumers.chartDue, first);
      await give(consumers.chartDue, wrote('sms/2'));
      const [note, ...others] = ofType('Task') as Task[];
      expect(others).toEqual([]);
      if (note === undefined) throw new Error('No note');
      put({ ...note, status: 'completed' });
      const third = wrote('sms/3');
      await give(consumers.chartDue, third);
      await give(consumers.chartDue, third, first);
      expect((ofType('Task') as Task[]).map(({ status }) => status)).toEqual(['completed', 'requested']);
    }));
});

describe('what goes to the patient', () => {
  it('includes a lost reply whose first sending failed', () =>
    withClinic(async ({ faults, give, consumers, sent, house, store }) => {
      const message = {
        id: 'message/sms/1',
        phone,
        to: number,
        body: 'Question 2 of 9',
        language: 'en',
        kind: 'reply',
        priority: 'urgent',
        channel: 'sms',
        content: [],
        createdAt: house.clock.now().toISOString(),
        state: 'queued',
      } as const;
      await store.commit({ cause: 'sms/1', outcome: { reply: '' }, moments: [], events: [], phones: [newPhone] });
      await house.records.put({ kind: 'message', id: message.id, value: message, expect: 'absent' });
      const occasion = { cause: 'sms/1', time: message.createdAt, tenant: 'lakeside' };
      const overdue = eventOf(messageQueued, occasion, { message: message.id, carriedBy: 'reply', priority: 'urgent' });
      faults.send = { is: 'later', afterSeconds: 1, doubt: false };
      expect(await give(consumers.replyOverdue, overdue)).toBe(false);
      expect(await give(consumers.replyOverdue, overdue)).toBe(true);
      expect(await give(consumers.replyOverdue, overdue)).toBe(true);
      expect(sent).toEqual(['Question 2 of 9']);
    }));

  it('stays away from every number of a person who said STOP on one, also where it was queued before', () =>
    withClinic(async ({ put, changed, give, consumers, published, sent, store, house }) => {
      const other = '+13125550199';
      const stop = async (blocked: boolean) => {
        const known = await store.phone(phone);
        if (known === undefined) throw new Error('No such phone');
        const phones = [{ ...known, blocked, version: known.version + 1 }];
        await store.commit({ cause: `stop/${known.version}`, outcome: { reply: '' }, moments: [], events: [], phones });
      };
      const visit = async (id: string) => {
        put(appointment(id, 'anna', tomorrow));
        await give(consumers.chartChanged, changed('Appointment', id));
      };
      put(patient('anna', 'Anna', other, number));
      await visit('before');
      await stop(true);
      put(appointment('before', 'anna', tomorrow, { status: 'cancelled' }));
      await give(consumers.chartChanged, changed('Appointment', 'before'));
      await visit('after');
      await give(consumers.messageDue, ...published('message-queued'));
      expect(sent).toEqual([]);
      await stop(false);
      put(appointment('after', 'anna', tomorrow, { status: 'cancelled' }));
      await give(consumers.chartChanged, changed('Appointment', 'after'));
      await visit('again');
      await give(consumers.messageDue, ...published('message-queued'));
      expect(sent.length).toBeGreaterThan(0);
      const to = (await house.records.list('message')).items.map(({ value }) => value.to);
      expect(new Set(to)).toEqual(new Set([other]));
    }));

  it('answers late words on the phone that they were written on', () =>
    withClinic(async ({ put, changed, give, consumers, store, house }) => {
      const unknown = { since: today, said: ['can I come tomorrow?'], looked: true };
      const phones = [{ ...newPhone, unknown }];
      await store.commit({ cause: 'sms/1', outcome: { reply: '' }, moments: [], events: [], phones });
      put(patient('anna', 'Anna', '+13125550199', number));
      await give(consumers.chartChanged, changed('Patient', 'anna'));
      expect((await house.records.list('message')).items.map(({ value }) => value.to)).toEqual([number]);
    }));

  it('is asked next on a phone though the consumer died between giving it the phone and asking', () =>
    withClinic(async ({ put, changed, give, consumers, faults, published, store, story }) => {
      for (const id of ['jan', 'maria', 'zofia']) {
        put(patient(id, id, number));
        await give(consumers.chartChanged, changed('Patient', id));
      }
      for (const id of ['jan', 'maria', 'zofia']) {
        put(appointment(`visit-${id}`, id, today));
        await give(consumers.chartChanged, changed('Appointment', `visit-${id}`));
      }
      put(appointment('visit-jan', 'jan', today, { status: 'cancelled' }));
      await give(consumers.chartChanged, changed('Appointment', 'visit-jan'));
      const ended = published('conversation-closed');
      const takenUp = `freed/${phone}/${((await store.phone(phone))?.version ?? 0) + 1}/taken-up`;
      faults.commit = takenUp;
      expect(await give(consumers.phoneFreed, ...ended)).toBe(false);
      expect(await give(consumers.phoneFreed, ...ended)).toBe(true);
      expect((await story('maria')).conversations.map(({ status }) => status)).toEqual(['open']);
      expect((await store.phone(phone))?.queue.map((each) => each.story)).toEqual(['zofia']);
    }));
});

describe('the end of a visit', () => {
  it('is said to whoever was in the middle of its questions, whichever of its two timers is first', async () => {
    for (const first of ['visit-passed', 'visit/'] as const) {
      await withClinic(async ({ put, changed, give, consumers, house, published, say, timers, sent }) => {
        put(patient('anna', 'Anna', number));
        put(appointment('visit', 'anna', today));
        await give(consumers.chartChanged, changed('Appointment', 'visit'));
        await give(consumers.timeCame, ...published('conversation-started'), ...published('visit-planned'));
        await say('anna', 'sms/1', 'my back hurts');
        await give(consumers.messageDue, ...published('message-queued'));
        const before = sent.length;
        house.clock.advance(11 * 3_600_000);
        const due = [...timers].toSorted(([name]) => (name.startsWith(first) ? -1 : 1));
        expect(due[0]?.[0]).toContain(first);
        for (const [, { event }] of due) await give(consumers.timeCame, event);
        await give(consumers.messageDue, ...published('message-queued'));
        expect(sent.slice(before)).toEqual([expect.stringContaining('The time of your visit has passed')]);
      });
    }
  });
});

describe('the alarm before a visit', () => {
  const near = (id: string, time: string) =>
    eventOf(
      timeCame,
      { cause: `timer/visit-near/${id}/${Date.parse(time)}`, time, tenant: 'lakeside', patient: 'anna' },
      { conversation: id, timer: 'visit-near' },
    );

  it('comes before the new time where the visit was moved, earlier or later', async () => {
    for (const [from, to] of [
      [tomorrow, today],
      [today, tomorrow],
    ] as const) {
      await withClinic(async ({ put, changed, give, consumers, house, published, say, timers }) => {
        put(patient('anna', 'Anna', number));
        put(appointment('visit', 'anna', from));
        await give(consumers.chartChanged, changed('Appointment', 'visit'));
        await give(consumers.timeCame, ...published('conversation-started'));
        put(appointment('visit', 'anna', to));
        await give(consumers.chartChanged, changed('Appointment', 'visit'));
        await give(consumers.timeCame, ...published('time-came'));
        await say('anna', 'sms/1', 'my back hurts');
        const alarm = timers.get('visit-near/appointment/visit');
        expect(alarm?.at.toISOString()).toBe(new Date(Date.parse(to) - 20 * 60_000).toISOString());
        if (alarm === undefined) return;
        house.clock.advance(alarm.at.getTime() - house.clock.now().getTime());
        await give(consumers.timeCame, alarm.event);
        expect(published('person-requested').map(({ data }) => data)).toMatchObject([{ because: 'unread' }]);
      });
    }
  });

  it('does not come for a visit that was called off', () =>
    withClinic(async ({ put, changed, give, consumers, house, published, say }) => {
      put(patient('anna', 'Anna', number));
      put(appointment('visit', 'anna', today));
      await give(consumers.chartChanged, changed('Appointment', 'visit'));
      await say('anna', 'sms/1', 'my back hurts');
      put(appointment('visit', 'anna', today, { status: 'cancelled' }));
      await give(consumers.chartChanged, changed('Appointment', 'visit'));
      house.clock.advance(6 * 3_600_000);
      await give(consumers.timeCame, near('appointment/visit', today));
      expect(published('person-requested')).toEqual([]);
    }));
});

describe('a caller on a shared number', () => {
  it('who speaks of danger before their name is looked for, though they hang up at once', () =>
    withClinic(async ({ put, changed, give, consumers, house, log, speaker, published }) => {
      for (const id of ['jan', 'maria']) {
        put(patient(id, id, number));
        await give(consumers.chartChanged, changed('Patient', id));
      }
      const voice = createVoice({
        store: house.store,
        records: house.records,
        clinic: speaker.clinic,
        clock: house.clock,
        log,
        speaker,
        phoneHash,
        renderVoice,
        verifier: { verify: () => true },
        seals: createSeals({ secret: 'a secret of at least thirty-two bytes' }),
      });
      const ring = async (path: string, form: Record<string, string>) => {
        const body = new URLSearchParams({ CallSid: 'CA1', From: number, ...form }).toString();
        const [plain = '', query = ''] = path.split('?');
        const event = httpEvent({ route: `POST ${plain}`, path: plain, body });
        return (
          (
            await voice({
              ...event,
              rawQueryString: query,
              queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
            })
          ).body ?? ''
        );
      };
      const greeted = await ring('/twilio/voice', {});
      const next = /action="([^"]+)"/.exec(greeted)?.[1]?.replaceAll('&amp;', '&') ?? '';
      const answered = await ring(next, { SpeechResult: 'I have chest pain', Confidence: '0.9' });
      expect(await ring(next, { SpeechResult: 'I have chest pain', Confidence: '0.9' })).toBe(answered);
      expect(answered).toContain('<Dial');
      expect(published('concern-raised').map(({ data }) => data)).toMatchObject([{ kind: 'emergency', phone }]);
    }));
});

const newPhone = {
  id: phone,
  version: 1,
  number,
  members: [],
  blocked: false,
  introduced: true,
  queue: [],
};
