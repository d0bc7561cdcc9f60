import { randomUUID } from 'node:crypto';
import {
  badRequest,
  conflict,
  gone,
  notFound,
  OperationOutcomeError,
  preconditionFailed,
  type SearchRequest,
  type WithId,
} from '@medplum/core';
import {
  type CreateResourceOptions,
  type DeleteResourceOptions,
  getExtraEntries,
  MemoryRepository,
  type UpdateResourceOptions,
} from '@medplum/fhir-router';
import type { Bundle, BundleEntry, OperationOutcome, Resource } from '@medplum/fhirtypes';
import type { Clock } from '../../domain/ports/clock.ts';
import type { ChartDatabase, Interaction, StoredVersion } from './chart-database.ts';
import { ChartIndex } from './chart-index.ts';
import type { Definitions } from './definitions.ts';
import { checkFilter, isChained, matchesFilter, searchParameter, sortResources } from './search-match.ts';
import { checkResource } from './validation.ts';

const DEFAULT_COUNT = 100;
const MAX_COUNT = 1000;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** What depends on the chart's content; all of it is called in the middle of a write and must not write itself. */
export interface ChartListener {
  /** May refuse (by throwing) or complete what a client wants to store. */
  accept<T extends Resource>(resource: T): T;
  /** The memory now holds this, or nothing; also called while a transaction is undone, and while the chart is loaded. */
  changed(type: string, id: string, resource: Resource | undefined): void;
  /** A version has been stored, inside the same transaction. `resource` is the last content where the version is a deletion. */
  stored(version: StoredVersion, resource: Resource | undefined): void;
}

interface Undo {
  readonly type: string;
  readonly id: string;
  readonly before: Resource | undefined;
}

/**
 * The chart: @medplum/fhir-router's MemoryRepository holds what is current, this wrapper makes it a server's repository. It adds
 * validation, the simulated clock, versions and deletions kept on disk, all-or-nothing transactions, honest history, strict and indexed search.
 *
 * Callers must not interleave: one request at a time (the server queues them), since a transaction spans several calls.
 */
export class ChartRepository extends MemoryRepository {
  readonly #database: ChartDatabase;
  readonly #definitions: Definitions;
  readonly #clock: Clock;
  readonly #index = new ChartIndex();
  readonly #listener: ChartListener;
  #undo: Undo[] = [];
  #deleted: { type: string; id: string }[] = [];
  #lastInteraction: Interaction = 'update';

  constructor(database: ChartDatabase, definitions: Definitions, clock: Clock, listener: ChartListener) {
    super();
    this.#database = database;
    this.#definitions = definitions;
    this.#clock = clock;
    this.#listener = listener;
    // For as long as this lives: otherwise MemoryRepository stamps versions by the wall clock, over ours.
    void this.withSeeding(() => new Promise<never>(() => undefined));
  }

  /** Fills the memory from what is on disk. */
  async load(): Promise<void> {
    for (const resource of this.#database.current()) await this.#remember(resource);
  }

  /** Whether the last write created (a PUT may). */
  get lastInteraction(): Interaction {
    return this.#lastInteraction;
  }

  has(type: string, id: string): boolean {
    return this.#index.has(type, id);
  }

  async #remember(resource: Resource): Promise<void> {
    this.#definitions.load(resource.resourceType);
    const id = resource.id ?? '';
    // Without this MemoryRepository keeps every version for ever; they are on disk.
    await this.expungeResource(resource.resourceType, id);
    await super.createResource(resource, { assignedId: true }, true);
    this.#index.add(resource, id);
    this.#listener.changed(resource.resourceType, id, resource);
  }

