import type { Log } from '../../domain/ports/log.ts';

export interface HealthAskedDeps {
  readonly log: Log;
}
