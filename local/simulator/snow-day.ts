import type { Appointment, FhirResource, Slot } from 'fhir/r4.js';
import type { Temporal } from 'temporal-polyfill';
import { clinic } from '../seed/clinic.ts';
import type { Hospital } from './hospital.ts';

export interface Moved {
  readonly appointment: string;
  readonly patient: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The clinic closes for a day: each visit booked on it gets the first free time of its kind in the days after, in the EHR, as the front desk would do
 * it overnight. Visits for which no time is left are given up with the weather as the reason. Gives back what was moved.
 */
export async function closeForSnow(
  hospital: Pick<Hospital, 'between' | 'freeSlots' | 'put'>,
  day: Temporal.PlainDate,
): Promise<{ readonly moved: readonly Moved[]; readonly calledOff: number }> {
  const morning = day.toZonedDateTime(clinic.timeZone);
  const evening = morning.add({ days: 1 });
  const visits = (await hospital.between(at(morning), at(evening)))
    .filter(({ status }) => status === 'booked')
    .sort((a, b) => Date.parse(a.start ?? '') - Date.parse(b.start ?? ''));
  const free = [...(await hospital.freeSlots(at(evening), at(evening.add({ days: 21 }))))];
  const moved: Moved[] = [];
  const changed: (FhirResource & { readonly id: string })[] = [];
  let calledOff = 0;
  for (const visit of visits) {
    const index = free.findIndex((slot) => serves(slot, visit));
    const [slot] = index < 0 ? [] : free.splice(index, 1);
    if (slot === undefined) {
      calledOff++;
      changed.push({ ...visit, status: 'cancelled', cancelationReason: weather });
      continue;
    }
    changed.push(
      { ...slot, status: 'busy' },
      { ...visit, start: slot.start, end: slot.end, slot: [{ reference: `Slot/${slot.id}` }] },
    );
    moved.push({ appointment: visit.id, patient: patientOf(visit), from: visit.start ?? '', to: slot.start });
  }
  await hospital.put(changed);
  return { moved, calledOff };
}

/** @see https://terminology.hl7.org/CodeSystem-appointment-cancellation-reason.html */
const weather = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason',
      code: 'oth-weath',
      display: 'Other: Weather',
    },
  ],
};

/** Whether a time is for what the visit is for; where either says nothing, it is. */
function serves(slot: Slot, visit: Appointment): boolean {
  const [offered, wanted] = [kindsOf(slot), kindsOf(visit)];
  return offered.length === 0 || wanted.length === 0 || wanted.some((code) => offered.includes(code));
}

function kindsOf({ serviceType = [], specialty = [] }: Slot | Appointment): readonly (string | undefined)[] {
  return [...serviceType, ...specialty].flatMap(({ coding = [] }) => coding.map(({ code }) => code));
}

function patientOf({ participant }: Appointment): string {
  const reference = participant.map(({ actor }) => actor?.reference ?? '').find((each) => each.startsWith('Patient/'));
  return (reference ?? '').slice('Patient/'.length);
}

function at(time: Temporal.ZonedDateTime): string {
  return time.toInstant().toString();
}
