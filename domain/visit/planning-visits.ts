import type { Heard, VisitsPlanned } from '../conversation/heard.ts';
import { bounds, type Turn } from '../conversation/turn.ts';
import { isSettled, metNow, type Requirement } from '../requirements/requirement.ts';
import { alike } from './alike.ts';
import { putVisitAsk } from './asking-visit.ts';
import type { VisitNews, VisitOverBecause } from './known-visit.ts';
import { isOlder, isOwnMove, kept, merged, shownTaking } from './merging.ts';
import { takeSlot } from './moving.ts';
import { passOverWhatIsPast } from './passing-over.ts';
import { changed, changeVisit, visitOf } from './story-visits.ts';
import { tellNews } from './telling-needs.ts';
import { isAhead, type PlannedVisit, type VisitStanding } from './visit.ts';

/** The EHR shows visits, or something that changes what they need: the story takes it over, and the patient hears what is new, once. */
export function planVisits(turn: Turn, heard: Extract<Heard, { is: 'visits-planned' }>): void {
  if (heard.evidence !== undefined) turn.changeStory({ evidence: heard.evidence.slice(-bounds.evidence) });
  takeWhatIsShown(turn, heard);
  for (const news of heard.visits) planVisit(turn, news);
  putQuestionLast(turn);
}

/** A time that a patient has chosen and the EHR shows is theirs, whichever of the two notices comes first; said before what the visit needs at it. */
export function takeWhatIsShown(turn: Turn, { visits }: Pick<VisitsPlanned, 'visits'>): void {
  for (const { appointment, known } of visits) {
    const before = visitOf(turn, appointment);
    if (before === undefined || known === undefined || isOlder(known.seenAt, before.seenAt)) continue;
    const slot = shownTaking(before, known);
    if (slot !== undefined) takeSlot(turn, { is: 'slot-taken', appointment, slot });
  }
}

/** A question that is put again comes after all that is told: nobody answers what they have to look for. */
function putQuestionLast({ effects }: Turn): void {
  const at = effects.findIndex(({ do: what }) => what === 'ask');
  const isLast = !effects.slice(at + 1).some(({ do: what }) => what === 'tell' || what === 'list-needs');
  if (at >= 0 && !isLast && !effects.some(({ do: what }) => what === 'choose')) effects.push(...effects.splice(at, 1));
}

const over: Record<VisitStanding, VisitOverBecause | undefined> = {
  wished: undefined,
  booked: undefined,
  arrived: undefined,
  passed: 'passed',
  cancelled: 'cancelled',
  missed: 'missed',
};

function planVisit(turn: Turn, news: VisitNews): void {
  const { appointment, known, introduced = false } = news;
  const because = known === undefined ? undefined : over[known.state];
  if (because !== undefined) {
    endVisit(turn, { appointment, because, ...(known?.seenAt === undefined ? {} : { seenAt: known.seenAt }) });
    return;
  }
  const before = visitOf(turn, appointment);
  const after = merged(before, news, turn.now);
  if (after === undefined || (before !== undefined && alike(before, after))) return;
  const ownMove = before !== undefined && isOwnMove(before, after.start);
  const visit = passOverWhatIsPast(turn, before, after, introduced || after.requirements.length > 0);
  replace(turn, before, visit);
  moveConversations(turn, visit);
  tellNews(turn, before, visit, { introduced, ownMove });
}

/** Puts a visit into the story. Timers and Tasks follow where it stands otherwise than before; a newer version that shows the same moves neither. */
function replace(turn: Turn, before: PlannedVisit | undefined, visit: PlannedVisit): void {
  const standing = (each: PlannedVisit) => changed(each, { seenAt: undefined, told: undefined, changedAt: '' });
  const isSame = before !== undefined && alike(standing(before), standing(visit));
  const others = turn.story.visits.filter(({ appointment }) => appointment !== visit.appointment);
  turn.changeStory({ visits: kept([...others, isSame ? visit : { ...visit, changedAt: turn.now }], bounds.visits) });
  if (!isSame) turn.do({ do: 'plan', appointment: visit.appointment });
}

