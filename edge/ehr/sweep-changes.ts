import type { Clinic } from '../../domain/conversation/clinic.ts';
import { Fault } from '../../domain/errors/errors.ts';
import type { ChartResource } from '../../domain/ports/chart.ts';
import type { ChartChanges } from '../../domain/ports/chart-changes.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import { causeOfCommit, eventsFor, inCommits } from './changed-events.ts';
import { firstLooks, isSwept, type Query, type Watched, watched } from './watched.ts';

export interface SweepDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: ChartChanges;
  readonly clinic: Pick<Clinic, 'tenant'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose a resource is, so that changes of one patient are followed one after the other. */
  readonly patientOf: (resource: unknown) => string | undefined;
}

/**
 * Everything of what we watch (or of one type) that changed since its last whole sweep is followed as if it had been told; the first sweep
 * takes what may still matter. A type that the EHR does not let us search is left out and tried again the next time; an EHR that goes
 * away in the middle is thrown, and what was swept whole until then need not be swept again.
 */
export async function sweepChanges(deps: SweepDeps, only: string = '*'): Promise<void> {
  let count = 0;
  for (const type of watched) if (isSwept[type] && (only === '*' || only === type)) count += await sweep(deps, type);
  deps.log.info('PHONES_SWEPT', { count });
}

async function sweep(deps: SweepDeps, type: Watched): Promise<number> {
  const { records, clock, log } = deps;
  const started = clock.now();
  const last = (await records.get('seen', `swept/${type}`))?.value.at;
  // A little before, for clocks that differ and writes that were under way.
  const since = last === undefined ? undefined : new Date(Date.parse(last) - 120_000).toISOString();
  try {
    const count =
      since === undefined
        ? await lookFirst(deps, type, started)
        : await follow(deps, type, { _lastUpdated: `ge${since}` }, started);
    await records.put({ kind: 'seen', id: `swept/${type}`, value: { at: started.toISOString() }, expect: 'any' });
    return count;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.warn('CHART_REFUSED', { resourceType: type, what: 'sweep' });
    return 0;
  }
}

/** Narrow where the EHR takes that, else all of the type. */
async function lookFirst(deps: SweepDeps, type: Watched, started: Date): Promise<number> {
  try {
    let count = 0;
    for (const query of firstLooks(type, started)) count += await follow(deps, type, query, started);
    return count;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return follow(deps, type, {}, started);
  }
}

async function follow(deps: SweepDeps, type: Watched, query: Query, started: Date): Promise<number> {
  const mark = `sweep/${started.getTime()}`;
  const occurrence = { tenant: deps.clinic.tenant, time: started.toISOString(), mark, swept: true } as const;
  let count = 0;
  for await (const page of deps.chart.pages(type, { _count: '200', ...query })) {
    const events = eventsFor(
      page.flatMap((resource) => changedBy(deps, type, resource)),
      occurrence,
    );
    for (const group of inCommits(events)) {
      await deps.store.commit({ cause: causeOfCommit(group), outcome: { reply: '' }, moments: [], events: group });
      count += group.length;
    }
  }
  return count;
}

/** A search may bring along what it was not asked for. */
function changedBy({ patientOf }: SweepDeps, type: Watched, resource: ChartResource) {
  const { resourceType, id, meta } = resource;
  if (id === undefined || resourceType !== type) return [];
  const patient = patientOf(resource);
  return [
    {
      type,
      id,
      ...(meta?.versionId === undefined ? {} : { versionId: meta.versionId }),
      ...(meta?.lastUpdated === undefined ? {} : { lastUpdated: meta.lastUpdated }),
      ...(patient === undefined ? {} : { patient }),
      resource: { ...resource },
    },
  ];
}

function isRefusal(error: unknown): boolean {
  return error instanceof Fault && error.code === 'CHART_REFUSED';
}
