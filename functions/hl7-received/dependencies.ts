import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { SystemRules } from '../../fhir-mappings/hl7v2/systems.ts';

export interface Hl7ReceivedDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: Chart;
  readonly clinic: Pick<Clinic, 'tenant' | 'timeZone'>;
  /** Which systems of the EHR the numbers in messages belong to. */
  readonly systems: SystemRules;
  readonly clock: Clock;
  readonly log: Log;
}
