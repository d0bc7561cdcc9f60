import type { Clinic } from '../conversation/clinic.ts';
import type { Text } from '../guidance/language.ts';
import type { KnownVisit, PlanNeeds } from '../visit/known-visit.ts';
import { timeBefore } from '../visit/time-before.ts';
import { isAhead } from '../visit/visit.ts';
import { type Shown, shownOf } from './meeting.ts';
import { isSettled, type Requirement, type RequirementState } from './requirement.ts';
import { fits, type Situation, situationOf } from './situation.ts';
import type { Needed, RequirementRule, RequirementTable, RuleRow, StateWords } from './table.ts';
import { visitDay } from './visit-day.ts';

/**
 * Plans what a visit needs by the clinic's tables: pure, the same in whatever order the chart's entries came, and it never throws. What the
 * chart shows as met is not asked for. A visit that has no time yet needs nothing; one that is over needs nothing new.
 */
export function createPlanner(
  table: RequirementTable,
  { timeZone, facts }: Pick<Clinic, 'timeZone' | 'facts'>,
): PlanNeeds {
  return (visit, patient, before, now) => {
    const day = visitDay(visit.start, timeZone);
    if (day === undefined || visit.state === 'wished') return [];
    if (visit.state === 'cancelled') return before;
    const situation = situationOf(table, visit, patient, day);
    const rules = table.rules.filter((rule) => isInForce(rule, day.day));
    const planned = rules.flatMap((rule) => {
      const row = rule.rows.find(({ when }) => fits(when, situation));
      const needed = row?.requires ?? rule.requires;
      if (row === undefined || needed === 'nothing') return [];
      const earlier = before.find(({ id }) => id === rule.id);
      if (!isAhead[visit.state] && earlier === undefined) return [];
      const shown = shownOf(needed, situation, facts.defaultDays);
      return [requirementOf({ table, rule, row, needed, shown, situation, earlier, now })];
    });
    return planned.toSorted((a, b) => Date.parse(a.due) - Date.parse(b.due) || (a.id < b.id ? -1 : 1));
  };
}

function isInForce({ effective }: RequirementRule, day: string): boolean {
  return effective.from <= day && (effective.until === undefined || day <= effective.until);
}

interface Plan {
  readonly table: RequirementTable;
  readonly rule: RequirementRule;
  readonly row: RuleRow;
  readonly needed: Needed;
  readonly shown: Shown;
  readonly situation: Situation;
  readonly earlier: Requirement | undefined;
  readonly now: Date;
}

function requirementOf(plan: Plan): Requirement {
  const { rule, row, needed, shown, earlier } = plan;
  const due = dueOf(plan);
  const standing = standingOf(plan);
  const times = timesOf(plan, due, standing.state);
  const words = row.words ?? rule.words;
  return {
    id: rule.id,
    kind: rule.kind,
    owner: needed.owner,
    due: due.toISOString(),
    ...times,
    ...standing,
    ...(standing.state === 'waived' && earlier?.waivedBecause !== undefined
      ? { waivedBecause: earlier.waivedBecause }
      : {}),
    ...(standing.state === 'open' && shown.is === 'refused' ? { refused: true } : {}),
    // Until it moves on: then somebody has it in hand again.
    ...(earlier?.givenBack !== undefined && earlier.state === standing.state && !isSettled[standing.state]
      ? { givenBack: earlier.givenBack }
      : {}),
    says: wordsOf(words, standing.state, shown, times.tooLate === true),
    ...laterWords(words, standing.state, times),
    ...(words.details === undefined ? {} : { details: words.details }),
    because: becauseOf(plan),
    content: `${rule.id}@${rule.version}`,
    ...(rule.kind === 'form' && needed.questionnaire !== undefined ? { questionnaire: needed.questionnaire } : {}),
  };
}

/**
 * What content says, while that lies ahead. A visit booked so late that it has passed already is needed by the visit itself; once said, a
 * due time stays, also when it passes.
 */
function dueOf({ needed, situation, earlier, now }: Plan): Date {
  const { start, timeZone } = situation;
  const due = timeBefore(start, needed.due, timeZone);
  return due.getTime() > now.getTime() || earlier?.due === due.toISOString() ? due : start;
}

type Standing = Pick<Requirement, 'state' | 'evidence' | 'setBy'>;

