import type { KnownVisit, PatientFacts } from '../visit/known-visit.ts';
import type { Evidence } from './evidence.ts';
import type { ChartGroup, Conditions, RequirementTable } from './table.ts';
import { ageOn, holdsOn, type VisitDay } from './visit-day.ts';

/** A visit with all that rules may ask about it. */
export interface Situation extends VisitDay {
  readonly visit: KnownVisit;
  /** Keys, `self` or `other`; `none` where the chart shows no coverage on the day. */
  readonly payers: readonly string[];
  /** References of the coverages that hold on the day. */
  readonly coverages: readonly string[];
  /** Orders that are for this visit, and what counts as one. */
  readonly orders: readonly string[];
  readonly urgency: 'routine' | 'urgent';
  readonly age?: number;
  readonly language?: string;
  readonly interpreter: boolean;
  /** What the chart shows, by reference, without what is gone. */
  readonly evidence: readonly Evidence[];
  /** Groups of the chart's entries that this patient has. */
  readonly groups: ReadonlySet<string>;
}

export function situationOf(
  table: RequirementTable,
  visit: KnownVisit,
  patient: PatientFacts,
  day: VisitDay,
): Situation {
  const evidence = patient.evidence
    .filter(({ state }) => state !== 'gone')
    .toSorted((a, b) => (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0));
  const holding = evidence.filter((one) => one.kind === 'coverage' && one.state === 'holds' && holdsOn(one, day));
  const payers = [...new Set(holding.map(({ payer = 'other' }) => payer))];
  const referrals = evidence.filter((one) => isOrderFor(one, visit) && holdsOn(one, day));
  const isUrgent = visit.urgency === 'urgent' || referrals.some(({ urgency }) => urgency === 'urgent');
  const age = ageOn(patient.birthDate, day);
  return {
    ...day,
    visit,
    payers: payers.length === 0 ? ['none'] : payers,
    coverages: holding.map(({ reference }) => reference),
    orders: [...new Set([...(visit.about ?? []).filter(isOrder), ...referrals.map(({ reference }) => reference)])],
    urgency: isUrgent ? 'urgent' : 'routine',
    ...(age === undefined ? {} : { age }),
    ...(patient.language === undefined ? {} : { language: patient.language }),
    interpreter: patient.interpreter === true,
    evidence,
    groups: new Set(
      Object.entries(table.groups).flatMap(([key, group]) => (evidence.some((one) => isOf(one, group)) ? [key] : [])),
    ),
  };
}

export function isOrder(reference: string): boolean {
  return reference.startsWith('ServiceRequest/');
}

/** An order that the appointment was made from, or that asks for what is done at it. */
function isOrderFor({ kind, reference, codes, state }: Evidence, visit: KnownVisit): boolean {
  if (kind !== 'referral' || state === 'refused') return false;
  return (visit.about ?? []).includes(reference) || codes.some((code) => visit.codes.includes(code));
}

function isOf({ kind, state, codes }: Evidence, group: ChartGroup): boolean {
  if (!group.kinds.includes(kind) || state === 'refused') return false;
  return codes.some((code) =>
    code.startsWith('text|')
      ? group.words.some((word) => beginsAWord(code.slice(5), word))
      : group.codes.includes(code),
  );
}

/** Whether some word of the text begins with it: "renal" is in "renal failure", not in "adrenal". Small letters are expected. */
export function beginsAWord(text: string, beginning: string): boolean {
  for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1))
    if (at === 0 || !/\p{L}/u.test(text.charAt(at - 1))) return true;
  return false;
}

type Test<Key extends keyof Conditions> = (wanted: NonNullable<Conditions[Key]>, situation: Situation) => boolean;

const tests: { readonly [Key in keyof Required<Conditions>]: Test<Key> } = {
  visitType: (types, { visit }) => types.includes(visit.type),
  service: (codes, { visit }) => codes.some((code) => visit.codes.includes(code)),
  site: (sites, { visit }) => visit.location !== undefined && sites.includes(visit.location),
  payer: (keys, { payers }) => keys.some((key) => payers.includes(key)),
  urgency: (urgencies, { urgency }) => urgencies.includes(urgency),
  ageFrom: (years, { age }) => age !== undefined && age >= years,
  ageUnder: (years, { age }) => age !== undefined && age < years,
  has: (keys, { groups }) => keys.some((key) => groups.has(key)),
  lacks: (keys, { groups }) => keys.every((key) => !groups.has(key)),
  language: (languages, { language }) => languages.some((one) => firstPart(one) === firstPart(language)),
  interpreter: (needed, { interpreter }) => needed === interpreter,
};

function firstPart(tag: string | undefined): string | undefined {
  return tag?.toLowerCase().split(/[-_]/)[0];
}

/** Whether all conditions fit; one that is not given asks nothing. */
export function fits(when: Conditions, situation: Situation): boolean {
  const keys = Object.keys(tests) as (keyof Conditions)[];
  return keys.every((key) => fitsOne(key, when, situation));
}

function fitsOne<Key extends keyof Conditions>(key: Key, when: Conditions, situation: Situation): boolean {
  const wanted: Conditions[Key] = when[key];
  const test: Test<Key> = tests[key];
  return wanted === undefined || test(wanted, situation);
}
