import { isDeepStrictEqual } from 'node:util';
import { Client } from 'fhir-kit-client';
import { Fault } from '../../domain/errors/errors.ts';
import type { Chart, ChartBody, ChartEntry, ChartResource, ChartWrite } from '../../domain/ports/chart.ts';
import type { ChartChanges } from '../../domain/ports/chart-changes.ts';
import type { Log } from '../../domain/ports/log.ts';
import { type Answer, createAttempts, type Patience } from './attempts.ts';
import type { BackendToken } from './backend-token.ts';
import { field, list, refusalReason } from './refusal-reason.ts';

export interface ChartOptions extends Partial<Patience> {
  readonly fhirBase: string;
  readonly token: BackendToken;
  readonly log: Log;
}

const PATIENCE: Patience = {
  timeoutMs: 8000,
  totalMs: 25_000,
  attempts: 4,
  firstDelayMs: 200,
  breakerFailures: 8,
  breakerOpenMs: 15_000,
  now: () => performance.now(),
  random: Math.random,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

// Searches by these go as a form, not in the address: servers and proxies log addresses.
const PERSONAL = /^(?:name|family|given|phonetic|phone|email|telecom|birthdate|address.*|identifier)(?::|$)/;
const DEFAULT_LIMIT = 1000;

/**
 * The EHR's FHIR R4 API through fhir-kit-client, with the patience it lacks (see createAttempts).
 *
 * After a doubt, a write that is tried again settles itself: a conditional create finds what it made; an update or transaction that
 * now meets a conflict is compared with what is stored, and counts as written if that is exactly what we sent. If anybody has written since, it is a conflict.
 */
export function createChart(options: ChartOptions): Chart & ChartChanges {
  const fhirBase = options.fhirBase.replace(/\/+$/, '');
  if (!URL.canParse(fhirBase)) throw new Fault('CONFIGURATION_MISSING', 'The FHIR base is not a URL');
  const { origin } = new URL(fhirBase);
  const client = new Client({ baseUrl: fhirBase });
  const attempt = createAttempts(options.token, options.log, { ...PATIENCE, ...options });
  const unusable = (message: string): Fault => new Fault('CHART_UNAVAILABLE', message);

  const chart: Chart & ChartChanges = {
    async read(type, id) {
      const answer = await attempt({
        call: (how) => client.read({ resourceType: type, id: encodeURIComponent(id), options: how }),
        isExpected: (body) => isResource(body, type),
        repeatable: true,
      });
      if (answer.ok) return { is: 'found', resource: asResource(answer.body) };
      if (answer.status === 410) return { is: 'gone' };
      if (answer.status === 403) return { is: 'forbidden' };
      // 400: some servers answer so where the id is none of theirs.
      if (answer.status === 404 || answer.status === 400) return { is: 'missing' };
      throw unusable('The EHR refused a read');
    },

    async search(type, query, limit = DEFAULT_LIMIT) {
      const found: ChartResource[] = [];
      for await (const page of chart.pages(type, query)) {
        found.push(...page);
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },

    async *pages(type, query) {
      const seen = new Set<string>();
      const postSearch = Object.keys(query).some((name) => PERSONAL.test(name));
      let next: string | undefined;
      do {
        const page = next;
        const answer = await attempt({
          call: (how) =>
            page === undefined
              ? client.search({
                  resourceType: type,
                  searchParams: parametersOf(query),
                  options: { ...how, postSearch },
                })
              : client.request(page, { options: how }),
          isExpected: (body) => isResource(body, 'Bundle') && field(body, 'type') === 'searchset',
          repeatable: true,
        });
        if (!answer.ok) throw new Fault('CHART_REFUSED', 'The EHR refused a search');
        yield list(field(answer.body, 'entry')).flatMap((entry) => {
          const resource = field(entry, 'resource');
          return isResource(resource) && resource.resourceType !== 'OperationOutcome' ? [asResource(resource)] : [];
        });
        next = nextPage(answer.body);
        if (next !== undefined && (!URL.canParse(next) || new URL(next).origin !== origin || seen.has(next))) {
          // Our token goes to no other server; and half a result that looks whole would be worse than none.
          throw unusable('The next page of a search is not at the EHR');
        }
        if (next !== undefined) seen.add(next);
      } while (next !== undefined);
    },

    async told(subscription, from, to) {
      const answer = await attempt({
        call: (how) =>
          client.operation({
            name: '$events',
            resourceType: 'Subscription',
            id: encodeURIComponent(subscription),
            method: 'GET',
            input: { eventsSinceNumber: String(from), eventsUntilNumber: String(to) },
            options: how,
          }),
        isExpected: (body) => isResource(body, 'Bundle'),
        repeatable: true,
      });
      return answer.ok ? asResource(answer.body) : undefined;
    },

    async create(resource, ifNoneExist) {
      const answer = await attempt({
        call: (how) =>
          client.create({
            resourceType: resource.resourceType,
            body: { ...resource },
            options: {
              ...how,
              headers: { ...how.headers, 'if-none-exist': ifNoneExist, prefer: 'return=representation' },
            },
          }),
        isExpected: (body) => isWriteAnswer(body, resource.resourceType),
        repeatable: true,
      });
      if (!answer.ok) return refusalOf(answer);
      return (
        writtenIn(answer, resource.resourceType) ??
        (await only(resource.resourceType, ifNoneExist)) ?? { is: 'conflict' }
      );
    },

    async update(resource, versionId) {
      const ifMatch: Record<string, string> = versionId ? { 'if-match': etagOf(versionId) } : {};
      const answer = await attempt({
        call: (how) =>
          client.update({
            resourceType: resource.resourceType,
            id: encodeURIComponent(resource.id),
            body: { ...resource },
            options: { ...how, headers: { ...how.headers, ...ifMatch, prefer: 'return=representation' } },
          }),
        isExpected: (body) => isWriteAnswer(body, resource.resourceType),
        repeatable: true,
      });
      if (answer.ok)
        return writtenIn(answer, resource.resourceType) ?? { is: 'written', id: resource.id, versionId: '' };
      const refusal = refusalOf(answer);
      if (refusal.is !== 'conflict' || !answer.doubted) return refusal;
      return (await asWeWroteIt(resource, resource.id)) ?? refusal;
    },

    async transaction(entries) {
      const answer = await attempt({
        // To the base itself: the client's own method adds a slash, which some servers do not know.
        call: (how) =>
          client.request(fhirBase, {
            method: 'POST',
            body: transactionOf(entries),
            options: { ...how, headers: { ...how.headers, 'content-type': 'application/fhir+json' } },
          }),
        isExpected: (body) =>
          isResource(body, 'Bundle') &&
          field(body, 'type') === 'transaction-response' &&
          list(field(body, 'entry')).length === entries.length,
        repeatable: entries.every((entry) => entry.method === 'PUT' || entry.ifNoneExist !== undefined),
      });
      if (answer.ok) {
        const parts = list(field(answer.body, 'entry'));
        return entries.map((entry, index) => entryWritten(entry, parts[index]));
      }
      const refusal = refusalOf(answer);
      if (refusal.is === 'conflict' && answer.doubted) {
        const settled = await Promise.all(entries.map(settle));
        const written = settled.filter((one) => one !== undefined);
        if (written.length === entries.length) return written;
      }
      return entries.map(() => refusal);
    },

    async expand(valueSet) {
      const [url = '', version] = valueSet.split('|');
      const answer = await attempt({
        call: (how) =>
          client.operation({
            name: '$expand',
            resourceType: 'ValueSet',
            method: 'GET',
            input: { url, ...(version === undefined ? {} : { valueSetVersion: version }) },
            options: how,
          }),
        isExpected: (body) => isResource(body, 'ValueSet'),
        repeatable: true,
      });
      return answer.ok && field(answer.body, 'expansion') !== undefined ? asResource(answer.body) : undefined;
    },
  };

  /** The one resource a conditional create is about, where the server's answer did not name it. */
  async function only(type: string, ifNoneExist: string): Promise<ChartWrite | undefined> {
    const [one, another] = await chart.search(type, Object.fromEntries(new URLSearchParams(ifNoneExist)), 2);
    if (one?.id === undefined || another !== undefined) return undefined;
    return { is: 'written', id: one.id, versionId: one.meta?.versionId ?? '' };
  }

  async function asWeWroteIt(resource: ChartBody, id: string): Promise<ChartWrite | undefined> {
    const now = await chart.read(resource.resourceType, id);
    if (now.is !== 'found' || !isDeepStrictEqual(contentOf(now.resource), contentOf(resource))) return undefined;
    return { is: 'written', id, versionId: now.resource.meta?.versionId ?? '' };
  }

  async function settle(entry: ChartEntry): Promise<ChartWrite | undefined> {
    if (entry.method === 'PUT') return asWeWroteIt(entry.resource, entry.url.split('/')[1] ?? '');
    return entry.ifNoneExist === undefined ? undefined : only(entry.resource.resourceType, entry.ifNoneExist);
  }

  return chart;
}

const parametersOf = (query: Parameters<Chart['search']>[1]): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );

const isResource = (value: unknown, type?: string): value is ChartResource => {
  const found = field(value, 'resourceType');
  return typeof found === 'string' && (type === undefined || found === type);
};

/** A server may answer a write with the resource, an outcome, or nothing. */
const isWriteAnswer = (body: object, type: string): boolean =>
  isResource(body, type) || isResource(body, 'OperationOutcome') || Object.keys(body).length === 0;

function asResource(body: object): ChartResource {
  if (!isResource(body)) throw new Fault('CHART_UNAVAILABLE', 'The EHR answered with something that is no resource');
  return body;
}

const etagOf = (versionId: string): string => (/^(?:W\/)?"/.test(versionId) ? versionId : `W/"${versionId}"`);
const versionOf = (etag: unknown): string | undefined =>
  typeof etag === 'string' ? /^(?:W\/)?"(.*)"$/.exec(etag)?.[1] : undefined;

/** What a resource says, without what the server adds to it. */
function contentOf(resource: ChartBody): unknown {
  const { meta: _meta, text: _text, ...content }: Record<string, unknown> = { ...resource };
  return JSON.parse(JSON.stringify(content));
}

function refusalOf(answer: Extract<Answer, { ok: false }>): ChartWrite {
  const { status } = answer;
  return status === 409 || status === 412
    ? { is: 'conflict' }
    : { is: 'refused', status, reason: refusalReason(answer.body) };
}

function writtenIn(answer: Extract<Answer, { ok: true }>, type: string): ChartWrite | undefined {
  const resource = isResource(answer.body, type) ? answer.body : undefined;
  return written(
    type,
    resource,
    answer.headers.get('location') ?? answer.headers.get('content-location'),
    answer.headers.get('etag'),
  );
}

function written(
  type: string,
  resource: ChartResource | undefined,
  location: unknown,
  etag: unknown,
): ChartWrite | undefined {
  const named =
    typeof location === 'string' ? new RegExp(`(?:^|/)${type}/([^/?]+)(?:/_history/([^/?]+))?`).exec(location) : null;
  const id = resource?.id ?? named?.[1];
  if (id === undefined) return undefined;
  return { is: 'written', id, versionId: resource?.meta?.versionId ?? named?.[2] ?? versionOf(etag) ?? '' };
}

function transactionOf(entries: readonly ChartEntry[]): { resourceType: string; [key: string]: unknown } {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries.map(({ method, url, resource, ifNoneExist, ifMatch }) => ({
      resource,
      request: {
        method,
        url,
        ...(ifNoneExist === undefined ? {} : { ifNoneExist }),
        ...(ifMatch === undefined ? {} : { ifMatch: etagOf(ifMatch) }),
      },
    })),
  };
}

function entryWritten(entry: ChartEntry, part: unknown): ChartWrite {
  const response = field(part, 'response');
  const status = Number.parseInt(String(field(response, 'status')), 10);
  if (status === 409 || status === 412) return { is: 'conflict' };
  if (status >= 400) return { is: 'refused', status, reason: refusalReason(field(response, 'outcome')) };
  const type = entry.resource.resourceType;
  const resource = field(part, 'resource');
  const result = written(
    type,
    isResource(resource, type) ? resource : undefined,
    field(response, 'location') ?? entry.url,
    field(response, 'etag'),
  );
  if (result === undefined) throw new Fault('CHART_UNAVAILABLE', 'The EHR did not say what a transaction wrote');
  return result;
}

function nextPage(bundle: object): string | undefined {
  const url = field(
    list(field(bundle, 'link')).find((link) => field(link, 'relation') === 'next'),
    'url',
  );
  return typeof url === 'string' ? url : undefined;
}
