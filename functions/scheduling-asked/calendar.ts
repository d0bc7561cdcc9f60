import type { Appointment, Location, Schedule, Slot } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import type { Chart, ChartResource } from '../../domain/ports/chart.ts';
import type { OpenTime, Site } from '../../domain/scheduling/open-time.ts';
import { type Booking, readBooking } from '../../fhir-mappings/appointment-booking.ts';
import { idOf } from '../../fhir-mappings/reference.ts';
import { type ReadSchedule, readSchedule } from '../../fhir-mappings/schedule.ts';
import { openTime, type ReadSlot, readSlot } from '../../fhir-mappings/slot.ts';
import type { SchedulingDeps } from './dependencies.ts';

export interface SlotThere {
  readonly resource: Slot;
  readonly slot: ReadSlot;
}

export type VisitThere =
  | { readonly is: 'found'; readonly resource: Appointment & { readonly id: string }; readonly booking: Booking }
  /** The EHR has it no more, or never had. */
  | { readonly is: 'gone' }
  /** We may not see it. */
  | { readonly is: 'forbidden' };

/** The EHR's calendars, as one piece of work looks at them: what was read once of people and places is not read again, slots always are. */
export interface Calendar {
  visit(appointment: string): Promise<VisitThere>;
  /** Undefined where there is no such slot, or we may not see it. */
  slot(id: string): Promise<SlotThere | undefined>;
  scheduleOf(slot: ReadSlot): Promise<ReadSchedule | undefined>;
  /** A place with what it is part of. */
  site(location: string | undefined): Promise<Site | undefined>;
  /** A slot with the people and places that its schedule names; undefined where it has no start or end. */
  timeOf(slot: ReadSlot, schedule?: ReadSchedule): Promise<OpenTime | undefined>;
}

/** What a search found; undefined where the EHR refuses it, which no second try changes. */
export async function searched(
  { chart, log }: Pick<SchedulingDeps, 'chart' | 'log'>,
  ...search: Parameters<Chart['search']>
): Promise<readonly ChartResource[] | undefined> {
  try {
    return await chart.search(...search);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'CHART_REFUSED') throw error;
    log.error('CHART_REFUSED', { resourceType: search[0], searched: true }, error);
    return undefined;
  }
}

/** A room in a ward in a house in a hospital. */
const deepest = 4;

export function openCalendar({ chart, log }: Pick<SchedulingDeps, 'chart' | 'log'>): Calendar {
  const schedules = new Map<string, Promise<ReadSchedule | undefined>>();
  const places = new Map<string, Promise<readonly string[]>>();

  async function read(type: 'Slot' | 'Schedule' | 'Location', id: string): Promise<unknown> {
    const answer = await chart.read(type, id);
    if (answer.is === 'forbidden') log.warn('CHART_REFUSED', { resourceType: type, status: 403 });
    return answer.is === 'found' ? answer.resource : undefined;
  }

  async function within(location: string, depth = 1): Promise<readonly string[]> {
    if (depth > deepest) return [];
    const place = (await read('Location', location)) as Location | undefined;
    const larger = idOf(place?.partOf?.reference, 'Location');
    return larger === undefined || larger === location ? [] : [larger, ...(await within(larger, depth + 1))];
  }

  const calendar: Calendar = {
    async visit(appointment) {
      const answer = await chart.read('Appointment', appointment);
      if (answer.is === 'forbidden') {
        log.warn('CHART_REFUSED', { resourceType: 'Appointment', status: 403 });
        return { is: 'forbidden' };
      }
      if (answer.is !== 'found') return { is: 'gone' };
      const resource = { ...(answer.resource as Appointment), id: appointment };
      return { is: 'found', resource, booking: readBooking(resource) };
    },
    async slot(id) {
      const resource = (await read('Slot', id)) as Slot | undefined;
      return resource === undefined ? undefined : { resource, slot: readSlot({ ...resource, id }) };
    },
    async scheduleOf({ schedule: id }) {
      if (id === undefined) return undefined;
      const asked =
        schedules.get(id) ??
        read('Schedule', id).then((found) => (found === undefined ? undefined : readSchedule(found as Schedule)));
      schedules.set(id, asked);
      return asked;
    },
    async site(location) {
      return location === undefined ? undefined : { location, within: await around(location) };
    },
    async timeOf(slot, known) {
      const schedule = known ?? (await calendar.scheduleOf(slot));
      const partOf = new Map<string, readonly string[]>();
      for (const location of schedule?.locations ?? []) partOf.set(location, await around(location));
      return openTime(slot, schedule, partOf);
    },
  };

  function around(location: string): Promise<readonly string[]> {
    const asked = places.get(location) ?? within(location);
    places.set(location, asked);
    return asked;
  }

  return calendar;
}
