import { alike } from '../visit/alike.ts';
import type { Evidence, EvidenceKind } from './evidence.ts';

/** A long list of medicines leaves no referral out; together not more than the hot state takes. */
const most: Record<EvidenceKind, number> = {
  referral: 7,
  authorisation: 7,
  coverage: 5,
  form: 8,
  allergy: 8,
  medication: 10,
  condition: 8,
  document: 6,
  transport: 1,
};

/**
 * What the story keeps, with one more state of one resource: of each resource the newest, of each kind the newest few, what is gone left
 * out. In one order, whatever order it came in. Given back as it was where that changes nothing.
 */
export function withEvidence(kept: readonly Evidence[], found: Evidence): readonly Evidence[] {
  const before = kept.find(({ reference }) => reference === found.reference);
  if (before !== undefined && (seen(found) < seen(before) || alike(before, found))) return kept;
  if (before === undefined && found.state === 'gone') return kept;
  const others = kept.filter((each) => each !== before);
  return bounded(found.state === 'gone' ? others : [...others, found]);
}

export function withoutEvidence(kept: readonly Evidence[], reference: string): readonly Evidence[] {
  return kept.some((each) => each.reference === reference) ? kept.filter((each) => each.reference !== reference) : kept;
}

/** Everything that either of two stories keeps. */
export function allEvidence(one: readonly Evidence[], other: readonly Evidence[]): readonly Evidence[] {
  return other.reduce(withEvidence, one);
}

function bounded(evidence: readonly Evidence[]): readonly Evidence[] {
  const newestFirst = [...evidence].sort((a, b) => seen(b) - seen(a) || (a.reference < b.reference ? -1 : 1));
  const few = newestFirst.filter(
    (each) => newestFirst.filter(({ kind }) => kind === each.kind).indexOf(each) < most[each.kind],
  );
  return few.sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

function seen({ seenAt }: Evidence): number {
  return seenAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(seenAt);
}
