import { isResource } from '@medplum/core';
import { Temporal } from 'temporal-polyfill';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBooking } from '../../fhir-mappings/appointment-booking.ts';
import { type Definitions, loadDefinitions } from '../../local/ehr/definitions.ts';
import { checkResource } from '../../local/ehr/validation.ts';
import { freeTimes, schedules, waitingVisits } from '../../local/seed/calendars.ts';
import { clinic } from '../../local/seed/clinic.ts';
import { seedResources } from '../../local/seed/seed.ts';

// A Thursday; clocks go forward on the Sunday of the week after.
const now = new Date('2026-02-26T23:30:00Z');

describe('the free times of the seed', () => {
  let definitions: Definitions;
  beforeAll(() => {
    definitions = loadDefinitions();
  });

  it('are of weekdays from 9 to 17 on the clinic’s wall, on both sides of a change of clocks', () => {
    const times = freeTimes(now).map(({ start, end }) => ({
      start: Temporal.Instant.from(start).toZonedDateTimeISO(clinic.timeZone),
      end: Temporal.Instant.from(end).toZonedDateTimeISO(clinic.timeZone),
    }));
    expect(times.length).toBeGreaterThan(300);
    expect(times.length).toBeLessThanOrEqual(600);
    for (const { start, end } of times) {
      expect(start.dayOfWeek).toBeLessThanOrEqual(5);
      expect(start.hour).toBeGreaterThanOrEqual(9);
      expect(end.toPlainTime().toString() <= '17:00:00').toBe(true);
      expect(Temporal.ZonedDateTime.compare(start, end)).toBe(-1);
    }
    expect(new Set(times.map(({ start }) => start.offset))).toEqual(new Set(['-06:00', '-05:00']));
  });

  it('have ids that say when and whose, each once, the same for the whole day', () => {
    const ids = freeTimes(now).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('imaging-room-2026-03-05-0900');
    expect(ids).toContain('dr-lee-cardiology-2026-03-05-1330');
    expect(freeTimes(new Date(now.getTime() - 3_600_000)).map(({ id }) => id)).toEqual(ids);
  });

  it('do not have the doctor in two rooms at once', () => {
    const hers = freeTimes(now).filter(({ schedule }) => schedule.reference?.startsWith('Schedule/dr-lee-'));
    expect(new Set(hers.map(({ start }) => start)).size).toBe(hers.length);
  });

  it('are valid, and name nothing that is not there', () => {
    const all = seedResources(now);
    const there = new Set(all.map(({ resourceType, id }) => `${resourceType}/${id}`));
    for (const each of [...schedules, ...freeTimes(now).slice(0, 3), ...waitingVisits(now)]) {
      const wire: unknown = JSON.parse(JSON.stringify(each));
      if (!isResource(wire)) throw new Error('not a resource');
      expect(() => checkResource(wire, definitions)).not.toThrow();
    }
    const named = [...JSON.stringify(all).matchAll(/"reference":"([^"]+)"/g)].map(([, reference = '']) => reference);
    expect(named.filter((reference) => !there.has(reference))).toEqual([]);
  });

  it('are waited for by two, one longer than the other', () => {
    const [first, second, ...others] = waitingVisits(now).map(readBooking);
    expect(others).toEqual([]);
    expect([first?.patient, second?.patient]).toEqual(['rosa-hernandez', 'david-kim']);
    expect((first?.since ?? '') < (second?.since ?? '')).toBe(true);
  });
});
