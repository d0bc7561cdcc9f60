import type { Appointment, Patient, Practitioner } from 'fhir/r4.js';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../domain/errors/errors.ts';
import { faultsOf } from '../fhir-mappings/fhir-validation.ts';
import { withClinic } from './clinic.ts';
import { message } from './messages.ts';

const patientIn = ({ participant }: Appointment) => participant.find(({ actor }) => actor?.reference)?.actor?.reference;

describe('a booking', () => {
  test('becomes an Appointment of the patient who is there, and is told of as a change of the chart', () =>
    withClinic(async ({ bring, visit, changes, patients, quarantined, log }) => {
      expect(await bring(message('siu-s12'))).toBe('AA');
      const made = await visit();
      expect(made).toMatchObject({
        status: 'booked',
        start: '2026-11-24T09:30:00-06:00',
        meta: { source: 'urn:told-once:hl7v2' },
      });
      expect(patientIn(made)).toBe('Patient/anna-kowalska');
      expect(faultsOf(made)).toEqual([]);
      const [anna] = await patients('MRN-anna-kowalska');
      expect(changes()).toEqual([
        `chart-changed/ehr/Patient/anna-kowalska/${anna?.meta?.versionId}`,
        `chart-changed/ehr/Appointment/${made.id}/${made.meta?.versionId}`,
      ]);
      // A schedule says how to reach her; her name it does not change.
      expect(anna?.name).toEqual([{ use: 'official', family: 'Kowalska', given: ['Anna'] }]);
      expect(anna?.telecom?.map(({ value, use }) => [value, use])).toEqual([
        ['+13125550142', 'mobile'],
        ['+1 312 5550190 ext. 22', 'work'],
      ]);
      expect(await quarantined()).toEqual([]);
      expect(log.lines.join()).not.toMatch(/Kowalska|KOWALSKA|MRN-|5550142|harbor/i);
    }));

  test('refers to practitioners and places that the EHR knows by their number, and names the others', () =>
    withClinic(async ({ bring, visit, put, fhir }) => {
      const lee = (await fhir('Practitioner/dr-lee')) as Practitioner;
      await put({ ...lee, identifier: [{ system: 'https://lakeside.example/practitioner', value: 'D-17' }] });
      await bring(message('siu-s12'));
      expect((await visit()).participant.map(({ actor }) => actor)).toEqual([
        { reference: 'Patient/anna-kowalska' },
        { reference: 'Practitioner/dr-lee', display: 'Dr Helen Lee' },
        {
          type: 'Location',
          identifier: { system: 'https://lakeside.example/location', value: 'CARD/Room 2' },
          display: 'CARD, Room 2, LAKESIDE',
        },
      ]);
    }));

  test('of somebody unknown makes their record first; one in the past is kept as what it was', () =>
    withClinic(async ({ bring, appointments, patients }) => {
      const past = { 'PID-3': 'MRN-new^^^LAKESIDE^MR', 'PID-5': 'Doe^Jo', 'TQ1-7': '20250102090000', 'TQ1-8': '' };
      expect(await bring(message('siu-s12', past))).toBe('AA');
      const [made] = await patients('MRN-new');
      expect(made).toMatchObject({ active: true, name: [{ family: 'Doe' }], birthDate: '1986-04-12' });
      const [visit] = await appointments();
      expect(visit).toMatchObject({ status: 'booked', start: '2025-01-02T09:00:00-06:00' });
      expect(visit && patientIn(visit)).toBe(`Patient/${made?.id}`);
    }));

  test('that comes again changes nothing, not even a version', () =>
    withClinic(async ({ bring, visit, received, give, house }) => {
      await bring(message('siu-s12'));
      const before = (await visit()).meta?.versionId;
      await bring(message('siu-s12').replaceAll('\r', '\n'));
      expect(received()).toHaveLength(1);
      expect(await give([...received(), ...received()])).toBe(true);
      expect((await visit()).meta?.versionId).toBe(before);
      expect(house.published.filter(({ type }) => type === 'chart-changed')).toHaveLength(2);
    }));

  test('is moved, changed, and called off; or missed; or taken out', () =>
    withClinic(async ({ bring, visit }) => {
      await bring(message('siu-s12'));
      await bring(message('siu-s13'));
      expect(await visit()).toMatchObject({ status: 'booked', start: '2026-12-01T14:00:00-06:00' });
      await bring(message('siu-s14'));
      expect((await visit()).participant.map(({ actor }) => actor?.display)).toEqual([
        undefined,
        'Dr Helen Lee',
        'CARD, Room 5, LAKESIDE',
      ]);
      await bring(message('siu-s15'));
      expect(await visit()).toMatchObject({ status: 'cancelled', cancelationReason: { text: 'Clinician is ill' } });
      await bring(message('siu-s17'));
      expect((await visit()).status).toBe('entered-in-error');
      await bring(message('siu-s26'));
      expect((await visit()).status).toBe('noshow');
    }));

  test('that the placer numbers first and the filler later is one visit', () =>
    withClinic(async ({ bring, appointments }) => {
      await bring(message('siu-s12', { 'SCH-2': '' }));
      await bring(message('siu-s13'));
      const [only, other] = await appointments();
      expect(other).toBeUndefined();
      expect(only?.start).toBe('2026-12-01T14:00:00-06:00');
      expect(only?.identifier?.map(({ value }) => value)).toEqual(['P-5001', 'V-7001']);
    }));
});

