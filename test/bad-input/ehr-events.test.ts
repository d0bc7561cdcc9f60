import type { Appointment, Task } from 'fhir/r4.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { patient } from '../host/asking.ts';
import { type Hands, handsOn } from '../host/hands.ts';
import { type RunningHost, startHost } from '../host/running-host.ts';
import { newNumber } from './one-patient.ts';

let host: RunningHost;
let hands: Hands;
beforeAll(async () => {
  host = await startHost();
  hands = handsOn(host.endpoints);
  // Ten in the morning at the clinic: what is told of a visit does not wait for the night to end.
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await hands.post(`${host.endpoints.console}/clock`, { now: `${tomorrow}T16:00:00.000Z` });
});
afterAll(() => host.remove());
afterEach(async () => {
  await hands.ehrFaults({});
  await hands.advance('PT20M');
});

const imaging = { serviceType: [{ coding: [{ system: 'http://snomed.info/sct', code: '51619007' }] }] };
const inDays = async (days: number) => new Date((await hands.now()).getTime() + days * 86_400_000).toISOString();

async function appointment(
  who: readonly string[],
  start: string | undefined,
  more: Partial<Appointment> = {},
): Promise<Appointment> {
  return {
    resourceType: 'Appointment',
    status: 'booked',
    ...imaging,
    ...(start === undefined ? {} : { start, end: new Date(Date.parse(start) + 1_800_000).toISOString() }),
    participant: who.map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' })),
    ...more,
  };
}
const person = async (number?: string) => {
  const { telecom, ...others } = patient(number ?? newNumber());
  const { id } = await hands.create(
    number === '' ? others : { ...others, ...(telecom === undefined ? {} : { telecom }) },
  );
  await hands.settle();
  return id;
};
const texts = async (number: string) => (await hands.handset(number)).messages.map(({ body }) => body);
const deskNotes = async (id: string) =>
  (await hands.search<Task>(`Task?patient=${id}&_count=50`)).flatMap(({ description, code }) =>
    code?.coding?.some(({ system }) => system?.endsWith('/staff-task')) === true ? [description ?? ''] : [],
  );
const standing = async (id: string) =>
  ((await hands.story(id)) as { story: { visits: readonly { state: string }[] } } | undefined)?.story.visits.map(
    ({ state }) => state,
  );

/** A topic-based notification of these changes. */
const bundle = (entries: readonly object[], subscription = 'unknown') =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'history',
    entry: [
      {
        resource: {
          resourceType: 'Parameters',
          parameter: [
            { name: 'subscription', valueReference: { reference: `Subscription/${subscription}` } },
            { name: 'topic', valueCanonical: 'https://nowhere.example/SubscriptionTopic/never-heard-of' },
            { name: 'status', valueCode: 'active' },
            { name: 'type', valueCode: 'event-notification' },
          ],
        },
      },
      ...entries,
    ],
  });
const named = (reference: string) => ({
  fullUrl: `https://ehr.example/fhir/${reference}`,
  request: { method: 'PUT', url: reference },
});

describe('a notification that is too much, or about what we do not know', () => {
  it('of 5 MB is refused with its reason, and what it would have said is found by the next sweep', async () => {
    const number = newNumber();
    const id = await person(number);
    await hands.ehrFaults({ notifications: { dropRate: 1 } });
    const made = await hands.create(await appointment([id], await inDays(10)));
    const filler = Array.from({ length: 500 }, (_, n) => ({
      resource: { resourceType: 'Basic', id: `b${n}`, text: 'x'.repeat(10_000) },
    }));
    const refused = await hands.notify(bundle([{ resource: made }, ...filler]));
    expect(refused.status).toBe(413);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await texts(number)).toEqual([]);
    await hands.advance('PT20M');
    expect(await texts(number)).toHaveLength(1);
  });

  it('of a thousand entries is kept whole, and the one that matters among them is followed', async () => {
    const number = newNumber();
    const id = await person(number);
    await hands.ehrFaults({ notifications: { dropRate: 1 } });
    const made = await hands.create(await appointment([id], await inDays(10)));
    const others = Array.from({ length: 999 }, (_, n) => named(`${n % 2 === 0 ? 'Basic' : 'Task'}/none-${n}`));
    expect((await hands.notify(bundle([...others, named(`Appointment/${made.id}`)]))).status).toBe(200);
    await hands.settle();
    expect(await texts(number)).toHaveLength(1);
  });

  it('of a topic, a subscription and types that we never heard of changes nothing', async () => {
    const answer = await hands.notify(
      bundle([{ resource: { resourceType: 'Spaceship', id: '1' } }, named('Schedule/1')]),
    );
    expect(answer.status).toBe(200);
    await hands.settle();
  });
});

