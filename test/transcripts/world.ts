import { setTimeout as sleep } from 'node:timers/promises';
import type { Patient, Questionnaire, Task } from 'fhir/r4.js';
import { questionnaires } from '../../content/questionnaires.ts';
import { type ChartHands, createChartHands } from '../../local/hands/chart.ts';
import { type ClockHands, createClockHands } from '../../local/hands/clock.ts';
import { freshHandset } from '../../local/hands/fresh-number.ts';
import type { Handset } from '../../local/hands/handset.ts';
import { formFrom } from './form.ts';
import { noteMove } from './times-said.ts';
import type { Person, Transcript } from './transcript.ts';
import { atTen, type OwnVisit, prepareVisit, putOnWaitingList } from './visit-booked.ts';

/** Where transcripts are played. Without a clock, what moves time is left out. */
export interface World {
  readonly api: string;
  readonly carrier: string;
  readonly chart: ChartHands;
  readonly clock?: ClockHands;
  /** Tells one playing of all from another on the same house. */
  readonly run: string;
}

export function worldAt(addresses: {
  readonly api: string;
  readonly carrier: string;
  readonly ehr: string;
  readonly clock?: string;
}): World {
  const { api, carrier, ehr, clock } = addresses;
  return {
    api,
    carrier,
    chart: createChartHands(ehr),
    ...(clock === undefined ? {} : { clock: createClockHands(clock) }),
    run: Date.now().toString(36),
  };
}

/** The people of one playing, all new. */
export interface Cast {
  readonly phone: Handset;
  /** Empty where the number is in no chart. */
  readonly patient: string;
  readonly everyone: readonly string[];
  readonly canonicals: readonly string[];
  readonly tasks: string[];
  readonly visit?: { readonly appointment: string; readonly start: string };
  readonly own?: OwnVisit;
  readonly waiting: readonly Waiting[];
}

/** Somebody who waits for a time, with a phone of their own and every text that should have reached it. */
export interface Waiting {
  readonly person: Person;
  readonly phone: Handset;
  readonly appointment: string;
  readonly texts: string[];
}

export async function castFor(world: World, transcript: Transcript, slug: string): Promise<Cast> {
  const phone = await freshHandset(world.carrier, world.chart, 'US');
  const { patient, parent, alsoOnThisPhone, forms } = transcript;
  if (transcript.visit !== undefined) await atTen(world);
  const canonicals = await Promise.all(
    forms.map((form, index) => publish(world, form, `${slug}-${index + 1}-${world.run}`)),
  );
  if (patient === undefined) return { phone, patient: '', everyone: [], canonicals, tasks: [], waiting: [] };
  const also = alsoOnThisPhone === undefined ? [] : [await admit(world, alsoOnThisPhone, phone.number)];
  const id = await admit(world, patient, parent === undefined ? phone.number : undefined);
  if (parent !== undefined) await addParent(world, id, parent, phone.number);
  const visit = transcript.visitIn === undefined ? undefined : await book(world, id, transcript.visitIn);
  const own = transcript.visit === undefined ? undefined : await prepareVisit(world, transcript.visit, id);
  for (const step of transcript.steps) if (step.is === 'happened' && own !== undefined) noteMove(own.times, step.what);
  const waiting: (Waiting & { readonly patient: string })[] = [];
  for (const person of own === undefined ? [] : transcript.waiting) {
    const theirs = await freshHandset(world.carrier, world.chart, 'US');
    const listed = own && (await putOnWaitingList(world, own, person, theirs.number, waiting.length));
    if (listed) waiting.push({ person, phone: theirs, texts: [], ...listed });
  }
  const cast: Cast = {
    phone,
    patient: id,
    everyone: [id, ...also, ...waiting.map((each) => each.patient)],
    canonicals,
    tasks: [],
    waiting,
    ...(own === undefined ? {} : { own }),
    ...(visit === undefined ? {} : { visit }),
  };
  if (canonicals.length > 0) await askFor(world, cast, 0);
  // Whoever speaks first, before anything was asked of them, must be known by then.
  if (canonicals.length === 0 || transcript.steps[0]?.is !== 'answered') await (world.clock?.settle() ?? sleep(5000));
  return cast;
}

/** The clinic's own form by name, or one jotted down in the transcript, put into the EHR. Returns its canonical. */
async function publish(world: World, form: readonly string[], id: string): Promise<string> {
  const own = questionnaires.find((each) => each.id === form[0]);
  if (own !== undefined) return `${own.url}|${own.version}`;
  const made: Questionnaire & { id: string } = { ...formFrom(form, id), id };
  await world.chart.update(made);
  return `${made.url}|${made.version}`;
}

const languageCodes = { en: 'English', es: 'Spanish', pl: 'Polish' } as const;

let admitted = 0;

export async function admit(
  { chart, run }: World,
  { name, language, child }: Person,
  number: string | undefined,
): Promise<string> {
  const patient: Patient = {
    resourceType: 'Patient',
    active: true,
    name: [{ use: 'official', given: [name], family: 'Example' }],
    birthDate: child ? '2021-05-05' : '1980-05-05',
    ...(number === undefined ? {} : { telecom: [{ system: 'phone', value: number, use: 'mobile' }] }),
    communication: [
      {
        language: { coding: [{ system: 'urn:ietf:bcp:47', code: language, display: languageCodes[language] }] },
        preferred: true,
      },
    ],
  };
  // In the order in which they are admitted: whoever is asked "who is this about?" reads the names in the order of the charts.
  const id = `t-${run}-${String(++admitted).padStart(4, '0')}`;
  await chart.update({ ...patient, id });
  return id;
}

async function addParent({ chart }: World, child: string, { name, language }: Person, number: string): Promise<void> {
  await chart.create({
    resourceType: 'RelatedPerson',
    active: true,
    patient: { reference: `Patient/${child}` },
    relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH' }] }],
    name: [{ given: [name], family: 'Example' }],
    telecom: [{ system: 'phone', value: number, use: 'mobile' }],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: language }] }, preferred: true }],
  });
}

async function book(world: World, patient: string, hours: number): Promise<NonNullable<Cast['visit']>> {
  const now = world.clock === undefined ? Date.now() : (await world.clock.now()).epochMilliseconds;
  const start = new Date(now + hours * 3_600_000).toISOString();
  const { id } = await world.chart.create({
    resourceType: 'Appointment',
    status: 'booked',
    start,
    end: new Date(Date.parse(start) + 1_800_000).toISOString(),
    participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
  });
  return { appointment: id, start };
}

/** Asks for a form of the transcript, as the EHR does. */
export async function askFor({ chart }: World, cast: Cast, index: number): Promise<void> {
  const sdc = 'http://hl7.org/fhir/uv/sdc/CodeSystem/temp';
  const task: Task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: sdc, code: 'complete-questionnaire' }] },
    for: { reference: `Patient/${cast.patient}` },
    input: [
      { type: { coding: [{ system: sdc, code: 'questionnaire' }] }, valueCanonical: cast.canonicals[index] ?? '' },
    ],
    ...(cast.visit === undefined ? {} : { reasonReference: { reference: `Appointment/${cast.visit.appointment}` } }),
  };
  cast.tasks.push((await chart.create(task)).id);
}
