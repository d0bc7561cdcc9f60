import { isSettled } from '../../domain/requirements/requirement.ts';
import type { Conversation, StoryView } from '../../domain/story/story.ts';
import type { KnownVisit } from '../../domain/visit/known-visit.ts';
import { digest } from '../../edge/ehr/changed-events.ts';
import { appointmentBooked } from '../../events/appointment-booked.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import type { ReadAppointment } from '../../fhir-mappings/appointment.ts';
import { parseCanonical } from '../../fhir-mappings/reference.ts';
import { beginConversation, endConversation } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { intakeFor, withChart } from './questionnaire-published.ts';
import { factsOf } from './visits-planned.ts';
import type { Change } from './what-changed.ts';

interface Asked {
  /** The story from then on. */
  readonly view: StoryView;
  /** Questions of this visit are there whose first words tell of it. */
  readonly introduced: boolean;
  /** What is yet to be told to others. */
  readonly events: readonly Envelope[];
}

/**
 * The questions that our own content asks before a visit of this kind begin, unless they have begun, or the chart has the answers; those of
 * another kind, which it was before, end. Where the visit needs more than answers they begin quietly: the patient hears of them with all the rest.
 */
export async function askQuestions(
  deps: ChartChangedDeps,
  { id, cause }: Change,
  { codings, codes, start, end }: ReadAppointment,
  known: KnownVisit,
  view: StoryView,
): Promise<Asked> {
  const { story } = view;
  const before = story.visits.find(({ appointment }) => appointment === id);
  const needs = deps.visits.planNeeds(known, factsOf(story, story.evidence), before?.requirements ?? [], deps.clock.now());
  const quiet = needs.some(({ kind }) => kind !== 'form');
  const canonical = deps.visits.questionnaireFor(codings);
  const own = story.conversations.filter((each) => isOwn(each, id));
  for (const each of own)
    if (each.intake !== canonical) await endConversation(deps, story.id, each.id, 'task-cancelled', `${cause}/${each.id}`);
  const asked = own.find(({ intake }) => intake === canonical);
  const comesBack = asked !== undefined && wasCalledOff(asked);
  const isOnFile = needs.some((need) => need.questionnaire === canonical && isSettled[need.state]);
  const when = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  const occasion = {
    cause: `ehr/Appointment/${id}`,
    time: deps.clock.now().toISOString(),
    tenant: deps.clinic.tenant,
    patient: story.id,
  };
  const booked = before?.state === 'booked' ? [] : [eventOf(appointmentBooked, occasion, { appointment: id, ...when, codes: [...codes] })];
  const begins = canonical !== undefined && !isOnFile && (asked === undefined || comesBack);
  const intake = begins ? await intakeFor(deps, parseCanonical(canonical)) : undefined;
  if (intake?.ok === false) deps.log.error('INTAKE_REFUSED', { appointment: id });
  if (intake?.ok !== true)
    return { view: own.length === 0 ? view : await now(deps, view), introduced: asked !== undefined && !quiet, events: booked };
  await beginConversation(deps, view, {
    // Booked again after it was called off: the conversation comes back, and nothing told is asked twice.
    cause: comesBack ? `${cause}/booked-again` : `booked/Appointment/${id}/${story.id}/${digest(canonical ?? '')}`,
    conversation: {
      id: asked?.id ?? newId(story.conversations, id, canonical ?? ''),
      visit: { appointment: id, ...when },
      ...(quiet ? { quiet } : {}),
    },
    intake: await withChart(deps, intake.intake, story.id),
    events: booked,
  });
  return { view: await now(deps, view), introduced: !quiet, events: [] };
}

/** Asked by our own content for this visit, not by a Task. */
function isOwn({ id, visit, task }: Conversation, appointment: string): boolean {
  return visit?.appointment === appointment && task === undefined && id.startsWith(`appointment/${appointment}`);
}

function wasCalledOff({ status }: Conversation): boolean {
  return typeof status === 'object' && (status.closed === 'visit-cancelled' || status.closed === 'task-cancelled');
}

/** The chart keeps the answers to other questions, asked when the visit was of another kind, under the first name. */
function newId(conversations: readonly Conversation[], appointment: string, canonical: string): string {
  const id = `appointment/${appointment}`;
  return conversations.some((each) => each.id === id) ? `${id}/${digest(canonical).slice(0, 8)}` : id;
}

async function now(deps: ChartChangedDeps, view: StoryView): Promise<StoryView> {
  return (await deps.store.story(view.story.id)) ?? view;
}
