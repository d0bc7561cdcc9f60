import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import { chartChanged } from '../../events/chart-changed.ts';
import { type Envelope, eventOf } from '../../events/envelope.ts';

export interface SweepDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: Chart;
  readonly clinic: Pick<Clinic, 'tenant'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What we want to hear of from the EHR. */
export const watched = ['Patient', 'RelatedPerson', 'Task', 'Appointment', 'Consent'] as const;

/** Everything of what we watch that changed since the last sweep is followed as if it had been told; the first sweep takes it all. */
export async function sweepChanges(deps: SweepDeps): Promise<void> {
  const started = deps.clock.now();
  const last = await deps.records.get('seen', 'swept');
  // A little before, for clocks that differ and writes that were under way.
  const since = last === undefined ? undefined : new Date(Date.parse(last.value.at) - 120_000).toISOString();
  let count = 0;
  for (const type of watched) {
    const resources = await deps.chart.search(type, since === undefined ? {} : { _lastUpdated: `ge${since}` }, 200_000);
    const events = resources.flatMap(({ id, meta }): Envelope[] => {
      if (id === undefined) return [];
      const version = meta?.versionId;
      const occasion = {
        cause: `sweep/${started.getTime()}/${type}/${id}/${version ?? ''}`,
        time: started.toISOString(),
        tenant: deps.clinic.tenant,
      };
      return [
        eventOf(chartChanged, occasion, {
          resourceType: type,
          id,
          ...(version === undefined ? {} : { versionId: version }),
        }),
      ];
    });
    for (let at = 0; at < events.length; at += 25) {
      await deps.store.commit({
        cause: `sweep/${started.getTime()}/${type}/${at}`,
        outcome: { reply: '' },
        moments: [],
        events: events.slice(at, at + 25),
      });
    }
    count += events.length;
  }
  await deps.records.put({ kind: 'seen', id: 'swept', value: { at: started.toISOString() }, expect: 'any' });
  deps.log.info('PHONES_SWEPT', { count });
}
