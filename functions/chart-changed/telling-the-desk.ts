import { eventOf } from '../../events/envelope.ts';
import { personRequested } from '../../events/person-requested.ts';
import type { ChartChangedDeps } from './dependencies.ts';

/** Staff are told of something about a patient that we cannot settle: once per cause. */
export async function tellDesk(
  deps: ChartChangedDeps,
  cause: string,
  patient: string,
  what: { readonly because: (typeof personRequested.example)['data']['because']; readonly appointment?: string },
): Promise<void> {
  const occasion = { cause, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant, patient };
  const event = eventOf(personRequested, occasion, { urgency: 'routine', ...what });
  await deps.store.commit({ cause, outcome: { reply: '' }, moments: [], events: [event] });
}
