import * as z from 'zod';

const rate = z.number().min(0).max(1);

/** What `POST /faults` takes. Each call replaces what was asked before; `{}` makes everything work again. */
export const faultsSchema = z.strictObject({
  /** The status that the FHIR API answers with instead of doing anything. */
  status: z.optional(z.int().min(400).max(599)),
  latencyMs: z.optional(z.int().min(0).max(60_000)),
  /** The share of requests that fail; all of them unless said. Failures are spread evenly, not drawn, so that tests repeat. */
  rate: z.optional(rate),
  /** Seconds or an HTTP date, sent with the status. */
  retryAfter: z.optional(z.union([z.number(), z.string()])),
  /** The request is done, and the answer to it is no JSON. */
  garbage: z.optional(z.boolean()),
  /** The request is done, and no answer ever comes. */
  timeouts: z.optional(z.boolean()),
  notifications: z.optional(
    z.strictObject({
      duplicateRate: z.optional(rate),
      dropRate: z.optional(rate),
      reorder: z.optional(z.boolean()),
    }),
  ),
  /** Fails only requests of this method or about this resource type. */
  only: z.optional(z.strictObject({ method: z.optional(z.string()), type: z.optional(z.string()) })),
});

type FaultPlan = z.infer<typeof faultsSchema>;

type RequestFault = 'status' | 'garbage' | 'timeout';

/** What is to go wrong on purpose. */
export class Faults {
  #plan: FaultPlan = {};
  readonly #owed = new Map<string, number>();

  get plan(): FaultPlan {
    return this.#plan;
  }

  set(plan: FaultPlan): void {
    this.#plan = plan;
    this.#owed.clear();
  }

  /** True for the given share of the calls: 0.5 is every second one. */
  #strikes(what: string, share: number): boolean {
    const owed = (this.#owed.get(what) ?? 0) + share;
    const strikes = owed >= 1 - 1e-9;
    this.#owed.set(what, strikes ? owed - 1 : owed);
    return strikes;
  }

  forRequest(method: string, type: string): RequestFault | undefined {
    const { status, garbage, timeouts, only, rate: share = 1 } = this.#plan;
    if (only?.method !== undefined && only.method.toUpperCase() !== method) return undefined;
    if (only?.type !== undefined && only.type !== type) return undefined;
    const fault =
      status !== undefined ? 'status' : garbage === true ? 'garbage' : timeouts === true ? 'timeout' : undefined;
    return fault !== undefined && this.#strikes('request', share) ? fault : undefined;
  }

  drops(): boolean {
    return this.#strikes('drop', this.#plan.notifications?.dropRate ?? 0);
  }

  duplicates(): boolean {
    return this.#strikes('duplicate', this.#plan.notifications?.duplicateRate ?? 0);
  }

  get reorders(): boolean {
    return this.#plan.notifications?.reorder === true;
  }
}
