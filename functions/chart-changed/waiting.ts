import type { RecordPut } from '../../domain/ports/records.ts';
import { chartChanged } from '../../events/chart-changed.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';
import type { ChartChangedDeps } from './dependencies.ts';
import { type Change, FollowedElsewhere, keepForOperators, settleForOperators } from './what-changed.ts';

const most = 50;
const keptFor = 400 * 86_400_000;

/**
 * What is about something that we do not know yet: it does not count as followed, and is looked at once that is known. `isKnown`: whether it
 * has become known in this very moment.
 */
export async function waitFor(
  deps: ChartChangedDeps,
  { type, id }: Change,
  reference: string,
  isKnown: () => Promise<boolean>,
): Promise<void> {
  for (;;) {
    const stored = await deps.records.get('waits-for', reference);
    const references = [...new Set([...(stored?.value.references ?? []), `${type}/${id}`])].slice(-most);
    const put = await deps.records.put({
      kind: 'waits-for',
      id: reference,
      value: { references },
      expect: stored?.version ?? 'absent',
      expires: new Date(deps.clock.now().getTime() + keptFor),
    });
    if (put === 'saved') break;
  }
  if (await isKnown()) throw new FollowedElsewhere();
}

/** What names a patient whom the EHR does not show us (yet); operators see it until then. */
export async function waitForPatient(deps: ChartChangedDeps, change: Change, patient: string): Promise<void> {
  await keepForOperators(deps, change.type, change.id, 'It names a patient whom the EHR does not show us');
  await waitFor(deps, change, `Patient/${patient}`, async () => (await deps.store.story(patient)) !== undefined);
}

/** It is known now: the events by which what waited is looked at, and the record that they are told, for the same commit. */
export async function whatWaits(
  deps: ChartChangedDeps,
  reference: string,
  patient: string,
): Promise<{ readonly events: readonly Envelope[]; readonly records: readonly RecordPut<'waits-for'>[] }> {
  const stored = await deps.records.get('waits-for', reference);
  if (stored === undefined || stored.value.references.length === 0) return { events: [], records: [] };
  const occasion = {
    cause: `waited/${reference}/${stored.version}`,
    time: deps.clock.now().toISOString(),
    tenant: deps.clinic.tenant,
    patient,
  };
  for (const each of stored.value.references) await settleForOperators(deps, each);
  const events = stored.value.references.flatMap((each) => {
    const [resourceType, id] = each.split('/');
    return resourceType === undefined || id === undefined
      ? []
      : [eventOf(chartChanged, { ...occasion, part: each }, { resourceType, id })];
  });
  return { events, records: [{ kind: 'waits-for', id: reference, value: { references: [] }, expect: stored.version }] };
}
