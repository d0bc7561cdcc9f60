import type { Appointment, Slot } from 'fhir/r4.js';
import { Temporal } from 'temporal-polyfill';
import type { Endpoints } from '../../endpoints.ts';
import { type ChartHands, createChartHands } from '../../hands/chart.ts';
import { type ClockHands, createClockHands } from '../../hands/clock.ts';
import { freshHandset } from '../../hands/fresh-number.ts';
import type { Handset } from '../../hands/handset.ts';
import type { Screenplay } from '../../hands/screenplay.ts';
import { instant } from '../../seed/calendars.ts';
import { clinic } from '../../seed/clinic.ts';

export const snomed = 'http://snomed.info/sct';
export const withContrast = { coding: [{ system: snomed, code: '51619007', display: 'MRI with contrast' }] };

/** Somebody in the chart with a phone of their own. */
export interface Patient {
  readonly id: string;
  readonly name: string;
  readonly phone: Handset;
}

/** Everything and everybody in the story of one visit. */
export interface Cast {
  readonly endpoints: Endpoints;
  readonly play: Screenplay;
  readonly chart: ChartHands;
  readonly clock: ClockHands;
  /** Whose visit it is. */
  readonly nora: Patient;
  /** Two who wait for a time like hers, longest first. */
  readonly waiting: readonly [Patient, Patient];
  /** Free times of this play alone, in order. */
  readonly slots: readonly (Slot & { readonly id: string })[];
  readonly today: Temporal.ZonedDateTime;
  appointment(id: string): Promise<Appointment & { readonly id: string }>;
  slot(id: string): Promise<Slot>;
  /** What the clinic texted to somebody since the last look. */
  news(patient: Patient): Promise<readonly string[]>;
}

/** People, a room with six free times in two weeks, and 10 in the morning of a working day. */
export async function gather(endpoints: Endpoints, play: Screenplay): Promise<Cast> {
  const chart = createChartHands(endpoints.ehr);
  const clock = createClockHands(endpoints.console);
  const today = nextWorkingMorning((await clock.now()).toZonedDateTimeISO(clinic.timeZone));
  await clock.moveTo(today.toInstant());
  const nora = await admit(endpoints, chart, 'Nora', 'Berg');
  const first = await admit(endpoints, chart, 'Ivan', 'Petrov');
  const second = await admit(endpoints, chart, 'Lucia', 'Ferrari');
  await chart.create({
    resourceType: 'Coverage',
    status: 'active',
    beneficiary: { reference: `Patient/${nora.id}` },
    subscriberId: `PH-${nora.id.slice(0, 8)}`,
    payor: [{ reference: 'Organization/prairie-health', display: 'Prairie Health' }],
  });
  const slots = await openRoom(chart, today);
  await clock.settle();
  const read = new Map<string, number>();
  return {
    endpoints,
    play,
    chart,
    clock,
    nora,
    waiting: [first, second],
    slots,
    today,
    appointment: async (id) => one(await chart.search('Appointment', `_id=${id}`)),
    slot: async (id) => one(await chart.search('Slot', `_id=${id}`)),
    news: async ({ phone }) => {
      const all = await phone.received();
      const before = read.get(phone.number) ?? 0;
      read.set(phone.number, all.length);
      return all.slice(before);
    },
  };
}

async function admit(endpoints: Endpoints, chart: ChartHands, given: string, family: string): Promise<Patient> {
  const phone = await freshHandset(endpoints.carrier, chart, 'US');
  const { id } = await chart.create({
    resourceType: 'Patient',
    active: true,
    name: [{ use: 'official', family, given: [given] }],
    birthDate: '1971-05-20',
    telecom: [{ system: 'phone', value: phone.number, use: 'mobile' }],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en' }] }, preferred: true }],
  });
  return { id, name: given, phone };
}

/** Free half hours at 10 and at 14 on the working days from the twelfth day on. A service of its own keeps others' times out of it. */
async function openRoom(
  chart: ChartHands,
  today: Temporal.ZonedDateTime,
): Promise<readonly (Slot & { readonly id: string })[]> {
  const room = await chart.create({
    resourceType: 'Location',
    status: 'active',
    name: 'Lakeside Clinic, east building',
  });
  const schedule = await chart.create({
    resourceType: 'Schedule',
    active: true,
    serviceType: [withContrast],
    actor: [{ reference: `Location/${room.id}`, display: 'Lakeside Clinic, east building' }],
  });
  const slots: (Slot & { readonly id: string })[] = [];
  for (let day = today.add({ days: 12 }); slots.length < 6; day = day.add({ days: 1 })) {
    if (day.dayOfWeek > 5) continue;
    for (const hour of [10, 14]) {
      const start = day.withPlainTime({ hour });
      slots.push(
        await chart.create({
          resourceType: 'Slot',
          schedule: { reference: `Schedule/${schedule.id}` },
          serviceType: [withContrast],
          status: 'free',
          start: instant(start),
          end: instant(start.add({ minutes: 30 })),
        }),
      );
    }
  }
  return slots;
}

function nextWorkingMorning(now: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  for (let days = 0; ; days++) {
    const ten = now
      .toPlainDate()
      .add({ days })
      .toZonedDateTime({ timeZone: clinic.timeZone, plainTime: Temporal.PlainTime.from({ hour: 10 }) });
    if (ten.dayOfWeek <= 5 && ten.epochMilliseconds > now.epochMilliseconds) return ten;
  }
}

function one<T>(found: readonly T[]): T {
  const [only] = found;
  if (only === undefined) throw new Error('The EHR has lost what was just there.');
  return only;
}
