import type { Appointment, Patient } from 'fhir/r4.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answered, type Hands, handsOn } from '../host/hands.ts';
import { type RunningHost, startHost } from '../host/running-host.ts';
import { er7 } from './clinic.ts';
import { message, segmentsIn, without } from './messages.ts';

let host: RunningHost;
let hands: Hands;
beforeAll(async () => {
  host = await startHost();
  hands = handsOn(host.endpoints);
});
afterAll(() => host.remove());

const send = (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> => {
  const { api, ehrNotification } = hands.endpoints;
  return hands.send(`${api}/ehr/hl7v2`, {
    method: 'POST',
    headers: { 'content-type': er7, [ehrNotification.header]: ehrNotification.secret, ...headers },
    body,
  });
};
const code = ({ text }: Answered) => segmentsIn(text)[1]?.[1];

/** A time of the clock, as a sender in Chicago writes it with its offset. */
async function written(minutesFromNow = 0): Promise<string> {
  const at = new Date((await hands.now()).getTime() + minutesFromNow * 60_000);
  return `${at.toISOString().replaceAll(/\D/g, '').slice(0, 14)}+0000`;
}

describe('a message that comes over HTTP', () => {
  test('books a visit, moves it and calls it off in the EHR, and the product knows of it', async () => {
    const week = 7 * 24 * 60;
    const at = { start: await written(week), end: await written(week + 40) };
    const booked = await send(message('siu-s12', { 'MSH-7': await written(), 'TQ1-7': at.start, 'TQ1-8': at.end }));
    expect([booked.status, booked.headers.get('content-type'), code(booked)]).toEqual([200, er7, 'AA']);
    await hands.settle();
    const find = async () => (await hands.search<Appointment>('Appointment?identifier=V-7001'))[0];
    const visit = await find();
    expect(visit).toMatchObject({ status: 'booked', meta: { source: 'urn:told-once:hl7v2' } });
    expect(await hands.story('anna-kowalska')).toBeDefined();
    await hands.advance('PT1M');
    await send(message('siu-s15', { 'MSH-7': await written() }));
    await hands.settle();
    expect(await find()).toMatchObject({ id: visit?.id, status: 'cancelled' });
  });

  test('brings a new patient with a number that texts are known by', async () => {
    const changes = { 'MSH-7': await written(), 'PID-13': '^PRN^CP^^1^312^5550186', 'PID-14': '' };
    expect(code(await send(message('adt-a04', changes)))).toBe('AA');
    await hands.settle();
    const [made] = await hands.search<Patient>('Patient?identifier=MRN-tomas-rivera');
    expect(await hands.story(made?.id ?? '')).toMatchObject({
      story: { person: { firstName: 'Tomás', language: 'es' } },
    });
  });

  test('is refused with a wrong secret, by another method, and when it is 5 MB', async () => {
    const refused = await send(message('adt-a04'), { [hands.endpoints.ehrNotification.header]: 'guess' });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
    expect((await hands.send(`${hands.endpoints.api}/ehr/hl7v2`)).status).toBe(405);
    expect((await send(`${message('adt-a04')}NTE|1||${'x'.repeat(5_000_000)}`)).status).toBe(413);
    expect((await send(message('adt-a04'), { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('the console', () => {
  const quarantine = async (path: string, body?: unknown): Promise<Answered> =>
    hands.send(
      `${hands.endpoints.console}/quarantine${path}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );

  test('lists what waits, reads it, has it taken again corrected, and puts it away', async () => {
    const broken = without(message('adt-a08', { 'MSH-7': await written(), 'MSH-10': 'broken' }), 'PID');
    expect(code(await send(broken))).toBe('AE');
    const { items } = (await quarantine('')).json as { items: readonly { id: string; why: string; state?: unknown }[] };
    const item = items.find(({ why }) => why.startsWith('AE PID'));
    const id = item?.id ?? '';
    expect((await quarantine(`/${encodeURIComponent(id)}`)).json).toMatchObject({ is: 'found', body: broken });
    expect((await quarantine(`/${id}/replay`, {})).status).toBe(422);
    const corrected = message('adt-a08', { 'MSH-7': await written(), 'MSH-10': 'mended' });
    expect((await quarantine(`/${id}/replay`, { body: corrected })).json).toMatchObject({ is: 'replayed' });
    await hands.settle();
    const [changed] = await hands.search<Patient>('Patient?identifier=MRN-tomas-rivera');
    expect(changed?.address?.[0]?.city).toBe('Evanston');

    expect(code(await send(message('adt-a08', { 'MSH-9': 'ADT^A01^ADT_A01' })))).toBe('AR');
    const all = (await quarantine('')).json as { items: readonly { id: string; why: string; state?: unknown }[] };
    const other = all.items.find(({ why }) => why.startsWith('AR'))?.id ?? '';
    expect((await quarantine(`/${encodeURIComponent(other)}/dismiss`, { why: 'Not for us' })).status).toBe(200);
    expect((await quarantine(`/${other}`)).json).toMatchObject({ state: { is: 'dismissed', outcome: 'Not for us' } });
  });

  test.each([
    ['nothing under that id', '/nowhere', undefined, 404],
    ['no reason to dismiss', '/nowhere/dismiss', {}, 400],
    ['no JSON object', '/nowhere/replay', 5, 400],
    ['another verb', '/nowhere/burn', {}, 405],
  ])('says so where there is %s', async (_, path, body, status) => {
    expect((await quarantine(path, body)).status).toBe(status);
  });
});
