import type { Chart } from '../../domain/ports/chart.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { TextingDeps } from '../../edge/texting.ts';

export interface ClinicRunsLateDeps extends TextingDeps {
  readonly records: Records;
  readonly chart: Pick<Chart, 'search'>;
  readonly log: Log;
}
