import type { Patient } from 'fhir/r4.js';
import type { ChartResource } from '../../domain/ports/chart.ts';
import type { Merge } from '../../fhir-mappings/hl7v2/instruction.ts';
import { mergedInto, replacing, survivorOf } from '../../fhir-mappings/hl7v2/merge-applied.ts';
import { type Authority, type PersonPart, type PersonStatement, partsOf } from '../../fhir-mappings/hl7v2/person.ts';
import { newPatient, withPerson } from '../../fhir-mappings/hl7v2/person-applied.ts';
import type { Numbered } from '../../fhir-mappings/hl7v2/systems.ts';
import type { Hl7ReceivedDeps } from './dependencies.ts';
import { type Target, type Written, writeInOrder } from './in-order.ts';
import type { MessageMoment } from './moments.ts';

export const isPatient = (resource: ChartResource): resource is ChartResource & Patient =>
  resource.resourceType === 'Patient';

/** The record of a person: made where the EHR has none under this number, else brought up to what the message says of them. */
export async function writePerson(
  deps: Hl7ReceivedDeps,
  moment: MessageMoment,
  person: PersonStatement,
  by: Authority,
): Promise<Written<Patient>> {
  if (person.unreadablePhones > 0)
    deps.log.warn('PHONE_UNPARSABLE', { resourceType: 'Patient', count: person.unreadablePhones });
  const spoken = Object.keys(person.said) as PersonPart[];
  const change: Target<Patient>['change'] = (current, parts) => ({
    is: 'made',
    resource: withPerson(
      current,
      person.said,
      spoken.filter((part) => parts.includes(part)),
    ),
  });
  return writeInOrder(
    deps,
    moment,
    {
      type: 'Patient',
      numbers: [numberOf(person.primary)],
      parts: partsOf[by].filter((part) => person.said[part] !== undefined),
      make: () => ({ is: 'made', resource: withPerson(newPatient(person), person.said, spoken) }),
      change,
    },
    isPatient,
  );
}

/**
 * Two records become one: the surviving one is brought up to date, the old one leads to it. An old record that the EHR does not have is
 * made, out of use, so that whatever still comes in its name leads to the surviving one, too.
 */
export async function writeMerge(
  deps: Hl7ReceivedDeps,
  moment: MessageMoment,
  { surviving, old }: Merge,
): Promise<readonly Written<Patient>[]> {
  const survivor = await writePerson(deps, moment, surviving, 'registration');
  if (survivor.is === 'refused') return [survivor];
  const given = await writeInOrder(
    deps,
    moment,
    {
      type: 'Patient',
      numbers: [numberOf(old.primary)],
      // A record is merged into one other; and of two records the newest message says which of them survives.
      parts: ['merged', pairWith(survivor.id)],
      whole: true,
      make: () => ({ is: 'made', resource: mergedInto(newPatient(old), survivor.id) }),
      change: (current, parts) =>
        current.id === survivor.id
          ? { is: 'refused', why: 'PID-3 and MRG-1 are numbers of one record in the EHR: there is nothing to merge.' }
          : { is: 'made', resource: parts.length === 0 ? current : mergedInto(current, survivor.id) },
    },
    isPatient,
  );
  if (given.is === 'refused') return [survivor, given];
  const replaced = await writeInOrder(
    deps,
    moment,
    {
      type: 'Patient',
      numbers: [numberOf(surviving.primary)],
      parts: [pairWith(given.id)],
      make: () => ({ is: 'refused', why: 'The surviving record was taken out of the EHR while it was merged.' }),
      change: (current, parts) => ({
        is: 'made',
        resource: parts.length === 0 ? current : replacing(current, given.id),
      }),
    },
    isPatient,
  );
  return [survivor, given, replaced];
}

/** Whoever was merged into another record lives on there. */
export async function livingRecord(deps: Hl7ReceivedDeps, patient: Patient): Promise<string> {
  const seen = new Set<string>();
  let current = patient;
  for (;;) {
    const id = current.id ?? '';
    const next = survivorOf(current);
    if (next === undefined || seen.has(next)) return id;
    seen.add(id).add(next);
    const read = await deps.chart.read('Patient', next);
    if (read.is !== 'found' || !isPatient(read.resource)) return id;
    current = read.resource;
  }
}

export function numberOf({ system, value }: Numbered): string {
  return `${system}|${value}`;
}

function pairWith(other: string): string {
  return `pair/${other}`;
}