describe('an appointment that cannot be told ends where staff or operators see it', () => {
  it('without a time: the desk gives it one', async () => {
    const number = newNumber();
    const id = await person(number);
    // Not as FHIR wants it, and so not in the stand-in; others do not look so closely.
    const meta = { versionId: '1', lastUpdated: (await hands.now()).toISOString() };
    const booked = { ...(await appointment([id], undefined)), id: 'without-a-time', meta };
    for (let copy = 0; copy < 2; copy++) expect((await hands.notify(JSON.stringify(booked))).status).toBe(200);
    await hands.settle();
    expect(await texts(number)).toEqual([]);
    expect(await standing(id)).toEqual(['wished']);
    expect(await deskNotes(id)).toEqual([expect.stringContaining('without a time')]);
  });

  it('in the past: nothing is said', async () => {
    const number = newNumber();
    const id = await person(number);
    await hands.create(await appointment([id], await inDays(-3)));
    await hands.settle();
    expect([await texts(number), await standing(id), await deskNotes(id)]).toEqual([[], [], []]);
  });

  it('for nobody, or for two people: nobody is told, and the next one is followed', async () => {
    const [one, other] = [newNumber(), newNumber()];
    const ids = [await person(one), await person(other)];
    await hands.create(
      await appointment([], await inDays(5), { participant: [{ actor: { display: 'Dr Lee' }, status: 'accepted' }] }),
    );
    await hands.create(await appointment(ids, await inDays(5)));
    await hands.settle();
    expect([await texts(one), await texts(other)]).toEqual([[], []]);
    await hands.create(await appointment(ids.slice(0, 1), await inDays(5)));
    await hands.settle();
    expect([await texts(one), await texts(other)]).toEqual([[expect.any(String)], []]);
  });

  it.each([
    ['any phone', ''],
    ['a phone that can be read', 'ask her sister'],
  ])('for a patient without %s: all of it is kept, and the desk is told once', async (_, number) => {
    const id = await person(number);
    const made = await hands.create(await appointment([id], await inDays(10)));
    await hands.settle();
    await hands.update({ ...made, comment: 'again' });
    await hands.settle();
    expect(await standing(id)).toEqual(['booked']);
    expect((await deskNotes(id)).filter((note) => note.includes('could not be delivered'))).toHaveLength(1);
    expect(await hands.search<Task>(`Task?patient=${id}&_count=50`)).not.toHaveLength(1);
  });
});

describe('the EHR cannot be read in the middle: followed afterwards, once', () => {
  it.each<[string, object]>([
    ['404', { status: 404 }],
    ['410', { status: 410 }],
    ['403', { status: 403 }],
    ['500', { status: 500 }],
    ['garbage', { garbage: true }],
    ['no answer', { timeouts: true }],
  ])(
    '%s',
    async (_, fault) => {
      const number = newNumber();
      const id = await person(number);
      await hands.ehrFaults({ notifications: { dropRate: 1 } });
      const made = await hands.create(await appointment([id], await inDays(10)));
      await hands.ehrFaults({ ...fault, notifications: { dropRate: 1 }, only: { method: 'GET' } });
      expect((await hands.notify('', {}, `/Appointment/${made.id}`)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await texts(number)).toEqual([]);
      await hands.ehrFaults({ notifications: { dropRate: 1 } });
      await hands.advance('PT1H');
      expect(await texts(number)).toHaveLength(1);
    },
    120_000,
  );
});
