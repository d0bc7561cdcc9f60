import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { expressByText } from '../../edge/texting.ts';
import { clinicLate } from '../../events/clinic-late.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { ClinicRunsLateDeps } from './dependencies.ts';
import { visitsConcerned, type WaitingVisit } from './visits-concerned.ts';

type Late = typeof clinicLate.example.data;

/**
 * Tells everybody who waits for a practitioner, or at a place, how late it runs today. What was said last holds: an event that was
 * overtaken by a newer one about the same practitioner or place tells nobody anything. How late it ran an hour ago or more, which was
 * kept waiting while the EHR was away, says nothing of now; that it is on time again takes back what was told before.
 */
export function createHandler(deps: ClinicRunsLateDeps): QueueHandler {
  return queueHandler(deps.log, 'clinic-runs-late', [
    on(clinicLate, async (late, envelope) => {
      const said = `clinic-late/${late.practitioner ?? ''}/${late.location ?? ''}/${late.date}`;
      if (!(await isNewest(deps, said, envelope.time))) return;
      const age = deps.clock.now().getTime() - Date.parse(envelope.time);
      if (late.minutes !== undefined && age > stillOfUse) return;
      for (const visit of await visitsConcerned(deps, late)) {
        if (!(await isNewest(deps, said, envelope.time))) return;
        await tell(deps, visit, late, envelope);
      }
    }),
  ]);
}

const twoDays = 2 * 86_400_000;

/** Whether nothing newer was said of the same; it is what was said last from then on. */
async function isNewest(deps: ClinicRunsLateDeps, said: string, time: string): Promise<boolean> {
  for (;;) {
    const stored = await deps.records.get('seen', said);
    if (stored !== undefined && stored.value.at >= time) return stored.value.at === time;
    const put = await deps.records.put({
      kind: 'seen',
      id: said,
      value: { at: time },
      expect: stored?.version ?? 'absent',
      expires: new Date(deps.clock.now().getTime() + twoDays),
    });
    if (put === 'saved') return true;
  }
}

/** After an hour it helps nobody to hear how late it ran, nor from an hour after the visit was to begin. */
const stillOfUse = 3_600_000;

async function tell(
  deps: ClinicRunsLateDeps,
  { appointment, patient, start }: WaitingVisit,
  { minutes }: Late,
  envelope: Envelope,
): Promise<void> {
  const view = await deps.store.story(patient);
  // Nobody whom we ever spoke with about it.
  if (view?.story.visits.some((visit) => visit.appointment === appointment) !== true) return;
  const cause = `${envelope.cause}/${appointment}`;
  await takeTurn(deps, {
    cause,
    view,
    heard: { is: 'clinic-late', appointment, ...(minutes === undefined ? {} : { minutes }) },
    express: (decision, before) =>
      expressByText(deps, cause, decision, before.story, {
        priority: 'reminder',
        about: { appointment },
        expires: new Date(Date.parse(start) + stillOfUse).toISOString(),
      }),
  });
}