describe('a person', () => {
  test('is made, changed and declared dead as registration says', () =>
    withClinic(async ({ bring, patients }) => {
      await bring(message('adt-a04'));
      const [made] = await patients('MRN-tomas-rivera');
      expect(made).toMatchObject({ gender: 'male', birthDate: '1979-11-05', meta: { source: 'urn:told-once:hl7v2' } });
      await bring(message('adt-a08'));
      const [moved] = await patients('MRN-tomas-rivera');
      expect(moved?.id).toBe(made?.id);
      expect(moved?.address?.[0]?.city).toBe('Evanston');
      expect(moved?.communication?.[0]?.language.coding?.[0]?.code).toBe('en');
      expect(moved?.telecom?.map(({ value }) => value)).toEqual([
        '+13125550188',
        '(312) 555-0187',
        'tomas.rivera@lakeside.example',
      ]);
      await bring(message('adt-a31'));
      const [dead, another] = await patients('MRN-tomas-rivera');
      expect([dead?.deceasedDateTime, another]).toEqual(['2026-11-04T02:00:00-06:00', undefined]);
    }));

  test('is not changed by a message that is older than what the chart shows', () =>
    withClinic(async ({ bring, patients, clock, put, log }) => {
      const old = { 'PID-3': 'MRN-anna-kowalska^^^LAKESIDE^MR', 'MSH-7': '20261101230000-0600' };
      await bring(message('adt-a08', old));
      const [before] = await patients('MRN-anna-kowalska');
      expect(before?.telecom?.[0]?.value).toBe('+13125550142');
      expect(log.lines.join()).toContain('HL7_SUPERSEDED');
      // Made at nine, brought at ten; somebody at the desk was there in between.
      clock.advance(Date.parse('2026-11-03T15:30:00Z') - clock.now().getTime());
      await put({ ...before, resourceType: 'Patient', telecom: [{ system: 'phone', value: '+13125550101' }] });
      await bring(message('adt-a08', { ...old, 'MSH-7': '20261103090000-0600', 'MSH-10': 'late' }));
      expect((await patients('MRN-anna-kowalska'))[0]?.telecom?.[0]?.value).toBe('+13125550101');
      await bring(message('adt-a08', { ...old, 'MSH-7': '20261103094500-0600', 'MSH-10': 'newer' }));
      expect((await patients('MRN-anna-kowalska'))[0]?.telecom?.[0]?.value).toBe('+13125550188');
    }));

  test('whose message is to the minute is not older than what was written within that minute', () =>
    withClinic(async ({ bring, patients, clock, put }) => {
      const [before] = await patients('MRN-anna-kowalska');
      clock.advance(Date.parse('2026-11-03T15:00:40Z') - clock.now().getTime());
      await put({ ...before, resourceType: 'Patient' });
      const changes = { 'PID-3': 'MRN-anna-kowalska^^^LAKESIDE^MR', 'MSH-7': '202611030900-0600' };
      await bring(message('adt-a08', changes));
      expect((await patients('MRN-anna-kowalska'))[0]?.telecom?.[0]?.value).toBe('+13125550188');
    }));

  test('keeps their numbers where the message has none that could be one, and that is said without them', () =>
    withClinic(async ({ bring, patients, log }) => {
      const changes = { 'PID-3': 'MRN-anna-kowalska^^^LAKESIDE^MR', 'PID-13': 'ask her sister', 'PID-40': '' };
      expect(await bring(message('adt-a08', changes))).toBe('AA');
      expect((await patients('MRN-anna-kowalska'))[0]?.telecom?.[0]?.value).toBe('+13125550142');
      expect(log.lines.join()).toContain('["PHONE_UNPARSABLE",{"resourceType":"Patient","count":1}');
      expect(log.lines.join()).not.toContain('sister');
    }));

  test('of an authority that nobody knows gets a record under a system of its own', () =>
    withClinic(async ({ bring, search }) => {
      await bring(message('adt-a04', { 'PID-3': 'MRN-anna-kowalska^^^EASTPARK^MR' }));
      const found = (await search('Patient?identifier=urn:told-once:hl7v2:EASTPARK|MRN-anna-kowalska')) as Patient[];
      expect(found).toHaveLength(1);
      expect(found[0]?.id).not.toBe('anna-kowalska');
    }));
});

