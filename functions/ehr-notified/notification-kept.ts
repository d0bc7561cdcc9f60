import { causeOfCommit, eventsFor, inCommits, type Occurrence, sweepEvent } from '../../edge/ehr/changed-events.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { Notification } from '../../fhir-mappings/notification-change.ts';
import { markOf } from './changes.ts';
import type { KeepingDeps } from './dependencies.ts';
import { keepHeard, missedBefore } from './subscription-heard.ts';

type Understood = Exclude<Notification, { kind: 'refused' }>;

/** Everything durable, then how far the subscription has come. */
export async function keepNotification(deps: KeepingDeps, notification: Understood, body: string): Promise<void> {
  const time = deps.clock.now().toISOString();
  const occurrence: Occurrence = { tenant: deps.clinic.tenant, time, mark: markOf(notification, body, time) };
  const missed = await missedBefore(deps, notification);
  const events: readonly Envelope[] = [
    ...(notification.kind === 'events' ? eventsFor(notification.changes, occurrence) : []),
    // What says only that something happened is not repeated with more when it is asked for again.
    ...(notification.kind === 'empty' ? [sweepEvent(notification.type, occurrence)] : []),
    ...(notification.kind !== 'empty' && notification.kind !== 'handshake' && missed !== undefined
      ? [sweepEvent(undefined, occurrence, missed)]
      : []),
  ];
  for (const group of inCommits(events)) {
    // A duplicate was kept before: that is success too.
    await deps.store.commit({ cause: causeOfCommit(group), outcome: { reply: 'kept' }, moments: [], events: group });
  }
  await keepHeard(deps, notification.kind, notification);
}
