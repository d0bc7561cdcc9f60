import type { Patient } from 'fhir/r4.js';
import { emptyStory } from '../../domain/story/empty-story.ts';
import { onFileNow } from '../../domain/story/on-file.ts';
import { toE164 } from '../../domain/story/phone-number.ts';
import { isMinor } from '../../domain/story/reaches.ts';
import type { Person, Relative, Story, StoryView } from '../../domain/story/story.ts';
import { alike } from '../../domain/visit/alike.ts';
import { isOlder } from '../../domain/visit/merging.ts';
import { patientOnFile } from '../../fhir-mappings/file-entries.ts';
import { type ReadPerson, readPerson } from '../../fhir-mappings/patient.ts';
import { endAll } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { changeSnapshot, merge, withdrawMerges } from './merges-followed.ts';
import { entriesWith } from './on-file.ts';
import { indexPerson, today } from './person-indexed.ts';
import { relativesOf } from './relatives.ts';
import { changesAnything, factsOf, planVisits } from './visits-planned.ts';
import { whatWaits } from './waiting.ts';
import { type Change, keepSeen, settleForOperators, whatChanged } from './what-changed.ts';

/**
 * Brings a patient into the phone index and keeps what is asked of a person: name, language, numbers, zone, what registration has on file.
 * A death ends what is being asked, a merge brings two stories together; one that the EHR has no more is reached by nobody.
 */
export async function followPatient(
  deps: ChartChangedDeps,
  change: Change,
  underWay: readonly string[] = [],
): Promise<void> {
  const { id, resource, cause } = change;
  if (resource === undefined)
    return indexPerson(deps, id, {
      from: change,
      change: (before) => (before?.id === id ? outOfUse(before) : undefined),
    });
  const patient = resource as Patient;
  const normalise = (raw: string) => toE164(raw, deps.clinic.country);
  const read = readPerson(patient, normalise, today(deps));
  if (read.unreadablePhones > 0)
    deps.log.warn('PHONE_UNPARSABLE', { resourceType: 'Patient', count: read.unreadablePhones });
  const elsewhere = (other: string) => storyOf(deps, other, [...underWay, id]);
  await withdrawMerges(deps, read);
  const { replacedBy } = read;
  if (replacedBy !== undefined && (await merge(deps, { from: id, into: replacedBy }, `Patient/${id}`, elsewhere))) {
    await planAnew(deps, id, `${cause}/planned`);
    return keepSeen(deps, change, { story: id });
  }
  const known = await deps.store.story(id);
  const onFile = patientOnFile(patient, normalise, today(deps));
  const isNew = known === undefined;
  // Whom others answer for, or who has no number, is looked for once; after that whoever is related is told of.
  const related =
    isNew && (isMinor(read.birthDate, today(deps)) || read.phones.length === 0)
      ? await relativesOf(deps, id)
      : undefined;
  const told = (before: Story | undefined): Story | undefined => {
    if (isOlder(change.lastUpdated, before?.person.seenAt)) return undefined;
    const person = personNow(before?.person, read, change.lastUpdated, related);
    const story = before ?? emptyStory(id, person);
    return { ...story, person, onFile: onFileNow(story.onFile, entriesWith(story.onFile, `Patient/${id}`, onFile)) };
  };
  if (known !== undefined && known.story.id !== id) {
    // The survivor alone says that they are one: who this one was stays known, for when it says so no more.
    await changeSnapshot(deps, id, told);
    return keepSeen(deps, change, { story: id });
  }
  const after = told(known?.story);
  const isFirst = isNew || change.before === undefined;
  const moreFollows =
    isFirst || read.deceased || read.replaces.length > 0 || (after !== undefined && needsOthers(known?.story, after));
  await indexPerson(deps, id, { change: told, ...(moreFollows ? {} : { from: change }) });
  if (!moreFollows) return;
  if (read.deceased) await endAll(deps, id, 'patient-died', `ehr/Patient/${id}/deceased`);
  for (const from of read.replaces) await merge(deps, { from, into: id }, `Patient/${id}`, elsewhere);
  if (!read.deceased) await planAnew(deps, id, `${cause}/planned`);
  if (isFirst) {
    await followWhatWaits(deps, id);
    await settleForOperators(deps, `Patient/${id}`);
  }
  await keepSeen(deps, change, { story: id });
}

/** The patient is known now: what named them before is looked at. */
async function followWhatWaits(deps: ChartChangedDeps, id: string): Promise<void> {
  for (;;) {
    const { events, records } = await whatWaits(deps, `Patient/${id}`, id);
    const [put] = records;
    if (put === undefined || (await deps.records.put(put, events)) === 'saved') return;
  }
}

/** The story of a patient, indexed first if it is not known yet; undefined where the EHR shows no such patient. */
export async function storyOf(
  deps: ChartChangedDeps,
  id: string,
  underWay: readonly string[] = [],
): Promise<StoryView | undefined> {
  const view = await deps.store.story(id);
  if (view !== undefined) return view;
  // Two records that each say that the other replaced them.
  if (underWay.includes(id)) return undefined;
  const change = await whatChanged(deps, { resourceType: 'Patient', id }, { anew: true });
  if (change?.resource === undefined) return undefined;
  await followPatient(deps, change, underWay);
  return deps.store.story(id);
}

/** Whatever the visits ahead need, by what is known of the person now. */
export async function planAnew(deps: ChartChangedDeps, id: string, cause: string): Promise<void> {
  const view = await deps.store.story(id);
  if (view !== undefined && changesAnything(deps, view.story, {})) await planVisits(deps, view, cause, {});
}

function outOfUse(before: Story): Story {
  return { ...before, person: { ...before.person, inactive: true } };
}

/** Whether the visits may need something else by what has changed. */
function needsOthers(before: Story | undefined, after: Story): boolean {
  return before !== undefined && before.visits.length > 0 && !alike(factsOf(before, []), factsOf(after, []));
}

function personNow(
  before: Person | undefined,
  read: ReadPerson,
  seenAt: string | undefined,
  related: readonly Relative[] | undefined,
): Person {
  const chartLanguage = read.language ?? 'en';
  const relatives = before?.relatives ?? related;
  return {
    firstName: read.name.first ?? '',
    // A language that the patient chose by text or phone stays until the chart itself changes.
    language: before !== undefined && before.chartLanguage === chartLanguage ? before.language : chartLanguage,
    chartLanguage,
    deceased: read.deceased,
    phones: before?.phones ?? [],
    numbers: read.phones.map(({ number }) => number),
    ...(read.active ? {} : { inactive: true as const }),
    ...(relatives === undefined || relatives.length === 0 ? {} : { relatives }),
    ...(read.timeZone === undefined ? {} : { timeZone: read.timeZone }),
    ...(read.birthDate === undefined ? {} : { birthDate: read.birthDate }),
    ...(read.interpreter === undefined ? {} : { interpreter: read.interpreter }),
    ...(seenAt === undefined ? {} : { seenAt }),
  };
}
