import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { loadRequirements } from '../content/requirements.ts';
import { knownVisitTypes } from '../content/visit-types.ts';
import type { Text } from '../domain/guidance/language.ts';
import { ownerNames, requirementNames } from '../domain/requirements/names.ts';
import type { Conditions, Needed, RequirementRule, RuleRow } from '../domain/requirements/table.ts';
import type { TimeBefore } from '../domain/visit/time-before.ts';
import { betweenMarks } from './marked-tables.ts';

/** The tables of docs/requirements.md, from the content that is in force. `npm run docs` writes them. */

const root = fileURLToPath(new URL('..', import.meta.url));
export const requirementsPage = join(root, 'docs', 'requirements.md');

const { rules, groups } = loadRequirements();
const payers = z
  .array(
    z.object({
      key: z.string(),
      name: z.string(),
      references: z.array(z.string()),
      identifiers: z.array(z.string()),
      names: z.array(z.string()),
    }),
  )
  .parse(JSON.parse(readFileSync(join(root, 'content', 'payers.json'), 'utf8')));

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

function visitTypes(): string {
  return table(
    ['type', 'staff call it', 'the Appointment carries', 'asked before it'],
    knownVisitTypes.map(({ type, name, codes, questionnaire }) => [
      code(type),
      name,
      codes.map((one) => code(`${one.system}|${one.code}`)).join(' and '),
      questionnaire === undefined ? '' : code(questionnaire),
    ]),
  );
}

function payerTable(): string {
  return table(
    ['payer', 'by reference', 'by identifier', 'by name'],
    payers.map(({ key, name, references, identifiers, names }) => [
      code(key),
      references.map(code).join(', '),
      identifiers.map(code).join(', '),
      [name, ...names].join(', '),
    ]),
  );
}

function ruleTable(): string {
  return table(
    ['requirement', 'kind', 'when', 'whose', 'due', 'must begin', 'from', 'met by', 'in force'],
    rules.flatMap((rule) => rule.rows.map((row) => ruleRow(rule, row))),
  );
}

function ruleRow(rule: RequirementRule, row: RuleRow): readonly string[] {
  const needed = row.requires ?? rule.requires;
  const { from, until } = rule.effective;
  const head = [code(rule.id), requirementNames[rule.kind], whenOf(row.when)];
  const force = until === undefined ? `from ${from}` : `${from} to ${until}`;
  if (needed === 'nothing') return [...head, 'not needed', '', '', '', '', force];
  return [
    ...head,
    ownerNames[needed.owner],
    timeOf(needed.due),
    needed.leadTime === undefined ? '' : `${spokenDuration(needed.leadTime)} before that`,
    needed.from === undefined ? '' : timeOf(needed.from),
    metBy(needed),
    force,
  ];
}

function whenOf({ visitType, ...others }: Conditions): string {
  const rest = Object.entries(others).flatMap(([condition, wanted]) =>
    wanted === undefined ? [] : [`${condition} ${[wanted].flat().map(String).map(code).join(' or ')}`],
  );
  return [visitType.map(code).join(' or '), ...rest].join('; ');
}

const units = { W: 'week', D: 'day', H: 'hour', M: 'minute' } as const;

function spokenDuration(duration: string): string {
  const parts = [...duration.matchAll(/(\d+)([WDHM])/g)].flatMap(([, amount = '', letter]) => {
    const unit = Object.entries(units).find(([key]) => key === letter)?.[1];
    return unit === undefined || amount === '0' ? [] : [`${amount} ${unit}${amount === '1' ? '' : 's'}`];
  });
  return parts.join(' ');
}

function timeOf({ before, at }: TimeBefore): string {
  const said = spokenDuration(before);
  const when = said === '' ? 'its start' : `${said} before`;
  return at === undefined ? when : `${when}, ${at}`;
}

function metBy({ metBy: ways = [], questionnaire }: Needed): string {
  const said = ways.map(({ evidence, codes = [], validFor }) => {
    const about =
      questionnaire !== undefined ? ` ${code(questionnaire)}` : codes.map((one) => ` ${code(one)}`).join(',');
    return `${evidence}${about}${validFor === undefined ? '' : `, for ${spokenDuration(validFor)}`}`;
  });
  return said.length === 0 ? 'its Task' : said.join(' or ');
}

function wordTable(): string {
  const states = ['open', 'met', 'refused', 'tooLate'] as const;
  return table(
    ['requirement', 'state', 'English', 'Spanish', 'Polish'],
    rules
      .flatMap((rule) =>
        [rule.words, ...rule.rows.flatMap(({ words }) => words ?? [])].flatMap((words) =>
          states.flatMap((state) => {
            const text: Text | undefined = words[state];
            return text === undefined
              ? []
              : [
                  [
                    code(rule.id),
                    state === 'tooLate' ? 'open, too late' : state,
                    text.default,
                    text.byLanguage?.es ?? '',
                    text.byLanguage?.pl ?? '',
                  ],
                ];
          }),
        ),
      )
      .filter((row, at, all) => all.findIndex((other) => other.join() === row.join()) === at),
  );
}

function groupTable(): string {
  return table(
    ['group', 'entries of the chart', 'codes', 'or words that begin with'],
    Object.entries(groups).map(([key, { kinds, codes, words }]) => [
      code(key),
      kinds.join(', '),
      codes.map(code).join(', '),
      words.join(', '),
    ]),
  );
}

/** The page with each table as content now is. */
export function withRequirementTables(page: string): string {
  return betweenMarks(page, 'docs/requirements.md', {
    'visit types': visitTypes,
    payers: payerTable,
    rules: ruleTable,
    groups: groupTable,
    words: wordTable,
  });
}
