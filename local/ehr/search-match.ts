import {
  badRequest,
  convertToSearchableNumbers,
  convertToSearchableQuantities,
  convertToSearchableReferences,
  convertToSearchableStrings,
  convertToSearchableUris,
  evalFhirPathTyped,
  type Filter,
  globalSchema,
  LRUCache,
  matchesSearchRequest,
  OperationOutcomeError,
  type SortRule,
  splitSearchOnComma,
  toTypedValue,
} from '@medplum/core';
import type { Resource, SearchParameter } from '@medplum/fhirtypes';

const expressions = new LRUCache<
  Parameters<typeof evalFhirPathTyped>[3] extends LRUCache<infer Atom> | undefined ? Atom : never
>(1000);

/** The modifiers and prefixes that mean something here for each type of parameter; any other is refused rather than ignored. */
const OPERATORS: Readonly<Record<string, ReadonlySet<string>>> = {
  string: new Set(['eq', 'exact', 'contains', 'missing']),
  uri: new Set(['eq', 'below', 'missing']),
  reference: new Set(['eq', 'missing']),
  token: new Set(['eq', 'not', 'missing']),
  date: new Set(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap', 'missing']),
  number: new Set(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'missing']),
  quantity: new Set(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'missing']),
};

export function searchParameter(type: string, code: string): SearchParameter | undefined {
  return globalSchema.types[type]?.searchParams?.[code];
}

export function isChained(filter: Filter): boolean {
  return filter.code.includes('.') && !filter.code.startsWith('_has');
}

/** Throws where a search cannot be done as it is meant: a server that ignores a condition answers another question. */
export function checkFilter(type: string, filter: Filter): void {
  if (isChained(filter)) return;
  const parameter = searchParameter(type, filter.code);
  if (parameter === undefined) {
    throw new OperationOutcomeError(badRequest(`The search parameter "${filter.code}" is not known for ${type}.`));
  }
  if (OPERATORS[parameter.type]?.has(filter.operator) !== true) {
    throw new OperationOutcomeError(
      badRequest(`"${filter.code}" does not support "${filter.operator}" (a parameter of type ${parameter.type}).`),
    );
  }
}

function valuesOf(resource: Resource, parameter: SearchParameter): ReturnType<typeof evalFhirPathTyped> {
  return evalFhirPathTyped(parameter.expression ?? '{}', [toTypedValue(resource)], undefined, expressions);
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
}

function matchesString(stored: string, wanted: string, operator: string): boolean {
  if (operator === 'exact') return stored === wanted;
  const [text, start] = [fold(stored), fold(wanted)];
  if (operator === 'contains') return text.includes(start);
  // A name or an address comes as one string of its parts; each of them may be what the search starts with.
  return text.startsWith(start) || text.split(/[\s,]+/).some((word) => word.startsWith(start));
}

function matchesReference(stored: string, wanted: string): boolean {
  if (stored === wanted || stored.split('/_history/')[0] === wanted) return true;
  if (/^[A-Za-z0-9\-.]{1,64}$/.test(wanted)) return stored.endsWith(`/${wanted}`);
  // A canonical without its version stands for all of them.
  return wanted.includes('://') && !wanted.includes('|') && stored.split('|')[0] === wanted;
}

function compare(stored: number, wanted: number, operator: string): boolean {
  switch (operator) {
    case 'ne':
      return stored !== wanted;
    case 'gt':
      return stored > wanted;
    case 'lt':
      return stored < wanted;
    case 'ge':
      return stored >= wanted;
    case 'le':
      return stored <= wanted;
    default:
      return stored === wanted;
  }
}

/** Whether the resource fulfils one condition (not a chained one), by R4's rules where @medplum/core's own matching is looser or lacks the type. */
export function matchesFilter(resource: Resource, filter: Filter): boolean {
  const parameter = searchParameter(resource.resourceType, filter.code);
  if (parameter === undefined) return false;
  const type = resource.resourceType;
  if (filter.operator === 'missing' || parameter.type === 'token' || parameter.type === 'date') {
    return matchesSearchRequest(resource, { resourceType: type, filters: [filter] });
  }
  const values = valuesOf(resource, parameter);
  const wanted = splitSearchOnComma(filter.value);
  switch (parameter.type) {
    case 'string':
      return convertToSearchableStrings(values).some((one) =>
        wanted.some((value) => matchesString(one, value, filter.operator)),
      );
    case 'uri':
      return convertToSearchableUris(values).some((one) =>
        wanted.some((value) => (filter.operator === 'below' ? one.startsWith(value) : one === value)),
      );
    case 'reference':
      return convertToSearchableReferences(values).some((one) => wanted.some((value) => matchesReference(one, value)));
    case 'number':
      return convertToSearchableNumbers(values).some(([low]) =>
        wanted.some((value) => low !== undefined && compare(low, Number(value), filter.operator)),
      );
    case 'quantity':
      return convertToSearchableQuantities(values).some((one) =>
        wanted.some((value) => {
          const [amount, system, code] = value.split('|');
          if (one.value === undefined || !compare(one.value, Number(amount), filter.operator)) return false;
          return (!system || one.system === system) && (!code || one.code === code || one.unit === code);
        }),
      );
    default:
      return false;
  }
}

function sortKey(resource: Resource, code: string): string | number | undefined {
  const parameter = searchParameter(resource.resourceType, code);
  if (parameter === undefined) throw new OperationOutcomeError(badRequest(`It cannot be sorted by "${code}".`));
  const value = valuesOf(resource, parameter)[0]?.value;
  if (typeof value === 'string' || typeof value === 'number') {
    return parameter.type === 'date' ? Date.parse(String(value)) : value;
  }
  if (typeof value === 'object' && value !== null) {
    if ('start' in value && typeof value.start === 'string') return Date.parse(value.start);
    return fold(convertToSearchableStrings(valuesOf(resource, parameter))[0] ?? '');
  }
  return undefined;
}

/** Orders by the first rule, ties by the next; what lacks the value comes last. */
export function sortResources<T extends Resource>(resources: readonly T[], rules: readonly SortRule[]): T[] {
  const keyed = resources.map((resource) => ({ resource, keys: rules.map((rule) => sortKey(resource, rule.code)) }));
  keyed.sort((a, b) => {
    for (const [position, rule] of rules.entries()) {
      const [left, right] = [a.keys[position], b.keys[position]];
      if (left === right) continue;
      if (left === undefined) return 1;
      if (right === undefined) return -1;
      return (left < right ? -1 : 1) * (rule.descending === true ? -1 : 1);
    }
    return 0;
  });
  return keyed.map(({ resource }) => resource);
}
