import type { Questionnaire } from 'fhir/r4.js';
import type { Clinic } from '../../domain/conversation/clinic.ts';
import type { Coding } from '../../domain/intake/value.ts';
import type { Chart } from '../../domain/ports/chart.ts';
import type { ChartChanges } from '../../domain/ports/chart-changes.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { PhoneHash } from '../../domain/ports/phone-hash.ts';
import type { Records } from '../../domain/ports/records.ts';
import type { StoryStore } from '../../domain/ports/story-store.ts';
import type { PayerOf } from '../../domain/requirements/payer.ts';
import type { PlanNeeds } from '../../domain/visit/known-visit.ts';
import type { ReminderPlan } from '../../domain/visit/visit.ts';
import type { Speaker } from '../../edge/speech.ts';

export interface ChartChangedDeps {
  readonly store: StoryStore;
  readonly records: Records;
  readonly chart: Chart & ChartChanges;
  readonly clinic: Clinic;
  readonly clock: Clock;
  readonly log: Log;
  readonly speaker: Speaker;
  readonly phoneHash: PhoneHash;
  /** Identifiers and references by which a Task's owner may name us. */
  readonly us: readonly string[];
  readonly visits: VisitContent;
  /** One of our own content's questionnaires. */
  readonly ownQuestionnaire: (canonical: string) => Questionnaire | undefined;
}

/** What our own content says of visits. */
export interface VisitContent {
  /** `canonical|version` of the questionnaire that is asked before a visit of these codes. */
  readonly questionnaireFor: (codings: readonly Coding[]) => string | undefined;
  /** The key of a visit's type; `other` where content names none. */
  readonly typeFor: (codings: readonly Coding[]) => string;
  readonly planFor: (type: string) => ReminderPlan;
  readonly planNeeds: PlanNeeds;
  readonly payerOf: PayerOf;
  /** As staff call them, by key. */
  readonly payerNames: Readonly<Record<string, string>>;
}
