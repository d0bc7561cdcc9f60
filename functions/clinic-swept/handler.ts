import type { Subscription } from 'fhir/r4.js';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import { chartChanged } from '../../events/chart-changed.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';

export interface ClinicSweptDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: Chart;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the EHR is to deliver, and the header that proves it is the EHR. */
  readonly endpoint: string;
  readonly header: { readonly name: string; readonly secret: string };
}

/** What we want to hear of. */
const watched = ['Patient', 'RelatedPerson', 'Task', 'Appointment', 'Consent'] as const;
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
    await sweep(deps);
  };
}

/** Creates a Subscription that is missing, renews one that ends soon, asks anew for one in error. */
async function keepSubscription(deps: ClinicSweptDeps, type: (typeof watched)[number]): Promise<void> {
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
  const all = (await deps.chart.search('Subscription', { url: deps.endpoint }, 50)) as readonly Subscription[];
  return all.find((each) => each.criteria === criteria);
}

/** Everything of what we watch that changed since the last sweep is followed as if it had been told; the first sweep takes it all. */
async function sweep(deps: ClinicSweptDeps): Promise<void> {
  const started = deps.clock.now();
  const last = await deps.records.get('seen', 'swept');
  // A little before, for clocks that differ and writes that were under way.
  const since = last === undefined ? undefined : new Date(Date.parse(last.value.at) - 120_000).toISOString();
  let count = 0;
  for (const type of watched) {
    const resources = await deps.chart.search(type, since === undefined ? {} : { _lastUpdated: `ge${since}` }, 200_000);
    const events = resources.flatMap(({ id, meta }): Envelope[] => {
      if (id === undefined) return [];
      const version = meta?.versionId;
      const occasion = {
        cause: `sweep/${started.getTime()}/${type}/${id}/${version ?? ''}`,
        time: started.toISOString(),
        tenant: deps.clinic.tenant,
      };
      return [
        eventOf(chartChanged, occasion, {
          resourceType: type,
          id,
          ...(version === undefined ? {} : { versionId: version }),
        }),
      ];
    });
    for (let at = 0; at < events.length; at += 25) {
      await deps.store.commit({
        cause: `sweep/${started.getTime()}/${type}/${at}`,
        outcome: { reply: '' },
        moments: [],
        events: events.slice(at, at + 25),
      });
    }
    count += events.length;
  }
  await deps.records.put({ kind: 'seen', id: 'swept', value: { at: started.toISOString() }, expect: 'any' });
  deps.log.info('PHONES_SWEPT', { count });
}
