import type { Schedule, Slot } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import { suits } from '../../domain/scheduling/kinds.ts';
import type { OpenTime, Site } from '../../domain/scheduling/open-time.ts';
import { rank, type WantedTime } from '../../domain/scheduling/ranking.ts';
import type { SlotOffer } from '../../domain/scheduling/slot.ts';
import { soonestStart } from '../../domain/scheduling/soonest.ts';
import { dayBegins } from '../../domain/scheduling/wish.ts';
import type { Story } from '../../domain/story/story.ts';
import type { Booking } from '../../fhir-mappings/appointment-booking.ts';
import { type ReadSchedule, readSchedule } from '../../fhir-mappings/schedule.ts';
import { readSlot } from '../../fhir-mappings/slot.ts';
import { type Calendar, openCalendar, searched } from './calendar.ts';
import type { SchedulingDeps } from './dependencies.ts';

/** What was found for a visit: the best of it depends on the story as it is when the patient is told. */
export interface Found {
  best(story: Story): readonly SlotOffer[];
}

const nothing: Found = { best: () => [] };

/** How long an EHR that does not answer is waited for, by somebody who waits for an answer of ours. */
const patienceMs = 10 * 60_000;

/**
 * Other times for a visit, from the EHR. Nothing where the EHR has no slots for it, no such visit any more, or lets us see none; also where
 * it does not answer for ten minutes, so that a person takes over instead of silence.
 * @throws Fault CHART_UNAVAILABLE before that.
 */
export async function lookForTimes(
  deps: SchedulingDeps,
  appointment: string,
  story: Story,
  askedAt: string,
): Promise<Found> {
  try {
    return await search(deps, appointment, story);
  } catch (error) {
    const waited = deps.clock.now().getTime() - Date.parse(askedAt);
    if (!(error instanceof Fault) || error.code !== 'CHART_UNAVAILABLE' || waited < patienceMs) throw error;
    deps.log.error('CHART_UNAVAILABLE', { looking: true }, error);
    return nothing;
  }
}

async function search(deps: SchedulingDeps, appointment: string, story: Story): Promise<Found> {
  const calendar = openCalendar(deps);
  const visit = await calendar.visit(appointment);
  if (visit.is !== 'found' || !canHaveTimes(visit.booking)) return nothing;
  const { booking } = visit;
  const own = await schedulesOf(calendar, booking);
  const schedules = await schedulesFor(deps, booking, own);
  const [from, until] = windowFor(deps, wantedIn(deps, story, appointment, booking, own));
  const times: OpenTime[] = [];
  for (const slot of await freeSlots(deps, [...schedules.keys()], from, until)) {
    const read = readSlot(slot);
    if (read.state !== 'free') continue;
    const time = await calendar.timeOf(read, read.schedule === undefined ? undefined : schedules.get(read.schedule));
    if (time !== undefined) times.push(time);
  }
  const site = await calendar.site(booking.location);
  return {
    best: (newest) =>
      rank(times, wantedIn(deps, newest, appointment, booking, own, site), {
        now: deps.clock.now(),
        timeZone: deps.clinic.timeZone,
        most: deps.looking.offered,
      }),
  };
}

/** A booked visit without a slot is in an EHR, or a calendar, that keeps none: only a person can move it. */
function canHaveTimes({ status, slots }: Booking): boolean {
  return status === 'booked'
    ? slots.length > 0
    : status === 'waitlist' || status === 'pending' || status === 'proposed';
}

function wantedIn(
  deps: SchedulingDeps,
  story: Story,
  appointment: string,
  booking: Booking,
  own: readonly ReadSchedule[],
  site?: Site,
): WantedTime {
  const { slots, start, end, kinds, practitioner } = booking;
  const visit = story.visits.find((each) => each.appointment === appointment);
  const now = deps.clock.now();
  const lead = soonestStart({ start, requirements: visit?.requirements ?? [] }, now);
  const sooner = new Date(now.getTime() + deps.looking.soonestMinutes * 60_000);
  const wish = visit?.moving?.wish;
  return {
    kinds,
    schedules: own.map(({ id }) => id),
    without: [...slots, ...(visit?.moving?.passedOver ?? [])],
    soonest: lead > sooner ? lead : sooner,
    ...(site === undefined ? {} : { site }),
    ...(practitioner === undefined ? {} : { practitioner }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(wish === undefined ? {} : { wish }),
    ...(story.prefers === undefined ? {} : { prefers: story.prefers }),
  };
}

/** Between which instants it is worth to look. */
function windowFor({ clinic, looking }: SchedulingDeps, { soonest, wish }: WantedTime): readonly [Date, Date] {
  const dayMs = 86_400_000;
  const begins = wish?.from === undefined ? undefined : dayBegins(wish.from, clinic.timeZone);
  const from = begins !== undefined && begins > soonest ? begins : soonest;
  const last = wish?.until === undefined ? undefined : dayBegins(wish.until, clinic.timeZone);
  const farthest = new Date(from.getTime() + looking.daysAhead * dayMs);
  // A day may have 25 hours.
  const ends = last === undefined ? undefined : new Date(last.getTime() + 1.1 * dayMs);
  return [from, ends !== undefined && ends > from && ends < farthest ? ends : farthest];
}

async function schedulesOf(calendar: Calendar, booking: Booking): Promise<readonly ReadSchedule[]> {
  const found: ReadSchedule[] = [];
  for (const id of booking.slots) {
    const there = await calendar.slot(id);
    const schedule = there === undefined ? undefined : await calendar.scheduleOf(there.slot);
    if (schedule !== undefined) found.push(schedule);
  }
  return found;
}

const mostSchedules = 200;

/**
 * Its own calendars, and those of the same people, places and services. EHRs differ in what they can search a Slot or Schedule by: actors
 * are the most common; what the calendars are for is compared here.
 */
async function schedulesFor(
  deps: SchedulingDeps,
  booking: Booking,
  own: readonly ReadSchedule[],
): Promise<ReadonlyMap<string, ReadSchedule>> {
  const schedules = new Map(own.map((schedule) => [schedule.id, schedule]));
  const actors = [
    ...new Set([...booking.actors, ...own.flatMap((each) => each.actors.map(({ reference }) => reference))]),
  ];
  const { services } = booking.kinds;
  if (actors.length === 0 && services.length === 0) return schedules;
  const query = actors.length > 0 ? { actor: actors.join(',') } : { 'service-type': services.join(',') };
  for (const resource of (await searched(deps, 'Schedule', query, mostSchedules)) ?? []) {
    const schedule = readSchedule(resource as Schedule);
    const { services: offered, specialties, healthcareServices: offeredBy } = schedule;
    const fits = suits({ services: offered, specialties, styles: [], offeredBy }, booking.kinds) !== 'no';
    if (schedule.active && fits && schedule.id !== '') schedules.set(schedule.id, schedule);
  }
  return schedules;
}

const schedulesAtOnce = 25;
const slotsAtOnce = 1000;

async function freeSlots(
  deps: SchedulingDeps,
  schedules: readonly string[],
  from: Date,
  until: Date,
): Promise<readonly Slot[]> {
  const found: Slot[] = [];
  for (let at = 0; at < schedules.length; at += schedulesAtOnce) {
    const query = {
      schedule: schedules
        .slice(at, at + schedulesAtOnce)
        .map((id) => `Schedule/${id}`)
        .join(','),
      status: 'free',
      start: [`ge${from.toISOString()}`, `le${until.toISOString()}`],
      _count: '250',
    };
    found.push(...(((await searched(deps, 'Slot', query, slotsAtOnce)) ?? []) as readonly Slot[]));
  }
  return found;
}
