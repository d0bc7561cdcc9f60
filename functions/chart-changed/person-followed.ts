import type { Patient, RelatedPerson } from 'fhir/r4.js';
import { Fault } from '../../domain/errors/errors.ts';
import type { Member, Phone } from '../../domain/story/phone.ts';
import { toE164 } from '../../domain/story/phone-number.ts';
import type { Story, StoryView } from '../../domain/story/story.ts';
import { type ReadPerson, readPerson, readRelatedPerson } from '../../fhir-mappings/patient.ts';
import { endAll } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { hearLateWords } from './late-words.ts';

/** Brings a patient into the phone index and keeps what the greeting needs: name, language, numbers; a death ends what is being asked. */
export async function followPatient(deps: ChartChangedDeps, patient: Patient): Promise<void> {
  const person = readPerson(patient, (raw) => normalised(deps, raw), today(deps));
  if (person.unreadablePhones > 0)
    deps.log.warn('PHONE_UNPARSABLE', { resourceType: 'Patient', count: person.unreadablePhones });
  if (person.replacedBy !== undefined) return;
  await indexPerson(deps, person, await proxiesOf(deps, person));
  if (person.deceased) await endAll(deps, person.id, 'patient-died', `ehr/Patient/${person.id}/deceased`);
}

/**
 * Somebody who acts for a patient: the patient is indexed anew, with their number. Where they are gone, or act for somebody else now, so is
 * the patient whom they acted for: their phone must not be answered for that patient any longer.
 */
export async function followRelatedPerson(
  deps: ChartChangedDeps,
  id: string,
  related: RelatedPerson | undefined,
): Promise<void> {
  const key = `acts-for/${id}`;
  const patient =
    related === undefined ? undefined : readRelatedPerson(related, (raw) => normalised(deps, raw), today(deps)).patient;
  const before = (await deps.records.get('chart-link', key))?.value.story;
  for (const each of new Set([before, patient])) {
    const read = each === undefined ? undefined : await deps.chart.read('Patient', each);
    if (read?.is === 'found') await followPatient(deps, read.resource as Patient);
  }
  if (patient === undefined || patient === before) return;
  const writtenAt = deps.clock.now().toISOString();
  const value = { reference: `RelatedPerson/${id}`, story: patient, writtenAt, upTo: 0 };
  await deps.records.put({ kind: 'chart-link', id: key, value, expect: 'any' });
}

/** The story of a patient, indexed first if it is not known yet; undefined where the EHR has no such patient. */
export async function storyOf(
  deps: ChartChangedDeps,
  id: string,
): Promise<{ readonly view: StoryView; readonly patient: Patient } | undefined> {
  const read = await deps.chart.read('Patient', id);
  if (read.is !== 'found') return undefined;
  const patient = read.resource as Patient;
  let view = await deps.store.story(id);
  if (view === undefined) {
    await followPatient(deps, patient);
    view = await deps.store.story(id);
  }
  return view === undefined ? undefined : { view, patient };
}

interface Reach {
  readonly number: string;
  readonly as: Member['as'];
}

/** A parent or guardian answers for a child, and whoever holds a power of attorney. Others' numbers are not a patient's. */
async function proxiesOf(deps: ChartChangedDeps, person: ReadPerson): Promise<readonly Reach[]> {
  const related = await deps.chart.search('RelatedPerson', { patient: `Patient/${person.id}` });
  return related.flatMap((resource) => {
    const read = readRelatedPerson(resource as RelatedPerson, (raw) => normalised(deps, raw), today(deps));
    const mayAct = read.active && (isMinor(person, today(deps)) || read.relationship.some((code) => actsFor.has(code)));
    return mayAct ? read.phones.map(({ number }): Reach => ({ number, as: 'proxy' })) : [];
  });
}

/** @see https://terminology.hl7.org/CodeSystem-v3-RoleCode.html */
const actsFor = new Set(['GUARD', 'GUADLTM', 'POWATT', 'DPOWATT', 'HPOWATT', 'SPOWATT', 'RESPRSN']);

function isMinor(person: ReadPerson, today: string): boolean {
  if (person.birthDate === undefined || person.birthDate.length < 4) return false;
  const eighteenth = `${Number(person.birthDate.slice(0, 4)) + 18}${person.birthDate.slice(4)}`;
  return today < eighteenth;
}

