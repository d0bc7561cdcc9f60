import type { Appointment, ClaimResponse, CodeableConcept, Coverage, Slot } from 'fhir/r4.js';
import { Temporal } from 'temporal-polyfill';
import { knownVisitTypes } from '../../content/visit-types.ts';
import { clinic } from '../../local/seed/clinic.ts';
import { type Times, timeAhead, timeMeant } from './times-said.ts';
import type { Person, VisitPlan } from './transcript.ts';
import { admit, type World } from './world.ts';

/** A visit of a transcript's own, in a room and a calendar of its own: transcripts that share a house do not compete for times. */
export interface OwnVisit {
  readonly plan: VisitPlan;
  readonly times: Times;
  readonly room: string;
  /** The visit's slot, then the free ones. */
  readonly slots: readonly string[];
  readonly coverage?: string;
  appointment: string;
}

const snomed = 'http://snomed.info/sct';
const cardiology = '394579002';

/** The calendar and the coverage, before anything is booked. */
export async function prepareVisit(world: World, plan: VisitPlan, patient: string): Promise<OwnVisit> {
  const { chart } = world;
  const now = await clinicNow(world);
  const visit = timeAhead(plan.at, now);
  const begun: Times = { visit, free: [] };
  const times: Times = { visit, free: plan.free.map((words) => timeMeant(words, begun) ?? timeAhead(words, now)) };
  const room = (await chart.create({ resourceType: 'Location', status: 'active', name: 'A room' })).id;
  const { appointmentType: _, ...kinds } = kindsOf(plan);
  const schedule = await chart.create({
    resourceType: 'Schedule',
    active: true,
    ...kinds,
    actor: [{ reference: `Location/${room}` }],
  });
  const slots: string[] = [];
  for (const [index, start] of [times.visit, ...times.free].entries()) {
    const slot: Slot = {
      resourceType: 'Slot',
      schedule: { reference: `Schedule/${schedule.id}` },
      ...kindsOf(plan),
      status: index === 0 ? 'busy' : 'free',
      start: instant(start),
      end: instant(start.add({ minutes: 60 })),
    };
    slots.push((await chart.create(slot)).id);
  }
  const coverage = plan.payer === undefined ? undefined : (await chart.create(coverageOf(patient, plan.payer))).id;
  return { plan, times, room, slots, ...(coverage === undefined ? {} : { coverage }), appointment: '' };
}

/** As the EHR books it: the patient has not said yet whether they come. */
export async function bookVisit({ chart }: World, own: OwnVisit, patient: string): Promise<void> {
  const { plan, times, room, slots } = own;
  const { id } = await chart.create<Appointment>({
    resourceType: 'Appointment',
    status: 'booked',
    ...kindsOf(plan),
    start: instant(times.visit),
    end: instant(times.visit.add({ minutes: 60 })),
    slot: [{ reference: `Slot/${slots[0] ?? ''}` }],
    participant: [
      { actor: { reference: `Patient/${patient}` }, status: 'needs-action' },
      { actor: { reference: `Location/${room}` }, status: 'accepted' },
    ],
  });
  own.appointment = id;
}

/** Somebody who waits for a time in this room, from a month ago on; `place`: how many waited before. Returns the patient and the visit. */
export async function putOnWaitingList(
  world: World,
  { plan, times, room }: OwnVisit,
  person: Person,
  number: string,
  place: number,
): Promise<{ readonly patient: string; readonly appointment: string }> {
  const now = await clinicNow(world);
  const patient = await admit(world, person, number);
  await world.chart.create(coverageOf(patient, plan.payer ?? 'Medicare'));
  const { id: appointment } = await world.chart.create<Appointment>({
    resourceType: 'Appointment',
    status: 'waitlist',
    ...kindsOf(plan),
    created: instant(now.subtract({ days: 30 - place })),
    requestedPeriod: [
      { start: now.toPlainDate().toString(), end: times.visit.add({ days: 30 }).toPlainDate().toString() },
    ],
    participant: [
      { actor: { reference: `Patient/${patient}` }, status: 'accepted' },
      { actor: { reference: `Location/${room}` }, status: 'accepted' },
    ],
  });
  return { patient, appointment };
}

