import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';

/** What it takes to keep what came, whoever brings it. */
export interface KeepingDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly clinic: Pick<Clinic, 'tenant'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface EhrNotifiedDeps extends KeepingDeps {
  /** What the EHR was told to send with each call: a header's name and its whole value. */
  readonly secret: { readonly header: string; readonly secret: string };
}
