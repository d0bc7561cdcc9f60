import { readFileSync } from 'node:fs';
import type { Appointment, FhirResource, Task } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { payerOf } from '../../content/payers.ts';
import { visitTypeFor } from '../../content/visit-types.ts';
import { requirementKinds, requirementStates } from '../../domain/requirements/requirement.ts';
import type { KnownVisit } from '../../domain/visit/known-visit.ts';
import { readAppointment } from '../../fhir-mappings/appointment.ts';
import { evidenceOf } from '../../fhir-mappings/evidence/evidence-of.ts';
import { toRequirementTask } from '../../fhir-mappings/requirement-task.ts';
import { systems } from '../../fhir-mappings/systems.ts';
import { coverages } from '../../local/seed/payers.ts';
import { requirementsPage, withRequirementTables } from '../../tools/requirements-tables.ts';
import { faultsOf } from '../fhir-mappings/fhir-validation.ts';
import { mri, plan } from './chart.ts';

const page = readFileSync(requirementsPage, 'utf8');
const examples = [...page.matchAll(/<!-- example: (.+?) -->\n```json\n([\s\S]+?)\n```/g)].map(
  ([, says = '', json = '']): { says: string; resource: FhirResource } => ({ says, resource: JSON.parse(json) }),
);
const visitExample = examples.find(({ says }) => says === 'the visit');
const evidenceExamples = examples.filter((example) => example !== visitExample);

describe('docs/requirements.md', () => {
  it('has its tables as content is now (npm run docs)', () => {
    expect(page).toBe(withRequirementTables(page));
  });

  it('shows a visit that is the one it says', () => {
    expect(visitExample?.resource.resourceType).toBe('Appointment');
    const read = readAppointment(visitExample?.resource as Appointment);
    expect(visitTypeFor(read.codings)).toBe('mri-contrast');
    expect(read).toMatchObject({ start: mri.start, location: mri.location, kindCodes: mri.codes, state: 'booked' });
  });

  it.each(evidenceExamples)('shows how $says', ({ says, resource }) => {
    const [id = '', state = ''] = says.split(' ');
    const visit: Partial<KnownVisit> = { appointment: visitExample?.resource.id ?? '' };
    const coverage = evidenceExamples.find(({ says: other }) => other.startsWith('insurance-card'));
    const shown = [coverage?.resource, resource].flatMap((each) => {
      const found = each === undefined ? undefined : evidenceOf(each, payerOf);
      expect(found?.patient).toBe('anna-kowalska');
      return found?.evidence ?? [];
    });
    expect(plan({ visit, evidence: shown }).find((need) => need.id === id)?.state).toBe(state);
    // And not without it.
    const others = id === 'insurance-card' ? [] : shown.slice(0, 1);
    expect(plan({ visit, evidence: others }).find((need) => need.id === id)?.state).not.toBe(state);
    expect(faultsOf(resource)).toEqual([]);
  });

  it('shows the coverage that is in the seed', () => {
    const shown = evidenceExamples.find(({ resource }) => resource.resourceType === 'Coverage')?.resource;
    expect(coverages.find(({ id }) => id === shown?.id)).toMatchObject(shown ?? {});
  });

  it('names the Task of each state as it is written', () => {
    const statuses = Object.fromEntries(
      [...page.matchAll(/^\| `(\w+)` \| [^|]+ \| `([\w-]+)` \|$/gm)].map(([, state = '', status = '']) => [
        state,
        status,
      ]),
    );
    const [requirement] = plan();
    if (requirement === undefined) throw new Error('nothing is needed');
    const written = (standing: (typeof requirementStates)[number]): Task =>
      toRequirementTask({
        patient: 'Patient/anna',
        appointment: 'a1',
        requirement,
        standing,
        owner: {},
        when: (instant) => instant,
        authoredOn: '2026-02-20T16:00:00Z',
        at: '2026-02-20T16:00:00Z',
      });
    expect(statuses).toEqual(Object.fromEntries(requirementStates.map((state) => [state, written(state).status])));
    expect(page).toContain(systems.requirement);
    expect(page).toContain(systems.requirementCode);
    for (const kind of requirementKinds) expect(page).toContain(`\`${kind}\``);
  });
});
