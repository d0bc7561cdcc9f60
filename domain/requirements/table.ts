import type { Text } from '../guidance/language.ts';
import type { TimeBefore } from '../visit/time-before.ts';
import type { EvidenceKind } from './evidence.ts';
import type { RequirementKind, RequirementOwner } from './requirement.ts';

/** What visits need, as the clinic's editors wrote it, checked when it was published. */
export interface RequirementTable {
  /** Several may have the same id: the same rule at different times, never at the same time. */
  readonly rules: readonly RequirementRule[];
  readonly groups: Readonly<Record<string, ChartGroup>>;
  /** What staff call visit types and payers, by key. */
  readonly visitNames: Readonly<Record<string, string>>;
  readonly payerNames: Readonly<Record<string, string>>;
}

export interface RequirementRule {
  readonly id: string;
  readonly kind: RequirementKind;
  /** Of the table it stands in; with the id it names what a requirement was made from. */
  readonly version: string;
  /** ISO dates, both inclusive: the days of the visits that it applies to. */
  readonly effective: { readonly from: string; readonly until?: string | undefined };
  readonly requires: Needed;
  readonly words: StateWords;
  /** The first that fits the visit decides; where none does, the visit does not need this. */
  readonly rows: readonly RuleRow[];
}

export interface RuleRow {
  readonly when: Conditions;
  /** For staff; `{visit}`, `{payer}` and `{chart}` are filled in. */
  readonly because: string;
  /** Instead of the rule's own; `nothing` where the visit does not need it. */
  readonly requires?: Needed | 'nothing' | undefined;
  readonly words?: StateWords | undefined;
}

/** All that are given must fit; of the values of one, any is enough. */
export interface Conditions {
  readonly visitType: readonly string[];
  /** Codes (`system|code`) that the visit carries. */
  readonly service?: readonly string[] | undefined;
  /** Location ids. */
  readonly site?: readonly string[] | undefined;
  /** Keys of payers, or `self`, `other`, `none`. */
  readonly payer?: readonly string[] | undefined;
  readonly urgency?: readonly ('routine' | 'urgent')[] | undefined;
  /** Years on the day of the visit. A birth date of which only the year is known counts from its first day; without any, neither fits. */
  readonly ageFrom?: number | undefined;
  readonly ageUnder?: number | undefined;
  /** Groups of the chart's entries: one of `has` is there; none of `lacks` is. */
  readonly has?: readonly string[] | undefined;
  readonly lacks?: readonly string[] | undefined;
  /** BCP 47, by the first part. */
  readonly language?: readonly string[] | undefined;
  readonly interpreter?: boolean | undefined;
}

export interface Needed {
  readonly owner: RequirementOwner;
  readonly due: TimeBefore;
  /** The patient keeps to it from then on. */
  readonly from?: TimeBefore | undefined;
  /** ISO 8601 duration that its owner takes. */
  readonly leadTime?: string | undefined;
  /** Of a form: `canonical|version`. */
  readonly questionnaire?: string | undefined;
  /** What of the chart meets it; any is enough. */
  readonly metBy?: readonly MetBy[] | undefined;
}

export interface MetBy {
  readonly evidence: EvidenceKind;
  /** Codes that count beside those that the visit carries. Of a document: the only ones. */
  readonly codes?: readonly string[] | undefined;
  /** ISO 8601 duration in weeks and days for which it counts, where the chart does not say until when it holds. */
  readonly validFor?: string | undefined;
}

/** What the patient hears, by how it stands. Blanks: `{from}`, `{due}`. Where there are no words of its own, the state has those of `open`. */
export interface StateWords {
  readonly open: Text;
  readonly waiting?: Text | undefined;
  readonly met: Text;
  readonly waived?: Text | undefined;
  /** It was decided against: said while it is open again. */
  readonly refused?: Text | undefined;
  readonly tooLate?: Text | undefined;
  /** More, for the details page. */
  readonly details?: Text | undefined;
}

/** Entries of the chart that mean the same to a rule. */
export interface ChartGroup {
  /** For staff. */
  readonly says: string;
  readonly kinds: readonly EvidenceKind[];
  readonly codes: readonly string[];
  /** Beginnings of words in small letters, for what the chart holds in words only. */
  readonly words: readonly string[];
}
