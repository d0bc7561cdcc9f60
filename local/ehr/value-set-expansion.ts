import type { CodeSystem, CodeSystemConcept, ValueSet, ValueSetComposeInclude } from '@medplum/fhirtypes';

/** One member of an expanded value set. */
export interface Concept {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
  readonly designation?: readonly { readonly language?: string; readonly value: string }[];
}

/** Where an expansion finds what a value set refers to, by canonical without version. */
export interface TerminologySource {
  valueSet(url: string): ValueSet | undefined;
  codeSystem(url: string): CodeSystem | undefined;
  /** A value set that is already expanded, if there is one. */
  expanded?(url: string): readonly Concept[] | undefined;
}

/** The value set cannot be expanded here; the message names canonicals only. */
export class TerminologyError extends Error {
  override readonly name = 'TerminologyError';
}

const MAX_DEPTH = 8;

function withoutVersion(canonical: string): string {
  return canonical.split('|')[0] ?? canonical;
}

type ConceptLike = {
  code?: string | undefined;
  display?: string | undefined;
  designation?: { language?: string | undefined; value?: string | undefined }[] | undefined;
};

function toConcept(system: string, concept: ConceptLike, known?: ConceptLike): Concept | undefined {
  if (concept.code === undefined) return undefined;
  const display = concept.display ?? known?.display;
  const designation = (concept.designation ?? known?.designation)?.flatMap((one) =>
    one.value === undefined
      ? []
      : [{ ...(one.language === undefined ? {} : { language: one.language }), value: one.value }],
  );
  return {
    system,
    code: concept.code,
    ...(display === undefined ? {} : { display }),
    ...(designation === undefined || designation.length === 0 ? {} : { designation }),
  };
}

interface Node {
  readonly concept: CodeSystemConcept;
  /** Codes of the concept's ancestors. A system states its tree by nesting or by `subsumedBy`/`parent` properties. */
  readonly ancestors: ReadonlySet<string>;
}

function walk(system: CodeSystem): Node[] {
  const nodes: { concept: CodeSystemConcept; parents: Set<string> }[] = [];
  const visit = (concepts: readonly CodeSystemConcept[] | undefined, parent: string | undefined): void => {
    for (const concept of concepts ?? []) {
      const parents = new Set<string>(parent === undefined ? [] : [parent]);
      for (const property of concept.property ?? []) {
        if ((property.code === 'subsumedBy' || property.code === 'parent') && property.valueCode !== undefined) {
          parents.add(property.valueCode);
        }
      }
      nodes.push({ concept, parents });
      visit(concept.concept, concept.code);
    }
  };
  visit(system.concept, undefined);
  const parentsOf = new Map(nodes.map((node) => [node.concept.code, node.parents]));
  return nodes.map(({ concept, parents }) => {
    const ancestors = new Set<string>();
    const waiting = [...parents];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (ancestors.has(next)) continue;
      ancestors.add(next);
      waiting.push(...(parentsOf.get(next) ?? []));
    }
    return { concept, ancestors };
  });
}

type Filter = NonNullable<ValueSetComposeInclude['filter']>[number];

function passes(node: Node, filter: Filter): boolean {
  const { concept, ancestors } = node;
  const value = filter.value ?? '';
  switch (filter.op) {
    case 'is-a':
      return concept.code === value || ancestors.has(value);
    case 'descendent-of':
      return ancestors.has(value);
    case 'is-not-a':
      return concept.code !== value && !ancestors.has(value);
    case 'in':
      return value.split(',').includes(concept.code ?? '');
    case 'not-in':
      return !value.split(',').includes(concept.code ?? '');
    case '=':
      if (filter.property === 'code') return concept.code === value;
      if (filter.property === 'display') return concept.display === value;
      return (concept.property ?? []).some(
        (one) =>
          one.code === filter.property &&
          [one.valueCode, one.valueString, one.valueCoding?.code].some((found) => found === value),
      );
    default:
      throw new TerminologyError(`The filter "${filter.op ?? ''}" is not supported.`);
  }
}

function isAbstract(concept: CodeSystemConcept): boolean {
  return (concept.property ?? []).some((one) => one.code === 'notSelectable' && one.valueBoolean === true);
}

function fromSystem(include: ValueSetComposeInclude, system: string, source: TerminologySource): Concept[] {
  const stored = source.codeSystem(system);
  if (include.concept !== undefined) {
    const known = new Map(stored === undefined ? [] : walk(stored).map(({ concept }) => [concept.code, concept]));
    return include.concept.flatMap((concept) => toConcept(system, concept, known.get(concept.code)) ?? []);
  }
  if (stored === undefined || stored.content === 'not-present') {
    throw new TerminologyError(`The code system ${system} is not here, so its codes cannot be listed.`);
  }
  return walk(stored)
    .filter((node) => !isAbstract(node.concept) && (include.filter ?? []).every((filter) => passes(node, filter)))
    .flatMap(({ concept }) => toConcept(system, concept) ?? []);
}

const keyOf = (concept: Concept): string => `${concept.system}|${concept.code}`;

function included(include: ValueSetComposeInclude, source: TerminologySource, depth: number): Concept[] {
  // Within one include, system and value sets narrow each other. @see https://hl7.org/fhir/R4/valueset.html#compositions
  let result: Concept[] | undefined =
    include.system === undefined ? undefined : fromSystem(include, include.system, source);
  for (const canonical of include.valueSet ?? []) {
    const members = byUrl(canonical, source, depth + 1);
    if (result === undefined) result = [...members];
    else {
      const keys = new Set(members.map(keyOf));
      result = result.filter((concept) => keys.has(keyOf(concept)));
    }
  }
  return result ?? [];
}

function byUrl(canonical: string, source: TerminologySource, depth: number): readonly Concept[] {
  const url = withoutVersion(canonical);
  const valueSet = source.valueSet(url);
  if (valueSet !== undefined) return expandValueSet(valueSet, source, depth);
  const ready = source.expanded?.(url);
  if (ready === undefined) throw new TerminologyError(`The value set ${url} is not here.`);
  return ready;
}

/** The members of a value set, in its order and without doubles. Throws a TerminologyError where something it needs is missing. */
export function expandValueSet(valueSet: ValueSet, source: TerminologySource, depth = 0): readonly Concept[] {
  if (depth > MAX_DEPTH) throw new TerminologyError('The value sets include each other in a circle.');
  if (valueSet.compose === undefined) {
    return (valueSet.expansion?.contains ?? []).flatMap((one) =>
      one.system === undefined ? [] : (toConcept(one.system, one) ?? []),
    );
  }
  const members = new Map<string, Concept>();
  for (const include of valueSet.compose.include) {
    for (const concept of included(include, source, depth)) {
      if (!members.has(keyOf(concept))) members.set(keyOf(concept), concept);
    }
  }
  for (const exclude of valueSet.compose.exclude ?? []) {
    for (const concept of included(exclude, source, depth)) members.delete(keyOf(concept));
  }
  return [...members.values()];
}
