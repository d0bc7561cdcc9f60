import type { Appointment, Task } from 'fhir/r4.js';
import { sayWhen } from '../../edge/speech.ts';
import { clinic } from '../../local/seed/clinic.ts';
import type { Played } from './played.ts';
import { withTimes } from './times-said.ts';
import type { World } from './world.ts';

const ofRequirements = 'https://told-once.dev/fhir/identifier/requirement';

interface VisitChart {
  readonly visits?: readonly string[];
  readonly slots?: readonly string[];
  readonly needs?: readonly string[];
}

/** A line of a chart with the times of the transcript's own visit in it. */
export function withOwnTimes({ cast }: Pick<Played, 'cast'>, line: string): string {
  return cast.own === undefined ? line : withTimes(line, cast.own.times, 'en');
}

/** What a transcript says of visits, slots and needs; what it does not speak of is not looked at. */
export function visitExpected({ transcript, cast }: Played): VisitChart {
  const { visits, slots, needs } = transcript.chart;
  const { own } = cast;
  if (own === undefined) {
    if (visits.length + slots.length + needs.length > 0) throw new Error('It speaks of a visit that it does not have.');
    return {};
  }
  const timed = (lines: readonly string[]) => lines.map((line) => withOwnTimes({ cast }, line)).toSorted();
  return {
    ...(visits.length === 0 ? {} : { visits: timed(visits) }),
    ...(slots.length === 0 ? {} : { slots: slots.toSorted() }),
    ...(needs.length === 0 ? {} : { needs: needs.toSorted() }),
  };
}

export async function visitHeld(world: World, played: Played): Promise<VisitChart> {
  const { transcript, cast } = played;
  const { visits, slots, needs } = transcript.chart;
  if (cast.own === undefined) return {};
  return {
    ...(visits.length === 0 ? {} : { visits: await visitsHeld(world, played, visits) }),
    ...(slots.length === 0 ? {} : { slots: await slotsHeld(world, played) }),
    ...(needs.length === 0 ? {} : { needs: await needsHeld(world, played) }),
  };
}

/** "visit: booked at Tuesday, March 3 at 9:40 AM, accepted"; "Maria's visit: waitlist". Only those that are spoken of. */
async function visitsHeld({ chart }: World, { cast }: Played, spokenOf: readonly string[]): Promise<readonly string[]> {
  const all = [
    { name: 'visit', appointment: cast.own?.appointment ?? '' },
    ...cast.waiting.map(({ person, appointment }) => ({ name: `${person.name}'s visit`, appointment })),
  ].filter(({ name }) => spokenOf.some((line) => line.startsWith(`${name}:`)));
  const lines: string[] = [];
  for (const { name, appointment } of all) {
    const [found] = await chart.search('Appointment', `_id=${appointment}`);
    lines.push(`${name}: ${found === undefined ? 'gone' : inWords(found)}`);
  }
  return lines.toSorted();
}

function inWords({ status, start, participant = [] }: Appointment): string {
  if (status !== 'booked' || start === undefined) return status;
  const [patient] = participant.filter(({ actor }) => actor?.reference?.startsWith('Patient/') === true);
  return `booked at ${sayWhen(start, clinic.timeZone, 'en')}, ${patient?.status ?? 'nobody'}`;
}

async function slotsHeld({ chart }: World, { cast }: Played): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [index, id] of (cast.own?.slots ?? []).entries()) {
    const [slot] = await chart.search('Slot', `_id=${id}`);
    lines.push(`${index === 0 ? 'visit' : `free ${index}`}: ${slot?.status ?? 'gone'}`);
  }
  return lines.toSorted();
}

async function needsHeld({ chart }: World, { cast }: Played): Promise<readonly string[]> {
  const tasks = await chart.search('Task', `patient=Patient/${cast.patient}&_count=100`);
  return tasks.flatMap((task) => needOf(task, cast.own?.appointment ?? '')).toSorted();
}

function needOf({ identifier = [], status, statusReason }: Task, appointment: string): readonly string[] {
  const [value = ''] = identifier.flatMap((each) => (each.system === ofRequirements ? (each.value ?? '') : []));
  const [of, id] = value.split('/');
  if (of !== appointment || id === undefined) return [];
  return [`${id}: ${status}${status === 'cancelled' ? ` (${statusReason?.text ?? ''})` : ''}`];
}
