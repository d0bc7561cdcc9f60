import type { Appointment } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import { readBooking } from '../../fhir-mappings/appointment-booking.ts';
import { slotWith } from '../../fhir-mappings/slot.ts';
import { openCalendar, searched } from './calendar.ts';
import type { SchedulingDeps } from './dependencies.ts';

export type Released = { readonly isFree: true; readonly version?: string } | { readonly isFree: false };

/** Whether a visit of that status keeps its slot from others. @see https://hl7.org/fhir/R4/valueset-appointmentstatus.html */
const holds: Record<Appointment['status'], boolean> = {
  proposed: true,
  pending: true,
  booked: true,
  arrived: true,
  'checked-in': true,
  fulfilled: true,
  // It waits for a slot, and has none.
  waitlist: false,
  cancelled: false,
  noshow: false,
  'entered-in-error': false,
};

const mostTries = 5;
const notFree: Released = { isFree: false };

/**
 * Sets a slot free that no visit holds any more. One that another visit holds, that is closed, or that is gone stays as it is; one that is
 * free already counts, so that whoever was killed after the write goes on.
 * @throws Fault CHART_UNAVAILABLE where the EHR is away, or the slot changes each time it is looked at.
 */
export async function releaseSlot(deps: SchedulingDeps, id: string): Promise<Released> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const there = await openCalendar(deps).slot(id);
    if (there === undefined || there.slot.state === 'closed') return notFree;
    const { versionId } = there.slot;
    if (there.slot.state === 'free') return free(versionId);
    if (await isHeld(deps, id)) return notFree;
    const written = await deps.chart.update({ ...slotWith(there.resource, 'free'), id }, versionId);
    if (written.is === 'written') return free(written.versionId);
    if (written.is === 'refused') {
      deps.log.error('CHART_REFUSED', { resourceType: 'Slot', status: written.status });
      return notFree;
    }
  }
  throw new Fault('CHANGED_MEANWHILE', 'A slot changed each time it was to be freed');
}

function free(version: string | undefined): Released {
  return { isFree: true, ...(version === undefined || version === '' ? {} : { version }) };
}

/** A search may be behind: what it shows is read again. Also where the EHR will not say: better a slot that staff must free than one that two people have. */
async function isHeld(deps: SchedulingDeps, id: string): Promise<boolean> {
  const shown = await searched(deps, 'Appointment', { slot: `Slot/${id}` }, 100);
  if (shown === undefined) return true;
  for (const visit of shown as readonly Appointment[]) {
    if (!holdsSlot(visit, id)) continue;
    if (visit.id === undefined) return true;
    const now = await openCalendar(deps).visit(visit.id);
    if (now.is === 'forbidden' || (now.is === 'found' && holdsSlot(now.resource, id))) return true;
  }
  return false;
}

function holdsSlot(visit: Appointment, slot: string): boolean {
  return readBooking(visit).slots.includes(slot) && (!Object.hasOwn(holds, visit.status) || holds[visit.status]);
}
