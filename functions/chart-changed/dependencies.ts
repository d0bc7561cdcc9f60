import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { PhoneHash } from '../../domain/ports/phone-hash.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { Speaker } from '../../edge/speech.ts';

export interface ChartChangedDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: Chart;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  readonly speaker: Speaker;
  readonly phoneHash: PhoneHash;
  /** Identifiers and references by which a Task's owner may name us. */
  readonly us: readonly string[];
  /** The canonical of our own content's questionnaire for a visit, by the visit's codes. */
  readonly questionnaireFor: (
    codes: readonly string[],
  ) => { readonly url: string; readonly version?: string } | undefined;
}