  async #forget(type: string, id: string): Promise<void> {
    await this.expungeResource(type, id);
    this.#index.remove(type, id);
    this.#listener.changed(type, id, undefined);
  }

  async #existing(type: string, id: string): Promise<Resource | undefined> {
    return this.#index.has(type, id) ? super.readResource<Resource>(type, id) : undefined;
  }

  async #store<T extends Resource>(resource: T, id: string): Promise<WithId<T>> {
    if (!ID.test(id))
      throw new OperationOutcomeError(badRequest('The id is not one that FHIR allows.', `${resource.resourceType}.id`));
    const type = resource.resourceType;
    const before = await this.#existing(type, id);
    const lastUpdated = this.#clock.now().toISOString();
    const versionId = randomUUID();
    const { resourceType: _type, id: _id, meta, ...content } = resource;
    const stamped: WithId<T> = JSON.parse(
      JSON.stringify({ resourceType: type, id, meta: { ...meta, versionId, lastUpdated }, ...content }),
    );
    checkResource(stamped, this.#definitions);
    const interaction: Interaction = before === undefined ? 'create' : 'update';
    await this.#write({ type, id, versionId, interaction, lastUpdated, resource: stamped }, before);
    return stamped;
  }

  async #write(version: Omit<StoredVersion, 'sequence'>, before: Resource | undefined): Promise<void> {
    const { type, id, resource } = version;
    this.#database.begin();
    try {
      this.#undo.push({ type, id, before });
      if (resource === undefined) await this.#forget(type, id);
      else await this.#remember(resource);
      const sequence = this.#database.addVersion(version);
      this.#listener.stored({ ...version, sequence }, resource ?? before);
      this.#database.commit();
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
    this.#lastInteraction = version.interaction;
    if (!this.#database.inTransaction) this.#undo = [];
  }

  async #rollBack(): Promise<void> {
    this.#database.rollback();
    for (const { type, id, before } of this.#undo.reverse()) {
      if (before === undefined) await this.#forget(type, id);
      else await this.#remember(before);
    }
    this.#undo = [];
    this.#deleted = [];
  }

  override async withTransaction<TResult>(callback: (repository: this) => Promise<TResult>): Promise<TResult> {
    if (this.#database.inTransaction) return callback(this);
    this.#database.begin();
    try {
      const result = await callback(this);
      for (const { type, id } of this.#deleted) if (!this.has(type, id)) this.#checkUnreferenced(type, id);
      this.#database.commit();
      this.#undo = [];
      this.#deleted = [];
      return result;
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  override async createResource<T extends Resource>(resource: T, options?: CreateResourceOptions): Promise<WithId<T>> {
    const id = options?.assignedId === true ? resource.id : undefined;
    return this.#store(this.#listener.accept(resource), id ?? this.generateId());
  }

  /** The base class writes here without asking the overridden create. */
  override async conditionalCreate<T extends Resource>(
    resource: T,
    search: SearchRequest<T>,
    options?: CreateResourceOptions,
  ): Promise<{ resource: WithId<T>; outcome: OperationOutcome }> {
    const found = await this.searchResources({ ...search, count: 2 });
    const [only] = found;
    if (found.length > 1) {
      throw new OperationOutcomeError({
        resourceType: 'OperationOutcome',
        id: 'multiple-matches',
        issue: [
          {
            severity: 'error',
            code: 'multiple-matches',
            details: { text: 'More than one resource matches If-None-Exist.' },
          },
        ],
      });
    }
    if (only !== undefined) {
      this.#lastInteraction = 'update';
      return { resource: only, outcome: { resourceType: 'OperationOutcome', id: 'ok', issue: [] } };
    }
    const created = await this.createResource(resource, options);
    return { resource: created, outcome: { resourceType: 'OperationOutcome', id: 'created', issue: [] } };
  }

  override async updateResource<T extends Resource>(resource: T, options?: UpdateResourceOptions): Promise<WithId<T>> {
    const { id } = resource;
    if (id === undefined)
      throw new OperationOutcomeError(badRequest('The resource has no id.', `${resource.resourceType}.id`));
    await this.#checkVersion(resource.resourceType, id, options?.ifMatch);
    return this.#store(this.#listener.accept(resource), id);
  }

  /** Stores what the server itself changes: not asked of anyone. */
  async storeOwn(resource: WithId<Resource>): Promise<void> {
    await this.#store(resource, resource.id);
  }

  async #checkVersion(type: string, id: string, ifMatch: string | undefined): Promise<void> {
    if (ifMatch === undefined) return;
    const existing = await this.#existing(type, id);
    if (existing?.meta?.versionId !== ifMatch) throw new OperationOutcomeError(preconditionFailed);
  }

  override async deleteResource(type: string, id: string, options?: DeleteResourceOptions): Promise<void> {
    const before = await this.#existing(type, id);
    await this.#checkVersion(type, id, options?.ifMatch);
    if (before === undefined) {
      if (this.#database.latest(type, id) === undefined) throw new OperationOutcomeError(notFound);
      return; // Deleting twice is no error.
    }
    if (this.#database.inTransaction) this.#deleted.push({ type, id });
    else this.#checkUnreferenced(type, id);
    const lastUpdated = this.#clock.now().toISOString();
    await this.#write(
      { type, id, versionId: randomUUID(), interaction: 'delete', lastUpdated, resource: undefined },
      before,
    );
  }

  #checkUnreferenced(type: string, id: string): void {
    const referrer = this.#index.referrer(type, id);
    if (referrer !== undefined) {
      throw new OperationOutcomeError(conflict(`${type}/${id} cannot be deleted: ${referrer} refers to it.`));
    }
  }

  override async readResource<T extends Resource>(type: string, id: string): Promise<T> {
    if (!this.#index.has(type, id)) {
      throw new OperationOutcomeError(this.#database.latest(type, id) === undefined ? notFound : gone);
    }
    return super.readResource<T>(type, id);
  }

  override async readHistory<T extends Resource>(type: string, id: string): Promise<Bundle<T>> {
    const versions = this.#database.history(type, id);
    if (versions.length === 0) throw new OperationOutcomeError(notFound);
    return {
      resourceType: 'Bundle',
      type: 'history',
      total: versions.length,
      entry: versions.map((version) => historyEntry<T>(version)),
    };
  }

  override async readVersion<T extends Resource>(type: string, id: string, versionId: string): Promise<T> {
    const version = this.#database.version(type, id, versionId);
    if (version === undefined) throw new OperationOutcomeError(notFound);
    if (version.resource === undefined) throw new OperationOutcomeError(gone);
    return JSON.parse(JSON.stringify(version.resource));
  }

  override async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    const type = request.resourceType;
    const filters = request.filters ?? [];
    if (request.types !== undefined) throw new OperationOutcomeError(badRequest('Search one type at a time.'));
    for (const filter of filters) checkFilter(type, filter);
    const candidates = this.#index.candidates(type, filters, (code) => searchParameter(type, code)?.type);
    const matches = await this.#matches<T>(request, candidates);
    const inOrder = matches.sort((a, b) => this.#index.ordinal(type, a.id) - this.#index.ordinal(type, b.id));
    const sorted = request.sortRules === undefined ? inOrder : sortResources(inOrder, request.sortRules);
    const offset = request.offset ?? 0;
    const count = Math.min(request.count ?? DEFAULT_COUNT, MAX_COUNT);
    const page = sorted.slice(offset, offset + count);
    const entry: BundleEntry[] = page.map((resource) => ({ search: { mode: 'match' }, resource }));
    if (page.length > 0 && (request.include !== undefined || request.revInclude !== undefined)) {
      await getExtraEntries(this, request, page, entry);
    }
    const bundle: Bundle = { resourceType: 'Bundle', type: 'searchset', total: matches.length, entry };
    if (entry.length === 0) delete bundle.entry;
    return JSON.parse(JSON.stringify(bundle));
  }

  async #matches<T extends Resource>(
    request: SearchRequest<T>,
    candidates: ReadonlySet<string> | undefined,
  ): Promise<WithId<T>[]> {
    const { resourceType } = request;
    const filters = request.filters ?? [];
    const chained = filters.filter(isChained);
    const plain = filters.filter((filter) => !isChained(filter));
    if (candidates !== undefined && chained.length === 0) {
      const found: WithId<T>[] = [];
      for (const id of candidates) {
        const resource = await super.readResource<WithId<T>>(resourceType, id);
        if (plain.every((filter) => matchesFilter(resource, filter))) found.push(resource);
      }
      return found;
    }
    // MemoryRepository matches tokens, dates and chains; for the other types it is looser than R4, so that they are looked at here.
    const theirs = plain.filter((filter) =>
      ['token', 'date'].includes(searchParameter(resourceType, filter.code)?.type ?? ''),
    );
    const ours = plain.filter((filter) => !theirs.includes(filter));
    const bundle = await super.search<T>({ resourceType, filters: [...theirs, ...chained] });
    return (bundle.entry ?? []).flatMap(({ resource }) =>
      resource !== undefined && ours.every((filter) => matchesFilter(resource, filter)) ? [resource] : [],
    );
  }
}

function historyEntry<T extends Resource>(version: StoredVersion): BundleEntry<T> {
  const { type, id, interaction, versionId, lastUpdated } = version;
  const method = interaction === 'create' ? 'POST' : interaction === 'update' ? 'PUT' : 'DELETE';
  const status = interaction === 'create' ? '201' : interaction === 'update' ? '200' : '204';
  const resource: T | undefined =
    version.resource === undefined ? undefined : JSON.parse(JSON.stringify(version.resource));
  return {
    ...(resource === undefined ? {} : { resource }),
    request: { method, url: interaction === 'create' ? type : `${type}/${id}` },
    response: { status, etag: `W/"${versionId}"`, lastModified: lastUpdated },
  };
}
