import * as z from 'zod/mini';
import {
  type About,
  type Change,
  changeOf,
  type Notification,
  refusedNotification,
  resourceShape,
} from './notification-change.ts';
import { present } from './present.ts';
import { idOf, parseReference } from './reference.ts';

const text = z.optional(z.string());
const reference = z.optional(z.looseObject({ reference: text }));

interface Parameter {
  readonly name: string;
  readonly value?: string | undefined;
  readonly part: readonly Parameter[];
}

const parameterShape = z.looseObject({
  name: z.string(),
  get part() {
    return z.optional(z.array(parameterShape));
  },
  valueReference: reference,
  valueCode: text,
  valueString: text,
  valueCanonical: text,
  valueInstant: text,
  valueUnsignedInt: z.optional(z.number()),
  valueInteger: z.optional(z.number()),
});

const entryShape = z.looseObject({
  fullUrl: text,
  resource: z.optional(z.looseObject({ resourceType: z.string() })),
  request: z.optional(z.looseObject({ method: text, url: text })),
  response: z.optional(z.looseObject({ etag: text, lastModified: text })),
});
type Entry = z.infer<typeof entryShape>;

const bundleShape = z.looseObject({ type: z.string(), entry: z.optional(z.array(entryShape)) });

/** R4 backport: the status as Parameters. @see https://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-backport-subscription-status-r4.html */
const parametersShape = z.looseObject({
  resourceType: z.literal('Parameters'),
  parameter: z.optional(z.array(parameterShape)),
});

/** R4B and R5. @see https://hl7.org/fhir/R4B/subscriptionstatus.html */
const count = z.optional(z.union([z.string(), z.number()]));
const statusShape = z.looseObject({
  resourceType: z.literal('SubscriptionStatus'),
  status: text,
  type: text,
  eventsSinceSubscriptionStart: count,
  subscription: reference,
  notificationEvent: z.optional(z.array(z.looseObject({ eventNumber: count, focus: reference }))),
});

interface Status extends About {
  readonly type: string | undefined;
  readonly focuses: readonly string[];
}

/** @see https://hl7.org/fhir/R4B/valueset-subscription-notification-type.html */
const types: Readonly<Record<string, 'handshake' | 'heartbeat' | 'events'>> = {
  handshake: 'handshake',
  heartbeat: 'heartbeat',
  'event-notification': 'events',
  // Answers to $status and $events: the first says no more than that it lives, the second repeats what was missed.
  'query-status': 'heartbeat',
  'query-event': 'events',
};

/** A notification Bundle: its first entry says what it is, the others are what changed. */
export function readBundle(resource: unknown): Notification {
  const bundle = bundleShape.safeParse(resource);
  if (!bundle.success) return refusedNotification('not-a-notification', 'The Bundle is not as FHIR R4 says.');
  const { type, entry: [first, ...others] = [] } = bundle.data;
  if (type !== 'history' && type !== 'subscription-notification') {
    return refusedNotification('not-a-notification', 'The Bundle is not a subscription notification.');
  }
  const status = first?.resource === undefined ? undefined : statusOf(first.resource);
  const kind = status?.type !== undefined && Object.hasOwn(types, status.type) ? types[status.type] : undefined;
  if (status === undefined || kind === undefined) {
    return refusedNotification('not-a-notification', 'The Bundle does not begin with the status of a subscription.');
  }
  const about = aboutOf(status);
  if (kind !== 'events') return { kind, ...about };
  const changes = changesOf(others, status.focuses);
  return changes.length === 0 ? { kind: 'empty', ...about } : { kind: 'events', changes, ...about };
}

function aboutOf({ subscription, subscriptionStatus, eventNumbers, eventsSinceStart }: Status): About {
  return { eventNumbers, ...present({ subscription, subscriptionStatus, eventsSinceStart }) };
}

