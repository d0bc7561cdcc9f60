import type { Chart } from '../../domain/ports/chart.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { Scheduler } from '../../domain/ports/scheduler.ts';
import type { LookingPlan } from '../../domain/scheduling/ranking.ts';
import type { WavePlan } from '../../domain/scheduling/waves.ts';
import type { TextingDeps } from '../../edge/texting.ts';

export interface SchedulingDeps extends TextingDeps {
  readonly records: Records;
  readonly chart: Chart;
  readonly scheduler: Scheduler;
  readonly log: Log;
  readonly looking: LookingPlan;
  readonly waves: WavePlan;
}
