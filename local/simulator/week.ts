import { Temporal } from 'temporal-polyfill';
import type { Endpoints } from '../endpoints.ts';
import { createClockHands } from '../hands/clock.ts';
import { clinic } from '../seed/clinic.ts';
import { createChance } from './chance.ts';
import { createHospital, type Hospital } from './hospital.ts';
import { type Manner, makePeople, type Person } from './people.ts';
import { type Answered, type Doings, replyOf } from './replying.ts';
import { type Report, reportOf, type Said, type VisitEnd } from './report.ts';
import { bookVisits, workingDays } from './visits.ts';

export interface WeekOptions {
  readonly endpoints: Pick<Endpoints, 'ehr' | 'carrier' | 'console'>;
  readonly visits: number;
  /** The same seed makes the same people, visits and manners. */
  readonly seed: number;
  /** Tells runs apart in one house; part of every id. */
  readonly run: string;
  readonly show?: (line: string) => void;
}

const nothingYet: Doings = { confirmed: false, askedToMove: false, gaveUp: false };
const step = { minutes: 30 };

/**
 * A clinic's week from the booking to Friday evening: everyone is told, reminded, confirms, moves, gives up, runs late, comes or does not,
 * each in their own manner, by text, while the clock runs through the days. Gives back what the patients got.
 */
export async function playWeek(options: WeekOptions): Promise<Report> {
  const { endpoints, visits, seed, run, show } = options;
  const chance = createChance(seed);
  const clock = createClockHands(endpoints.console);
  const hospital = createHospital(endpoints);
  const people = makePeople(run, visits, chance);
  await clock.moveTo(nextMorning(await clock.now()));
  const bookedAt = await clock.now();
  const days = workingDays(bookedAt, 5);
  const { booked, resources } = bookVisits(run, people, days, chance);
  show?.(`${booked.length} visits are booked for ${days[0]?.toString()} to ${days.at(-1)?.toString()}.`);
  await hospital.put(resources);
  await clock.settle();

  const town = createTown(hospital, people);
  await town.listen();
  const last = days.at(-1) ?? bookedAt.toZonedDateTimeISO(clinic.timeZone).toPlainDate();
  const end = last.toZonedDateTime({ timeZone: clinic.timeZone, plainTime: { hour: 19 } }).toInstant();
  for (let now = bookedAt; Temporal.Instant.compare(now, end) < 0; ) {
    now = nextStep(now);
    await clock.moveTo(now);
    await town.listen();
    await town.comeAndGo(now);
    await clock.settle();
    await town.listen();
    const local = now.toZonedDateTimeISO(clinic.timeZone);
    if (local.hour === 18 && local.minute === 0)
      show?.(`${local.toPlainDate().toString()}: ${town.said.length} texts so far.`);
  }
  const ends: VisitEnd[] = (await hospital.appointments(booked.map(({ appointment }) => appointment))).map(
    (appointment, index) => ({
      patient: booked[index]?.person.id ?? '',
      status: appointment.status,
      past: Date.parse(appointment.start ?? '') < end.epochMilliseconds,
    }),
  );
  return reportOf(ends, town.said, clinic.timeZone);
}

interface Town {
  readonly said: readonly Said[];
  /** Reads what came, and lets everybody answer who wants to. */
  listen(): Promise<void>;
  /** On the day: who comes says so, who is late too, and the clinic sees them. */
  comeAndGo(now: Temporal.Instant): Promise<void>;
}

function createTown(hospital: Hospital, people: readonly Person[]): Town {
  const phones = new Map(people.map(({ number, id }) => [number, id]));
  const byId = new Map(people.map((person) => [person.id, person]));
  const byVisit = new Map(people.map((person) => [`${person.id}-visit`, person]));
  const doings = new Map<string, Doings>();
  const onTheDay = new Set<string>();
  const said: Said[] = [];

  async function listen(): Promise<void> {
    // A reply brings an answer, which may ask something again; four rounds are more than anybody needs.
    for (let round = 0; round < 4; round++) {
      const news = await hospital.news(phones);
      said.push(...news);
      const replies = news.flatMap(({ patient, from, body }) => {
        const person = byId.get(patient);
        if (from !== 'clinic' || person === undefined) return [];
        const answered: Answered | undefined = replyOf(person, body, doings.get(patient) ?? nothingYet);
        return answered === undefined ? [] : [{ person, answered }];
      });
      if (replies.length === 0) return;
      for (const { person, answered } of replies) {
        doings.set(person.id, answered.doings);
        await hospital.text(person.number, answered.words);
      }
    }
  }

  async function comeAndGo(now: Temporal.Instant): Promise<void> {
    const local = now.toZonedDateTimeISO(clinic.timeZone);
    if (local.hour < 8 || local.hour > 18) return;
    const today = local.startOfDay();
    for (const appointment of await hospital.between(instant(today), instant(today.add({ days: 1 })))) {
      const person = byVisit.get(appointment.id);
      if (person === undefined || !(appointment.status === 'booked' || appointment.status === 'arrived')) continue;
      const minutesLeft = (Date.parse(appointment.start ?? '') - now.epochMilliseconds) / 60_000;
      if (minutesLeft <= 30 && minutesLeft > 0 && !onTheDay.has(person.id)) {
        onTheDay.add(person.id);
        const words = saidOnTheDay[person.manner];
        if (words !== undefined) await hospital.text(person.number, words);
      }
      if (minutesLeft <= -30)
        await hospital.put([{ ...appointment, status: person.manner === 'no-show' ? 'noshow' : 'fulfilled' }]);
    }
  }

  return { said, listen, comeAndGo };
}

const saidOnTheDay: Partial<Record<Manner, string>> = {
  reliable: "I'm here",
  late: "I'm running late",
  asks: 'What do I still need?',
};

function instant(at: Temporal.ZonedDateTime): string {
  return at.toInstant().toString();
}

/** By half hours in the day; the night is one step. */
function nextStep(now: Temporal.Instant): Temporal.Instant {
  const local = now.toZonedDateTimeISO(clinic.timeZone);
  const next = local.add(step);
  if (next.hour >= 8 && next.hour < 21) return next.toInstant();
  const morning = (next.hour >= 21 ? next.add({ days: 1 }) : next).toPlainDate();
  return morning.toZonedDateTime({ timeZone: clinic.timeZone, plainTime: { hour: 8 } }).toInstant();
}

/** Nobody books at night: the next 10 in the morning. */
function nextMorning(now: Temporal.Instant): Temporal.Instant {
  const local = now.toZonedDateTimeISO(clinic.timeZone);
  const ten = local.toPlainDate().toZonedDateTime({ timeZone: clinic.timeZone, plainTime: { hour: 10 } });
  return (Temporal.ZonedDateTime.compare(ten, local) > 0 ? ten : ten.add({ days: 1 })).toInstant();
}
