import type { Evidence, EvidenceKind } from './evidence.ts';
import { isOrder, type Situation } from './situation.ts';
import type { MetBy, Needed } from './table.ts';
import { holdsOn } from './visit-day.ts';

/** What the chart shows of a requirement, with what says so. */
export type Shown =
  | { readonly is: 'nothing' }
  | { readonly is: 'met' | 'waiting' | 'refused'; readonly by: string }
  /** An authorisation that does not say what for: a person has to read it. */
  | { readonly is: 'unclear'; readonly by: string };

/** How evidence counts for this visit. `unclear`: it does not say what it is for. */
type Counts = 'yes' | 'no' | 'unclear';

/** The best that the chart shows: met, then under way, then decided against, then unclear. The same in whatever order it came. */
export function shownOf(needed: Needed, situation: Situation, defaultDays: number): Shown {
  const counted = (needed.metBy ?? []).flatMap((metBy) => {
    const days = metBy.validFor === undefined ? undefined : daysIn(metBy.validFor);
    return situation.evidence
      .filter(({ kind }) => kind === metBy.evidence)
      .map((evidence) => ({
        evidence,
        counts: counting[evidence.kind]({ evidence, metBy, needed, situation, days, defaultDays }),
      }));
  });
  const find = (counts: Counts, ...states: Evidence['state'][]) =>
    counted.find((one) => one.counts === counts && states.includes(one.evidence.state))?.evidence.reference;
  const met = find('yes', 'holds');
  if (met !== undefined) return { is: 'met', by: met };
  const waiting = find('yes', 'under-way');
  if (waiting !== undefined) return { is: 'waiting', by: waiting };
  const refused = find('yes', 'refused');
  if (refused !== undefined) return { is: 'refused', by: refused };
  const unclear = find('unclear', 'holds', 'under-way');
  return unclear === undefined ? { is: 'nothing' } : { is: 'unclear', by: unclear };
}

interface Question {
  readonly evidence: Evidence;
  readonly metBy: MetBy;
  readonly needed: Needed;
  readonly situation: Situation;
  readonly days: number | undefined;
  /** For how long answers count where neither the chart nor the rule says it. */
  readonly defaultDays: number;
}

const anyTime = ({ evidence, metBy, situation, days }: Question): Counts => {
  const sameCode = metBy.codes === undefined || metBy.codes.some((code) => evidence.codes.includes(code));
  return sameCode && isForThis(evidence, situation) && holdsOn(evidence, situation, days) ? 'yes' : 'no';
};

const counting: Record<EvidenceKind, (question: Question) => Counts> = {
  referral: (question) => {
    const { evidence, situation, days } = question;
    return holdsOn(evidence, situation, days) && isForThis(evidence, situation) && isNamed(question) ? 'yes' : 'no';
  },
  authorisation: (question) => {
    const { evidence, situation, days } = question;
    if (!isForThis(evidence, situation) || !holdsOn(evidence, situation, days) || !isOfPayer(evidence, situation))
      return 'no';
    if (isNamed(question)) return 'yes';
    return evidence.codes.length === 0 && !evidence.about.some(isOrder) ? 'unclear' : 'no';
  },
  coverage: ({ evidence, situation }) =>
    evidence.payer !== 'self' && situation.coverages.includes(evidence.reference) ? 'yes' : 'no',
  form: ({ evidence, needed, situation, days, defaultDays }) =>
    isSameForm(evidence.questionnaire, needed.questionnaire) && holdsOn(evidence, situation, days ?? defaultDays)
      ? 'yes'
      : 'no',
  document: anyTime,
  transport: anyTime,
  allergy: anyTime,
  medication: anyTime,
  condition: anyTime,
};

/** Evidence that names visits is for those alone. A form is about the person, so it counts for every visit while it is valid. */
function isForThis({ about }: Evidence, { visit }: Situation): boolean {
  const visits = about.filter((reference) => reference.startsWith('Appointment/'));
  return visits.length === 0 || visits.includes(`Appointment/${visit.appointment}`);
}

/** By the visit itself, by the order it was made from, or by a code of what is done. */
function isNamed({ evidence, metBy, situation }: Question): boolean {
  const { visit, orders } = situation;
  const codes = [...visit.codes, ...(metBy.codes ?? [])];
  return (
    (visit.about ?? []).includes(evidence.reference) ||
    evidence.about.some(
      (reference) => reference === `Appointment/${visit.appointment}` || orders.includes(reference),
    ) ||
    evidence.codes.some((code) => codes.includes(code))
  );
}

/** Neither another payer's answer nor one on a coverage that does not hold on the day. */
function isOfPayer({ payer, about }: Evidence, { payers, coverages }: Situation): boolean {
  const named = about.filter((reference) => reference.startsWith('Coverage/'));
  if (named.length > 0) return named.some((reference) => coverages.includes(reference));
  return payer === undefined || payers.includes(payer);
}

/** A version that either side leaves open fits any. */
function isSameForm(answered: string | undefined, wanted: string | undefined): boolean {
  if (answered === undefined || wanted === undefined) return false;
  const [url, version] = answered.split('|');
  const [wantedUrl, wantedVersion] = wanted.split('|');
  return url === wantedUrl && (version === undefined || wantedVersion === undefined || version === wantedVersion);
}

function daysIn(duration: string): number {
  const [, weeks = '0', days = '0'] = /^P(?:(\d+)W)?(?:(\d+)D)?/.exec(duration) ?? [];
  return Number(weeks) * 7 + Number(days);
}