describe('a merge', () => {
  const old = message('adt-a04', { 'PID-3': 'MRN-ana-kowalski^^^LAKESIDE^MR', 'PID-5': 'Kowalski^Ana' });

  test('lets the old record lead to the surviving one, and both say so', () =>
    withClinic(async ({ bring, patients, changes }) => {
      await bring(old);
      const told = changes().length;
      expect(await bring(message('adt-a40'))).toBe('AA');
      const [given] = await patients('MRN-ana-kowalski');
      const [survivor] = await patients('MRN-anna-kowalska');
      expect(given).toMatchObject({
        active: false,
        name: [{ family: 'Kowalski' }],
        link: [{ other: { reference: 'Patient/anna-kowalska' }, type: 'replaced-by' }],
      });
      expect(survivor).toMatchObject({
        active: true,
        link: [{ other: { reference: `Patient/${given?.id}` }, type: 'replaces' }],
      });
      expect(changes().slice(told).join()).toMatch(
        new RegExp(`Patient/anna-kowalska/.*Patient/${given?.id}/.*Patient/anna-kowalska/`),
      );
    }));

  test('of a record that the EHR does not have makes it, out of use, so that later messages in its name lead on', () =>
    withClinic(async ({ bring, patients, visit }) => {
      expect(await bring(message('adt-a40'))).toBe('AA');
      const [given] = await patients('MRN-ana-kowalski');
      expect(given).toMatchObject({ active: false, link: [{ type: 'replaced-by' }] });
      await bring(message('siu-s12', { 'PID-3': 'MRN-ana-kowalski^^^LAKESIDE^MR', 'MSH-7': '20261106083000-0600' }));
      expect(patientIn(await visit())).toBe('Patient/anna-kowalska');
    }));

  test('the other way round undoes it, whichever of the two comes first', () =>
    withClinic(async ({ bring, patients }) => {
      const back = message('adt-a40', {
        'MSH-7': '20261106081500-0600',
        'MSH-10': 'LR-2005',
        'PID-3': 'MRN-ana-kowalski^^^LAKESIDE^MR',
        'MRG-1': 'MRN-anna-kowalska^^^LAKESIDE^MR',
      });
      const linksOf = async (value: string) => {
        const [one] = await patients(value);
        return [one?.active, one?.link?.map(({ type }) => type)];
      };
      await bring(old);
      await bring(message('adt-a40'));
      await bring(back);
      expect(await linksOf('MRN-ana-kowalski')).toEqual([true, ['replaces']]);
      expect(await linksOf('MRN-anna-kowalska')).toEqual([false, ['replaced-by']]);
      await bring(message('adt-a40', { 'MSH-10': 'LR-2006' }));
      expect(await linksOf('MRN-ana-kowalski')).toEqual([true, ['replaces']]);
      expect(await linksOf('MRN-anna-kowalska')).toEqual([false, ['replaced-by']]);
    }));
});

