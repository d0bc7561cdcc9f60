import { causeOfCommit, eventsFor } from '../../edge/ehr/changed-events.ts';
import { readNotification } from '../../fhir-mappings/notification.ts';
import { parseReference } from '../../fhir-mappings/reference.ts';
import type { KeepingDeps } from '../ehr-notified/dependencies.ts';
import { inWords } from '../ehr-notified/hl7-answered.ts';
import { takeHl7 } from '../ehr-notified/hl7-kept.ts';
import { keepNotification } from '../ehr-notified/notification-kept.ts';
import type { Kept } from './quarantine-kept.ts';

export type Replayed = { readonly is: 'replayed' | 'refused'; readonly outcome: string };

/** Takes it by the door that it came by, as it is or corrected. Refused, it stays as it was, with the reason. */
export async function replay(deps: KeepingDeps, kept: Kept, corrected?: string): Promise<Replayed> {
  const body = corrected ?? kept.body;
  if (kept.from.endsWith('/ehr/hl7v2')) return asHl7(deps, body);
  if (kept.from.includes('/ehr/notifications')) return asNotification(deps, kept.from, body);
  const named = parseReference(body.trim());
  if (named?.kind === 'resource') return asChange(deps, named);
  return {
    is: 'refused',
    outcome: `Nothing takes what came from "${kept.from}" once more. Have it sent again, or dismiss it.`,
  };
}

async function asHl7(deps: KeepingDeps, body: string): Promise<Replayed> {
  const { taken } = await takeHl7(deps, body, { anew: true });
  return taken.is === 'refused'
    ? { is: 'refused', outcome: inWords(taken.refusal) }
    : { is: 'replayed', outcome: `Taken as HL7 v2 message ${taken.message}.` };
}

async function asNotification(deps: KeepingDeps, from: string, body: string): Promise<Replayed> {
  const [method = 'POST'] = from.split(' ');
  const notification = readNotification({ method, contentType: 'application/fhir+json', body });
  if (notification.kind === 'refused')
    return { is: 'refused', outcome: `${notification.code}: ${notification.reason}` };
  await keepNotification(deps, notification, body);
  return { is: 'replayed', outcome: `Taken as a notification (${notification.kind}).` };
}

/** A resource that could not be followed as it was: it is read again. */
async function asChange(
  deps: KeepingDeps,
  { type, id, local }: { readonly type: string; readonly id: string; readonly local: string },
): Promise<Replayed> {
  const time = deps.clock.now().toISOString();
  const events = eventsFor([{ type, id }], { tenant: deps.clinic.tenant, time, mark: `replayed-${time}` });
  await deps.store.commit({ cause: causeOfCommit(events), outcome: { reply: 'kept' }, moments: [], events });
  return { is: 'replayed', outcome: `${local} is followed again.` };
}
