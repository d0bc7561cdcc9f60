import type { Filter } from '@medplum/core';
import { splitSearchOnComma } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';

const REFERENCE_TARGET = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}/;

function identifierKeys(value: unknown): string[] {
  const keys: string[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    if (typeof one !== 'object' || one === null) continue;
    const system = 'system' in one && typeof one.system === 'string' ? one.system : '';
    const code = 'value' in one && typeof one.value === 'string' ? one.value : undefined;
    if (code !== undefined) keys.push(`identifier ${system}|${code}`.toLowerCase(), `identifier ${code}`.toLowerCase());
  }
  return keys;
}

function collectReferences(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const one of value) collectReferences(one, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'object') collectReferences(child, found);
    else if (key === 'reference' && typeof child === 'string') {
      const target = REFERENCE_TARGET.exec(child)?.[0];
      if (target !== undefined) found.add(target);
    }
  }
}

/**
 * What narrows a search before each candidate is looked at, so that a conditional create or "what is there for this patient" costs the
 * same whatever else the chart holds. It also knows who refers to whom, and in which order resources came (a page never shifts by an update).
 */
export class ChartIndex {
  readonly #sets = new Map<string, Set<string>>();
  readonly #keys = new Map<string, readonly string[]>();
  readonly #ordinals = new Map<string, number>();
  readonly #referrers = new Map<string, Set<string>>();
  readonly #references = new Map<string, ReadonlySet<string>>();
  #next = 1;

  add(resource: Resource, id: string): void {
    const type = resource.resourceType;
    const name = `${type}/${id}`;
    this.remove(type, id, true);
    const references = new Set<string>();
    collectReferences(resource, references);
    const keys = [...references].map((target) => `${type} reference ${target}`);
    if ('identifier' in resource) keys.push(...identifierKeys(resource.identifier).map((key) => `${type} ${key}`));
    if ('url' in resource && typeof resource.url === 'string') keys.push(`${type} url ${resource.url}`);
    for (const key of keys) {
      const members = this.#sets.get(key) ?? new Set();
      members.add(id);
      this.#sets.set(key, members);
    }
    for (const target of references) {
      const members = this.#referrers.get(target) ?? new Set();
      members.add(name);
      this.#referrers.set(target, members);
    }
    this.#keys.set(name, keys);
    this.#references.set(name, references);
    if (!this.#ordinals.has(name)) this.#ordinals.set(name, this.#next++);
  }

  remove(type: string, id: string, keepOrder = false): void {
    const name = `${type}/${id}`;
    for (const key of this.#keys.get(name) ?? []) {
      const members = this.#sets.get(key);
      members?.delete(id);
      if (members?.size === 0) this.#sets.delete(key);
    }
    for (const target of this.#references.get(name) ?? []) {
      const members = this.#referrers.get(target);
      members?.delete(name);
      if (members?.size === 0) this.#referrers.delete(target);
    }
    this.#keys.delete(name);
    this.#references.delete(name);
    if (!keepOrder) this.#ordinals.delete(name);
  }

  has(type: string, id: string): boolean {
    return this.#keys.has(`${type}/${id}`);
  }

  ordinal(type: string, id: string): number {
    return this.#ordinals.get(`${type}/${id}`) ?? 0;
  }

  /** A resource other than itself that refers to this one. */
  referrer(type: string, id: string): string | undefined {
    const name = `${type}/${id}`;
    for (const referrer of this.#referrers.get(name) ?? []) if (referrer !== name) return referrer;
    return undefined;
  }

  #union(keys: readonly string[]): ReadonlySet<string> {
    const members = new Set<string>();
    for (const key of keys) for (const id of this.#sets.get(key) ?? []) members.add(id);
    return members;
  }

  /** The ids among which every match is, or undefined where the whole type must be looked at. */
  candidates(
    type: string,
    filters: readonly Filter[],
    kindOf: (code: string) => string | undefined,
  ): ReadonlySet<string> | undefined {
    let best: ReadonlySet<string> | undefined;
    for (const filter of filters) {
      if (filter.operator !== 'eq') continue;
      const values = splitSearchOnComma(filter.value);
      let found: ReadonlySet<string> | undefined;
      if (filter.code === '_id') found = new Set(values.filter((id) => this.has(type, id)));
      else if (
        filter.code === 'identifier' &&
        values.every((value) => !value.endsWith('|') && !value.startsWith('|'))
      ) {
        found = this.#union(values.map((value) => `${type} identifier ${value.toLowerCase()}`));
      } else if (filter.code === 'url') found = this.#union(values.map((value) => `${type} url ${value}`));
      else if (kindOf(filter.code) === 'reference' && values.every((value) => REFERENCE_TARGET.test(value))) {
        found = this.#union(values.map((value) => `${type} reference ${value}`));
      }
      if (found !== undefined && (best === undefined || found.size < best.size)) best = found;
    }
    return best;
  }
}
