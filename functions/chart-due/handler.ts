import type { StoryView } from '../../domain/story/story.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { answerRecorded } from '../../events/answer-recorded.ts';
import { concernRaised } from '../../events/concern-raised.ts';
import { consentChanged } from '../../events/consent-changed.ts';
import { conversationClosed } from '../../events/conversation-closed.ts';
import { conversationStarted } from '../../events/conversation-started.ts';
import type { Envelope } from '../../events/envelope.ts';
import { fileConfirmed } from '../../events/file-confirmed.ts';
import { handoffAcknowledged } from '../../events/handoff-acknowledged.ts';
import { intakeCompleted } from '../../events/intake-completed.ts';
import { messageSent } from '../../events/message-sent.ts';
import { messageStatusChanged } from '../../events/message-status-changed.ts';
import { patientArrived } from '../../events/patient-arrived.ts';
import { personRequested } from '../../events/person-requested.ts';
import { timeCame } from '../../events/time-came.ts';
import { visitConfirmed } from '../../events/visit-confirmed.ts';
import { visitEnded } from '../../events/visit-ended.ts';
import { visitPlanned } from '../../events/visit-planned.ts';
import { writeArrival, writeConfirmation } from './appointment-written.ts';
import { writeCommunication, writeConsent, writeHeard } from './communication-written.ts';
import type { ChartDueDeps } from './dependencies.ts';
import { writeVerification } from './file-confirmed-written.ts';
import { writeRequirementTasks } from './requirement-tasks-written.ts';
import { writeResponse } from './response-written.ts';
import { writeStaffTask } from './staff-task-written.ts';
import { advanceTask } from './task-advanced.ts';

/**
 * Writes to the EHR what it does not show yet. What is written is the story as it stands, not the event: events that come late, twice or
 * out of order lead to the same chart. While the EHR is away the message stays on its queue, and nothing is lost.
 */
export function createHandler(deps: ChartDueDeps): QueueHandler {
  const withStory = async (envelope: Envelope, follow: (view: StoryView) => Promise<void>): Promise<void> => {
    const view = envelope.patient === undefined ? undefined : await deps.store.story(envelope.patient);
    const about = conversationOf(envelope.data);
    if (view !== undefined) await follow(typeof about === 'string' ? await withEnded(deps, view, about) : view);
  };
  return queueHandler(deps.log, 'chart-due', [
    on(conversationStarted, ({ conversation }, envelope) =>
      withStory(envelope, (view) => advanceTask(deps, view, conversation)),
    ),
    on(
      answerRecorded,
      ({ conversation }, envelope) =>
        withStory(envelope, async (view) => {
          // Whoever waits for the next minute has been here: the Task is where it belongs.
          const outcome = await writeResponse(deps, view, conversation, 'soon');
          if (outcome === 'shown') await advanceTask(deps, view, conversation);
        }),
      // The story is written as it stands: of several answers in a batch, one write shows them all.
      ({ type, patient, data }) => `${type}/${patient ?? ''}/${JSON.stringify(conversationOf(data))}`,
    ),
    on(intakeCompleted, ({ conversation }, envelope) =>
      withStory(envelope, async (view) => {
        await writeResponse(deps, view, conversation, 'now');
        await advanceTask(deps, view, conversation);
      }),
    ),
    on(conversationClosed, ({ conversation, because }, envelope) =>
      withStory(envelope, async (view) => {
        await writeResponse(deps, view, conversation, 'now');
        await advanceTask(deps, view, conversation);
        await writeStaffTask(deps, view, envelope, { kind: 'closed', conversation, because });
      }),
    ),
    on(timeCame, ({ conversation, timer }, envelope) =>
      timer === 'chart-due'
        ? withStory(envelope, async (view) => {
            await writeResponse(deps, view, conversation, 'now');
            // Whoever wrote the response before may have died before the Task followed.
            await advanceTask(deps, view, conversation);
          })
        : Promise.resolve(),
    ),
    on(personRequested, async (data, envelope) => {
      const view = envelope.patient === undefined ? undefined : await deps.store.story(envelope.patient);
      if (data.conversation !== undefined && view !== undefined)
        await writeResponse(deps, view, data.conversation, 'now');
      await writeHeard(deps, envelope);
      await writeStaffTask(deps, view, envelope, {
        kind: 'person',
        because: data.because,
        urgency: data.urgency,
        conversation: data.conversation,
        phone: data.phone,
        appointment: data.appointment,
        minutes: data.minutes,
      });
    }),
    on(concernRaised, async (data, envelope) => {
      const view = envelope.patient === undefined ? undefined : await deps.store.story(envelope.patient);
      // What raised it may be an answer: the nurse who opens the chart finds it there now, not within the minute.
      if (data.conversation !== undefined && view !== undefined)
        await writeResponse(deps, view, data.conversation, 'now');
      await writeHeard(deps, envelope);
      await writeStaffTask(deps, view, envelope, {
        kind: 'concern',
        concern: data.concern,
        flags: data.flags,
        conversation: data.conversation,
        phone: data.phone,
      });
    }),
    on(consentChanged, ({ scope, allowed, phone }, envelope) =>
      writeConsent(deps, envelope, { scope, allowed, ...(phone === undefined ? {} : { phone }) }),
    ),
    on(messageSent, ({ message }) => writeCommunication(deps, message), sameMessage),
    on(messageStatusChanged, ({ message }) => writeCommunication(deps, message), sameMessage),
    on(handoffAcknowledged, () => Promise.resolve()),
    on(
      visitPlanned,
      ({ appointment }, envelope) => withStory(envelope, (view) => writeRequirementTasks(deps, view, appointment)),
      // Of several changes of a visit in a batch, one write shows them all.
      ({ type, patient, data }) => `${type}/${patient ?? ''}/${JSON.stringify(data)}`,
    ),
    on(visitEnded, ({ appointment, because }, envelope) =>
      withStory(envelope, (view) => writeRequirementTasks(deps, view, appointment, because)),
    ),
    on(visitConfirmed, ({ appointment }, envelope) =>
      withStory(envelope, (view) => writeConfirmation(deps, view, appointment)),
    ),
    on(patientArrived, ({ appointment }, envelope) =>
      withStory(envelope, (view) => writeArrival(deps, view, appointment, envelope.time)),
    ),
    on(fileConfirmed, (confirmed, envelope) => writeVerification(deps, envelope, confirmed)),
  ]);
}

/** A message is written as it stands: of all that became of it in a batch, one write shows it. */
function sameMessage({ data }: Envelope): string {
  const id = typeof data === 'object' && data !== null && 'message' in data ? data.message : undefined;
  return `message/${JSON.stringify(id)}`;
}

/** The story with one conversation that its hot state may have let go before the EHR could take it. */
async function withEnded(deps: ChartDueDeps, view: StoryView, id: string): Promise<StoryView> {
  if (view.story.conversations.some((conversation) => conversation.id === id)) return view;
  const ended = (await deps.records.get('ended-conversation', id))?.value;
  if (ended === undefined) return view;
  const { conversation, intake } = ended;
  return {
    story: { ...view.story, conversations: [conversation, ...view.story.conversations] },
    intakes: { ...view.intakes, [conversation.intake]: intake },
  };
}

function conversationOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'conversation' in data ? data.conversation : undefined;
}
