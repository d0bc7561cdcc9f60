import fc from 'fast-check';
import type { Appointment, ContactPoint, Patient } from 'fhir/r4.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Envelope } from '../../events/envelope.ts';
import { type Hl7Clinic, openClinic, withClinic } from './clinic.ts';
import { message } from './messages.ts';

let clinic: Hl7Clinic;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(() => clinic.close());

/** What a record says, apart from who it is and how often it was written. */
function content<T extends Appointment | Patient>(resource: T | undefined): unknown {
  if (resource === undefined) return undefined;
  const { id: _id, meta: _meta, identifier: _identifier, ...rest } = resource;
  return rest;
}

let made = 0;

/** The same messages about a visit and a person whom nobody knows yet. */
function aboutOthers(texts: readonly string[]): { readonly texts: readonly string[]; readonly mark: string } {
  made++;
  const mark = `x${made}`;
  const renamed = texts.map((text) =>
    text
      .replaceAll('V-7001', `V-${mark}`)
      .replaceAll('P-5001', `P-${mark}`)
      .replaceAll('MRN-tomas-rivera', `MRN-${mark}`)
      .replaceAll('MRN-anna-kowalska', `MRN-${mark}`),
  );
  return { texts: renamed, mark };
}

/** Sent to the door in this order, and followed in that one; what follows from it, too. */
async function bring(
  texts: readonly string[],
  follow: (events: readonly Envelope[]) => Promise<unknown>,
): Promise<void> {
  const before = clinic.received().length;
  for (const text of texts) await clinic.send(text);
  for (let from = before; from < clinic.received().length; ) {
    const events = clinic.received().slice(from);
    from += events.length;
    await follow(events);
  }
}

async function oneByOne(events: readonly Envelope[]): Promise<void> {
  for (const event of events) expect(await clinic.give([event])).toBe(true);
}

async function visitOf(mark: string): Promise<unknown> {
  const found = (await clinic.search(`Appointment?identifier=V-${mark}`)) as Appointment[];
  expect(found.length).toBeLessThanOrEqual(1);
  const [visit] = found;
  if (visit === undefined) return undefined;
  return { ...(content(visit) as object), participant: visit.participant.slice(1) };
}

async function personOf(mark: string): Promise<unknown> {
  const found = await clinic.patients(`MRN-${mark}`);
  expect(found).toHaveLength(1);
  return content(found[0]);
}

const visitMessages = ['siu-s12', 'siu-s13', 'siu-s14', 'siu-s15'].map((name) => message(name));
const personMessages = [
  message('adt-a04'),
  message('adt-a08'),
  message('adt-a08', { 'MSH-7': '20261103091500-0600', 'MSH-10': 'LR-2', 'PID-11': '', 'PID-13': '""', 'PID-40': '' }),
  message('adt-a31'),
];

describe('whatever the order in which messages come, and however often', () => {
  test('a visit ends as it would have in the right order', async () => {
    const inOrder = aboutOthers(visitMessages);
    await bring(inOrder.texts, oneByOne);
    const right = await visitOf(inOrder.mark);
    expect(right).toMatchObject({ status: 'cancelled', start: '2026-12-01T14:00:00-06:00' });
    const orders = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    const repeats = fc.array(fc.nat(3), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(orders, repeats, fc.boolean(), async (order, again, atOnce) => {
        const { texts, mark } = aboutOthers(visitMessages);
        const sent = [...order, ...again].map((at) => texts[at] ?? '');
        // Side by side, as several Lambdas would; or one after the other.
        await bring(sent, async (events) => (atOnce ? expect(await clinic.give(events)).toBe(true) : oneByOne(events)));
        expect(await visitOf(mark)).toEqual(right);
      }),
      { numRuns: 30 },
    );
    // A change that came before its booking was put aside, and is settled.
    expect((await clinic.quarantined()).every(({ value }) => value.state?.is === 'replayed')).toBe(true);
    expect((await clinic.quarantined()).length).toBeGreaterThan(0);
  });

  test('a person ends as they would have in the right order', async () => {
    const inOrder = aboutOthers(personMessages);
    await bring(inOrder.texts, oneByOne);
    const right = (await personOf(inOrder.mark)) as Patient;
    expect(right.deceasedDateTime).toBe('2026-11-04T02:00:00-06:00');
    expect(right.telecom?.map(({ value }) => value)).toEqual(['(312) 555-0187', 'tomas.rivera@lakeside.example']);
    const sorted = (person: Patient) => ({ ...person, telecom: [...(person.telecom ?? [])].sort(byValue) });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.boolean(), async (order, atOnce) => {
        const { texts, mark } = aboutOthers(personMessages);
        const sent = order.map((at) => texts[at] ?? '');
        await bring(sent, async (events) => (atOnce ? expect(await clinic.give(events)).toBe(true) : oneByOne(events)));
        expect(sorted((await personOf(mark)) as Patient)).toEqual(sorted(right));
      }),
      { numRuns: 30 },
    );
  });
});

