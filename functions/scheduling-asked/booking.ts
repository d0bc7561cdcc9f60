import type { Appointment } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import { offerOf } from '../../domain/scheduling/open-time.ts';
import type { SlotOffer } from '../../domain/scheduling/slot.ts';
import { type Booking, type NewTime, withTime } from '../../fhir-mappings/appointment-booking.ts';
import type { ReadSchedule } from '../../fhir-mappings/schedule.ts';
import { openTime, slotWith } from '../../fhir-mappings/slot.ts';
import { stepPut } from './booking-step.ts';
import { openCalendar, type SlotThere } from './calendar.ts';
import type { SchedulingDeps } from './dependencies.ts';

export type Booked =
  /** The EHR has the visit at this time. `seenAt`: of the version that says so, where it is known. */
  | { readonly is: 'booked'; readonly slot: SlotOffer; readonly seenAt?: string; readonly freeing: readonly string[] }
  /** Somebody else has the slot, it is gone or past, or the visit may not be moved to it any more. */
  | { readonly is: 'lost' }
  /** The EHR will not take it from us, this time or any other: a person must. */
  | { readonly is: 'refused' };

const mostTries = 6;
const lost: Booked = { is: 'lost' };

/**
 * Books a slot for a visit, as one transaction on the versions of both: all or nothing, and of several who try only one. Whoever comes
 * again finds what was booked before. `mayMove`: whether the visit, as the EHR has it now, may still go there.
 * @throws Fault CHART_UNAVAILABLE where the EHR is away; tried again, this goes on where it was.
 */
export async function book(
  deps: SchedulingDeps,
  event: string,
  wanted: { readonly appointment: string; readonly slot: string },
  freed: readonly string[] | undefined,
  mayMove: (booking: Booking) => boolean,
): Promise<Booked> {
  const { appointment, slot } = wanted;
  let freeing = freed;
  for (let tries = 1; tries <= mostTries; tries++) {
    const calendar = openCalendar(deps);
    const [visit, there] = await Promise.all([calendar.visit(appointment), calendar.slot(slot)]);
    if (visit.is !== 'found') return lost;
    const { booking, resource } = visit;
    const isHere = isAt(booking, slot);
    if (!isHere && (!mayMove(booking) || !isToBeHad(there, deps.clock.now()))) return lost;
    const schedule = there === undefined ? undefined : await calendar.scheduleOf(there.slot);
    const time = timeOf(slot, there, schedule, booking);
    if (isHere) return bookedAt(time, freeing ?? [], resource.meta?.lastUpdated);
    freeing = booking.slots.filter((id) => id !== slot);
    await deps.records.put(stepPut(deps, event, { stage: 'begun', appointment, freeing }));
    const written = await write(deps, resource, there, { ...time, actors: schedule?.actors ?? [] });
    if (written === 'refused') return { is: 'refused' };
    if (written !== undefined) return bookedAt(time, freeing, await lastUpdatedOf(deps, appointment, written));
  }
  throw new Fault('CHANGED_MEANWHILE', 'A slot or an appointment changed each time it was to be booked');
}

/** The visit is at this slot already: booked by us a moment ago, or by staff. */
function isAt({ status, slots }: Booking, slot: string): boolean {
  return slots.includes(slot) && (status === 'booked' || status === 'arrived' || status === 'checked-in');
}

/** Without a version nothing can be made sure of: then a person must book. */
function isToBeHad(there: SlotThere | undefined, now: Date): boolean {
  const { state, start, end, versionId } = there?.slot ?? {};
  return state === 'free' && versionId !== undefined && end !== undefined && Date.parse(start ?? '') > now.getTime();
}

/** As its Slot and Schedule say; as the Appointment does, where the Slot is gone since. */
function timeOf(
  slot: string,
  there: SlotThere | undefined,
  schedule: ReadSchedule | undefined,
  { start = '', end = '' }: Booking,
): SlotOffer {
  const time = there === undefined ? undefined : openTime(there.slot, schedule, new Map());
  return time === undefined ? { slot, start, end } : offerOf(time);
}

/** The version of the Appointment, `refused` where the EHR will never take it so, or undefined after a conflict. */
async function write(
  deps: SchedulingDeps,
  resource: Appointment & { readonly id: string },
  there: SlotThere | undefined,
  time: Omit<NewTime, 'at'>,
): Promise<string | undefined> {
  const versions = { slot: there?.slot.versionId, visit: resource.meta?.versionId };
  if (there === undefined || versions.slot === undefined || versions.visit === undefined) return 'refused';
  const moved = withTime(resource, { ...time, at: deps.clock.now().toISOString() });
  const [slotWritten, visitWritten] = await deps.chart.transaction([
    {
      method: 'PUT',
      url: `Slot/${time.slot}`,
      resource: slotWith(there.resource, 'busy'),
      ifMatch: versions.slot,
    },
    { method: 'PUT', url: `Appointment/${resource.id}`, resource: moved, ifMatch: versions.visit },
  ]);
  for (const each of [slotWritten, visitWritten]) {
    if (each?.is !== 'refused') continue;
    deps.log.error('CHART_REFUSED', { resourceType: 'Appointment', status: each.status });
    return 'refused';
  }
  return slotWritten?.is === 'written' && visitWritten?.is === 'written' ? visitWritten.versionId : undefined;
}

/** Of exactly the version that we wrote: a later one, by somebody else, has yet to be followed. */
async function lastUpdatedOf(deps: SchedulingDeps, appointment: string, version: string): Promise<string | undefined> {
  const visit = await openCalendar(deps).visit(appointment);
  const meta = visit.is === 'found' ? visit.resource.meta : undefined;
  return meta?.versionId === version ? meta.lastUpdated : undefined;
}

function bookedAt(slot: SlotOffer, freeing: readonly string[], seenAt: string | undefined): Booked {
  return { is: 'booked', slot, freeing, ...(seenAt === undefined ? {} : { seenAt }) };
}