describe('what the EHR does not take ends in quarantine, with the reason', () => {
  test.each([
    [422, 'Appointment', 'PUT', /^The EHR refused Appointment \(422\)/],
    [400, 'Patient', 'PUT', /^The EHR refused Patient \(400\)/],
    [403, 'Appointment', 'PUT', /^The EHR refused Appointment \(403\)/],
    [403, 'Patient', 'GET', /^The EHR does not let us read Patient \(403\)/],
    [403, 'Practitioner', 'POST', /^The EHR refused a search/],
  ] as const)('%i for %s by %s', (status, type, method, why) =>
    withClinic(async ({ bring, ehrFaults, quarantined, log, visit }) => {
      await bring(message('siu-s12'));
      const text = message('siu-s13', { 'PID-13': '(312)555-0187' });
      await ehrFaults({ status, only: { type, method } });
      expect(await bring(text)).toBe('AA');
      await ehrFaults({});
      const [kept, other] = await quarantined();
      expect(kept?.value).toMatchObject({ from: 'POST /ehr/hl7v2', why: expect.stringMatching(why), body: text });
      expect(other).toBeUndefined();
      expect(log.lines.join()).toContain('NOTIFICATION_QUARANTINED');
      expect((await visit()).start).toBe('2026-11-24T09:30:00-06:00');
    }),
  );

  test('a visit that nobody booked, and that the message can’t make: until the booking comes', () =>
    withClinic(async ({ bring, quarantined, appointments, visit, operator }) => {
      await bring(message('siu-s14'));
      const [kept] = await quarantined();
      expect(kept?.value.why).toContain('applied by itself when the booking comes');
      expect(await appointments()).toEqual([]);
      await bring(message('siu-s12'));
      await bring(message('adt-a04'));
      expect((await visit()).participant.at(-1)?.actor?.display).toBe('CARD, Room 5, LAKESIDE');
      expect(await operator({ do: 'read', id: kept?.id })).toMatchObject({ state: { is: 'replayed' } });
    }));

  test('a number that leads to somebody else’s visit', () =>
    withClinic(async ({ bring, quarantined, visit }) => {
      await bring(message('siu-s12'));
      await bring(message('siu-s13', { 'PID-3': 'MRN-emma-davis^^^LAKESIDE^MR' }));
      expect(patientIn(await visit())).toBe('Patient/anna-kowalska');
      expect((await visit()).start).toBe('2026-11-24T09:30:00-06:00');
      expect((await quarantined())[0]?.value.why).toContain('somebody else’s');
    }));

  test('a number that several records carry', () =>
    withClinic(async ({ bring, put, patients, quarantined }) => {
      const [anna] = await patients('MRN-anna-kowalska');
      await put({ ...anna, resourceType: 'Patient', id: 'double' });
      await bring(message('siu-s12'));
      expect((await quarantined())[0]?.value.why).toContain('Several records');
    }));
});

describe('when the EHR is away', () => {
  test('the message stays on its queue, and is brought in when it is back', () =>
    withClinic(async ({ send, give, received, ehrFaults, visit, quarantined }) => {
      await send(message('siu-s12'));
      await ehrFaults({ status: 503 });
      expect(await give(received())).toBe(false);
      await ehrFaults({});
      expect(await give(received())).toBe(true);
      expect((await visit()).status).toBe('booked');
      expect(await quarantined()).toEqual([]);
    }));

  test.each(['create', 'update'] as const)(
    'and dies in the middle of a %s, which it did all the same, nothing is done twice and everybody hears of it',
    (verb) =>
      withClinic(async ({ send, bring, give, received, chart, consumerOn, appointments, changes }) => {
        if (verb === 'update') await bring(message('siu-s12'));
        const before = changes().length;
        let died = false;
        const dying = consumerOn({
          ...chart,
          async [verb](resource: never, condition: never) {
            const written = await chart[verb](resource, condition);
            if (died || (resource as Appointment).resourceType !== 'Appointment') return written;
            died = true;
            throw new Fault('CHART_UNAVAILABLE', 'Killed');
          },
        });
        await send(message(verb === 'create' ? 'siu-s12' : 'siu-s13'));
        const [event] = received().slice(-1);
        if (event === undefined) throw new Error('Nothing was sent');
        expect(await give([event], dying)).toBe(false);
        expect(await give([event])).toBe(true);
        const [only, other] = await appointments();
        expect([only?.status, other]).toEqual(['booked', undefined]);
        expect(changes().slice(before)).toContain(`chart-changed/ehr/Appointment/${only?.id}/${only?.meta?.versionId}`);
      }),
  );
});
