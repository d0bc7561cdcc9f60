import type { Appointment, CodeableConcept, Location, Schedule, Slot } from 'fhir/r4.js';
import { Temporal } from 'temporal-polyfill';
import { clinic } from './clinic.ts';

const snomed = 'http://snomed.info/sct';
const imagingWithout: CodeableConcept = {
  coding: [{ system: snomed, code: '113091000', display: 'Magnetic resonance imaging' }],
};
const imagingWith: CodeableConcept = {
  coding: [{ system: snomed, code: '51619007', display: 'Magnetic resonance imaging with contrast' }],
};
const general: CodeableConcept = {
  coding: [{ system: snomed, code: '394814009', display: 'General practice' }],
};
const cardiology: CodeableConcept = { coding: [{ system: snomed, code: '394579002', display: 'Cardiology' }] };

/** The room with the scanner, part of the clinic. */
export const imagingRoom: Location = {
  resourceType: 'Location',
  id: 'lakeside-imaging',
  status: 'active',
  name: `${clinic.name}, imaging`,
  mode: 'instance',
  partOf: { reference: 'Location/lakeside-main' },
  managingOrganization: { reference: 'Organization/lakeside-clinic' },
};

const main = { reference: 'Location/lakeside-main', display: clinic.name };
const drLee = { reference: 'Practitioner/dr-lee', display: 'Dr Helen Lee' };

interface OpenCalendar {
  readonly schedule: Schedule & { readonly id: string };
  /** Clinic's hours of each weekday, and how long one time is. */
  readonly from: number;
  readonly until: number;
  readonly minutes: number;
}

/** Dr Lee sees patients in the morning and hearts in the afternoon; the scanner runs all day. */
const calendars: readonly OpenCalendar[] = [
  {
    schedule: {
      resourceType: 'Schedule',
      id: 'dr-lee-general',
      active: true,
      specialty: [general],
      actor: [drLee, main, { reference: 'HealthcareService/general-practice' }],
    },
    from: 9,
    until: 12,
    minutes: 30,
  },
  {
    schedule: {
      resourceType: 'Schedule',
      id: 'dr-lee-cardiology',
      active: true,
      specialty: [cardiology],
      actor: [drLee, main, { reference: 'HealthcareService/cardiology' }],
    },
    from: 13,
    until: 17,
    minutes: 30,
  },
  {
    schedule: {
      resourceType: 'Schedule',
      id: 'imaging-room',
      active: true,
      serviceType: [imagingWithout, imagingWith],
      actor: [
        { reference: 'Location/lakeside-imaging', display: imagingRoom.name ?? '' },
        { reference: 'HealthcareService/imaging', display: 'Imaging' },
      ],
    },
    from: 9,
    until: 17,
    minutes: 60,
  },
];

export const schedules: readonly Schedule[] = calendars.map(({ schedule }) => schedule);

const weeks = 4;

/**
 * The free times of the four weeks after an instant, from the next day on: `imaging-room-2026-03-05-0900`. By the clinic's wall, so that
 * nine o'clock is nine o'clock on both sides of a change of clocks.
 */
export function freeTimes(now: Date): readonly Slot[] {
  const today = dayOf(now);
  const days = Array.from({ length: weeks * 7 }, (_, index) => today.add({ days: index + 1 })).filter(
    ({ dayOfWeek }) => dayOfWeek <= 5,
  );
  return calendars.flatMap(({ schedule, from, until, minutes }) =>
    days.flatMap((day) =>
      Array.from({ length: ((until - from) * 60) / minutes }, (_, index): Slot => {
        const start = day
          .toZonedDateTime({ timeZone: clinic.timeZone, plainTime: { hour: from } })
          .add({ minutes: index * minutes });
        return {
          resourceType: 'Slot',
          id: `${schedule.id}-${day.toString()}-${start.toPlainTime().toString().slice(0, 5).replace(':', '')}`,
          schedule: { reference: `Schedule/${schedule.id}` },
          ...(schedule.serviceType === undefined ? {} : { serviceType: schedule.serviceType }),
          ...(schedule.specialty === undefined ? {} : { specialty: schedule.specialty }),
          status: 'free',
          start: instant(start),
          end: instant(start.add({ minutes })),
        };
      }),
    ),
  );
}

/** Two who wait for the scanner: whoever frees a time there makes one of them glad. The first has waited longer. */
export function waitingVisits(now: Date): readonly Appointment[] {
  const today = dayOf(now);
  const period = {
    start: today.toString(),
    end: today.add({ weeks }).toString(),
  };
  const waits = (patient: string, service: CodeableConcept, daysAgo: number): Appointment => ({
    resourceType: 'Appointment',
    id: `${patient}-waits`,
    status: 'waitlist',
    serviceType: [service],
    created: today.subtract({ days: daysAgo }).toZonedDateTime(clinic.timeZone).toInstant().toString(),
    requestedPeriod: [period],
    participant: [
      { actor: { reference: `Patient/${patient}` }, status: 'accepted' },
      { actor: { reference: 'Location/lakeside-imaging', display: imagingRoom.name ?? '' }, status: 'accepted' },
    ],
  });
  return [waits('rosa-hernandez', imagingWithout, 21), waits('david-kim', imagingWith, 9)];
}

function dayOf(now: Date): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(clinic.timeZone).toPlainDate();
}

/** As FHIR writes it, with the offset of that day. */
export function instant(at: Temporal.ZonedDateTime): string {
  return at.toString({ timeZoneName: 'never', smallestUnit: 'second' });
}