function statusOf(resource: unknown): Status | undefined {
  const parameters = parametersShape.safeParse(resource);
  if (parameters.success) return fromParameters((parameters.data.parameter ?? []).map(flat));
  const status = statusShape.safeParse(resource);
  if (!status.success) return undefined;
  const { type, status: subscriptionStatus, subscription, notificationEvent = [] } = status.data;
  return {
    type,
    eventNumbers: notificationEvent.flatMap(({ eventNumber }) => numberOf(eventNumber) ?? []),
    focuses: notificationEvent.flatMap(({ focus }) => focus?.reference ?? []),
    ...present({
      subscription: idOf(subscription?.reference, 'Subscription'),
      subscriptionStatus,
      eventsSinceStart: numberOf(status.data.eventsSinceSubscriptionStart),
    }),
  };
}

function fromParameters(parameters: readonly Parameter[]): Status {
  const saidBy = (name: string) => parameters.find((one) => one.name === name)?.value;
  const events = parameters.filter(({ name }) => name === 'notification-event');
  const parts = (name: string) => events.flatMap(({ part }) => part.filter((one) => one.name === name));
  return {
    type: saidBy('type'),
    eventNumbers: parts('event-number').flatMap(({ value }) => numberOf(value) ?? []),
    focuses: parts('focus').flatMap(({ value }) => value ?? []),
    ...present({
      subscription: idOf(saidBy('subscription'), 'Subscription'),
      subscriptionStatus: saidBy('status'),
      eventsSinceStart: numberOf(saidBy('events-since-subscription-start')),
    }),
  };
}

function flat(parameter: z.infer<typeof parameterShape>): Parameter {
  const { name, part = [], valueReference, valueCode, valueString, valueCanonical, valueInstant } = parameter;
  const number = parameter.valueUnsignedInt ?? parameter.valueInteger;
  const value =
    valueReference?.reference ?? valueCode ?? valueString ?? valueCanonical ?? valueInstant ?? number?.toString();
  return { name, value, part: part.map(flat) };
}

function numberOf(count: string | number | undefined): number | undefined {
  const number = Number(count);
  return count === undefined || count === '' || !Number.isSafeInteger(number) ? undefined : number;
}

/** What the entries say, and the focuses that have no entry of their own. */
function changesOf(entries: readonly Entry[], focuses: readonly string[]): readonly Change[] {
  const changes = [...entries.map(changeOfEntry), ...focuses.map((focus) => changeOfReference(focus))].flatMap(
    (change) => change ?? [],
  );
  const seen = new Set<string>();
  return changes.filter(({ type, id, versionId }) => {
    const key = `${type}/${id}`;
    const versioned = `${key}/${versionId ?? ''}`;
    // A focus repeats what an entry already said; an entry may say a resource twice, in two versions.
    if (versionId === undefined ? seen.has(key) : seen.has(versioned)) return false;
    seen.add(key).add(versioned);
    return true;
  });
}

function changeOfEntry(entry: Entry): Change | undefined {
  const deleted = entry.request?.method?.toUpperCase() === 'DELETE';
  const resource = resourceShape.safeParse(entry.resource);
  const place = changeOfReference(entry.fullUrl) ?? changeOfReference(entry.request?.url);
  if (!resource.success || deleted) {
    if (place === undefined) return undefined;
    const versionId = place.versionId ?? entry.response?.etag?.match(/^(?:W\/)?"([^"]+)"$/)?.[1];
    return {
      ...place,
      ...present({ versionId, lastUpdated: entry.response?.lastModified }),
      ...(deleted ? { deleted } : {}),
    };
  }
  const id = resource.data.id ?? place?.id;
  return id === undefined ? undefined : changeOf({ ...resource.data, id });
}

function changeOfReference(reference: string | undefined): Change | undefined {
  const parsed = parseReference(reference?.replace(/\?.*$/, ''));
  if (parsed?.kind !== 'resource') return undefined;
  const { type, id, version } = parsed;
  return { type, id, ...present({ versionId: version }) };
}
