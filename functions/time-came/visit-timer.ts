import { takeTurn } from '../../domain/conversation/take-turn.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import type { Story } from '../../domain/story/story.ts';
import { dueEntries, nextEntry, nightsOf } from '../../domain/visit/agenda.ts';
import { expressByText, reachable, type TextingDeps } from '../../edge/texting.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import { visitTimeCame } from '../../events/visit-time-came.ts';

export type TimerDeps = Pick<TextingDeps, 'clinic' | 'clock'> & { readonly scheduler: Scheduler };

/** A visit has one timer, which stands at the next entry of its agenda. */
export function visitTimer(appointment: string): string {
  return `visit/${appointment}`;
}

/** Sets the timer of a visit to what it has coming next, or takes it away where there is nothing. */
export async function setVisitTimer(deps: TimerDeps, story: Story, appointment: string): Promise<void> {
  const { clinic, clock, scheduler } = deps;
  const visit = story.visits.find((each) => each.appointment === appointment);
  const next = visit === undefined ? undefined : nextEntry(visit, clinic.timeZone, nightsOf(clinic, story.person));
  if (next === undefined) {
    await scheduler.cancel(visitTimer(appointment));
    return;
  }
  const at = new Date(Math.max(next.at.getTime(), clock.now().getTime()));
  const occasion = {
    // The time is part of it: what is due once more, after the visit was moved away and back, is another cause.
    cause: `timer/${visitTimer(appointment)}/${next.id}/${at.getTime()}`,
    time: at.toISOString(),
    tenant: clinic.tenant,
    patient: story.id,
  };
  await scheduler.schedule(visitTimer(appointment), at, eventOf(visitTimeCame, occasion, { appointment }));
}

/**
 * The same for a worker beside others: one that has read a newer story may have been faster, so the story is looked at again, and the
 * newest has the last word.
 */
export async function followVisit(
  deps: TimerDeps & Pick<TextingDeps, 'store'>,
  story: Story,
  appointment: string,
): Promise<void> {
  await setVisitTimer(deps, story, appointment);
  const now = (await deps.store.story(story.id))?.story;
  if (now !== undefined && now.version > story.version) await setVisitTimer(deps, now, appointment);
}

/** The timer of a visit: what is due is carried out, and the timer set to what comes after. A stale or repeated one finds nothing due. */
export async function carryOut(
  deps: TextingDeps & TimerDeps,
  appointment: string,
  { patient, cause }: Envelope,
): Promise<void> {
  const { clinic, clock, store } = deps;
  const view = patient === undefined ? undefined : await store.story(patient);
  const visit = view?.story.visits.find((each) => each.appointment === appointment);
  if (view === undefined || visit === undefined) return;
  if (dueEntries(visit, clock.now(), clinic.timeZone, nightsOf(clinic, view.story.person)).length === 0)
    return setVisitTimer(deps, view.story, appointment);
  const phone = await reachable(deps, view.story);
  const taken = await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'visit-time', appointment, ...(phone?.blocked === true ? { unheard: true } : {}) },
    express: (decision, before) =>
      expressByText(deps, cause, decision, before.story, {
        priority: 'reminder',
        about: { appointment },
        // A reminder helps nobody once the visit has begun; what is said after that is no reminder.
        ...(isAhead(visit.start, clock.now()) ? { expires: visit.start } : {}),
        ...(decision.effects.some((effect) => effect.do === 'other-channel') ? { channel: 'voice' } : {}),
      }),
  });
  const now = taken.is === 'taken' ? taken.decision.story : (await store.story(view.story.id))?.story;
  if (now !== undefined) await followVisit(deps, now, appointment);
}

function isAhead(start: string | undefined, now: Date): start is string {
  return start !== undefined && Date.parse(start) > now.getTime();
}
