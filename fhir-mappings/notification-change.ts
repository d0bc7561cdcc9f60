import * as z from 'zod/mini';
import { patientOf } from './patient-of.ts';
import { present } from './present.ts';

/** One thing that the EHR says has changed. The resource is there when the EHR sent it along. */
export interface Change {
  readonly type: string;
  readonly id: string;
  readonly versionId?: string;
  readonly lastUpdated?: string;
  readonly resource?: Readonly<Record<string, unknown>> & { readonly resourceType: string };
  readonly deleted?: boolean;
  /** Whose it is, where that is easily told. */
  readonly patient?: string;
}

export type Notification =
  | ({ readonly kind: 'handshake' | 'heartbeat' } & About)
  /** Something has changed, and not what: the caller sweeps (`type` narrows it where it is known). */
  | ({ readonly kind: 'empty'; readonly type?: string } & About)
  | ({ readonly kind: 'events'; readonly changes: readonly Change[] } & About)
  | { readonly kind: 'refused'; readonly code: NotificationRefusal; readonly reason: string };

export interface About {
  /** Id of the Subscription, where it was said. */
  readonly subscription?: string;
  /** The Subscription's own state: `error` and `off` mean that it must be made again. */
  readonly subscriptionStatus?: string;
  /** A gap in these means that one was missed. */
  readonly eventNumbers: readonly number[];
  readonly eventsSinceStart?: number;
}

export type NotificationRefusal =
  | 'not-json'
  | 'unsupported-format'
  | 'not-a-resource'
  | 'not-a-notification'
  | 'no-id'
  | 'path-mismatch';

export const resourceShape = z.looseObject({
  resourceType: z.string().check(z.regex(/^[A-Z][A-Za-z]{1,63}$/)),
  id: z.optional(z.string().check(z.regex(/^[A-Za-z0-9\-.]{1,64}$/))),
  meta: z.optional(z.looseObject({ versionId: z.optional(z.string()), lastUpdated: z.optional(z.string()) })),
});

export type ResourceShape = z.infer<typeof resourceShape>;

export function refusedNotification(code: NotificationRefusal, reason: string): Notification {
  return { kind: 'refused', code, reason };
}

/** A change from a resource that came along. */
export function changeOf(resource: ResourceShape & { id: string }): Change {
  const { resourceType: type, id, meta } = resource;
  const { versionId, lastUpdated } = meta ?? {};
  return { type, id, resource, ...present({ versionId, lastUpdated, patient: patientOf(resource) }) };
}
