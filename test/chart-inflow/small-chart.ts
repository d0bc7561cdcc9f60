import type { FhirResource } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import type { Chart, ChartRead, ChartResource } from '../../domain/ports/chart.ts';
import type { ChartChanges } from '../../domain/ports/chart-changes.ts';

/** What goes wrong with reads, until it is taken away. */
export type Trouble = 'missing' | 'gone' | 'forbidden' | 'unavailable' | 'refused';

/**
 * An EHR in memory that answers with what it holds now. Its versions are opaque: they neither rise nor say anything of their order; its clock
 * moves a second with each write.
 */
export function smallChart(begin: number) {
  const held = new Map<string, FhirResource & ChartResource>();
  const deleted = new Set<string>();
  const troubles = new Map<string, Trouble>();
  const asked: string[] = [];
  const queries: string[] = [];
  const told: { readonly number: number; readonly resource: ChartResource }[] = [];
  let writes = 0;

  const trouble = (what: string): Trouble | undefined => troubles.get(what) ?? troubles.get('*');
  const search = (
    type: string,
    query: Readonly<Record<string, string | readonly string[]>>,
  ): readonly ChartResource[] => {
    if (trouble(`${type}?`) === 'unavailable') throw new Fault('CHART_UNAVAILABLE', 'The EHR is away');
    if (trouble(`${type}?`) === 'refused') throw new Fault('CHART_REFUSED', 'The EHR refused a search');
    const since = typeof query._lastUpdated === 'string' ? Date.parse(query._lastUpdated.slice(2)) : 0;
    return [...held.values()].filter(
      (each) =>
        each.resourceType === type &&
        (query._id === undefined || each.id === query._id) &&
        (query.patient === undefined || JSON.stringify(each).includes(`"${String(query.patient)}"`)) &&
        Date.parse(each.meta?.lastUpdated ?? '') >= since,
    );
  };
  const chart: Chart & ChartChanges = {
    async read(type, id): Promise<ChartRead> {
      const reference = `${type}/${id}`;
      asked.push(reference);
      const wrong = trouble(reference);
      if (wrong === 'unavailable') throw new Fault('CHART_UNAVAILABLE', 'The EHR is away');
      if (wrong === 'missing' || wrong === 'gone' || wrong === 'forbidden') return { is: wrong };
      const resource = held.get(reference);
      if (resource !== undefined) return { is: 'found', resource };
      return { is: deleted.has(reference) ? 'gone' : 'missing' };
    },
    search: async (type, query) => {
      asked.push(`${type}?`);
      return search(type, query);
    },
    async *pages(type, query) {
      const by = Object.keys(query).filter((name) => name !== '_count');
      queries.push(`${type}?${by.join('&')}`);
      asked.push(`${type}?`);
      if (trouble(`${type}?${by.join('&')}`) === 'refused')
        throw new Fault('CHART_REFUSED', 'The EHR refused a search');
      for (const resource of search(type, query)) yield [resource];
    },
    told: async (_subscription, from, to) => {
      asked.push('$events');
      if (trouble('$events') !== undefined) return undefined;
      const events = told.filter(({ number }) => number >= from && number <= to);
      return notificationOf(
        events.map(({ resource }) => resource),
        { type: 'query-event', numbers: events.map(({ number }) => number) },
      );
    },
    create: async () => ({ is: 'conflict' }),
    update: async () => ({ is: 'conflict' }),
    transaction: async () => [],
    expand: async () => undefined,
  };
  return {
    chart,
    asked,
    /** What was looked for page by page, by the names of its parameters. */
    queries,
    troubles,
    told,
    put<R extends FhirResource & { readonly id: string }>(resource: R): R & ChartResource {
      writes += 1;
      const lastUpdated = new Date(begin + writes * 1_000).toISOString();
      const versionId = `v${((writes * 7919) % 1000).toString(36)}`;
      const saved = { ...resource, meta: { ...resource.meta, versionId, lastUpdated } };
      held.set(`${resource.resourceType}/${resource.id}`, saved);
      deleted.delete(`${resource.resourceType}/${resource.id}`);
      return saved;
    },
    delete(reference: string): void {
      writes += 1;
      held.delete(reference);
      deleted.add(reference);
    },
  };
}

/** A notification of the R4 backport with whole resources. */
export function notificationOf(
  resources: readonly object[],
  { type = 'event-notification', numbers = [] }: { readonly type?: string; readonly numbers?: readonly number[] } = {},
): ChartResource & { readonly entry: readonly object[] } {
  const status = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'subscription', valueReference: { reference: 'https://ehr.example/fhir/Subscription/all' } },
      { name: 'status', valueCode: 'active' },
      { name: 'type', valueCode: type },
      ...numbers.map((number) => ({
        name: 'notification-event',
        part: [{ name: 'event-number', valueString: String(number) }],
      })),
    ],
  };
  const bundle = { resourceType: 'Bundle', type: 'history', entry: [{ resource: status }, ...resources.map(entryOf)] };
  return bundle;
}

/** A whole resource, or what an entry says without one. */
function entryOf(resource: object): object {
  return 'fullUrl' in resource ? resource : { resource };
}
