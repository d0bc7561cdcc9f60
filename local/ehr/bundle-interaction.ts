import { normalizeOperationOutcome, OperationOutcomeError, parseSearchRequest } from '@medplum/core';
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import * as z from 'zod';
import type { ChartRepository } from './chart-repository.ts';
import type { FhirAnswer, FhirCall } from './fhir-service.ts';

const bundleShape = z.looseObject({
  resourceType: z.literal('Bundle'),
  type: z.enum(['batch', 'transaction']),
  entry: z.optional(
    z.array(
      z.looseObject({
        fullUrl: z.optional(z.string()),
        resource: z.optional(z.looseObject({ resourceType: z.string(), id: z.optional(z.string()) })),
        request: z.looseObject({
          method: z.string(),
          url: z.string(),
          ifNoneExist: z.optional(z.string()),
          ifMatch: z.optional(z.string()),
          ifNoneMatch: z.optional(z.string()),
        }),
      }),
    ),
  ),
});
type Entry = NonNullable<z.infer<typeof bundleShape>['entry']>[number];

/** Runs one entry as a request of its own. */
type Interact = (call: FhirCall, assignedId: boolean) => Promise<FhirAnswer>;

/** The order in which a transaction does its work. @see https://hl7.org/fhir/R4/http.html#trules */
const RANK: Readonly<Record<string, number>> = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2, GET: 3, HEAD: 3 };

interface Step {
  readonly entry: Entry;
  readonly url: string;
  /** Set where the entry creates: the id that references to it already use. */
  readonly newId: string | undefined;
  /** Set where a conditional create found its resource: nothing is written. */
  readonly existing: string | undefined;
}

function failure(status: number, text: string, expression?: string): OperationOutcomeError {
  const id = status === 412 ? 'precondition-failed' : undefined;
  return new OperationOutcomeError({
    resourceType: 'OperationOutcome',
    ...(id === undefined ? {} : { id }),
    issue: [
      {
        severity: 'error',
        code: 'invalid',
        details: { text },
        ...(expression === undefined ? {} : { expression: [expression] }),
      },
    ],
  });
}

/** The one match of a condition, or undefined; more than one is refused. */
async function matchOf(repository: ChartRepository, condition: string, at: string): Promise<string | undefined> {
  const request = parseSearchRequest(condition);
  const [first, second] = await repository.searchResources({ ...request, count: 2 });
  if (second !== undefined) throw failure(412, 'More than one resource matches the condition.', at);
  return first === undefined ? undefined : `${first.resourceType}/${first.id}`;
}

/** Rewrites every string that a resource of this bundle is called by, in references, urls and narrative links alike. */
function rewrite(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    const whole = names.get(value);
    if (whole !== undefined) return whole;
    if (!value.includes('urn:')) return value;
    return value.replace(/urn:(uuid|oid):[0-9A-Za-z.-]+/g, (found) => names.get(found) ?? found);
  }
  if (Array.isArray(value)) return value.map((one) => rewrite(one, names));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, rewrite(child, names)]));
  }
  return value;
}

function conditionalReferences(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) conditionalReferences(one, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (key === 'reference' && typeof child === 'string' && /^[A-Z]\w+\?/.test(child)) found.add(child);
      else conditionalReferences(child, found);
    }
  }
}

async function prepare(
  entries: readonly Entry[],
  repository: ChartRepository,
): Promise<{ steps: Step[]; names: Map<string, string> }> {
  const names = new Map<string, string>();
  const steps: Step[] = [];
  const written = new Set<string>();
  const conditionalCreates = new Map<string, string>();
  for (const [position, entry] of entries.entries()) {
    const at = `Bundle.entry[${position}]`;
    const { method, url } = entry.request;
    const [type = '', query] = url.split('?');
    let target: string | undefined;
    let step: Step = { entry, url, newId: undefined, existing: undefined };
    if (method === 'POST' && !type.includes('/') && type !== '') {
      const { ifNoneExist } = entry.request;
      const condition = ifNoneExist === undefined ? undefined : `${type}?${ifNoneExist.replace(/^\?/, '')}`;
      const existing =
        condition === undefined
          ? undefined
          : (conditionalCreates.get(condition) ?? (await matchOf(repository, condition, at)));
      const newId = existing === undefined ? repository.generateId() : undefined;
      target = existing ?? `${type}/${newId}`;
      if (condition !== undefined) conditionalCreates.set(condition, target);
      step = { ...step, newId, existing };
    } else if (method === 'PUT' || method === 'PATCH' || method === 'DELETE') {
      target = query === undefined ? url : await matchOf(repository, url, at);
      if (target === undefined && method === 'PUT') {
        const newId = entry.resource?.id ?? repository.generateId();
        target = `${type}/${newId}`;
        step = { ...step, url: type, newId };
      } else if (target !== undefined) step = { ...step, url: target };
    }
    if (target !== undefined && step.existing === undefined) {
      if (written.has(target)) throw failure(400, 'Two entries of a transaction write the same resource.', at);
      written.add(target);
    }
    if (target !== undefined && entry.fullUrl !== undefined) names.set(entry.fullUrl, target);
    steps.push(step);
  }
  const conditions = new Set<string>();
  for (const entry of entries) conditionalReferences(entry.resource, conditions);
  for (const condition of conditions) {
    const match = await matchOf(repository, condition, 'Bundle');
    if (match === undefined) throw failure(412, 'A conditional reference matches nothing.', 'Bundle');
    names.set(condition, match);
  }
  return { steps, names };
}

