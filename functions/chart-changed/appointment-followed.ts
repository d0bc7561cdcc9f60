import type { Appointment } from 'fhir/r4.js';
import type { StoryView } from '../../domain/story/story.ts';
import type { KnownVisit } from '../../domain/visit/known-visit.ts';
import { appointmentBooked } from '../../events/appointment-booked.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { type ReadAppointment, readAppointment } from '../../fhir-mappings/appointment.ts';
import { beginConversation } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { storyOf } from './person-followed.ts';
import { tellDesk } from './telling-the-desk.ts';
import { questionsFor } from './visit-asked.ts';
import { endVisitOf } from './visit-ended.ts';
import { overBecause, type Standing, standingNow, standings } from './visit-standing.ts';
import { type NewlyKnown, planVisits } from './visits-planned.ts';
import { waitForPatient, whatWaits } from './waiting.ts';
import { type Change, keepForOperators, keepSeen, settleForOperators } from './what-changed.ts';

/** A visit was asked for, booked, moved, begun or called off, or is over, or the EHR has it no more. */
export async function followAppointment(deps: ChartChangedDeps, change: Change): Promise<void> {
  const { id, formerly } = change;
  const read = change.resource === undefined ? undefined : readAppointment(change.resource as Appointment);
  const patient = read?.patient;
  for (const former of formerly) if (former !== patient) await leaveTo(deps, change, former, patient);
  if (read === undefined) return keepSeen(deps, change);
  if (patient === undefined) {
    await keepForOperators(deps, 'Appointment', id, 'An appointment names no patient, or several');
    return keepSeen(deps, change, { undone: true });
  }
  if (read.state === 'unknown') {
    // Nothing is said about what nobody can read; what was known of the visit stands.
    await keepForOperators(deps, 'Appointment', id, 'An appointment has a status that FHIR R4 does not have');
    return keepSeen(deps, change, { story: patient, undone: true });
  }
  if (change.before?.undone === true) await settleForOperators(deps, `Appointment/${id}`);
  const says = await standingNow(deps, read.state, read);
  const own = { story: patient, says: read.state };
  const view = await deps.store.story(patient);
  const isKnown = view !== undefined && knows(view, id);
  const because = overBecause[says];
  // What was over, or should have been, before we ever heard of it is nobody's any more.
  if (!isKnown && isLongPast(deps, read, says)) return keepSeen(deps, change, own);
  if (because !== undefined) {
    const seenAt = change.lastUpdated;
    if (view !== undefined)
      await endVisitOf(deps, view, change.cause, {
        appointment: id,
        because,
        ...(seenAt === undefined ? {} : { seenAt }),
      });
    return keepSeen(deps, change, own);
  }
  const found = view ?? (await storyOf(deps, patient));
  if (found === undefined) return waitForPatient(deps, change, patient);
  await follow(deps, change, read, found, says);
}

function knows({ story }: StoryView, id: string): boolean {
  return (
    story.visits.some(({ appointment }) => appointment === id) ||
    story.conversations.some(({ visit }) => visit?.appointment === id)
  );
}

const day = 86_400_000;

/** Whoever is there, or is said to have been, may have come for a visit whose time is over. */
function isLongPast({ clock }: ChartChangedDeps, { start, end }: ReadAppointment, says: Standing): boolean {
  const last = end ?? start;
  if (last === undefined) return false;
  return Date.parse(last) + (says === 'booked' || says === 'waiting' ? 0 : day) < clock.now().getTime();
}

/** The visit is another patient's now, or nobody's, or gone: the one who had it is not asked or reminded of it any more. */
async function leaveTo(
  deps: ChartChangedDeps,
  change: Change,
  former: string,
  patient: string | undefined,
): Promise<void> {
  const was = await deps.store.story(former);
  const is = patient === undefined ? undefined : await deps.store.story(patient);
  // Two records of one person.
  if (was === undefined || was.story.id === is?.story.id) return;
  await endVisitOf(deps, was, `${change.cause}/left-${former}`, { appointment: change.id, because: 'never-was' });
}

/** The visit stands, or is wished for: its questions begin, and the patient hears once what it needs. */
async function follow(
  deps: ChartChangedDeps,
  change: Change,
  read: ReadAppointment,
  view: StoryView,
  says: Standing,
): Promise<void> {
  const { cause, id } = change;
  const known = knownVisit(deps, change, read, says);
  if (says === 'booked' && read.start === undefined)
    await tellDesk(deps, `no-time/Appointment/${id}`, view.story.id, {
      because: 'no-time',
      appointment: id,
    });
  if (read.declinedByPatient && says === 'booked')
    await tellDesk(deps, `declined/Appointment/${id}/${read.start ?? ''}`, view.story.id, {
      because: 'declined',
      appointment: id,
    });
  const asked = known.state === 'booked' ? await questionsFor(deps, change, read, known, view) : undefined;
  const now = (await deps.store.story(view.story.id)) ?? view;
  const before = now.story.visits.find(({ appointment }) => appointment === id);
  const waits = before === undefined ? await whatWaits(deps, `Appointment/${id}`, view.story.id) : undefined;
  const news: NewlyKnown = {
    change,
    ...(read.patient === undefined ? {} : { patient: read.patient }),
    says: read.state,
    events: [
      ...(known.state === 'booked' && before?.state !== 'booked' ? [booked(deps, read, view.story.id)] : []),
      ...(waits?.events ?? []),
    ],
    ...(waits === undefined ? {} : { records: waits.records }),
    visit: () => ({ known, introduced: asked?.introduced === true }),
  };
  if (asked?.begins === undefined) await planVisits(deps, now, `${cause}/planned`, news);
  else await beginConversation(deps, now, { cause: `${cause}/asked`, ...asked.begins, news });
}

function booked(deps: ChartChangedDeps, { id, start, end, codes }: ReadAppointment, patient: string): Envelope {
  const time = deps.clock.now().toISOString();
  return eventOf(
    appointmentBooked,
    { cause: `ehr/Appointment/${id}`, time, tenant: deps.clinic.tenant, patient },
    {
      appointment: id,
      codes: [...codes],
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
    },
  );
}

/** Freed of FHIR. One that is booked without a time waits for one. */
function knownVisit(deps: ChartChangedDeps, change: Change, read: ReadAppointment, says: Standing): KnownVisit {
  const { start, end, location, practitioner, requested, urgency, slots, kindCodes, about } = read;
  const type = deps.visits.typeFor(read.codings);
  return {
    appointment: change.id,
    state: says === 'booked' && start === undefined ? 'wished' : standings[says],
    type,
    slots,
    codes: kindCodes,
    about,
    urgency,
    plan: deps.visits.planFor(type),
    ...(change.lastUpdated === undefined ? {} : { seenAt: change.lastUpdated }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(location === undefined ? {} : { location }),
    ...(practitioner === undefined ? {} : { practitioner }),
    ...(requested === undefined ? {} : { requested }),
  };
}
