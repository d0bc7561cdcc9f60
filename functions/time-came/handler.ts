import { passesAt } from '../../domain/conversation/passing.ts';
import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { expressByText, type TextingDeps } from '../../edge/texting.ts';
import { conversationStarted } from '../../events/conversation-started.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { personRequested } from '../../events/person-requested.ts';
import { timeCame } from '../../events/time-came.ts';
import { visitEnded } from '../../events/visit-ended.ts';
import { visitPlanned } from '../../events/visit-planned.ts';
import { visitTimeCame } from '../../events/visit-time-came.ts';
import { carryOut, followVisit, visitTimer } from './visit-timer.ts';

export type TimeCameDeps = TextingDeps & { readonly log: Log; readonly scheduler: Scheduler };

/** Sets the timers of a visit when its conversation starts, and follows them. */
export function createHandler(deps: TimeCameDeps): QueueHandler {
  return queueHandler(deps.log, 'time-came', [
    on(conversationStarted, ({ conversation }, envelope) => setTimers(deps, conversation, envelope.patient)),
    on(visitPlanned, ({ appointment }, envelope) => followPlan(deps, appointment, envelope)),
    // From the story as it stands: the visit may have been booked again before this came.
    on(visitEnded, ({ appointment }, envelope) => followPlan(deps, appointment, envelope)),
    on(visitTimeCame, ({ appointment }, envelope) => carryOut(deps, appointment, envelope)),
    on(timeCame, ({ conversation, timer }, envelope) => {
      if (timer === 'visit-passed') return passVisit(deps, conversation, envelope);
      return timer === 'visit-near' ? alarmIfUnread(deps, conversation, envelope) : Promise.resolve();
    }),
  ]);
}

/** Long enough before the visit to read what was told. */
const readBefore = 20 * 60_000;

async function setTimers(deps: TimeCameDeps, id: string, patient: string | undefined): Promise<void> {
  const view = patient === undefined ? undefined : await deps.store.story(patient);
  const visit = view?.story.conversations.find((each) => each.id === id)?.visit;
  const passes = passesAt(visit);
  if (passes === undefined || patient === undefined) return;
  const set = (timer: 'visit-passed' | 'visit-near', at: Date) => {
    const name = `${timer}/${id}`;
    const occasion = {
      cause: `timer/${name}/${at.getTime()}`,
      time: at.toISOString(),
      tenant: deps.clinic.tenant,
      patient,
    };
    return deps.scheduler.schedule(name, at, eventOf(timeCame, occasion, { conversation: id, timer }));
  };
  await set('visit-passed', passes);
  const near = visit?.start === undefined ? undefined : new Date(Date.parse(visit.start) - readBefore);
  if (near !== undefined && near.getTime() > deps.clock.now().getTime()) await set('visit-near', near);
}

/** The visit or what it needs has changed: its one timer stands at what comes next, and so do those of its questions. */
async function followPlan(deps: TimeCameDeps, appointment: string, { patient }: Envelope): Promise<void> {
  const view = patient === undefined ? undefined : await deps.store.story(patient);
  if (view === undefined) return deps.scheduler.cancel(visitTimer(appointment));
  await followVisit(deps, view.story, appointment);
  for (const { id, visit, status } of view.story.conversations)
    if (visit?.appointment === appointment && (status === 'open' || status === 'queued'))
      await setTimers(deps, id, patient);
}

/** The visit is near, something was told, and nobody on staff has confirmed seeing it: the desk gets an alarm, once. */
async function alarmIfUnread(deps: TimeCameDeps, id: string, { patient, cause }: Envelope): Promise<void> {
  const view = patient === undefined ? undefined : await deps.store.story(patient);
  const conversation = view?.story.conversations.find((each) => each.id === id);
  if (view === undefined || conversation === undefined) return;
  const { status, visit } = conversation;
  // The visit does not take place, or has.
  if (typeof status === 'object' && status.closed !== 'task-cancelled' && status.closed !== 'refused') return;
  const start = visit?.start;
  if (start !== undefined && Date.parse(start) - readBefore > deps.clock.now().getTime())
    return setTimers(deps, id, patient);
  if (conversation.told.length === 0) return;
  const newest = Math.max(...Object.values(conversation.answers).map(({ provenance }) => Date.parse(provenance.at)));
  if (view.story.acknowledgements.some(({ at }) => Date.parse(at) >= newest)) return;
  const occasion = { cause, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant, patient };
  const event = eventOf(personRequested, occasion, { because: 'unread', urgency: 'urgent', conversation: id });
  await deps.store.commit({ cause: `unread/${cause}`, outcome: { reply: '' }, moments: [], events: [event] });
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
  if (at !== undefined && at.getTime() > deps.clock.now().getTime()) return setTimers(deps, id, envelope.patient);
  await takeTurn(deps, {
    cause: envelope.cause,
    view,
    heard: { is: 'ended', conversation: id, because: 'visit-passed' },
    express: (decision, before) => expressByText(deps, envelope.cause, decision, before.story),
  });
}