/** What is asked for the visit knows its time. */
function moveConversations(turn: Turn, { appointment, start, end }: PlannedVisit): void {
  const visit = { appointment, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  for (const { id, visit: known } of turn.story.conversations)
    if (known?.appointment === appointment && !alike(known, visit)) turn.change(id, { visit });
}

const standingWhen: Record<VisitOverBecause, VisitStanding> = {
  passed: 'passed',
  cancelled: 'cancelled',
  missed: 'missed',
  'never-was': 'cancelled',
};

/** A visit is over: nothing of it is asked or reminded of any more. */
export function endVisit(
  turn: Turn,
  { appointment, because, seenAt }: Omit<Extract<Heard, { is: 'visit-over' }>, 'is'>,
): void {
  const before = visitOf(turn, appointment);
  const state = standingWhen[because];
  if (before === undefined) {
    // Kept, so that an older version that comes late does not bring it to life.
    if (seenAt !== undefined) keepEnded(turn, appointment, state, seenAt);
    return;
  }
  if (isOlder(seenAt, before.seenAt)) return;
  const newest = seenAt ?? before.seenAt;
  if (before.state === state) {
    if (before.seenAt !== newest) changeVisit(turn, appointment, { seenAt: newest, changedAt: before.changedAt });
    return;
  }
  changeVisit(turn, appointment, {
    seenAt: newest,
    state,
    requirements: state === 'passed' ? before.requirements.map(missedIfOpen) : before.requirements,
    asked: undefined,
    moving: undefined,
    lateness: undefined,
  });
  turn.do({ do: 'visit-over', appointment, because });
  if (isAhead[before.state]) sayThatItIsOver(turn, before, because);
}

function missedIfOpen(need: Requirement): Requirement {
  return isSettled[need.state] ? need : { ...need, state: 'missed' };
}

function keepEnded(turn: Turn, appointment: string, state: VisitStanding, seenAt: string): void {
  const visit: PlannedVisit = {
    appointment,
    seenAt,
    state,
    type: 'other',
    slots: [],
    codes: [],
    plan: { reminders: [] },
    requirements: [],
    done: [],
    changedAt: turn.now,
  };
  turn.changeStory({ visits: kept([...turn.story.visits, visit], bounds.visits) });
}

/** Whoever heard of the visit from us hears that it is off, or that they were missed, and how to get another time. */
function sayThatItIsOver(
  turn: Turn,
  { appointment, start, told, moving }: PlannedVisit,
  because: VisitOverBecause,
): void {
  if (because === 'passed' || told === undefined || start === undefined || turn.story.person.deceased) return;
  const gaveUp = moving?.stage === 'giving-up';
  const off = gaveUp ? 'visit.given-up' : 'remind.off';
  turn.do({ do: 'tell', message: because === 'missed' ? 'remind.missed' : off, when: start });
  // Its questions end without words of their own: this says it.
  for (const { id, visit, status, asked } of turn.story.conversations)
    if (visit?.appointment === appointment && status === 'open' && asked !== undefined)
      turn.change(id, { asked: undefined });
  if (because !== 'never-was' && !gaveUp) putVisitAsk(turn, appointment, 'missed', [{ is: 'another-time' }]);
}

/** Staff have set a requirement through its Task; the patient hears of it where it concerns them. */
export function setRequirement(
  turn: Turn,
  { appointment, requirement, state, because }: Extract<Heard, { is: 'requirement-set' }>,
): void {
  const before = visitOf(turn, appointment);
  if (before === undefined || !isAhead[before.state]) return;
  const requirements = before.requirements.map((need) =>
    need.id === requirement ? setByStaff(need, state, because) : need,
  );
  if (alike(requirements, before.requirements)) return;
  const visit = changeVisit(turn, appointment, { requirements });
  turn.do({ do: 'plan', appointment });
  // Nobody sees to it any more: the patient is told what is so once the desk has found somebody.
  if (state === 'given-back') turn.do({ do: 'tell-desk', because: 'need-given-back', urgency: 'urgent', appointment });
  else tellNews(turn, before, visit);
}

/** Their own words, as long as a line can hold. */
const longestReason = 200;

function setByStaff(
  need: Requirement,
  state: Extract<Heard, { is: 'requirement-set' }>['state'],
  because: string | undefined,
): Requirement {
  if (state === 'given-back') {
    const open = setByStaff(need, 'open', undefined);
    const reason = because === undefined ? {} : { because: because.slice(0, longestReason) };
    // What the chart shows as done is done, whoever gave it back.
    return isSettled[open.state] ? need : { ...open, givenBack: reason };
  }
  if (state === 'met') return metNow(need, { setBy: 'staff', evidence: 'staff' });
  const { setBy, waivedBecause: _because, givenBack, evidence, ...rest } = need;
  const shown = evidence === undefined || evidence === 'staff' || evidence === 'patient' ? {} : { evidence };
  // Taken back: from now on what the EHR shows counts again.
  if (state === 'open') {
    if (setBy !== undefined) return { ...rest, ...shown, state };
    return givenBack === undefined ? need : withoutGivenBack(need);
  }
  const waivedBecause = state === 'waived' && because !== undefined ? { waivedBecause: because } : {};
  return { ...rest, ...shown, ...waivedBecause, state, setBy: 'staff' };
}

function withoutGivenBack({ givenBack: _, ...need }: Requirement): Requirement {
  return need;
}
