import type { Slot } from 'fhir/r4.js';
import type { Kinds } from '../domain/scheduling/kinds.ts';
import type { OpenTime } from '../domain/scheduling/open-time.ts';
import { codesOf } from './codes.ts';
import { present } from './present.ts';
import { idOf } from './reference.ts';
import type { ReadSchedule } from './schedule.ts';

/** What a Slot's status means for whoever looks for a time. `taken`: by a visit; `closed`: nobody can have it. */
export type SlotState = 'free' | 'taken' | 'closed';

/** @see https://hl7.org/fhir/R4/valueset-slotstatus.html */
const statuses: Record<Slot['status'], SlotState> = {
  free: 'free',
  busy: 'taken',
  // Somebody is about to book it.
  'busy-tentative': 'taken',
  'busy-unavailable': 'closed',
  'entered-in-error': 'closed',
};

export interface ReadSlot {
  readonly id: string;
  readonly versionId?: string;
  readonly lastUpdated?: string;
  readonly state: SlotState;
  /** ISO instants, as written. */
  readonly start?: string;
  readonly end?: string;
  /** The Schedule's id. */
  readonly schedule?: string;
  readonly services: readonly string[];
  readonly specialties: readonly string[];
  readonly styles: readonly string[];
}

/** A Slot freed of FHIR. Never throws; a status of tomorrow is nobody's to book. @see https://hl7.org/fhir/R4/slot.html */
export function readSlot(slot: Slot): ReadSlot {
  const { status, appointmentType } = slot;
  return {
    id: slot.id ?? '',
    state: Object.hasOwn(statuses, status) ? statuses[status] : 'closed',
    services: codesOf(slot.serviceType ?? []),
    specialties: codesOf(slot.specialty ?? []),
    styles: codesOf(appointmentType === undefined ? [] : [appointmentType]),
    ...present({
      versionId: slot.meta?.versionId,
      lastUpdated: slot.meta?.lastUpdated,
      start: slot.start,
      end: slot.end,
      schedule: idOf(slot.schedule?.reference, 'Schedule'),
    }),
  };
}

/**
 * A free time with the people and places of its Schedule. What the Slot does not say of itself, its Schedule says for all of its Slots.
 * `within`: what each Location is part of. Undefined where it has no time.
 */
export function openTime(
  slot: ReadSlot,
  schedule: ReadSchedule | undefined,
  within: ReadonlyMap<string, readonly string[]>,
): OpenTime | undefined {
  const { start, end } = slot;
  if (start === undefined || end === undefined || slot.id === '') return undefined;
  const { locations = [], practitioners = [] } = schedule ?? {};
  return {
    slot: slot.id,
    start,
    end,
    kinds: kindsOf(slot, schedule),
    sites: [...new Set(locations.flatMap((location) => [location, ...(within.get(location) ?? [])]))],
    practitioners,
    ...present({ schedule: slot.schedule, location: locations[0], practitioner: practitioners[0] }),
  };
}

function kindsOf(slot: ReadSlot, schedule: ReadSchedule | undefined): Kinds {
  const said = (own: readonly string[], shared: readonly string[] = []) => (own.length > 0 ? own : shared);
  return {
    services: said(slot.services, schedule?.services),
    specialties: said(slot.specialties, schedule?.specialties),
    styles: slot.styles,
    offeredBy: schedule?.healthcareServices ?? [],
  };
}

/** The Slot as it reads once it is somebody's, or nobody's; its narrative would tell of the time before. */
export function slotWith(slot: Slot, status: 'free' | 'busy'): Slot {
  const { text: _, ...rest } = slot;
  return { ...rest, status };
}
