import { nestsTooDeep } from './nesting.ts';
import { readBundle } from './notification-bundle.ts';
import {
  changeOf,
  type Notification,
  type ResourceShape,
  refusedNotification,
  resourceShape,
} from './notification-change.ts';
import { present } from './present.ts';

export interface NotificationRequest {
  readonly method?: string;
  /** Below `/ehr/notifications`, as rest-hook servers call it: `/{Type}` or `/{Type}/{id}`. */
  readonly pathType?: string;
  readonly pathId?: string;
  readonly contentType?: string;
  readonly body: string;
}

/**
 * What an EHR's call to us says, in any of the forms that servers use: a topic-based notification Bundle (R4 backport or R4B), a bare
 * resource, or nothing but the call. Never throws; what it cannot be is returned as refused, without anything of its content.
 * @see https://hl7.org/fhir/uv/subscriptions-backport/notifications.html
 * @see https://hl7.org/fhir/R4/subscription.html (rest-hook)
 */
export function readNotification(request: NotificationRequest): Notification {
  const { pathType: type, pathId: id, body, method } = request;
  if (method?.toUpperCase() === 'DELETE' && type !== undefined && id !== undefined) {
    return { kind: 'events', changes: [{ type, id, deleted: true }], eventNumbers: [] };
  }
  if (body.trim() === '') {
    if (type !== undefined && id !== undefined) return { kind: 'events', changes: [{ type, id }], eventNumbers: [] };
    return { kind: 'empty', eventNumbers: [], ...present({ type }) };
  }
  if (!isJson(request.contentType)) {
    return refusedNotification('unsupported-format', 'Only FHIR as JSON is read here.');
  }
  const parsed = parseJson(body);
  if (parsed === undefined) return refusedNotification('not-json', 'The body is not JSON.');
  if (nestsTooDeep(parsed.value))
    return refusedNotification('not-a-resource', 'The body is nested too deeply to be read.');
  const resource = resourceShape.safeParse(parsed.value);
  if (!resource.success) return refusedNotification('not-a-resource', 'The body is not a FHIR resource.');
  if (resource.data.resourceType === 'Bundle' && type !== 'Bundle') return readBundle(resource.data);
  return bare(resource.data, type, id);
}

function bare(resource: ResourceShape, type: string | undefined, id: string | undefined): Notification {
  if (type !== undefined && type !== resource.resourceType) {
    return refusedNotification('path-mismatch', 'The resource is not of the type that the path names.');
  }
  if (id !== undefined && resource.id !== undefined && id !== resource.id) {
    return refusedNotification('path-mismatch', 'The resource does not have the id that the path names.');
  }
  const named = resource.id ?? id;
  if (named === undefined) return refusedNotification('no-id', 'The resource has no id, so it cannot be found again.');
  return { kind: 'events', changes: [changeOf({ ...resource, id: named })], eventNumbers: [] };
}

/** An EHR that names no type is believed to send JSON. */
function isJson(contentType: string | undefined): boolean {
  const media = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return (
    media === '' ||
    media === 'application/json' ||
    media === 'application/fhir+json' ||
    media === 'application/json+fhir'
  );
}

function parseJson(body: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}
