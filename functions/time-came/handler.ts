import { passesAt } from '../../domain/conversation/passing.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { expressByText, type TextingDeps } from '../../edge/texting.ts';
import { conversationStarted } from '../../events/conversation-started.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { timeCame } from '../../events/time-came.ts';

export type TimeCameDeps = TextingDeps & { readonly log: Log; readonly scheduler: Scheduler };

/** Sets the timers of a visit when its conversation starts, and follows them. */
export function createHandler(deps: TimeCameDeps): QueueHandler {
  return queueHandler(deps.log, 'time-came', [
    on(conversationStarted, ({ conversation }, envelope) => setTimers(deps, conversation, envelope)),
    on(timeCame, ({ conversation, timer }, envelope) =>
      timer === 'visit-passed' ? passVisit(deps, conversation, envelope) : Promise.resolve(),
    ),
  ]);
}

async function setTimers(deps: TimeCameDeps, id: string, { patient }: Envelope): Promise<void> {
  const view = patient === undefined ? undefined : await deps.store.story(patient);
  const at = passesAt(view?.story.conversations.find((each) => each.id === id)?.visit);
  if (at === undefined || patient === undefined) return;
  const name = `visit-passed/${id}`;
  const occasion = {
    cause: `timer/${name}/${at.getTime()}`,
    time: at.toISOString(),
    tenant: deps.clinic.tenant,
    patient,
  };
  await deps.scheduler.schedule(name, at, eventOf(timeCame, occasion, { conversation: id, timer: 'visit-passed' }));
}

/** A visit that was moved in the meantime has a later time; then the timer is set again. */
async function passVisit(deps: TimeCameDeps, id: string, envelope: Envelope): Promise<void> {
  const view = envelope.patient === undefined ? undefined : await deps.store.story(envelope.patient);
  const conversation = view?.story.conversations.find((each) => each.id === id);
  const at = passesAt(conversation?.visit);
  if (
    view === undefined ||
    conversation === undefined ||
    (conversation.status !== 'open' && conversation.status !== 'queued')
  )
    return;
  if (at !== undefined && at.getTime() > deps.clock.now().getTime()) return setTimers(deps, id, envelope);
  await takeTurn(deps, {
    cause: envelope.cause,
    view,
    heard: { is: 'ended', conversation: id, because: 'visit-passed' },
    express: (decision, before) => expressByText(deps, envelope.cause, decision, before.story),
  });
}
