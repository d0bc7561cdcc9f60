import type { Encounter } from 'fhir/r4.js';
import { isoDate, wallAt } from '../../domain/intake/reading/zone.ts';
import type { ChartSeen } from '../../domain/ports/records.ts';
import type { PlannedVisit } from '../../domain/visit/visit.ts';
import { clinicLate } from '../../events/clinic-late.ts';
import { eventOf } from '../../events/envelope.ts';
import { type EncounterState, type ReadEncounter, readEncounter } from '../../fhir-mappings/encounter.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { endVisitOf } from './visit-ended.ts';
import { encounterKey, isStanding, overBecause, standings, standingWith } from './visit-standing.ts';
import { knownOf, planVisits } from './visits-planned.ts';
import { type Change, FollowedElsewhere, keepSeen } from './what-changed.ts';

/**
 * The patient is there, is being seen, or has been: the visit stands so, also where its Appointment lags behind. One that begins late says
 * that whoever waits for the same practitioner, or at the same place, waits longer.
 */
export async function followEncounter(deps: ChartChangedDeps, change: Change): Promise<void> {
  const read = change.resource === undefined ? undefined : readEncounter(change.resource as Encounter);
  const appointments = new Set([...(read?.appointments ?? []), ...(change.before?.says?.split(' ') ?? [])]);
  for (const appointment of appointments) {
    if (appointment === '') continue;
    const isOf = read?.appointments.includes(appointment) === true;
    await keepState(deps, change, appointment, isOf ? (read?.state ?? 'nothing') : 'nothing');
    const visit = await stand(deps, change, appointment, isOf ? (read?.state ?? 'nothing') : 'nothing');
    if (isOf && read?.begunAt !== undefined && visit !== undefined) await tellLateness(deps, read, read.begunAt, visit);
  }
  await keepSeen(deps, change, {
    ...(read?.patient === undefined ? {} : { story: read.patient }),
    says: read?.appointments.join(' ') ?? '',
  });
}

/** For whoever follows the Appointment later. One that says nothing (planned, called off) takes back only what it said itself. */
async function keepState(
  deps: ChartChangedDeps,
  { id, lastUpdated }: Change,
  appointment: string,
  state: EncounterState,
): Promise<void> {
  const key = encounterKey(appointment);
  const saidBy = state === 'nothing' ? (await deps.records.get('chart-seen', key))?.value.story : undefined;
  if (saidBy !== undefined && saidBy !== id) return;
  const value: ChartSeen = { says: state, story: id, ...(lastUpdated === undefined ? {} : { lastUpdated }) };
  const expires = new Date(deps.clock.now().getTime() + 30 * day);
  await deps.records.put({ kind: 'chart-seen', id: key, value, expect: 'any', expires });
}

const day = 86_400_000;

async function stand(
  deps: ChartChangedDeps,
  { cause }: Change,
  appointment: string,
  state: EncounterState,
): Promise<PlannedVisit | undefined> {
  const seen = (await deps.records.get('chart-seen', `Appointment/${appointment}`))?.value;
  const view = seen?.story === undefined ? undefined : await deps.store.story(seen.story);
  const visit = view?.story.visits.find((each) => each.appointment === appointment);
  // Its Appointment has yet to be heard of, and finds what was kept here.
  if (view === undefined || visit === undefined || !isStanding(seen?.says)) return undefined;
  const says = standingWith(seen.says, state);
  const because = overBecause[says];
  const under = `${cause}/${appointment}`;
  if (because !== undefined) await endVisitOf(deps, view, under, { appointment, because });
  else if (standings[says] !== visit.state)
    await planVisits(deps, view, under, {
      visit: ({ visits }) => {
        const now = visits.find((each) => each.appointment === appointment);
        return now === undefined
          ? undefined
          : { known: { ...knownOf(now), state: standings[says] }, introduced: false };
      },
    });
  return visit;
}

/** From so many minutes on it is told. */
const leastDelay = 10;
/** One that began longer ago says nothing about now. */
const stillOfUse = 3_600_000;

/**
 * The range in which the next ones may expect to wait: from the delay, rounded down to five minutes, to ten more. Ordered by when it began,
 * whatever order it is heard in; once per Encounter. Where the clinic was late and is on time again, that is told as well.
 */
async function tellLateness(
  deps: ChartChangedDeps,
  { id, practitioner, location }: ReadEncounter,
  begunAt: string,
  visit: PlannedVisit,
): Promise<void> {
  const began = Date.parse(begunAt);
  const now = deps.clock.now().getTime();
  if (visit.start === undefined || began < now - stillOfUse || began > now) return;
  const by = practitioner ?? visit.practitioner;
  const at = location ?? visit.location;
  const delay = Math.floor((began - Date.parse(visit.start)) / 60_000);
  const date = isoDate(wallAt(new Date(began), deps.clinic.timeZone));
  if (by === undefined && at === undefined) return;
  // Of a practitioner alone: others at the same place may be on time.
  const place = at === undefined ? {} : { location: at };
  const who = by === undefined ? place : { practitioner: by };
  const key = `late/${by ?? ''}/${by === undefined ? (at ?? '') : ''}/${date}`;
  const stored = await deps.records.get('chart-seen', key);
  const isLate = delay >= leastDelay;
  if (stored?.value.lastUpdated !== undefined && Date.parse(stored.value.lastUpdated) >= began) return;
  if (!isLate && stored?.value.says !== 'late') return;
  const from = Math.floor(delay / 5) * 5;
  const minutes = isLate ? { minutes: { from, to: from + 10 } } : {};
  const time = new Date(began).toISOString();
  const event = eventOf(
    clinicLate,
    { cause: `clinic-late/Encounter/${id}`, time, tenant: deps.clinic.tenant },
    { date, ...who, ...minutes },
  );
  const kept = await deps.records.put(
    {
      kind: 'chart-seen',
      id: key,
      value: { lastUpdated: time, says: isLate ? 'late' : 'on time' },
      expect: stored?.version ?? 'absent',
      expires: new Date(now + 2 * day),
    },
    [event],
  );
  if (kept === 'conflict') throw new FollowedElsewhere();
}
