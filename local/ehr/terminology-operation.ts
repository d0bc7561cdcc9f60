import { OperationOutcomeError } from '@medplum/core';
import type { FhirRequest, FhirResponse, FhirRouter } from '@medplum/fhir-router';
import type { CodeSystem, Resource, ValueSet, ValueSetExpansionContains } from '@medplum/fhirtypes';
import * as z from 'zod';
import type { Clock } from '../../domain/ports/clock.ts';
import type { ChartRepository } from './chart-repository.ts';
import type { Definitions } from './definitions.ts';
import { outcome } from './fhir-service.ts';
import { type Concept, expandValueSet, TerminologyError, type TerminologySource } from './value-set-expansion.ts';

const parametersBody = z.object({
  resourceType: z.literal('Parameters'),
  parameter: z.optional(z.array(z.looseObject({ name: z.string() }))),
});

const ALL_OK = { resourceType: 'OperationOutcome', id: 'ok', issue: [] } satisfies Resource;

function isValueSet(value: unknown): value is ValueSet {
  return typeof value === 'object' && value !== null && 'resourceType' in value && value.resourceType === 'ValueSet';
}

function refuse(id: string | undefined, code: string, text: string): never {
  throw new OperationOutcomeError({ ...outcome(code, text), ...(id === undefined ? {} : { id }) });
}

/** The operation's parameters, from the query and from a Parameters body. */
function argumentsOf(request: FhirRequest): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(request.query)) found.set(name, Array.isArray(value) ? value[0] : value);
  const body = parametersBody.safeParse(request.body);
  for (const { name, ...rest } of body.data?.parameter ?? []) found.set(name, Object.values(rest)[0]);
  return found;
}

/** Follows what a value set includes before expanding, since reading the chart is asynchronous. */
async function gather(
  repository: ChartRepository,
  definitions: Definitions,
  root: ValueSet,
): Promise<TerminologySource> {
  const valueSets = new Map<string, ValueSet>();
  const codeSystems = new Map<string, CodeSystem>();
  const waiting: ValueSet[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const part of [...(next.compose?.include ?? []), ...(next.compose?.exclude ?? [])]) {
      if (part.system !== undefined && !codeSystems.has(part.system)) {
        const [found] = await repository.searchResources<CodeSystem>({
          resourceType: 'CodeSystem',
          filters: [{ code: 'url', operator: 'eq', value: part.system }],
        });
        if (found !== undefined) codeSystems.set(part.system, found);
      }
      for (const canonical of part.valueSet ?? []) {
        const found = await storedValueSet(repository, canonical);
        const [url = ''] = canonical.split('|');
        if (found !== undefined && !valueSets.has(url)) {
          valueSets.set(url, found);
          waiting.push(found);
        }
      }
    }
  }
  return {
    valueSet: (url) => valueSets.get(url),
    codeSystem: (url) => codeSystems.get(url),
    expanded: (url) => definitions.standardValueSet(url),
  };
}

async function storedValueSet(repository: ChartRepository, canonical: string): Promise<ValueSet | undefined> {
  const [url = '', version] = canonical.split('|');
  const found = await repository.searchResources<ValueSet>({
    resourceType: 'ValueSet',
    filters: [{ code: 'url', operator: 'eq', value: url }],
  });
  return version === undefined ? found.at(-1) : found.find((one) => one.version === version);
}

function contains(concepts: readonly Concept[]): ValueSetExpansionContains[] {
  return concepts.map(({ system, code, display, designation }) => ({
    system,
    code,
    ...(display === undefined ? {} : { display }),
    ...(designation === undefined ? {} : { designation: designation.map((one) => ({ ...one })) }),
  }));
}

async function expand(
  request: FhirRequest,
  repository: ChartRepository,
  definitions: Definitions,
  clock: Clock,
): Promise<ValueSet> {
  const given = argumentsOf(request);
  const { id } = request.params;
  const url = given.get('url');
  let root: ValueSet | undefined;
  let concepts: readonly Concept[] | undefined;
  if (id !== undefined) root = await repository.readResource<ValueSet>('ValueSet', id);
  else if (isValueSet(given.get('valueSet'))) {
    const inline = given.get('valueSet');
    if (isValueSet(inline)) root = inline;
  } else if (typeof url === 'string') {
    root = await storedValueSet(repository, url);
    concepts = root === undefined ? definitions.standardValueSet(url.split('|')[0] ?? url) : undefined;
    if (root === undefined && concepts === undefined)
      refuse('not-found', 'not-found', `The value set ${url} is not here.`);
  } else refuse(undefined, 'required', 'Say which value set: by url, by id or inline.');
  if (root !== undefined) {
    try {
      concepts = expandValueSet(root, await gather(repository, definitions, root));
    } catch (error) {
      if (!(error instanceof TerminologyError)) throw error;
      refuse('business-rule', 'not-supported', error.message);
    }
  }
  const filter = given.get('filter');
  const wanted = (concepts ?? []).filter(
    (one) =>
      typeof filter !== 'string' || `${one.display ?? ''} ${one.code}`.toLowerCase().includes(filter.toLowerCase()),
  );
  const offset = Number(given.get('offset') ?? 0);
  const count = Number(given.get('count') ?? 1000);
  return {
    ...(root ?? {
      resourceType: 'ValueSet',
      status: 'active',
      ...(typeof url === 'string' ? { url: url.split('|')[0] ?? url } : {}),
    }),
    expansion: {
      timestamp: clock.now().toISOString(),
      total: wanted.length,
      offset,
      contains: contains(wanted.slice(offset, offset + count)),
    },
  };
}

/** Adds `ValueSet/$expand` for value sets in the chart, given inline, or of the standard itself. */
export function addTerminologyOperations(
  router: FhirRouter,
  repository: ChartRepository,
  definitions: Definitions,
  clock: Clock,
): void {
  const handler = async (request: FhirRequest): Promise<FhirResponse> => [
    ALL_OK,
    await expand(request, repository, definitions, clock),
  ];
  for (const method of ['GET', 'POST'] as const) {
    router.add(method, 'ValueSet/$expand', handler);
    router.add(method, 'ValueSet/:id/$expand', handler);
  }
}
