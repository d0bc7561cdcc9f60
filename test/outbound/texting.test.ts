import { afterEach, describe, expect, it } from 'vitest';
import type { RecordPut } from '../../domain/ports/records.ts';
import type { Phone } from '../../domain/story/phone.ts';
import type { Story } from '../../domain/story/story.ts';
import { speakerFor } from '../../edge/lambda/speaker.ts';
import { expressByText, reachable, type Texting } from '../../edge/texting.ts';
import { openSending, type SendingHouse } from './sending-house.ts';

let house: SendingHouse | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

const speaker = speakerFor('lakeside');
const about = { about: { appointment: 'visit' } };

async function expressed(phone: Partial<Phone>, how: Texting = {}, change: Partial<Story> = {}) {
  house = openSending();
  await house.patient('anna', { phone });
  const { store } = house.house;
  const view = await store.story('anna');
  if (view === undefined) throw new Error('No story');
  const story = { ...view.story, ...change };
  const decision = { story, effects: [{ do: 'tell', message: 'thanks' }] } as const;
  const deps = { store, speaker, clinic: speaker.clinic, clock: house.clock };
  const said = await expressByText(deps, 'cause', decision, story, how);
  const [record] = said.records ?? [];
  const message = record?.kind === 'message' ? (record as RecordPut<'message'>).value : undefined;
  return { ...said, message };
}

describe('what we say by ourselves', () => {
  it('is urgent and a text where nothing else is said', async () => {
    const { message, events } = await expressed({});
    expect(message).toMatchObject({ priority: 'urgent', channel: 'sms', state: 'queued' });
    expect(events).toMatchObject([{ type: 'message-queued', data: { carriedBy: 'send', priority: 'urgent' } }]);
  });

  it('carries its class, its visit and its times', async () => {
    const times = { notBefore: '2026-03-03T00:00:00.000Z', expires: '2026-03-04T00:00:00.000Z' };
    const { message, events } = await expressed({}, { priority: 'reminder', ...about, ...times });
    expect(message).toMatchObject({ priority: 'reminder', ...about, ...times });
    expect(events).toMatchObject([{ data: { priority: 'reminder' } }]);
  });

  it('about a visit goes by a call where the number takes no texts', async () => {
    const { message, phones } = await expressed({ texts: false, introduced: false }, about);
    expect(message).toMatchObject({ channel: 'voice', ...about });
    expect(message?.body).not.toContain('STOP');
    // Nobody has read who we are: the first text that they can take still says so.
    expect(phones).toBeUndefined();
  });

  it('goes by a call to whoever did not answer a text', async () => {
    const { message } = await expressed({}, { channel: 'voice', priority: 'reminder', ...about });
    expect(message).toMatchObject({ channel: 'voice', priority: 'reminder' });
  });

  it('waits for a call of theirs where it is about no visit', async () => {
    const asking = { story: 'anna', conversation: 'task/1' };
    const { message, events, phones } = await expressed({ texts: false }, { change: () => ({ asking }) });
    expect([message, events]).toEqual([undefined, undefined]);
    expect(phones).toMatchObject([{ asking, version: 2 }]);
  });

  it('about a visit is told by staff to who has stopped us, and nothing else is', async () => {
    const stopped = { consent: { texts: 'refused', at: '2026-01-01T00:00:00.000Z', how: 'chart' } } as const;
    const { message, events } = await expressed({}, about, stopped);
    expect(message).toBeUndefined();
    expect(events).toMatchObject([{ type: 'person-requested', patient: 'anna', data: { because: 'not-told' } }]);
    await house?.close();
    expect((await expressed({}, {}, stopped)).events).toBeUndefined();
    await house?.close();
    expect((await expressed({ blocked: true, texts: false }, about)).events).toMatchObject([
      { data: { because: 'not-told' } },
    ]);
  });
});

describe('the phone that is written to', () => {
  it('is the best that takes texts, else the best; a STOP on any of them holds', async () => {
    house = openSending();
    const { store } = house.house;
    const put = (id: string, more: Partial<Phone>) => house?.patient(id, { phone: { id: `phone-${id}`, ...more } });
    await put('a', { texts: false });
    await put('b', {});
    await put('c', { blocked: true });
    const view = await store.story('a');
    if (view === undefined) throw new Error('No story');
    const reached = async (...phones: string[]) =>
      (await reachable({ store }, { ...view.story, person: { ...view.story.person, phones } }))?.id;
    expect(await reached('phone-a', 'phone-b')).toBe('phone-b');
    expect(await reached('phone-a')).toBe('phone-a');
    expect(await reached('phone-b', 'phone-a')).toBe('phone-b');
    expect(await reached('phone-b', 'phone-c')).toBe('phone-c');
    expect(await reached()).toBeUndefined();
  });
});
