import type { VisitOverBecause } from '../../domain/visit/known-visit.ts';
import type { VisitStanding } from '../../domain/visit/visit.ts';
import type { VisitState } from '../../fhir-mappings/appointment.ts';
import type { EncounterState } from '../../fhir-mappings/encounter.ts';
import type { ChartChangedDeps } from './dependencies.ts';

/** How a visit stands, by its Appointment and its Encounter together. */
export type Standing = Exclude<VisitState, 'unknown'>;

/** Undefined for what is not over. */
export const overBecause: Record<Standing, VisitOverBecause | undefined> = {
  waiting: undefined,
  booked: undefined,
  there: undefined,
  passed: 'passed',
  cancelled: 'cancelled',
  missed: 'missed',
  'never-was': 'never-was',
};

export const standings: Record<Standing, VisitStanding> = {
  waiting: 'wished',
  booked: 'booked',
  there: 'arrived',
  passed: 'passed',
  cancelled: 'cancelled',
  missed: 'missed',
  'never-was': 'cancelled',
};

/** Where the Appointment lags behind its Encounter, whoever is there is there. What is off stays off. */
const withEncounter: Record<Standing, Partial<Record<EncounterState, Standing>>> = {
  waiting: { arrived: 'there', 'under-way': 'there', finished: 'passed' },
  booked: { arrived: 'there', 'under-way': 'there', finished: 'passed' },
  there: { finished: 'passed' },
  passed: {},
  cancelled: {},
  missed: {},
  'never-was': {},
};

export function isStanding(says: string | undefined): says is Standing {
  return says !== undefined && Object.hasOwn(standings, says);
}

/** By what the Appointment says itself, and what is known of its Encounter, which may have been heard of before. */
export async function standingNow(
  deps: ChartChangedDeps,
  own: Standing,
  { id, start }: { readonly id: string; readonly start?: string },
): Promise<Standing> {
  // Nobody comes a day early: most changes need not ask.
  const soon = start !== undefined && Date.parse(start) - deps.clock.now().getTime() < day;
  const encounter = soon ? (await deps.records.get('chart-seen', encounterKey(id)))?.value.says : undefined;
  return standingWith(own, encounter);
}

export function standingWith(own: Standing, encounter: string | undefined): Standing {
  const known: Partial<Record<string, Standing>> = withEncounter[own];
  return (encounter === undefined ? undefined : known[encounter]) ?? own;
}

/** Where it is kept how the Encounter of an Appointment stands. */
export function encounterKey(appointment: string): string {
  return `Appointment/${appointment}/encounter`;
}

const day = 86_400_000;
