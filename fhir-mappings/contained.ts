import type { FhirResource, Resource } from 'fhir/r4.js';
import { parseReference } from './reference.ts';

/** The resource of that type which a reference like `#payer` finds inside the one that holds it. @see https://hl7.org/fhir/R4/references.html#contained */
export function containedIn<Type extends FhirResource['resourceType']>(
  contained: readonly Resource[] | undefined,
  reference: string | undefined,
  type: Type,
): Extract<FhirResource, { resourceType: Type }> | undefined {
  const parsed = parseReference(reference);
  if (parsed?.kind !== 'contained') return undefined;
  return contained?.find((resource) => resource.id === parsed.id && isOf(resource, type)) as
    | Extract<FhirResource, { resourceType: Type }>
    | undefined;
}

function isOf(resource: Resource, type: string): boolean {
  return resource.resourceType === type;
}
