import type { Appointment } from 'fhir/r4.js';
import { addDays, isoDate, wallAt, withOffset } from '../../domain/intake/reading/zone.ts';
import { readAppointment } from '../../fhir-mappings/appointment.ts';
import type { ClinicRunsLateDeps } from './dependencies.ts';

/** A visit whose patient may be waiting. */
export interface WaitingVisit {
  readonly appointment: string;
  readonly patient: string;
  readonly start: string;
}

/** A clinic sees fewer people a day than this at one place. */
const most = 500;

/** The visits of that practitioner, or at that place, on that day of the clinic, which have not taken place yet. Earliest first. */
export async function visitsConcerned(
  deps: Pick<ClinicRunsLateDeps, 'chart' | 'clinic'>,
  concerned: {
    readonly date: string;
    readonly practitioner?: string | undefined;
    readonly location?: string | undefined;
  },
): Promise<readonly WaitingVisit[]> {
  const { date, practitioner, location } = concerned;
  const day = dayOf(date, deps.clinic.timeZone);
  const actors = [
    ...(practitioner === undefined ? [] : [`Practitioner/${practitioner}`]),
    ...(location === undefined ? [] : [`Location/${location}`]),
  ];
  if (day === undefined || actors.length === 0) return [];
  const found = await deps.chart.search(
    'Appointment',
    { date: [`ge${day.from}`, `lt${day.until}`], actor: actors, status: 'booked,arrived,checked-in', _count: '100' },
    most,
  );
  return found
    .flatMap((resource): readonly WaitingVisit[] => {
      const { id, patient, start, state } = readAppointment(resource as Appointment);
      if (patient === undefined || start === undefined || (state !== 'booked' && state !== 'there')) return [];
      // Servers differ in how they read an instant in a search: what is not of that day is left out here.
      return wallDate(start, deps.clinic.timeZone) === date ? [{ appointment: id, patient, start }] : [];
    })
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

/** Midnight to midnight by the clinic's clock: 23 or 25 hours where the clocks change. */
function dayOf(date: string, timeZone: string): { readonly from: string; readonly until: string } | undefined {
  const [year, month, day] = date.split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (![year, month, day].every(Number.isInteger)) return undefined;
  const midnight = { hour: 0, minute: 0 };
  const next = addDays({ year, month, day }, 1);
  return {
    from: withOffset({ year, month, day, ...midnight }, timeZone),
    until: withOffset({ ...next, ...midnight }, timeZone),
  };
}

function wallDate(instant: string, timeZone: string): string {
  return isoDate(wallAt(new Date(instant), timeZone));
}
