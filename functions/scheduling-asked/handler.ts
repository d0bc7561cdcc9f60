import { takeTurn } from '../../domain/conversation/take-turn.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { expressByText } from '../../edge/texting.ts';
import type { Envelope } from '../../events/envelope.ts';
import { offerDeclined } from '../../events/offer-declined.ts';
import { slotChosen } from '../../events/slot-chosen.ts';
import { slotFreed } from '../../events/slot-freed.ts';
import { slotsWanted } from '../../events/slots-wanted.ts';
import { visitGivenUp } from '../../events/visit-given-up.ts';
import { waveCame } from '../../events/wave-came.ts';
import type { SchedulingDeps } from './dependencies.ts';
import { askNextWave, declineOffer, offerFreedTime } from './freed-time-offered.ts';
import { lookForTimes } from './looking.ts';
import { takeChosen } from './slot-taken.ts';
import { giveUpVisit } from './visit-given-up.ts';

/** Looks for other times, books them, gives visits up, and offers a freed time to whoever waits for one. */
export function createHandler(deps: SchedulingDeps): QueueHandler {
  return queueHandler(deps.log, 'scheduling-asked', [
    on(
      slotsWanted,
      ({ appointment }, envelope) => offerTimes(deps, appointment, envelope),
      // The newest wish is in the story: once is enough for all of them.
      ({ type, patient, data }) => JSON.stringify([type, patient, data]),
    ),
    on(slotChosen, (chosen, envelope) => takeChosen(deps, chosen, envelope)),
    on(visitGivenUp, ({ appointment }, envelope) => giveUpVisit(deps, appointment, envelope)),
    on(slotFreed, ({ slot }) => offerFreedTime(deps, slot)),
    on(waveCame, ({ offer, wave }) => askNextWave(deps, offer, wave)),
    on(offerDeclined, ({ appointment, offer }) => declineOffer(deps, appointment, offer)),
  ]);
}

async function offerTimes(deps: SchedulingDeps, appointment: string, envelope: Envelope): Promise<void> {
  const { patient, id, time } = envelope;
  const view = patient === undefined ? undefined : await deps.store.story(patient);
  if (view === undefined) return;
  const found = await lookForTimes(deps, appointment, view.story, time);
  const cause = `slots-found/${id}`;
  await takeTurn(deps, {
    cause,
    view,
    heard: ({ story }) => ({ is: 'slots-found', appointment, slots: found.best(story) }),
    express: (decision, before) => expressByText(deps, cause, decision, before.story, { about: { appointment } }),
  });
}
