import type { Language } from '../guidance/language.ts';
import type { Answer } from '../intake/answer.ts';
import type { Fact } from '../intake/fact.ts';
import type { Intake } from '../intake/intake.ts';
import type { Value } from '../intake/value.ts';
import type { Evidence } from '../requirements/evidence.ts';
import type { RaisedFlag } from '../safety/red-flags.ts';
import type { TimeWish } from '../scheduling/slot.ts';
import type { PlannedVisit } from '../visit/visit.ts';

/**
 * The hot state of one patient's story: all that is known and open, and nothing that only grows. What happened is kept in moments.
 * Every list here is bounded (see `bounds.ts`), so that a turn costs the same after ten thousand moments as after one.
 */
export interface Story {
  /** The FHIR Patient's id. */
  readonly id: string;
  /** Rises by one with each commit; a commit against another version is refused and decided again. */
  readonly version: number;
  readonly person: Person;
  readonly consent: TextConsent;
  readonly conversations: readonly Conversation[];
  /** By fact key. */
  readonly facts: Readonly<Record<string, Fact>>;
  readonly concerns: readonly Concern[];
  readonly acknowledgements: readonly Acknowledgement[];
  /** What is planned, and the few visits that ended last. */
  readonly visits: readonly PlannedVisit[];
  /** What the EHR shows that may meet what a visit needs. */
  readonly evidence: readonly Evidence[];
  /** Identity and coverage as the EHR has them, confirmed in one step and not asked again. */
  readonly onFile: readonly FileEntry[];
  /** When visits suit, learnt from what was chosen and said. */
  readonly prefers?: TimeWish;
  /** The Appointment whose question was put last, where no question of an intake was put since: a bare number or yes answers that. */
  readonly asking?: string;
  /** The EHR says that this record and another are one person: the other's id, whose story goes on with all that was here. */
  readonly mergedInto?: string;
  /** Records that were merged into this one: their ids, and the numbers they brought, E.164. */
  readonly mergedFrom?: readonly { readonly patient: string; readonly numbers: readonly string[] }[];
  /** What did not fit into the last text, until MORE is asked for or something else is said. */
  readonly more?: { readonly parts: readonly string[]; readonly messageId: string };
}

export interface Person {
  readonly firstName: string;
  /** What we speak with them: the chart's, until they choose another. */
  readonly language: Language;
  readonly chartLanguage?: Language;
  readonly deceased: boolean;
  /** Keyed hashes of the numbers that reach this person, best first. */
  readonly phones: readonly string[];
  /** IANA, where the chart says so and it may differ from the clinic's. */
  readonly timeZone?: string;
  /** ISO date or part of one. */
  readonly birthDate?: string;
  /** Needs somebody to interpret, as the chart says. */
  readonly interpreter?: boolean;
  /** `lastUpdated` of the Patient that it was read from; an older one changes nothing. */
  readonly seenAt?: string;
  /** Their own numbers as the chart has them, E.164, best first. */
  readonly numbers?: readonly string[];
  /** The chart's record is not in use: nobody is reached by it. */
  readonly inactive?: true;
  /** Who else may be reached for them, as the chart says; whether they are depends on the age. */
  readonly relatives?: readonly Relative[];
}

/** Somebody whom the chart relates to a patient. */
export interface Relative {
  /** The RelatedPerson's id. */
  readonly id: string;
  /** Holds a power of attorney or is a guardian: answers for the patient whatever the age. */
  readonly actsForThem: boolean;
  /** E.164. */
  readonly phones: readonly string[];
  /** ISO date after which they do not act any more. */
  readonly until?: string;
}

/** One thing that registration and billing need to know, with where it comes from and how old it is. */
export interface FileEntry {
  /** `name`, `birth-date`, `address`, `phone`, `coverage/{id}`. */
  readonly key: string;
  /** In words for staff. */
  readonly label: string;
  readonly value: string;
  /** `Patient/1`, `Coverage/2`. */
  readonly source: string;
  /** ISO instant since when it stands so. */
  readonly since: string;
  /** Who on staff confirmed it with the patient: a FHIR reference, and the name where it is known. */
  readonly confirmed?: { readonly at: string; readonly by: string; readonly name?: string };
}