function byValue(a: ContactPoint, b: ContactPoint): number {
  return (a.value ?? '') < (b.value ?? '') ? -1 : 1;
}

describe('of two messages of the same second', () => {
  test.each([[['first', 'second']], [['second', 'first']]])(
    'the one that came later counts, whichever is followed first: %s',
    (order) =>
      withClinic(async ({ send, give, received, visit, clock }) => {
        await send(message('siu-s12', { 'MSH-10': 'B', 'TQ1-7': '20261124080000', 'TQ1-8': '20261124083000' }));
        clock.advance(1);
        await send(message('siu-s12', { 'MSH-10': 'A', 'TQ1-7': '20261124110000', 'TQ1-8': '20261124113000' }));
        const [first, second] = received();
        const events = { first, second };
        for (const name of order) {
          const event = events[name as 'first' | 'second'];
          if (event !== undefined) expect(await give([event])).toBe(true);
        }
        expect((await visit()).start).toBe('2026-11-24T11:00:00-06:00');
      }),
  );

  test('that came in the same millisecond the control id decides', () =>
    withClinic(async ({ send, give, received, visit }) => {
      await send(message('siu-s12', { 'MSH-10': 'B', 'TQ1-7': '20261124080000', 'TQ1-8': '20261124083000' }));
      await send(message('siu-s12', { 'MSH-10': 'A', 'TQ1-7': '20261124110000', 'TQ1-8': '20261124113000' }));
      expect(await give([...received()].reverse())).toBe(true);
      expect((await visit()).start).toBe('2026-11-24T08:00:00-06:00');
    }));
});

describe('a visit that the EHR manages, too', () => {
  test('is changed only by a message that is newer than it is', () =>
    withClinic(async ({ bring: through, visit, fhir, clock }) => {
      await through(message('siu-s12'));
      const booked = await visit();
      clock.advance(Date.parse('2026-11-03T15:00:00Z') - clock.now().getTime());
      await fhir(`Appointment/${booked.id}`, 'PUT', {
        ...booked,
        start: '2026-11-30T10:00:00-06:00',
        end: '2026-11-30T10:40:00-06:00',
      });
      // Made before that, and late.
      await through(
        message('siu-s12', { 'MSH-7': '20261103080000-0600', 'MSH-10': 'late', 'TQ1-7': '20261125093000' }),
      );
      expect((await visit()).start).toBe('2026-11-30T10:00:00-06:00');
      await through(message('siu-s13'));
      expect((await visit()).start).toBe('2026-12-01T14:00:00-06:00');
    }));

  test('is found by its number, and keeps what only the EHR knows of it', () =>
    withClinic(async ({ bring: through, visit, fhir }) => {
      await fhir('Appointment', 'POST', {
        resourceType: 'Appointment',
        status: 'booked',
        identifier: [{ system: 'https://lakeside.example/appointment', value: 'V-7001' }],
        start: '2026-11-24T09:30:00-06:00',
        end: '2026-11-24T10:10:00-06:00',
        priority: 5,
        participant: [
          { actor: { reference: 'Patient/anna-kowalska' }, status: 'accepted', required: 'required' },
          { actor: { reference: 'HealthcareService/cardiology' }, status: 'accepted' },
        ],
      });
      await through(message('siu-s13'));
      const moved = await visit();
      expect(moved).toMatchObject({ start: '2026-12-01T14:00:00-06:00', priority: 5 });
      expect(moved.participant.map(({ actor }) => actor?.reference ?? actor?.display)).toEqual([
        'Patient/anna-kowalska',
        'HealthcareService/cardiology',
        'Dr Helen Lee',
        'CARD, Room 2, LAKESIDE',
      ]);
      expect(moved.meta?.source).toBeUndefined();
    }));

  test('takes a message sent before the last one was brought in: our own write is no newer word', () =>
    withClinic(async ({ send, give, received, visit, clock }) => {
      await send(message('siu-s12', { 'MSH-7': '20261102083000-0600' }));
      await send(message('siu-s13', { 'MSH-7': '20261102083001-0600' }));
      clock.advance(3 * 86_400_000);
      for (const event of received()) expect(await give([event])).toBe(true);
      expect((await visit()).start).toBe('2026-12-01T14:00:00-06:00');
    }));
});

test('a sender whose clock is a year ahead does not have the last word for a year', () =>
  withClinic(async ({ bring: through, visit }) => {
    await through(message('siu-s12', { 'MSH-7': '20271102083000-0600' }));
    await through(message('siu-s13'));
    expect((await visit()).start).toBe('2026-12-01T14:00:00-06:00');
  }));
