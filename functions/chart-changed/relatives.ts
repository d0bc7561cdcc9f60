import type { RelatedPerson } from 'fhir/r4.js';
import { toE164 } from '../../domain/story/phone-number.ts';
import type { Relative } from '../../domain/story/story.ts';
import { type ReadRelatedPerson, readRelatedPerson } from '../../fhir-mappings/patient.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { today } from './person-indexed.ts';

/** The story is read on every turn. */
const most = 8;
const mostPhones = 3;

/** Everybody whom the EHR relates to a patient. */
export async function relativesOf(deps: ChartChangedDeps, patient: string): Promise<readonly Relative[]> {
  const related = await deps.chart.search('RelatedPerson', { patient: `Patient/${patient}` });
  const relatives = related.flatMap((resource) => {
    if (resource.id === undefined || resource.resourceType !== 'RelatedPerson') return [];
    const read = readAs(deps, resource as RelatedPerson);
    return read.patient === patient ? (relativeIn(resource.id, read) ?? []) : [];
  });
  return inOrder(relatives);
}

/** In one order, whichever was heard of first. */
export function inOrder(relatives: readonly Relative[]): readonly Relative[] {
  return relatives.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, most);
}

export function readAs(deps: ChartChangedDeps, related: RelatedPerson): ReadRelatedPerson {
  return readRelatedPerson(related, (raw) => toE164(raw, deps.clinic.country), today(deps));
}

/** A parent or guardian answers for a child, and whoever holds a power of attorney for anybody. Others' numbers are not a patient's. */
export function relativeIn(id: string, read: ReadRelatedPerson): Relative | undefined {
  if (!read.active) return undefined;
  return {
    id,
    actsForThem: read.relationship.some((code) => actsFor.has(code)),
    phones: read.phones.map(({ number }) => number).slice(0, mostPhones),
    ...(read.until === undefined ? {} : { until: read.until }),
  };
}

/** @see https://terminology.hl7.org/CodeSystem-v3-RoleCode.html */
const actsFor = new Set(['GUARD', 'GUADLTM', 'POWATT', 'DPOWATT', 'HPOWATT', 'SPOWATT', 'RESPRSN']);
