import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { er7, type Hl7Clinic, openClinic, withClinic } from './clinic.ts';
import { and, message, segmentsIn, without } from './messages.ts';

const s12 = message('siu-s12');
const answered = (ack: string) => segmentsIn(ack)[1]?.slice(1, 3);

let clinic: Hl7Clinic;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(() => clinic.close());

/** What was kept since the last time, as `messages/quarantined`. */
async function kept(): Promise<string> {
  const messages = (await clinic.house.records.list('hl7-message')).items.length;
  return `${messages}/${(await clinic.quarantined()).length}`;
}

describe('a sound message', () => {
  test('is kept whole with its event, and acknowledged in the type it came in', async () => {
    const answer = await clinic.send(s12);
    expect([answer.status, answer.type, answered(answer.body)]).toEqual([200, er7, ['AA', 'LS-1001']]);
    const [event, other] = clinic.received();
    expect(other).toBeUndefined();
    expect(event).toMatchObject({ type: 'hl7-received', data: { trigger: 'SIU^S12' } });
    const { message: id = '' } = (event?.data ?? {}) as { message?: string };
    expect((await clinic.house.records.get('hl7-message', id))?.value).toEqual({
      at: '2026-11-02T06:00:00.000Z',
      control: 'LS-1001',
      trigger: 'SIU^S12',
      messageTime: '20261102083000-0600',
      body: s12,
    });
    expect(clinic.log.lines.join()).not.toMatch(/KOWALSKA|5550142|MRN-/);
  });

  test.each([
    ['again', s12],
    ['with other line ends', s12.replaceAll('\r', '\r\n')],
    ['framed', `\u000b${s12}\u001c\r`],
  ])('%s is AA and does nothing', async (_, text) => {
    const before = [clinic.received().length, await kept()];
    expect(answered((await clinic.send(text, { type: 'application/hl7-v2; charset=UTF-8' })).body)).toEqual([
      'AA',
      'LS-1001',
    ]);
    expect([clinic.received().length, await kept()]).toEqual(before);
  });

  test('with the same control id and other content is another message; so is the same from another sender', async () => {
    const before = clinic.received().length;
    await clinic.send(message('siu-s12', { 'SCH-9': '50' }));
    await clinic.send(message('siu-s12', { 'MSH-4': 'EASTPARK' }));
    expect(clinic.received()).toHaveLength(before + 2);
  });

  test('is answered in its own type, with its charset', async () => {
    expect((await clinic.send(s12, { type: 'application/hl7-v2; charset="utf-8"' })).type).toBe(
      'application/hl7-v2; charset=utf-8',
    );
  });

  test('of a thousand segments is kept in parts below 300 KB, and read whole again', () =>
    withClinic(async ({ send, house, give, received, visit }) => {
      const note = `NTE|1||${'a long note about parking '.repeat(30)}\u0007\u0001é😀`;
      const text = and(s12, ...Array.from({ length: 1000 }, () => note));
      expect(text.length).toBeGreaterThan(700_000);
      expect(answered((await send(text)).body)).toEqual(['AA', 'LS-1001']);
      const { items } = await house.records.list('hl7-message');
      expect(items.length).toBe(Math.ceil(text.length / 45_000));
      for (const { value } of items) expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThan(300_000);
      expect(
        [...items]
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .map(({ value }) => value.body)
          .join(''),
      ).toBe(text);
      expect(await give(received())).toBe(true);
      expect((await visit()).start).toBe('2026-11-24T09:30:00-06:00');
    }));
});

