import { badRequest, type Filter, OperationOutcomeError, parseSearchRequest } from '@medplum/core';
import type { Extension, Resource, Subscription } from '@medplum/fhirtypes';
import { outcome } from './fhir-service.ts';
import { checkFilter, matchesFilter } from './search-match.ts';

/** The topics a subscriber can choose from: one for each kind of resource, told of every create, update and delete. */
export const TOPICS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'Patient',
    'RelatedPerson',
    'Task',
    'Appointment',
    'AppointmentResponse',
    'Slot',
    'Schedule',
    'ServiceRequest',
    'Coverage',
    'CoverageEligibilityResponse',
    'ClaimResponse',
    'AllergyIntolerance',
    'MedicationRequest',
    'MedicationStatement',
    'Condition',
    'Encounter',
    'Questionnaire',
    'QuestionnaireResponse',
    'DiagnosticReport',
    'Observation',
    'DocumentReference',
    'Communication',
    'CarePlan',
    'Consent',
    'Flag',
  ].map((type) => [
    `https://told-once.dev/ehr/SubscriptionTopic/${type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}-changed`,
    type,
  ]),
);

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';

type PayloadContent = 'empty' | 'id-only' | 'full-resource';

/** A Subscription as the server understands it. */
export interface Subscribed {
  readonly id: string;
  /** Undefined for R4's own subscriptions by criteria. */
  readonly topic: string | undefined;
  readonly type: string;
  readonly filters: readonly Filter[];
  readonly status: Subscription['status'];
  readonly endpoint: string;
  readonly header: readonly string[];
  /** For a topic: what its bundles carry. For criteria: full-resource where a payload type is given. */
  readonly content: PayloadContent;
  readonly end: string | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly timeoutSeconds: number;
  readonly maxCount: number;
}

function refuse(text: string, path: string): never {
  throw new OperationOutcomeError({ ...outcome('business-rule', text, path), id: 'business-rule' });
}

function extensionsOf(element: { extension?: Extension[] } | undefined, name: string): Extension[] {
  return (element?.extension ?? []).filter((extension) => extension.url === `${BACKPORT}/${name}`);
}

/** The extensions of a primitive stand in a sibling property that the types do not know. */
function primitive(holder: object, name: string): { extension?: Extension[] } | undefined {
  const sibling: unknown = Object.entries(holder).find(([key]) => key === name)?.[1];
  return typeof sibling === 'object' && sibling !== null ? sibling : undefined;
}

/** `Task?status=ready`, `Task.status=ready&…` and `status=ready` are all in use for a filter within a topic. */
function topicFilters(type: string, criteria: string): Filter[] {
  const question = criteria.indexOf('?');
  const named = question > 0 ? criteria.slice(0, question) : /^([A-Z][A-Za-z]+)\./.exec(criteria)?.[1];
  if (named !== undefined && named !== type)
    refuse(`The filter is about ${named}, the topic about ${type}.`, 'Subscription.criteria');
  const query = question >= 0 ? criteria.slice(question + 1) : criteria.split(`${type}.`).join('');
  return filtersOf(type, query);
}

function filtersOf(type: string, query: string): Filter[] {
  if (query === '') return [];
  const filters = parseSearchRequest(`${type}?${query}`).filters ?? [];
  for (const filter of filters) {
    if (filter.code.includes('.'))
      throw new OperationOutcomeError(badRequest('A subscription cannot filter by a chain.'));
    checkFilter(type, filter);
  }
  return filters;
}

function watched(
  subscription: Subscription,
  isType: (name: string) => boolean,
): { topic: string | undefined; type: string; filters: Filter[] } {
  const { criteria } = subscription;
  const topicType = TOPICS[criteria];
  if (topicType !== undefined) {
    const filters = extensionsOf(primitive(subscription, '_criteria'), 'backport-filter-criteria').flatMap(
      (extension) => topicFilters(topicType, extension.valueString ?? ''),
    );
    return { topic: criteria, type: topicType, filters };
  }
  const [type = '', query = ''] = [
    criteria.split('?')[0],
    criteria.includes('?') ? criteria.slice(criteria.indexOf('?') + 1) : '',
  ];
  if (/^[a-z]+:/.test(criteria) || !isType(type)) {
    refuse('The criteria are neither a topic of this server nor a search.', 'Subscription.criteria');
  }
  return { topic: undefined, type, filters: filtersOf(type, query) };
}

function contentOf(subscription: Subscription, topic: string | undefined): PayloadContent {
  const { channel } = subscription;
  if (topic === undefined) return channel.payload === undefined ? 'empty' : 'full-resource';
  const code = extensionsOf(primitive(channel, '_payload'), 'backport-payload-content')[0]?.valueCode ?? 'id-only';
  if (code === 'empty' || code === 'id-only' || code === 'full-resource') return code;
  return refuse(`The payload content "${code}" is not known.`, 'Subscription.channel.payload');
}

/** Reads a Subscription; throws an OperationOutcomeError with status 422 where it asks for what this server does not do. */
export function readSubscription(subscription: Subscription, isType: (name: string) => boolean): Subscribed {
  const { channel } = subscription;
  if (channel.type !== 'rest-hook') refuse('Only rest-hook is supported.', 'Subscription.channel.type');
  if (!URL.canParse(channel.endpoint ?? '') || !/^https?:/.test(channel.endpoint ?? '')) {
    refuse('The endpoint is not an http address.', 'Subscription.channel.endpoint');
  }
  if (channel.payload !== undefined && !channel.payload.startsWith('application/fhir+json')) {
    refuse('Only application/fhir+json is sent.', 'Subscription.channel.payload');
  }
  const { topic, type, filters } = watched(subscription, isType);
  return {
    id: subscription.id ?? '',
    topic,
    type,
    filters,
    status: subscription.status,
    endpoint: channel.endpoint ?? '',
    header: channel.header ?? [],
    content: contentOf(subscription, topic),
    end: subscription.end,
    heartbeatSeconds: extensionsOf(channel, 'backport-heartbeat-period')[0]?.valueUnsignedInt,
    timeoutSeconds: extensionsOf(channel, 'backport-timeout')[0]?.valueUnsignedInt ?? 10,
    maxCount: extensionsOf(channel, 'backport-max-count')[0]?.valuePositiveInt ?? 1,
  };
}

/** Whether a change of this resource is one the subscriber asked to hear of. */
export function concerns(subscribed: Subscribed, resource: Resource): boolean {
  return (
    resource.resourceType === subscribed.type && subscribed.filters.every((filter) => matchesFilter(resource, filter))
  );
}