/** The chart decides, but for what a person has set: that stands until it is taken back, or the chart shows that it is done. */
function standingOf({ rule, shown, situation, earlier }: Plan): Standing {
  const { visit } = situation;
  const over = !isAhead[visit.state];
  if (over && earlier !== undefined && isSettled[earlier.state] && earlier.state !== 'missed') return kept(earlier);
  if (earlier?.setBy !== undefined && (isSettled[earlier.state] || shown.is !== 'met'))
    return over && !isSettled[earlier.state] ? { state: 'missed' } : kept(earlier);
  if (shown.is === 'met') return { state: 'met', evidence: shown.by };
  if (isProvenByVisit(rule, visit)) return { state: 'met', evidence: `Appointment/${visit.appointment}` };
  if (over) return { state: 'missed' };
  if (shown.is === 'waiting' || shown.is === 'unclear') return { state: 'waiting', evidence: shown.by };
  return { state: 'open' };
}

function kept({ state, evidence, setBy }: Requirement): Standing {
  return {
    state,
    ...(evidence === undefined ? {} : { evidence }),
    ...(setBy === undefined ? {} : { setBy }),
  };
}

/** Who is there has arrived; who was seen was prepared well enough. */
function isProvenByVisit({ kind }: RequirementRule, { state }: KnownVisit): boolean {
  if (kind === 'arrival') return state === 'arrived' || state === 'passed';
  return kind === 'preparation' && state === 'passed';
}

type Times = Pick<Requirement, 'from' | 'startBy' | 'tooLate'>;

function timesOf({ needed, situation, earlier, now }: Plan, due: Date, state: RequirementState): Times {
  const { start, timeZone, visit } = situation;
  const from = needed.from === undefined ? undefined : timeBefore(start, needed.from, timeZone);
  const startBy = needed.leadTime === undefined ? undefined : timeBefore(due, { before: needed.leadTime }, timeZone);
  // What is kept to rather than handed in is begun unseen: whoever was told in time is taken to have begun in time.
  const isKeptTo = from !== undefined;
  const wasTold = isKeptTo && earlier !== undefined && earlier.due === due.toISOString();
  const isLate = startBy !== undefined && now.getTime() > startBy.getTime();
  const tooLate = state === 'open' && isAhead[visit.state] && (wasTold ? earlier.tooLate === true : isLate);
  return {
    ...(from === undefined ? {} : { from: from.toISOString() }),
    ...(startBy === undefined || isKeptTo ? {} : { startBy: startBy.toISOString() }),
    ...(tooLate ? { tooLate } : {}),
  };
}

function wordsOf(words: StateWords, state: RequirementState, shown: Shown, tooLate: boolean): Text {
  if (tooLate && words.tooLate !== undefined) return words.tooLate;
  switch (state) {
    case 'met':
      return words.met;
    case 'waived':
      return words.waived ?? words.open;
    case 'waiting':
      return words.waiting ?? words.open;
    case 'open':
      return (shown.is === 'refused' ? words.refused : undefined) ?? words.open;
    case 'missed':
      return words.open;
  }
}

/** What is said when a person or the clock, not the chart, moves it on: nobody plans anew then. */
function laterWords(
  words: StateWords,
  state: RequirementState,
  { startBy, tooLate }: Times,
): Pick<Requirement, 'saysMet' | 'saysTooLate'> {
  if (isSettled[state]) return {};
  const mayLapse = startBy !== undefined && tooLate !== true && words.tooLate !== undefined;
  return { saysMet: words.met, ...(mayLapse ? { saysTooLate: words.tooLate } : {}) };
}

const otherPayers: Readonly<Record<string, string>> = {
  self: 'the patient',
  other: 'not on our list',
  none: 'none on file',
};

function becauseOf({ table, row, shown, situation }: Plan): string {
  const { visit, payers, groups } = situation;
  const wanted = row.when.payer;
  const paying = wanted === undefined ? payers : payers.filter((key) => wanted.includes(key));
  const charted = (row.when.has ?? []).filter((key) => groups.has(key)).map((key) => table.groups[key]?.says ?? key);
  const blanks: Readonly<Record<string, string>> = {
    visit: table.visitNames[visit.type] ?? visit.type,
    payer: paying.map((key) => table.payerNames[key] ?? otherPayers[key] ?? key).join(' and '),
    chart: charted.join(' and '),
  };
  const said = row.because.replaceAll(/\{(\w+)\}/g, (blank, name: string) => blanks[name] ?? blank);
  if (shown.is === 'refused') return `${said}; ${shown.by} says no`;
  if (shown.is === 'unclear') return `${said}; ${shown.by} does not say what it is for, so a person has to look`;
  return said;
}
