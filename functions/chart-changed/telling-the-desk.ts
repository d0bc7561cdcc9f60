import type { Decision } from '../../domain/conversation/turn.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
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

/** A patient whom no number reaches: staff are told once, by the first thing that they should have heard of a visit. */
export function reachedNobody(
  deps: Pick<ChartChangedDeps, 'clock' | 'clinic'>,
  cause: string,
  { story, effects }: Decision,
): readonly Envelope[] {
  const says = effects.some((effect) => effect.do === 'tell' || effect.do === 'ask' || effect.do === 'list-needs');
  if (!says || story.person.phones.length > 0 || story.person.deceased) return [];
  const occasion = { cause, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant, patient: story.id };
  return [eventOf(personRequested, { ...occasion, part: 'nobody' }, { because: 'undeliverable', urgency: 'routine' })];
}
