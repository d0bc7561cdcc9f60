import type { Appointment, FhirResource, Schedule, Slot } from 'fhir/r4.js';
import type { Temporal } from 'temporal-polyfill';
import { instant } from '../seed/calendars.ts';
import { clinic } from '../seed/clinic.ts';
import type { Chance } from './chance.ts';
import type { Person } from './people.ts';

/** A kind of visit as the simulator books it. */
export interface VisitKind {
  readonly words: string;
  readonly serviceType: NonNullable<Appointment['serviceType']>;
  readonly weight: number;
}

const snomed = 'http://snomed.info/sct';

export const kinds: readonly VisitKind[] = [
  { words: 'imaging', serviceType: [{ coding: [{ system: snomed, code: '113091000' }] }], weight: 40 },
  { words: 'imaging with contrast', serviceType: [{ coding: [{ system: snomed, code: '51619007' }] }], weight: 60 },
];

export interface Booked {
  readonly person: Person;
  readonly appointment: string;
}

export interface Booking {
  readonly booked: readonly Booked[];
  readonly resources: readonly (FhirResource & { readonly id: string })[];
}

const minutes = 30;
const perDay = 16;

/**
 * Visits for these people, one each, in rooms that are open from 9 to 17: on each of the days as many as fit evenly. A quarter more times
 * stay free, so that there is somewhere to move to; `atLeast` makes room for so many a day.
 */
export function bookVisits(
  run: string,
  people: readonly Person[],
  days: readonly Temporal.PlainDate[],
  chance: Chance,
  atLeast = 0,
): Booking {
  const each = Math.max(atLeast, Math.ceil(people.length / days.length));
  const rooms = Math.max(1, Math.ceil((each * 1.25) / perDay));
  const schedules = Array.from({ length: rooms }, (_, room): Schedule & { readonly id: string } => ({
    resourceType: 'Schedule',
    id: `${run}-room-${room + 1}`,
    active: true,
    serviceType: kinds.flatMap(({ serviceType }) => serviceType),
    actor: [{ reference: 'Location/lakeside-main', display: clinic.name }],
  }));
  const booked: Booked[] = [];
  const slots: (Slot & { readonly id: string })[] = [];
  const appointments: (Appointment & { readonly id: string })[] = [];
  for (const [dayIndex, day] of days.entries()) {
    const today = people.slice(dayIndex * each, (dayIndex + 1) * each);
    const places = shuffled(
      schedules.flatMap(({ id }) => Array.from({ length: perDay }, (_, index) => ({ schedule: id, index }))),
      chance,
    );
    for (const [at, { schedule, index }] of places.entries()) {
      const person = today[at];
      const start = day
        .toZonedDateTime({ timeZone: clinic.timeZone, plainTime: { hour: 9 } })
        .add({ minutes: index * minutes });
      const slot = `${schedule}-${day.toString()}-${String(index + 1).padStart(2, '0')}`;
      const time = { start: instant(start), end: instant(start.add({ minutes })) };
      slots.push({
        resourceType: 'Slot',
        id: slot,
        schedule: { reference: `Schedule/${schedule}` },
        serviceType: kinds.flatMap(({ serviceType }) => serviceType),
        status: person === undefined ? 'free' : 'busy',
        ...time,
      });
      if (person === undefined) continue;
      const kind = chance.weighted(Object.fromEntries(kinds.map(({ words, weight }) => [words, weight])));
      const appointment = `${person.id}-visit`;
      booked.push({ person, appointment });
      appointments.push({
        resourceType: 'Appointment',
        id: appointment,
        status: 'booked',
        serviceType: kinds.find(({ words }) => words === kind)?.serviceType ?? [],
        ...time,
        slot: [{ reference: `Slot/${slot}` }],
        participant: [
          { actor: { reference: `Patient/${person.id}` }, status: 'accepted' },
          { actor: { reference: 'Location/lakeside-main', display: clinic.name }, status: 'accepted' },
        ],
      });
    }
  }
  return { booked, resources: [...people.map(({ patient }) => patient), ...schedules, ...slots, ...appointments] };
}

/** The next `count` working days after the coming weekend, seen from an instant. */
export function workingDays(now: Temporal.Instant, count: number): readonly Temporal.PlainDate[] {
  const today = now.toZonedDateTimeISO(clinic.timeZone).toPlainDate();
  const monday = today.add({ days: 8 - today.dayOfWeek });
  const days: Temporal.PlainDate[] = [];
  for (let day = monday; days.length < count; day = day.add({ days: 1 })) if (day.dayOfWeek <= 5) days.push(day);
  return days;
}

function shuffled<T>(items: readonly T[], chance: Chance): readonly T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(chance.below(left.length), 1));
  return drawn;
}
