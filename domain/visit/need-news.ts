import { digestOf, isSettled, type Requirement, whatDigestHolds } from '../requirements/requirement.ts';

/** What of the needs the patient is to hear now, and what they have heard of each from then on. */
export interface NeedNews {
  /** As they stand; what the patient need not do any more is among them as waived. */
  readonly say: readonly Requirement[];
  readonly told: Readonly<Record<string, string>>;
}

/**
 * What is new for the patient since they were last told. Nothing unchanged is in it, and of what changed only what concerns them: something
 * new, something of their own that came back, moved or is off, something others have done or were refused, something that can't be met any more.
 */
export function needNews(
  told: Readonly<Record<string, string>>,
  before: readonly Requirement[],
  now: readonly Requirement[],
): NeedNews {
  const say: Requirement[] = [];
  const heard: Record<string, string> = { ...told };
  for (const need of now) {
    const verdict = verdictOn(need, told[need.id]);
    if (verdict === 'say') say.push(need);
    if (verdict !== 'leave') heard[need.id] = digestOf(need);
  }
  for (const [id, digest] of Object.entries(told)) {
    const gone = now.some((need) => need.id === id) ? undefined : before.find((need) => need.id === id);
    if (gone?.owner !== 'patient' || isSettled[whatDigestHolds(digest).state]) continue;
    const off: Requirement = { ...gone, state: 'waived' };
    say.push(off);
    heard[id] = digestOf(off);
  }
  return { say, told: heard };
}

/**
 * `note`: the patient knows, or need not hear it, and what comes after is measured by it. `leave`: what comes after is measured by what
 * they heard before, so that something of others' that goes to and fro is never said twice.
 */
function verdictOn(need: Requirement, digest: string | undefined): 'say' | 'note' | 'leave' {
  if (digest === undefined) return isSettled[need.state] ? 'note' : 'say';
  if (digest === digestOf(need)) return 'leave';
  const heard = whatDigestHolds(digest);
  return need.owner === 'patient' ? ownVerdict(need, heard) : othersVerdict(need, heard);
}

type Heard = ReturnType<typeof whatDigestHolds>;

function ownVerdict(need: Requirement, heard: Heard): 'say' | 'note' {
  if (isSettled[need.state]) return need.state === 'waived' && !isSettled[heard.state] ? 'say' : 'note';
  return isSettled[heard.state] || becameTooLate(need, heard) || isSaidOtherwise(need, heard) ? 'say' : 'note';
}

function othersVerdict(need: Requirement, heard: Heard): 'say' | 'note' | 'leave' {
  if (isSettled[need.state]) return isSettled[heard.state] ? 'leave' : 'say';
  const isRefused = need.refused === true && need.says.default !== heard.says;
  if (becameTooLate(need, heard) || namesAnotherTime(need, heard) || isRefused) return 'say';
  return heard.tooLate ? 'note' : 'leave';
}

function becameTooLate(need: Requirement, heard: Heard): boolean {
  return need.tooLate === true && !heard.tooLate;
}

function isSaidOtherwise(need: Requirement, heard: Heard): boolean {
  return need.says.default !== heard.says || namesAnotherTime(need, heard);
}

/** Another time is news only where the sentence names it. */
function namesAnotherTime({ says, due, from }: Requirement, heard: Heard): boolean {
  const names = (blank: string) => says.default.includes(`{${blank}}`);
  return (names('due') && due !== heard.due) || (names('from') && (from ?? '') !== heard.from);
}
