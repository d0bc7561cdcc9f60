import type { Subscription } from 'fhir/r4.js';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import { Fault } from '../../domain/errors/errors.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { ChartChanges } from '../../domain/ports/chart-changes.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import { sweepChanges } from '../../edge/ehr/sweep-changes.ts';
import { type Watched, watched } from '../../edge/ehr/watched.ts';
import { patientOf } from '../../fhir-mappings/patient-of.ts';

export interface ClinicSweptDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: Chart & ChartChanges;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the EHR is to deliver, and the header that proves it is the EHR. */
  readonly endpoint: string;
  readonly header: { readonly name: string; readonly secret: string };
}

const day = 86_400_000;

/** What the schedule calls; the event says nothing but that it is time. A failure is thrown: the next sweep begins where the last whole one did. */
export function createHandler(deps: ClinicSweptDeps): (event: unknown) => Promise<void> {
  const sweepAll = createSweep(deps);
  return () => sweepAll();
}

/** Keeps our Subscriptions alive, and follows everything in the EHR that may have changed while nobody told us. */
export function createSweep(deps: ClinicSweptDeps): () => Promise<void> {
  return async () => {
    for (const type of watched) await keepSubscription(deps, type);
    await sweepChanges({ ...deps, patientOf });
  };
}

/**
 * Creates a Subscription that is missing, renews one that ends soon, asks anew for one in error. An EHR that does not take one of them
 * may take the others, and what it does not tell is found by the sweep.
 */
async function keepSubscription(deps: ClinicSweptDeps, type: Watched): Promise<void> {
  const criteria = `${type}?`;
  const now = deps.clock.now();
  const known = await deps.records.get('subscription', type);
  const current = known === undefined ? await findOurs(deps, criteria) : await currentOf(deps, known.value.reference);
  const soon = current?.end !== undefined && Date.parse(current.end) < now.getTime() + 3 * day;
  const sound =
    current !== undefined &&
    !soon &&
    current.status !== 'error' &&
    current.status !== 'off' &&
    current.channel.endpoint === deps.endpoint;
  const wanted: Subscription = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'Told Once: what the patient told follows them',
    criteria,
    end: new Date(now.getTime() + 14 * day).toISOString(),
    channel: {
      type: 'rest-hook',
      endpoint: deps.endpoint,
      payload: 'application/fhir+json',
      header: [`${deps.header.name}: ${deps.header.secret}`],
    },
  };
  if (sound) {
    if (known === undefined && current.id !== undefined) await keep(deps, type, current.id, criteria);
    return;
  }
  const written =
    current?.id === undefined
      ? await deps.chart.create(
          wanted,
          `criteria=${encodeURIComponent(criteria)}&url=${encodeURIComponent(deps.endpoint)}`,
        )
      : await deps.chart.update({ ...wanted, id: current.id }, current.meta?.versionId);
  if (written.is === 'written') await keep(deps, type, written.id, criteria);
  else deps.log.error('SUBSCRIPTION_FAILED', { resourceType: type });
}

async function keep(deps: ClinicSweptDeps, type: string, id: string, criteria: string): Promise<void> {
  const checkedAt = deps.clock.now().toISOString();
  await deps.records.put({
    kind: 'subscription',
    id: type,
    expect: 'any',
    value: { reference: `Subscription/${id}`, criteria, checkedAt },
  });
  deps.log.info('SUBSCRIPTION_KEPT', { resourceType: type });
}

async function currentOf(deps: ClinicSweptDeps, reference: string): Promise<Subscription | undefined> {
  const read = await deps.chart.read('Subscription', reference.slice('Subscription/'.length));
  return read.is === 'found' ? (read.resource as Subscription) : undefined;
}

async function findOurs(deps: ClinicSweptDeps, criteria: string): Promise<Subscription | undefined> {
  try {
    const all = (await deps.chart.search('Subscription', { url: deps.endpoint }, 50)) as readonly Subscription[];
    return all.find((each) => each.criteria === criteria);
  } catch (error) {
    // Where they cannot be searched, a conditional create finds the one that is there.
    if (error instanceof Fault && error.code === 'CHART_REFUSED') return undefined;
    throw error;
  }
}
