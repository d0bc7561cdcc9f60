import { languages, type Text, wordsIn } from '../domain/guidance/language.ts';
import { beginsAWord } from '../domain/requirements/situation.ts';
import type { Needed, RequirementRule, RuleRow, StateWords } from '../domain/requirements/table.ts';
import type { ContentFault } from './content.ts';
import { ownQuestionnaire } from './questionnaires.ts';
import { knownVisitTypes } from './visit-types.ts';

export interface RulesToCheck {
  readonly file: string;
  readonly rules: readonly RequirementRule[];
}

interface Against {
  readonly groups: readonly string[];
  readonly neverSaid: readonly string[];
  readonly fault: (file: string, place: string, why: string) => ContentFault;
}

type Refuse = (field: string, why: string) => void;

/** What the form of a file can't show: whether rules fit each other, what else content knows, and what may be said. */
export function checkRules(files: readonly RulesToCheck[], against: Against): void {
  const seen = new Map<string, RequirementRule[]>();
  for (const { file, rules } of files) {
    for (const rule of rules) {
      const refuse: Refuse = (field, why) => {
        throw against.fault(file, `rule ${rule.id}, ${field}`, why);
      };
      const same = seen.get(rule.id) ?? [];
      checkDates(rule, same, refuse);
      seen.set(rule.id, [...same, rule]);
      checkNeeded('requires', rule, rule.requires, rule.words, refuse);
      checkWords('words', rule.words, [rule.requires], against.neverSaid, refuse);
      for (const [at, row] of rule.rows.entries()) checkRow(rule, row, `rows.${at}`, against, refuse);
    }
  }
}

function checkDates(rule: RequirementRule, same: readonly RequirementRule[], refuse: Refuse): void {
  const { from, until } = rule.effective;
  if (until !== undefined && until < from) refuse('effective.until', 'it ends before it begins');
  for (const other of same) {
    if (other.kind !== rule.kind) refuse('kind', 'the same rule is of another kind elsewhere');
    const apart =
      (until !== undefined && until < other.effective.from) ||
      (other.effective.until !== undefined && other.effective.until < from);
    if (!apart) refuse('effective', 'it overlaps with the same rule at another time');
  }
}

function checkRow(rule: RequirementRule, row: RuleRow, place: string, against: Against, refuse: Refuse): void {
  const { when, requires, words, because } = row;
  for (const condition of ['has', 'lacks'] as const)
    for (const group of when[condition] ?? [])
      if (!against.groups.includes(group)) refuse(`${place}.when.${condition}`, `there is no group ${group}`);
  if (when.ageFrom !== undefined && when.ageUnder !== undefined && when.ageFrom >= when.ageUnder)
    refuse(`${place}.when.ageFrom`, 'nobody is of that age');
  const blank = blanksIn(because).find((name) => !['{visit}', '{payer}', '{chart}'].includes(name));
  if (blank !== undefined) refuse(`${place}.because`, `${blank} is not filled in`);
  if (blanksIn(because).includes('{chart}') && when.has === undefined)
    refuse(`${place}.because`, '{chart} is filled in from when.has, which is not there');
  if (requires === 'nothing') {
    if (words !== undefined) refuse(`${place}.words`, 'nobody says this: the row requires nothing');
    return;
  }
  const needed = requires ?? rule.requires;
  if (requires !== undefined) checkNeeded(`${place}.requires`, rule, requires, words ?? rule.words, refuse);
  if (words !== undefined) checkNeeded(`${place}.requires`, rule, needed, words, refuse);
  checkWords(`${place}.words`, words ?? rule.words, [needed], against.neverSaid, refuse);
  checkQuestionnaire(`${place}.when.visitType`, needed, row, refuse);
}

function checkNeeded(place: string, rule: RequirementRule, needed: Needed, words: StateWords, refuse: Refuse): void {
  if ((rule.kind === 'form') !== (needed.questionnaire !== undefined))
    refuse(`${place}.questionnaire`, 'a form has one, and nothing else does');
  if (needed.questionnaire !== undefined && ownQuestionnaire(needed.questionnaire) === undefined)
    refuse(`${place}.questionnaire`, 'there is no such questionnaire');
  if (needed.leadTime !== undefined && words.tooLate === undefined)
    refuse(`${place}.leadTime`, 'there are no words for when it is too late');
  if (rule.kind === 'form' && !(needed.metBy ?? []).some(({ evidence }) => evidence === 'form'))
    refuse(`${place}.metBy`, 'nothing would meet the form');
  for (const { evidence, codes } of needed.metBy ?? [])
    if (evidence === 'document' && codes === undefined)
      refuse(`${place}.metBy`, 'any document at all would meet it: its codes are missing');
}

/** What is asked before a visit of that type and what its form requirement waits for are the same. */
function checkQuestionnaire(place: string, { questionnaire }: Needed, { when }: RuleRow, refuse: Refuse): void {
  if (questionnaire === undefined) return;
  const other = knownVisitTypes.find(
    (known) => when.visitType.includes(known.type) && known.questionnaire !== questionnaire,
  );
  if (other !== undefined) refuse(place, `before a visit of type ${other.type}, something else is asked`);
}

function checkWords(
  place: string,
  words: StateWords,
  needs: readonly Needed[],
  neverSaid: readonly string[],
  refuse: Refuse,
): void {
  const known = needs.every(({ from }) => from !== undefined) ? ['{due}', '{from}'] : ['{due}'];
  for (const [state, text] of Object.entries(words) as [string, Text | undefined][]) {
    if (text === undefined) continue;
    const blanks = blanksIn(text.default).join(' ');
    for (const language of languages) {
      const field = `${place}.${state}.${language}`;
      const said = wordsIn(text, language);
      // Carriers take CANCEL for an opt-out: a patient who was told to send it is never reachable again.
      if (/cancel/i.test(said)) refuse(field, 'the word CANCEL must never be said');
      const telling = neverSaid.find((beginning) => beginsAWord(said.toLowerCase(), beginning));
      if (telling !== undefined) refuse(field, `"${telling}" tells those who look over a shoulder`);
      const unknown = blanksIn(said).find((blank) => !known.includes(blank));
      if (unknown !== undefined) refuse(field, `${unknown} is not filled in`);
      if (blanksIn(said).join(' ') !== blanks) refuse(field, 'its blanks are not those of the English words');
    }
  }
}

function blanksIn(said: string): readonly string[] {
  return (said.match(/\{\w*\}?/g) ?? []).toSorted();
}