async function indexPerson(deps: ChartChangedDeps, person: ReadPerson, proxies: readonly Reach[]): Promise<void> {
  const own = person.phones.map(({ number }): Reach => ({ number, as: 'self' }));
  const reaches = person.active
    ? [...(isMinor(person, today(deps)) ? proxies : own), ...(isMinor(person, today(deps)) ? own : proxies)]
    : [];
  const unique = reaches.filter(
    (reach, index) => reaches.findIndex((other) => other.number === reach.number) === index,
  );
  for (let tries = 0; tries < 8; tries++) {
    const view = await deps.store.story(person.id);
    const before = view?.story;
    const story = personChanged(
      before,
      person,
      unique.map(({ number }) => deps.phoneHash(number)),
    );
    const gone = (before?.person.phones ?? []).filter((id) => !story.person.phones.includes(id));
    const phones = await changedPhones(deps, story, unique, gone);
    if (phones.length === 0 && before !== undefined && samePerson(before, story)) return;
    const late = phones.filter((phone) => (phone.before?.unknown?.said.length ?? 0) > 0);
    const committed = await deps.store.commit({
      cause: `index/${person.id}/${story.version}`,
      outcome: { reply: '' },
      story,
      phones: phones.map(({ after }) => after),
      moments: [],
      events: [],
    });
    if (committed.is !== 'committed') continue;
    for (const phone of late) if (phone.before !== undefined) await hearLateWords(deps, story.id, phone.before);
    return;
  }
  throw new Fault('TURN_KEEPS_CONFLICTING', 'A patient could not be indexed: the story moved each time');
}

function personChanged(before: Story | undefined, person: ReadPerson, phones: readonly string[]): Story {
  const chart = { firstName: person.name.first ?? '', language: person.language ?? 'en' } as const;
  if (before === undefined) {
    return {
      id: person.id,
      version: 1,
      person: { ...chart, chartLanguage: chart.language, deceased: person.deceased, phones },
      consent: { texts: 'allowed' },
      conversations: [],
      facts: {},
      concerns: [],
      acknowledgements: [],
      visits: [],
      evidence: [],
      onFile: [],
    };
  }
  // A language that the patient chose by text or phone stays until the chart itself changes.
  const language = before.person.chartLanguage === chart.language ? before.person.language : chart.language;
  return {
    ...before,
    version: before.version + 1,
    person: { firstName: chart.firstName, language, chartLanguage: chart.language, deceased: person.deceased, phones },
  };
}

function samePerson(a: Story, b: Story): boolean {
  return JSON.stringify(a.person) === JSON.stringify(b.person);
}

async function changedPhones(
  deps: ChartChangedDeps,
  story: Story,
  reaches: readonly Reach[],
  gone: readonly string[],
): Promise<readonly { readonly before?: Phone; readonly after: Phone }[]> {
  const changed: { before?: Phone; after: Phone }[] = [];
  for (const { number, as } of reaches) {
    const id = deps.phoneHash(number);
    const before = await deps.store.phone(id);
    const member: Member = { story: story.id, firstName: story.person.firstName, as, language: story.person.language };
    const phone: Phone = before ?? {
      id,
      version: 0,
      number,
      members: [],
      blocked: false,
      introduced: false,
      queue: [],
    };
    const known = phone.members.find((each) => each.story === story.id);
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(member) && phone.unknown === undefined)
      continue;
    const { unknown, ...others } = phone;
    // What they said while we looked stays until the turn that hears it is kept.
    const rest = unknown === undefined || unknown.said.length === 0 ? others : { ...others, unknown };
    const members = [...phone.members.filter((each) => each.story !== story.id), member].sort((a, b) =>
      a.story < b.story ? -1 : 1,
    );
    changed.push({
      ...(before === undefined ? {} : { before }),
      after: { ...rest, version: phone.version + 1, members },
    });
  }
  for (const id of gone) {
    const before = await deps.store.phone(id);
    if (before === undefined || !before.members.some((each) => each.story === story.id)) continue;
    const { asking, ...rest } = before;
    const members = before.members.filter((each) => each.story !== story.id);
    changed.push({
      before,
      after: {
        ...rest,
        ...(asking === undefined || asking.story === story.id ? {} : { asking }),
        version: before.version + 1,
        members,
      },
    });
  }
  return changed;
}

function normalised(deps: ChartChangedDeps, raw: string): string | undefined {
  return toE164(raw, deps.clinic.country);
}

function today(deps: ChartChangedDeps): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: deps.clinic.timeZone }).format(deps.clock.now());
}
