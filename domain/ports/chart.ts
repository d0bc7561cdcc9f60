/**
 * The EHR, as FHIR R4 over REST. Kept free of FHIR's types here; callers map with `fhir-mappings`.
 * Reads and conditional writes are retried inside (jitter, Retry-After, circuit breaker). Outcomes that a caller must choose on are
 * returned; an EHR that cannot be reached or answers nonsense is thrown as a ChartUnavailable.
 */
export interface Chart {
  read(type: string, id: string): Promise<ChartRead>;
  /** Every page, at most `limit` resources. A list gives a parameter several times, and all of it must hold: `start: ['ge…', 'lt…']`. */
  search(
    type: string,
    query: Readonly<Record<string, string | readonly string[]>>,
    limit?: number,
  ): Promise<readonly ChartResource[]>;
  /** Conditional create: one resource per identifier, however often it is tried. */
  create(resource: ChartBody, ifNoneExist: string): Promise<ChartWrite>;
  /** With `versionId` only if it is still the current one (If-Match). */
  update(resource: ChartBody & { readonly id: string }, versionId?: string): Promise<ChartWrite>;
  /** Several creates and updates, all or none. */
  transaction(entries: readonly ChartEntry[]): Promise<readonly ChartWrite[]>;
  /** A ValueSet's expansion. */
  expand(valueSet: string): Promise<ChartResource | undefined>;
}

/**
 * What somebody needs to do in the EHR: by resource type, the letters of SMART's scopes in their order (create, read, update, delete,
 * search). A conditional create searches, too; a write in doubt is settled by a read.
 */
export type ChartAccess = Readonly<Record<string, `${'c' | ''}${'r' | ''}${'u' | ''}${'d' | ''}${'s' | ''}`>>;

export interface ChartBody {
  readonly resourceType: string;
}

export interface ChartResource extends ChartBody {
  readonly id?: string | undefined;
  readonly meta?: { readonly versionId?: string | undefined; readonly lastUpdated?: string | undefined } | undefined;
}

export type ChartRead =
  | { readonly is: 'found'; readonly resource: ChartResource }
  | { readonly is: 'missing' }
  | { readonly is: 'gone' }
  | { readonly is: 'forbidden' };

export type ChartWrite =
  | { readonly is: 'written'; readonly id: string; readonly versionId: string }
  /** 409 or 412: somebody else was first; read and decide again. */
  | { readonly is: 'conflict' }
  /** 400 or 422: it will never be taken as it is; `reason` is the OperationOutcome's text without patient data. */
  | { readonly is: 'refused'; readonly status: number; readonly reason: string };

export interface ChartEntry {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly resource: ChartBody;
  readonly ifNoneExist?: string;
  readonly ifMatch?: string;
}
