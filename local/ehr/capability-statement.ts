import { globalSchema } from '@medplum/core';
import type { CapabilityStatement, CapabilityStatementRestResource, ResourceType } from '@medplum/fhirtypes';
import type { Definitions } from './definitions.ts';
import { TOPICS } from './topics.ts';

const INTERACTIONS = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'create',
  'search-type',
] as const;

function searchParams(type: string): NonNullable<CapabilityStatementRestResource['searchParam']> {
  const parameters = Object.values(globalSchema.types[type]?.searchParams ?? {});
  return parameters
    .filter((parameter) => parameter.code !== '_compartment')
    .map((parameter) => ({ name: parameter.code, type: parameter.type }));
}

function resourceOf(type: ResourceType): CapabilityStatementRestResource {
  return {
    type,
    interaction: INTERACTIONS.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalUpdate: true,
    conditionalDelete: 'single',
    searchParam: searchParams(type),
    ...(type === 'ValueSet'
      ? { operation: [{ name: 'expand', definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-expand' }] }
      : {}),
    ...(type === 'Subscription'
      ? {
          extension: Object.keys(TOPICS).map((topic) => ({
            url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/capabilitystatement-subscriptiontopic-canonical',
            valueCanonical: topic,
          })),
          supportedProfile: ['http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription'],
          operation: [
            {
              name: 'status',
              definition:
                'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status',
            },
            {
              name: 'events',
              definition:
                'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events',
            },
          ],
        }
      : {}),
  };
}

/** What `/metadata` says. */
export function capabilityStatement(
  definitions: Definitions,
  base: string,
  origin: string,
  started: string,
): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: started,
    kind: 'instance',
    software: { name: 'told-once EHR stand-in' },
    implementation: { description: 'A FHIR server for one machine: it stands in for an EHR.', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        security: {
          service: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' },
              ],
            },
          ],
          extension: [
            {
              url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
              extension: [
                { url: 'authorize', valueUri: `${origin}/oauth/authorize` },
                { url: 'token', valueUri: `${origin}/oauth/token` },
              ],
            },
          ],
        },
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        resource: definitions.resourceTypes.map(resourceOf),
      },
    ],
  };
}
