import type { Clinic } from '../../domain/conversation/clinic.ts';
import { Fault } from '../../domain/errors/errors.ts';
import type { Carrier } from '../../domain/ports/carrier.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import { on, type QueueHandler, queueHandler } from '../../edge/queue/queue-handler.ts';
import { chartChanged } from '../../events/chart-changed.ts';
import { concernRaised } from '../../events/concern-raised.ts';
import { eventOf } from '../../events/envelope.ts';
import { numberUnknown } from '../../events/number-unknown.ts';
import { personRequested } from '../../events/person-requested.ts';

export interface PersonNeededDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: Chart;
  readonly carrier: Carrier;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  /** TwiML that says to whoever is on call that a patient may need help: no name, no reason. */
  readonly onCallUrl: string;
}

/** Rings the on-call nurse for a concern; looks up a number nobody knew. */
export function createHandler(deps: PersonNeededDeps): QueueHandler {
  return queueHandler(deps.log, 'person-needed', [
    on(concernRaised, ({ concern }) => ringOnCall(deps, concern)),
    on(numberUnknown, ({ phone }, { cause }) => lookUp(deps, phone, cause)),
  ]);
}

/**
 * One call per concern: the mark is set once it rings, so that a repeat of the event does not ring again. Whoever is killed in between
 * rings twice, since the other order would sometimes not ring at all.
 */
async function ringOnCall(deps: PersonNeededDeps, concern: string): Promise<void> {
  const id = `rung/${concern}`;
  if ((await deps.records.get('seen', id)) !== undefined) return;
  const outcome = await deps.carrier.call({ to: deps.clinic.onCall, url: deps.onCallUrl });
  if (outcome.is !== 'ringing') deps.log.error('CALL_REFUSED', { concern });
  if (outcome.is === 'later')
    throw new Fault('CARRIER_UNAVAILABLE', 'The on-call nurse could not be rung now', {
      retryAfterSeconds: outcome.afterSeconds,
    });
  const at = deps.clock.now().toISOString();
  await deps.records.put({
    kind: 'seen',
    id,
    value: { at },
    expect: 'any',
    expires: new Date(Date.parse(at) + 7 * 86_400_000),
  });
  if (outcome.is === 'ringing') deps.log.info('CALL_PLACED', { concern });
}

/** The ways in which a chart may hold the number. Who is found is indexed, and what was said is heard then; otherwise the desk is asked. */
async function lookUp(deps: PersonNeededDeps, id: string, cause: string): Promise<void> {
  const phone = await deps.store.phone(id);
  if (phone === undefined || phone.members.length > 0 || phone.unknown === undefined || phone.unknown.looked) return;
  const occasion = { cause: `look-up/${cause}`, time: deps.clock.now().toISOString(), tenant: deps.clinic.tenant };
  const found = new Set<string>();
  for (const written of waysToWrite(phone.number)) {
    for (const { id: patient } of await deps.chart.search('Patient', { phone: written }, 10))
      if (patient !== undefined) found.add(patient);
  }
  const toIndex = [...found].map((patient) =>
    eventOf(chartChanged, { ...occasion, part: patient }, { resourceType: 'Patient', id: patient }),
  );
  const tell = eventOf(personRequested, occasion, { because: 'unknown-number', urgency: 'routine', phone: id });
  const { unknown, ...rest } = phone;
  // Whose words they are, nobody can say where several share the number: they wait for the name, and the desk knows of them.
  const looked =
    found.size > 1 && unknown.said.length > 0
      ? { ...rest, choosing: { said: unknown.said, at: unknown.since } }
      : { ...rest, unknown: { ...unknown, looked: true } };
  const committed = await deps.store.commit({
    cause: occasion.cause,
    outcome: { reply: '' },
    phones: [{ ...looked, version: phone.version + 1 }],
    moments: [],
    events: found.size === 1 ? toIndex : [...toIndex, tell],
  });
  if (committed.is === 'conflict')
    throw new Fault('CHANGED_MEANWHILE', 'A phone moved while its number was looked up; it is looked at again');
}

function waysToWrite(e164: string): readonly string[] {
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
  if (us === null) return [e164, e164.replace('+', '00')];
  const [, area, exchange, line] = us;
  return [e164, `${area}-${exchange}-${line}`, `(${area}) ${exchange}-${line}`, `${area}${exchange}${line}`];
}