/** What the payer says of the visit. */
export async function payerSays(
  { chart }: World,
  own: OwnVisit,
  patient: string,
  says: 'has it' | 'approves' | 'refuses',
): Promise<void> {
  const { plan, times, coverage = '' } = own;
  const before = (await chart.search('ClaimResponse', `patient=Patient/${patient}&_count=5`)).at(0);
  const response: ClaimResponse = {
    ...before,
    resourceType: 'ClaimResponse',
    status: 'active',
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
    use: 'preauthorization',
    patient: { reference: `Patient/${patient}` },
    created: times.visit.subtract({ days: 10 }).toPlainDate().toString(),
    insurer: { display: plan.payer ?? '' },
    outcome: says === 'approves' ? 'complete' : says === 'has it' ? 'queued' : 'error',
    ...(says === 'approves' ? { preAuthRef: 'AUTH-1' } : {}),
    insurance: [{ sequence: 1, focal: true, coverage: { reference: `Coverage/${coverage}` } }],
    addItem: [
      {
        productOrService: serviceOf(plan),
        adjudication: [
          {
            category: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adjudication', code: 'eligible' }] },
          },
        ],
      },
    ],
  };
  await (before === undefined ? chart.create(response) : chart.update({ ...response, id: before.id }));
}

export async function referralArrives(world: World, { plan }: OwnVisit, patient: string): Promise<void> {
  await world.chart.create({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    code: serviceOf(plan),
    subject: { reference: `Patient/${patient}` },
    authoredOn: instant(await clinicNow(world)),
  });
}

export async function clinicNow(world: World): Promise<Temporal.ZonedDateTime> {
  const now = (await world.clock?.now()) ?? Temporal.Now.instant();
  return now.toZonedDateTimeISO(clinic.timeZone);
}

/** By day nobody's phone is quiet: a transcript about visits begins at ten, the clinic's time, of today or tomorrow. */
export async function atTen(world: World): Promise<void> {
  const now = await clinicNow(world);
  const today = now.withPlainTime({ hour: 10 });
  const ten = Temporal.ZonedDateTime.compare(today, now) > 0 ? today : today.add({ days: 1 });
  await world.clock?.moveTo(ten.toInstant());
}

export function instant(time: Temporal.ZonedDateTime): string {
  return time.toInstant().toString({ smallestUnit: 'second' });
}

function codesOf({ type }: VisitPlan) {
  const codes = knownVisitTypes.find((each) => each.type === type)?.codes;
  if (codes === undefined) throw new Error(`The clinic knows no visit of type ${type}`);
  return codes;
}

function serviceOf(plan: VisitPlan): CodeableConcept {
  return { coding: codesOf(plan).filter(({ system }) => system === snomed) };
}

/** The codes of a type where an Appointment carries them. */
function kindsOf(plan: VisitPlan): Pick<Appointment, 'serviceType' | 'specialty' | 'appointmentType'> {
  const codes = codesOf(plan);
  const of = (is: (code: (typeof codes)[number]) => boolean) =>
    codes.filter(is).map((coding) => ({ coding: [coding] }));
  const serviceType = of(({ system, code }) => system === snomed && code !== cardiology);
  const specialty = of(({ system, code }) => system === snomed && code === cardiology);
  const [appointmentType] = of(({ system }) => system !== snomed);
  return {
    ...(serviceType.length === 0 ? {} : { serviceType }),
    ...(specialty.length === 0 ? {} : { specialty }),
    ...(appointmentType === undefined ? {} : { appointmentType }),
  };
}

function coverageOf(patient: string, payer: string): Coverage {
  return {
    resourceType: 'Coverage',
    status: 'active',
    beneficiary: { reference: `Patient/${patient}` },
    payor: [{ display: payer }],
  };
}
