import type { RelatedPerson } from 'fhir/r4.js';
import type { Relative, Story } from '../../domain/story/story.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { followPatient, storyOf } from './person-followed.ts';
import { indexPerson } from './person-indexed.ts';
import { inOrder, readAs, relativeIn } from './relatives.ts';
import { waitForPatient } from './waiting.ts';
import { type Change, keepSeen, whatChanged } from './what-changed.ts';

/**
 * Somebody who acts for a patient: the patient is indexed anew, with their number. Where they are gone, or act for somebody else now, so is
 * the patient whom they acted for: their phone must not be answered for that patient any longer.
 */
export async function followRelatedPerson(deps: ChartChangedDeps, change: Change): Promise<void> {
  const { id, resource, formerly } = change;
  const read = resource === undefined ? undefined : readAs(deps, resource as RelatedPerson);
  const patient = read?.patient;
  for (const former of formerly) if (former !== patient) await relate(deps, former, id, undefined);
  if (patient === undefined) return keepSeen(deps, change);
  const view = await storyOf(deps, patient);
  if (view === undefined) return waitForPatient(deps, change, patient);
  await relate(deps, patient, id, read === undefined ? undefined : relativeIn(id, read));
  await keepSeen(deps, change, { story: patient });
}

async function relate(
  deps: ChartChangedDeps,
  patient: string,
  id: string,
  relative: Relative | undefined,
): Promise<void> {
  // Indexed before numbers were kept in the story: the patient is read once more.
  if ((await deps.store.story(patient))?.story.person.numbers === undefined) {
    const known = await whatChanged(deps, { resourceType: 'Patient', id: patient }, { anew: true });
    if (known?.resource !== undefined) await followPatient(deps, known);
  }
  const change = (before: Story | undefined): Story | undefined => {
    if (before === undefined) return undefined;
    const { relatives: known = [], ...person } = before.person;
    const others = known.filter((each) => each.id !== id);
    const relatives = inOrder(relative === undefined ? others : [...others, relative]);
    return { ...before, person: { ...person, ...(relatives.length === 0 ? {} : { relatives }) } };
  };
  await indexPerson(deps, patient, { change });
}
