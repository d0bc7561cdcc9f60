import { notFound, OperationOutcomeError } from '@medplum/core';
import type { FhirRequest, FhirResponse, FhirRouter } from '@medplum/fhir-router';
import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes';
import { notificationBundle, statusParameters } from './notification-bundle.ts';
import type { SubscriptionEngine } from './subscription-engine.ts';

const ALL_OK: OperationOutcome = { resourceType: 'OperationOutcome', id: 'ok', issue: [] };

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Adds `$status` and `$events` of the topic-based backport. @see http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/operations.html */
export function addSubscriptionOperations(router: FhirRouter, engine: SubscriptionEngine): void {
  const status = async (request: FhirRequest): Promise<FhirResponse> => {
    const wanted = request.params.id ?? one(request.query.id);
    const ids = wanted === undefined ? engine.ids : wanted.split(',');
    const entry = ids.flatMap((id) => {
      const notification = engine.status(id);
      if (notification === undefined) return [];
      const resource: Resource = statusParameters(notification);
      return [{ fullUrl: `urn:uuid:${resource.id}`, resource, search: { mode: 'match' as const } }];
    });
    if (request.params.id !== undefined && entry.length === 0) throw new OperationOutcomeError(notFound);
    const bundle: Bundle = { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry };
    return [ALL_OK, bundle];
  };
  const events = async (request: FhirRequest): Promise<FhirResponse> => {
    const from = Number(one(request.query.eventsSinceNumber) ?? 1);
    const to = Number(one(request.query.eventsUntilNumber) ?? Number.MAX_SAFE_INTEGER);
    const notification = engine.events(request.params.id ?? '', from, to);
    if (notification === undefined) throw new OperationOutcomeError(notFound);
    return [ALL_OK, notificationBundle(notification)];
  };
  for (const method of ['GET', 'POST'] as const) {
    router.add(method, 'Subscription/$status', status);
    router.add(method, 'Subscription/:id/$status', status);
    router.add(method, 'Subscription/:id/$events', events);
  }
}
