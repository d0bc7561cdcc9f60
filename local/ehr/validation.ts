import { OperationOutcomeError, type TypedValueWithPath, validateResource } from '@medplum/core';
import type { OperationOutcome, OperationOutcomeIssue, Resource } from '@medplum/fhirtypes';
import * as z from 'zod';
import type { Definitions } from './definitions.ts';

const coding = z.object({ system: z.optional(z.string()), code: z.optional(z.string()) });
const codeableConcept = z.object({ coding: z.optional(z.array(coding)) });

/** Loads the schema of everything in the resource that has a `resourceType` of its own; returns the first unknown one. */
function loadSchemas(value: unknown, definitions: Definitions, isRoot: boolean): string | undefined {
  if (Array.isArray(value)) {
    for (const one of value) {
      const unknown = loadSchemas(one, definitions, false);
      if (unknown !== undefined) return unknown;
    }
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const type = 'resourceType' in value ? value.resourceType : undefined;
  if (typeof type === 'string' && !definitions.load(type)) return type;
  // Only these three hold resources; walking the whole tree for every write would cost more than it finds.
  const holds = isRoot && type !== 'Bundle' && type !== 'Parameters' ? ['contained'] : Object.keys(value);
  for (const [key, child] of Object.entries(value)) {
    if (!holds.includes(key)) continue;
    const unknown = loadSchemas(child, definitions, false);
    if (unknown !== undefined) return unknown;
  }
  return undefined;
}

function refused(expression: string, text: string, code: OperationOutcomeIssue['code']): OperationOutcomeIssue {
  return { severity: 'error', code, details: { text }, expression: [expression] };
}

/** @medplum/core checks structure and invariants but no required binding: it only collects the values. */
function checkCode(found: TypedValueWithPath, allowed: ReadonlySet<string>): string | undefined {
  if (found.type === 'code') {
    return typeof found.value === 'string' && !allowed.has(found.value) ? found.value : undefined;
  }
  const codings =
    found.type === 'Coding'
      ? [coding.safeParse(found.value).data]
      : codeableConcept.safeParse(found.value).data?.coding;
  const coded = (codings ?? []).filter((one) => one?.code !== undefined);
  if (coded.length === 0) return undefined;
  const fits = coded.some((one) =>
    allowed.has(one?.system === undefined ? `${one?.code}` : `${one.system}|${one.code}`),
  );
  return fits ? undefined : coded[0]?.code;
}

function outcomeError(issue: OperationOutcomeIssue[]): OperationOutcomeError {
  const outcome: OperationOutcome = { resourceType: 'OperationOutcome', issue };
  return new OperationOutcomeError(outcome);
}

/** Throws an OperationOutcomeError that names the path of everything wrong with the resource by the rules of R4. */
export function checkResource(resource: Resource, definitions: Definitions): void {
  const unknown = loadSchemas(resource, definitions, true);
  if (unknown !== undefined) {
    throw outcomeError([refused('resourceType', `There is no resource type "${unknown}" in R4.`, 'structure')]);
  }
  const tokens: Record<string, TypedValueWithPath[]> = {};
  validateResource(resource, { collect: { tokens }, base64BinaryMaxBytes: 10_000_000 });
  const issues: OperationOutcomeIssue[] = [];
  for (const [canonical, values] of Object.entries(tokens)) {
    const allowed = definitions.requiredCodes(canonical);
    if (allowed === undefined) continue;
    for (const found of values) {
      const wrong = checkCode(found, allowed);
      if (wrong !== undefined) {
        issues.push(
          refused(found.path, `The code "${wrong}" is not in the required value set ${canonical}.`, 'code-invalid'),
        );
      }
    }
  }
  if (issues.length > 0) throw outcomeError(issues);
}
