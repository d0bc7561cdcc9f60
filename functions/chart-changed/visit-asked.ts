import type { NewConversation } from '../../domain/conversation/heard.ts';
import type { Intake } from '../../domain/intake/intake.ts';
import { isSettled } from '../../domain/requirements/requirement.ts';
import type { Conversation, StoryView } from '../../domain/story/story.ts';
import type { KnownVisit } from '../../domain/visit/known-visit.ts';
import { digest } from '../../edge/ehr/changed-events.ts';
import type { ReadAppointment } from '../../fhir-mappings/appointment.ts';
import { parseCanonical } from '../../fhir-mappings/reference.ts';
import { endConversation } from './conversation-followed.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { intakeFor, withChart } from './questionnaire-published.ts';
import { factsOf } from './visits-planned.ts';
import type { Change } from './what-changed.ts';

/** What is to be asked before a visit. */
export interface Asked {
  /** Where questions begin now. */
  readonly begins?: { readonly conversation: NewConversation; readonly intake: Intake };
  /** Questions of this visit are there, or begin, whose first words tell of it. */
  readonly introduced: boolean;
}

/**
 * The questions that our own content asks before a visit of this kind begin, unless they have begun, or the chart has the answers; those of
 * another kind, which it was before, end. Where the visit needs more than answers they begin quietly: the patient hears of them with all the
 * rest. Booked again after it was called off, they come back, and nothing told is asked twice.
 */
export async function questionsFor(
  deps: ChartChangedDeps,
  { id, cause }: Change,
  { codings, start, end }: ReadAppointment,
  known: KnownVisit,
  { story }: StoryView,
): Promise<Asked> {
  const before = story.visits.find(({ appointment }) => appointment === id);
  const needs = deps.visits.planNeeds(
    known,
    factsOf(story, story.evidence),
    before?.requirements ?? [],
    deps.clock.now(),
  );
  const quiet = needs.some(({ kind }) => kind !== 'form');
  const canonical = deps.visits.questionnaireFor(codings);
  const own = story.conversations.filter((each) => isOwn(each, id));
  for (const each of own)
    if (each.intake !== canonical)
      await endConversation(deps, story.id, each.id, 'task-cancelled', `${cause}/${each.id}`);
  const asked = own.find(({ intake }) => intake === canonical);
  const isOnFile = needs.some((need) => need.questionnaire === canonical && isSettled[need.state]);
  if (canonical === undefined || isOnFile || (asked !== undefined && !wasCalledOff(asked)))
    return { introduced: asked !== undefined && !quiet };
  const name = asked?.id ?? newName(story.conversations, id, canonical);
  // Asked and ended long ago: the hot state has let it go.
  const isOver =
    asked === undefined && before !== undefined && (await deps.records.get('ended-conversation', name)) !== undefined;
  const intake = isOver ? undefined : await intakeFor(deps, parseCanonical(canonical));
  if (intake?.ok === false) deps.log.error('INTAKE_REFUSED', { appointment: id });
  if (intake?.ok !== true) return { introduced: false };
  const visit = { appointment: id, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  return {
    begins: {
      conversation: { id: name, visit, ...(quiet ? { quiet } : {}) },
      intake: await withChart(deps, intake.intake, story.id),
    },
    introduced: !quiet,
  };
}

/** Asked by our own content for this visit, not by a Task. */
function isOwn({ id, visit, task }: Conversation, appointment: string): boolean {
  return visit?.appointment === appointment && task === undefined && id.startsWith(`appointment/${appointment}`);
}

function wasCalledOff({ status }: Conversation): boolean {
  return typeof status === 'object' && (status.closed === 'visit-cancelled' || status.closed === 'task-cancelled');
}

/** The chart keeps the answers to other questions, asked when the visit was of another kind, under the first name. */
function newName(conversations: readonly Conversation[], appointment: string, canonical: string): string {
  const id = `appointment/${appointment}`;
  return conversations.some((each) => each.id === id) ? `${id}/${digest(canonical).slice(0, 8)}` : id;
}
