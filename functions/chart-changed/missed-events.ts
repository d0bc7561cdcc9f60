import { causeOfCommit, eventsFor, inCommits, type Missed } from '../../edge/ehr/changed-events.ts';
import { sweepChanges } from '../../edge/ehr/sweep-changes.ts';
import { readBundle } from '../../fhir-mappings/notification-bundle.ts';
import { patientOf } from '../../fhir-mappings/patient-of.ts';
import type { ChartChangedDeps } from './dependencies.ts';

/** More than this is found faster by a sweep. */
const most = 2_000;

/**
 * Something changed and we were not told what: notifications that left a gap are asked for by their numbers, where the EHR keeps them; else
 * everything of that type (or all that we watch) that changed since the last sweep is looked for.
 */
export async function followUntold(deps: ChartChangedDeps, type: string, missed: Missed | undefined): Promise<void> {
  if (missed !== undefined && (await toldAgain(deps, missed))) return;
  await sweepChanges({ ...deps, patientOf }, type);
}

/** False where the EHR does not give all of them again. */
async function toldAgain(deps: ChartChangedDeps, { subscription, from, to }: Missed): Promise<boolean> {
  if (to - from >= most) return false;
  const bundle = await deps.chart.told(subscription, from, to);
  const notification = bundle === undefined ? undefined : readBundle(bundle);
  if (notification?.kind !== 'events') return false;
  const numbers = new Set(notification.eventNumbers);
  for (let number = from; number <= to; number++) if (!numbers.has(number)) return false;
  const mark = `told/${subscription}/${from}-${to}`;
  const occasion = { tenant: deps.clinic.tenant, time: deps.clock.now().toISOString(), mark };
  for (const group of inCommits(eventsFor(notification.changes, occasion)))
    await deps.store.commit({ cause: causeOfCommit(group), outcome: { reply: '' }, moments: [], events: group });
  return true;
}
