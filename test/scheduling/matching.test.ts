import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noKinds } from '../../domain/scheduling/kinds.ts';
import { mayBeAsked, type WaitingVisit, waitingFor } from '../../domain/scheduling/matching.ts';
import type { OpenTime } from '../../domain/scheduling/open-time.ts';

const timeZone = 'America/Chicago';
const scan = { ...noKinds, services: ['s|scan'] };
const time: OpenTime = {
  slot: 'freed',
  // Wednesday, 22:00 to 23:00 in Chicago, Thursday already in London.
  start: '2026-03-05T04:00:00Z',
  end: '2026-03-05T05:00:00Z',
  kinds: { ...scan, services: ['s|scan', 's|contrast'] },
  sites: ['imaging', 'main'],
  location: 'imaging',
  practitioners: [],
};
const waiting = (appointment: string, more: Partial<WaitingVisit> = {}): WaitingVisit => ({
  appointment,
  patient: `patient-${appointment}`,
  kinds: scan,
  requested: [],
  since: '2026-02-01T00:00:00Z',
  ...more,
});
const idsOf = (...visits: readonly WaitingVisit[]) =>
  waitingFor(time, visits, timeZone).map(({ appointment }) => appointment);

describe('who waits for a freed time', () => {
  it('comes in the order of waiting, then of ids; who waits since nobody knows when comes last', () => {
    expect(
      idsOf(
        waiting('c', { since: '' }),
        waiting('b'),
        waiting('a'),
        waiting('z', { since: '2026-01-01T00:00:00-06:00' }),
      ),
    ).toEqual(['z', 'a', 'b', 'c']);
  });

  it('waits for that kind, at that place', () => {
    expect(
      idsOf(
        waiting('other', { kinds: { ...noKinds, services: ['s|heart'] } }),
        waiting('unsaid', { kinds: noKinds }),
        waiting('far', { site: { location: 'elsewhere', within: ['main'] } }),
        waiting('house', { site: { location: 'main', within: [] } }),
        waiting('room', { site: { location: 'imaging', within: ['main'] } }),
        waiting('hers', { practitioner: 'dr-a' }),
      ),
    ).toEqual(['hers', 'house', 'room']);
    const hers = { ...time, practitioners: ['dr-b'] };
    expect(waitingFor(hers, [waiting('hers', { practitioner: 'dr-a' })], timeZone)).toEqual([]);
  });

  it('asked for it: dates are days on the clinic’s wall, both inclusive; instants are instants', () => {
    expect(
      idsOf(
        waiting('day', { requested: [{ start: '2026-03-04', end: '2026-03-04' }] }),
        waiting('next-day', { requested: [{ start: '2026-03-05' }] }),
        waiting('month', { requested: [{ start: '2026-03', end: '2026-03' }] }),
        waiting('until-before', { requested: [{ end: '2026-03-05T04:30:00Z' }] }),
        waiting('instants', { requested: [{ start: '2026-03-04T22:00:00-06:00', end: '2026-03-05T05:00:00Z' }] }),
        waiting('either', { requested: [{ end: '2026-03-01' }, { start: '2026-03-04' }] }),
        waiting('open', { requested: [{}] }),
      ),
    ).toEqual(['day', 'either', 'instants', 'month', 'open']);
  });

  it('is asked only where they can be reached and it is as they said', () => {
    expect(mayBeAsked(time, { reachable: true }, timeZone)).toBe(true);
    expect(mayBeAsked(time, { reachable: false }, timeZone)).toBe(false);
    expect(mayBeAsked(time, { reachable: true, wish: { weekdays: [3] } }, timeZone)).toBe(true);
    expect(mayBeAsked(time, { reachable: true, wish: { weekdays: [4] } }, timeZone)).toBe(false);
    expect(mayBeAsked({ ...time, start: 'soon' }, { reachable: true }, timeZone)).toBe(false);
  });

  it('is found whatever the list’s order, whatever is in it', () => {
    const anyVisit: fc.Arbitrary<WaitingVisit> = fc.record(
      {
        appointment: fc.string(),
        patient: fc.string(),
        kinds: fc.constantFrom(scan, noKinds),
        requested: fc.array(
          fc.record(
            { start: fc.oneof(fc.string(), fc.constant('2026')), end: fc.oneof(fc.string(), fc.constant('2027-01')) },
            { requiredKeys: [] },
          ),
          { maxLength: 2 },
        ),
        since: fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
        site: fc.constant({ location: 'main', within: [] }),
      },
      { requiredKeys: ['appointment', 'patient', 'kinds', 'requested', 'since'] },
    );
    fc.assert(
      fc.property(fc.uniqueArray(anyVisit, { selector: ({ appointment }) => appointment }), (visits) => {
        expect(waitingFor(time, [...visits].reverse(), timeZone)).toEqual(waitingFor(time, visits, timeZone));
      }),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (start, end) => {
        expect(waitingFor({ ...time, start, end }, [waiting('a')], 'no/zone')).toEqual([]);
      }),
    );
  });
});
