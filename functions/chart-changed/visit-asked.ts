import type { StoryView } from '../../domain/story/story.ts';
import { isSettled } from '../../domain/requirements/requirement.ts';
import type { KnownVisit } from '../../domain/visit/known-visit.ts';
import { appointmentBooked } from '../../events/appointment-booked.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import type { ReadAppointment } from '../../fhir-mappings/appointment.ts';
import { parseCanonical } from '../../fhir-mappings/reference.ts';
import { beginConversation } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { intakeFor, withChart } from './questionnaire-published.ts';
import { factsOf } from './visits-planned.ts';
import type { Change } from './what-changed.ts';

interface Asked {
  /** The story from then on. */
  readonly view: StoryView;
  readonly quiet: boolean;
  /** What is yet to be told to others. */
  readonly events: readonly Envelope[];
}

/**
 * The questions that our own content asks before a visit of this kind begin, unless they have begun, or the chart has the answers. Where the
 * visit needs more than answers they begin quietly: the patient hears of them with all the rest.
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
  const asked = story.conversations.find((each) => each.id === `appointment/${id}`);
  const wasCalledOff = typeof asked?.status === 'object' && asked.status.closed === 'visit-cancelled';
  if (asked !== undefined && !wasCalledOff) return { view, quiet, events: [] };
  const when = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  const occasion = {
    cause: `ehr/Appointment/${id}`,
    time: deps.clock.now().toISOString(),
    tenant: deps.clinic.tenant,
    patient: story.id,
  };
  const booked = eventOf(appointmentBooked, occasion, { appointment: id, ...when, codes: [...codes] });
  const canonical = deps.visits.questionnaireFor(codings);
  const isOnFile = needs.some((need) => need.questionnaire === canonical && isSettled[need.state]);
  const intake = canonical === undefined || isOnFile ? undefined : await intakeFor(deps, parseCanonical(canonical));
  if (intake?.ok === false) deps.log.error('INTAKE_REFUSED', { appointment: id });
  if (intake?.ok !== true) return { view, quiet, events: before?.state === 'booked' ? [] : [booked] };
  await beginConversation(deps, view, {
    // Booked again after it was called off: the conversation comes back, and nothing told is asked twice.
    cause: wasCalledOff ? `${cause}/booked-again` : `booked/Appointment/${id}`,
    conversation: { id: `appointment/${id}`, visit: { appointment: id, ...when }, ...(quiet ? { quiet } : {}) },
    intake: await withChart(deps, intake.intake, story.id),
    events: [booked],
  });
  return { view: (await deps.store.story(story.id)) ?? view, quiet, events: [] };
}
