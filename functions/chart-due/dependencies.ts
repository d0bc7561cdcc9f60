import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { RequirementOwner } from '../../domain/requirements/requirement.ts';
import type { RequirementTaskOwner } from '../../fhir-mappings/requirement-task.ts';

export interface ChartDueDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: Chart;
  readonly scheduler: Scheduler;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether each text is written to the chart as a Communication. */
  readonly keepsCommunications: boolean;
  /** Whose inbox the Task of a requirement belongs into. `requester`: who asked for the visit by a referral, where the chart says so. */
  readonly ownerReference: (
    owner: RequirementOwner,
    of: { readonly patient: string; readonly requester?: string },
  ) => RequirementTaskOwner;
}
