import type { Slot } from 'fhir/r4.js';
import { eventOf } from '../../events/envelope.ts';
import { slotFreed } from '../../events/slot-freed.ts';
import { readSlot } from '../../fhir-mappings/slot.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { type Change, FollowedElsewhere } from './what-changed.ts';

/**
 * A time became free: somebody on the waiting list may want it. Only one that we knew as taken: one that is told of as free for the first
 * time may have been so for ever, or belong to a calendar that is just being opened, and nobody is to be asked about all of it.
 */
export async function followSlot(deps: ChartChangedDeps, change: Change): Promise<void> {
  const { id, before, cause, resource } = change;
  const slot = resource === undefined ? undefined : readSlot(resource as Slot);
  const now = deps.clock.now();
  const isFree = slot?.state === 'free' && slot.start !== undefined && Date.parse(slot.start) > now.getTime();
  const becameFree = isFree && before?.says !== undefined && before.says !== 'free';
  const version = slot?.versionId;
  const events = becameFree
    ? [
        eventOf(
          slotFreed,
          { cause, time: now.toISOString(), tenant: deps.clinic.tenant },
          { slot: id, ...(version === undefined ? {} : { version }) },
        ),
      ]
    : [];
  const put = change.seen(slot === undefined ? {} : { says: slot.state });
  if ((await deps.records.put(put, events)) === 'conflict') throw new FollowedElsewhere();
}
