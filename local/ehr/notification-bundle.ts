import { randomUUID } from 'node:crypto';
import type { Bundle, BundleEntry, Parameters, ParametersParameter } from '@medplum/fhirtypes';
import type { StoredVersion } from './chart-database.ts';
import type { Subscribed } from './topics.ts';

const PROFILE = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';

export interface NotifiedEvent {
  readonly eventNumber: number;
  readonly at: string;
  readonly version: StoredVersion;
}

export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';

export interface Notification {
  readonly type: NotificationType;
  readonly subscribed: Subscribed;
  readonly status: string;
  readonly eventsSinceStart: number;
  readonly events: readonly NotifiedEvent[];
  readonly base: string;
  readonly now: string;
  readonly error?: string | undefined;
}

function focusOf(event: NotifiedEvent, base: string): string {
  return `${base}/${event.version.type}/${event.version.id}`;
}

function eventParameter(event: NotifiedEvent, notification: Notification): ParametersParameter {
  const part: ParametersParameter[] = [
    { name: 'event-number', valueString: String(event.eventNumber) },
    { name: 'timestamp', valueInstant: event.at },
  ];
  if (notification.subscribed.content !== 'empty') {
    part.push({ name: 'focus', valueReference: { reference: focusOf(event, notification.base) } });
  }
  return { name: 'notification-event', part };
}

/** The SubscriptionStatus of R5 as R4 carries it. @see http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4 */
export function statusParameters(notification: Notification): Parameters {
  const { subscribed, base, events, error } = notification;
  return {
    resourceType: 'Parameters',
    id: randomUUID(),
    meta: { profile: [`${PROFILE}/backport-subscription-status-r4`] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${base}/Subscription/${subscribed.id}` } },
      ...(subscribed.topic === undefined ? [] : [{ name: 'topic', valueCanonical: subscribed.topic }]),
      { name: 'status', valueCode: notification.status },
      { name: 'type', valueCode: notification.type },
      { name: 'events-since-subscription-start', valueString: String(notification.eventsSinceStart) },
      ...events.map((event) => eventParameter(event, notification)),
      ...(error === undefined ? [] : [{ name: 'error', valueCodeableConcept: { text: error } }]),
    ],
  };
}

function focusEntry(event: NotifiedEvent, notification: Notification): BundleEntry {
  const { type, id, interaction, resource } = event.version;
  const full = notification.subscribed.content === 'full-resource' && resource !== undefined;
  const method = interaction === 'create' ? 'POST' : interaction === 'update' ? 'PUT' : 'DELETE';
  return {
    fullUrl: focusOf(event, notification.base),
    ...(full ? { resource } : {}),
    request: { method, url: interaction === 'create' ? type : `${type}/${id}` },
    response: { status: interaction === 'create' ? '201' : interaction === 'update' ? '200' : '204' },
  };
}

/** A notification of the R4 topic-based backport. @see http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html */
export function notificationBundle(notification: Notification): Bundle {
  const parameters = statusParameters(notification);
  return {
    resourceType: 'Bundle',
    id: randomUUID(),
    meta: { profile: [`${PROFILE}/backport-subscription-notification-r4`] },
    type: 'history',
    timestamp: notification.now,
    entry: [
      {
        fullUrl: `urn:uuid:${parameters.id}`,
        resource: parameters,
        request: { method: 'GET', url: `${notification.base}/Subscription/${notification.subscribed.id}/$status` },
        response: { status: '200' },
      },
      ...(notification.subscribed.content === 'empty'
        ? []
        : notification.events.map((event) => focusEntry(event, notification))),
    ],
  };
}
