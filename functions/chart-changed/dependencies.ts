import type { Questionnaire } from 'fhir/r4.js';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Coding } from '../../domain/intake/value.ts';
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
  /** `canonical|version` of the questionnaire that our own content asks for a visit of these codes. */
  readonly questionnaireForVisit: (codings: readonly Coding[]) => string | undefined;
  /** One of our own content's questionnaires. */
  readonly ownQuestionnaire: (canonical: string) => Questionnaire | undefined;
}