describe('what is not taken is answered and kept whole', () => {
  const cases: readonly [string, string, 'AE' | 'AR', string, RegExp][] = [
    ['an unknown trigger', message('siu-s12', { 'MSH-9': 'SIU^S24^SIU_S12' }), 'AR', 'LS-1001', /event is not taken/],
    ['no MSH', without(s12, 'MSH'), 'AR', '', /begin with MSH|beginning with MSH/],
    ['no HL7', '{"resourceType": "Patient"}', 'AR', '', /no HL7 v2 message/],
    ['wrong delimiters', s12.replace('^~\\&', 'ABCD'), 'AR', 'LS-1001', /delimiters/],
    ['characters that are not UTF-8', s12.replace('ANNA', 'AN\ufffdA'), 'AR', 'LS-1001', /UTF-8/],
    ['several messages', s12 + message('siu-s13'), 'AR', 'LS-1001', /several messages/],
    ['a SIU without a patient', without(s12, 'PID'), 'AE', 'LS-1001', /PID/],
    ['a SIU with two patients', and(s12, 'PID|2||MRN-emma-davis^^^LAKESIDE^MR'), 'AE', 'LS-1001', /Several patients/],
    ['a SIU without a time', without(without(s12, 'TQ1'), 'AIS'), 'AE', 'LS-1001', /when it is/],
    ['a merge without the old record', without(message('adt-a40'), 'MRG'), 'AE', 'LR-2004', /MRG-1/],
  ];
  test.each(cases)('%s', async (_, text, code, control, why) => {
    const before = clinic.received().length;
    const answer = await clinic.send(text);
    expect([answer.status, answer.type, answered(answer.body)]).toEqual([200, er7, [code, control]]);
    const found = (await clinic.quarantined()).find(({ value }) => value.body === text);
    expect(found?.value).toMatchObject({ from: 'POST /ehr/hl7v2', why: expect.stringMatching(why) });
    expect(found?.value.why.startsWith(code)).toBe(true);
    expect(clinic.received()).toHaveLength(before);
    expect(clinic.log.lines.join()).not.toMatch(/KOWALSKA|5550142|MRN-|harbor/i);
  });

  test('an empty body is AR, and there is nothing to keep', async () => {
    const before = await kept();
    expect(answered((await clinic.send('')).body)).toEqual(['AR', '']);
    expect(await kept()).toBe(before);
  });

  test.each([
    'application/fhir+json',
    'text/plain',
    '',
    'application/hl7-v2+xml',
    'application/hl7-v2; charset=iso-8859-1',
  ])('another content type (%j) is 415 and no acknowledgement', async (type) => {
    const text = `${s12}ZZZ|${type}\r`;
    const answer = await clinic.send(text, { type });
    expect([answer.status, answer.type]).toEqual([415, 'application/problem+json']);
    expect(answer.body).toContain('x-application/hl7-v2+er7');
    expect((await clinic.quarantined()).some(({ value }) => value.body === text)).toBe(true);
  });
});

describe('whoever is not known is told nothing and leaves nothing', () => {
  test.each([
    ['no secret', { 'x-ehr-secret': '' }],
    ['a wrong secret', { 'x-ehr-secret': 'guess' }],
  ])('%s', async (_, headers) => {
    const before = await kept();
    const answer = await clinic.send(message('adt-a04'), { headers });
    expect([answer.status, answer.type]).toEqual([401, 'application/problem+json']);
    expect(await kept()).toBe(before);
  });

  test('5 MB are refused before they are read', async () => {
    const before = await kept();
    const answer = await clinic.send(and(s12, `NTE|1||${'x'.repeat(5_000_000)}`));
    expect([answer.status, answer.type]).toEqual([413, 'application/problem+json']);
    expect(await kept()).toBe(before);
  });
});

test('nothing is acknowledged that was not kept: a store that fails is a 503 and no AA', () =>
  withClinic(async ({ send, faults, received, house }) => {
    faults.put = new Error('The disk is full');
    const answer = await send(s12);
    expect([answer.status, answer.body.includes('MSA')]).toEqual([503, false]);
    const refused = await send('hello');
    expect([refused.status, refused.body.includes('MSA')]).toEqual([503, false]);
    expect([received().length, (await house.records.list('hl7-message')).items.length]).toEqual([0, 0]);
    delete faults.put;
    expect(answered((await send(s12)).body)).toEqual(['AA', 'LS-1001']);
  }));