function callOf(step: Step, names: ReadonlyMap<string, string>): FhirCall {
  const { request, resource } = step.entry;
  const headers: Record<string, string> = {};
  if (request.ifMatch !== undefined) headers['if-match'] = request.ifMatch;
  if (request.ifNoneMatch !== undefined) headers['if-none-match'] = request.ifNoneMatch;
  if (step.existing !== undefined) return { method: 'GET', url: step.existing, body: undefined, headers };
  let body = rewrite(resource, names);
  const id = step.newId ?? (request.method === 'PUT' ? step.url.split('/')[1] : undefined);
  if (typeof body === 'object' && body !== null && id !== undefined) body = { ...body, id };
  // A conditional update that found nothing creates.
  const method = request.method === 'PUT' && step.newId !== undefined ? 'POST' : request.method;
  return { method, url: String(rewrite(step.url, names)), body, headers };
}

function responseEntry(answer: FhirAnswer): BundleEntry {
  const failed = answer.status >= 400;
  const { resource } = answer;
  const { location, etag } = answer.headers;
  return {
    ...(resource === undefined || failed ? {} : { resource }),
    response: {
      status: String(answer.status),
      ...(location === undefined ? {} : { location }),
      ...(etag === undefined ? {} : { etag }),
      ...(resource?.meta?.lastUpdated === undefined ? {} : { lastModified: resource.meta.lastUpdated }),
      ...(failed && resource?.resourceType === 'OperationOutcome' ? { outcome: resource } : {}),
    },
  };
}

class EntryRefused extends Error {
  readonly answer: FhirAnswer;
  constructor(answer: FhirAnswer) {
    super('An entry of the transaction was refused.');
    this.answer = answer;
  }
}

async function transact(
  entries: readonly Entry[],
  repository: ChartRepository,
  interact: Interact,
): Promise<BundleEntry[]> {
  return repository.withTransaction(async () => {
    const { steps, names } = await prepare(entries, repository);
    const results: BundleEntry[] = new Array(steps.length);
    const order = [...steps.entries()].sort(
      ([, a], [, b]) => (RANK[a.entry.request.method] ?? 4) - (RANK[b.entry.request.method] ?? 4),
    );
    for (const [position, step] of order) {
      const answer = await interact(callOf(step, names), step.newId !== undefined);
      if (answer.status >= 400) throw new EntryRefused(located(answer, position));
      results[position] = responseEntry(answer);
    }
    return results;
  });
}

/** Says in the outcome which entry was to blame. */
function located(answer: FhirAnswer, position: number): FhirAnswer {
  const { resource } = answer;
  if (resource?.resourceType !== 'OperationOutcome') return answer;
  const issue = resource.issue.map((one) => ({
    ...one,
    expression: [`Bundle.entry[${position}]`, ...(one.expression ?? [])],
  }));
  return { ...answer, resource: { ...resource, issue } };
}

async function runBatch(entries: readonly Entry[], interact: Interact): Promise<BundleEntry[]> {
  const results: BundleEntry[] = [];
  for (const entry of entries) {
    const call = callOf({ entry, url: entry.request.url, newId: undefined, existing: undefined }, new Map());
    const ifNoneExist = entry.request.ifNoneExist;
    const headers = ifNoneExist === undefined ? call.headers : { ...call.headers, 'if-none-exist': ifNoneExist };
    results.push(responseEntry(await interact({ ...call, headers, body: entry.resource }, false)));
  }
  return results;
}

/**
 * Does a batch or a transaction. Ours instead of the router's, whose transactions stop at 50 updates, at eight entries where one is conditional,
 * and whose repository for memory undoes nothing.
 */
export async function processBundle(
  call: FhirCall,
  repository: ChartRepository,
  interact: Interact,
  base: string,
): Promise<FhirAnswer> {
  const parsed = bundleShape.safeParse(call.body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const resource: Resource = failure(
      400,
      issue?.message ?? 'Not a batch or a transaction.',
      ['Bundle', ...(issue?.path ?? [])].join('.'),
    ).outcome;
    return { status: 400, resource, headers: {} };
  }
  const entries = (parsed.data.entry ?? []).map((entry) => ({
    ...entry,
    request: { ...entry.request, url: entry.request.url.replace(`${base}/`, '').replace(/^\//, '') },
  }));
  try {
    const entry =
      parsed.data.type === 'transaction'
        ? await transact(entries, repository, interact)
        : await runBatch(entries, interact);
    const response: Bundle = { resourceType: 'Bundle', type: `${parsed.data.type}-response`, entry };
    return { status: 200, resource: response, headers: {} };
  } catch (error) {
    if (error instanceof EntryRefused) return error.answer;
    const { id, ...resource } = normalizeOperationOutcome(error);
    return { status: id === 'conflict' ? 409 : id === 'precondition-failed' ? 412 : 400, resource, headers: {} };
  }
}