/** Whether this patient lets us write texts. A number that the carrier blocks is the phone's state, not this. */
export type TextConsent =
  | { readonly texts: 'allowed' }
  | { readonly texts: 'refused'; readonly at: string; readonly how: 'carrier-stop' | 'in-words' | 'chart' };

export interface Visit {
  readonly appointment?: string;
  readonly start?: string;
  readonly end?: string;
}

/** One intake being held. Its cursor is channel-neutral: whoever speaks next, on whatever channel, gets the waiting question. */
export interface Conversation {
  /** From what asked for it: `task/{id}` or `appointment/{id}`; of a visit whose kind has changed since, with a mark of the questionnaire behind it. */
  readonly id: string;
  readonly intake: IntakeKey;
  readonly title: string;
  readonly status: ConversationStatus;
  readonly startedAt: string;
  readonly changedAt: string;
  readonly visit?: Visit;
  /** The EHR Task that asked for it. */
  readonly task?: string;
  /** By slot; see `intake/slots.ts`. Answers on disabled questions stay here and return when these are enabled again. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** What was replaced, newest last. */
  readonly history: readonly Correction[];
  /** How many rounds of each repeating group there are, by the group's slot. */
  readonly rounds: Readonly<Record<string, number>>;
  /** Slots in the order in which the person answered them; "back" walks it from the end. */
  readonly told: readonly string[];
  /** Optional questions the person passed over. */
  readonly skipped: readonly string[];
  /** Rises with each change of the answers; a page's form carries it, so that a stale one is noticed. */
  readonly turn: number;
  /** The question that waits, once it has been put to the person. */
  readonly asked?: Asked;
  /** Somebody has been asked to step in, or the person asked for a break; plain answers are still recorded. */
  readonly paused?: Paused;
  /** It was complete once; a correction after that makes the response `amended`. */
  readonly completedAt?: string;
  readonly amended: boolean;
}

export type ConversationStatus =
  /** Another conversation of this phone is being asked. */
  'queued' | 'open' | 'completed' | { readonly closed: ClosedBecause };

export type ClosedBecause = 'visit-passed' | 'visit-cancelled' | 'task-cancelled' | 'patient-died' | 'refused';

/** `canonical|version` of a compiled intake. */
export type IntakeKey = string;

export interface Asked {
  readonly slot: string;
  /** Misreadings so far; two bring another wording, a third brings a person. */
  readonly misread: number;
  /** Something said that waits for a yes or a choice before it is recorded. */
  readonly pending?: Pending;
  /** The answer is being changed on request, so it is asked though it is on file. */
  readonly correcting?: boolean;
}

export type Pending =
  | { readonly kind: 'read-back'; readonly answer: Answer; readonly also: readonly Value[] }
  | { readonly kind: 'which'; readonly choices: readonly (readonly Value[])[]; readonly answer: Omit<Answer, 'values'> }
  | {
      readonly kind: 'confirm';
      readonly values: readonly Value[];
      readonly source: 'fact' | 'chart' | 'initial';
      readonly fact?: Fact;
    };

export interface Correction {
  readonly slot: string;
  readonly answer: Answer;
  readonly replacedAt: string;
}

export interface Paused {
  readonly since: string;
  readonly because: 'person' | 'red-flag' | 'misread' | 'later';
}

/** Something that may be wrong. The full work is its own issue; the path exists from the first day. */
export interface Concern {
  readonly id: string;
  readonly flag: RaisedFlag;
  readonly raisedAt: string;
  /** As the person wrote or said it, for the nurse. */
  readonly words: string;
  readonly channel: Answer['provenance']['channel'];
}

/** A person on staff has seen what was known at that time. */
export interface Acknowledgement {
  readonly by: string;
  readonly at: string;
  readonly card: string;
}

/** What one strongly consistent read brings: the hot state and the intakes its conversations run. */
export interface StoryView {
  readonly story: Story;
  readonly intakes: Readonly<Record<IntakeKey, Intake>>;
}

/** One thing that happened, append-only. */
export interface Moment {
  /** Derived from its cause, so that a retry repeats it. */
  readonly id: string;
  readonly at: string;
  readonly cause: string;
  readonly channel?: Answer['provenance']['channel'] | 'ehr' | 'system';
  readonly what: string;
  /** Small plain data: ids, slots, the words said and the content version of what was answered. */
  readonly detail: Readonly<Record<string, unknown>>;
}
