import type { Identifier, Reference, Resource } from 'fhir/r4.js';
import type { NamedPayer, PayerOf } from '../../domain/requirements/payer.ts';
import { containedIn } from '../contained.ts';
import { present } from '../present.ts';
import { parseReference } from '../reference.ts';

/** The payer's key: of the clinic's list, `self` where a person pays, `other` for one that the list does not know. */
export function payerKey(
  payors: readonly Reference[],
  contained: readonly Resource[] | undefined,
  payerOf: PayerOf,
): string | undefined {
  const keys = payors.map((payor) => payerOf(namedPayer(payor, contained)));
  const known = keys.find((key) => key !== undefined);
  if (known !== undefined || payors.length === 0) return known;
  return payors.every(isPerson) ? 'self' : 'other';
}

function isPerson({ reference, type }: Reference): boolean {
  const parsed = parseReference(reference);
  const named = parsed?.kind === 'resource' ? parsed.type : type;
  return named === 'Patient' || named === 'RelatedPerson';
}

function namedPayer(
  { reference, display, identifier }: Reference,
  contained: readonly Resource[] | undefined,
): NamedPayer {
  const parsed = parseReference(reference);
  const organization = containedIn(contained, reference, 'Organization');
  const names = [display, identifier?.assigner?.display, organization?.name, ...(organization?.alias ?? [])];
  return {
    identifiers: [identifier, ...(organization?.identifier ?? [])].flatMap(identifierOf),
    names: names.flatMap((name) => name?.trim() || []),
    ...present({ reference: parsed?.kind === 'resource' ? parsed.local : undefined }),
  };
}

function identifierOf(identifier: Identifier | undefined): readonly string[] {
  return identifier?.value === undefined ? [] : [`${identifier.system ?? ''}|${identifier.value}`];
}
