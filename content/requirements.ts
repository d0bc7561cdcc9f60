import * as z from 'zod/mini';
import type { Text } from '../domain/guidance/language.ts';
import { evidenceKinds } from '../domain/requirements/evidence.ts';
import { payerKinds } from '../domain/requirements/payer.ts';
import { requirementKinds, requirementOwners } from '../domain/requirements/requirement.ts';
import type { RequirementRule, RequirementTable } from '../domain/requirements/table.ts';
import { isDuration } from '../domain/visit/time-before.ts';
import { ContentFault } from './content.ts';
import { payerNames } from './payers.ts';
import { checkRules, type RulesToCheck } from './requirement-checks.ts';
import chartGroups from './requirements/chart-groups.json' with { type: 'json' };
import colonoscopy from './requirements/colonoscopy.json' with { type: 'json' };
import everyVisit from './requirements/every-visit.json' with { type: 'json' };
import forms from './requirements/forms.json' with { type: 'json' };
import mri from './requirements/mri.json' with { type: 'json' };
import neverSaid from './requirements/never-said.json' with { type: 'json' };
import ultrasound from './requirements/ultrasound.json' with { type: 'json' };
import { knownVisitTypes, visitNames } from './visit-types.ts';

/** What visits need, as it lies in the files, before anybody trusts it. */
export interface RawRequirements {
  /** By file name. */
  readonly tables: Readonly<Record<string, unknown>>;
  readonly chartGroups: unknown;
  /** Beginnings of words that no patient may read or hear before they have said who they are. */
  readonly neverSaid: unknown;
}

/** The files of `requirements/`. */
export const rawRequirements: RawRequirements = {
  tables: {
    'mri.json': mri,
    'ultrasound.json': ultrasound,
    'colonoscopy.json': colonoscopy,
    'forms.json': forms,
    'every-visit.json': everyVisit,
  },
  chartGroups,
  neverSaid,
};

const filled = z.string().check(z.refine((said) => said.trim() !== ''));
const key = z.string().check(z.regex(/^[a-z][a-z0-9-]{1,60}$/));
const coded = z.string().check(z.regex(/^\S*\|\S+$/));
const date = z.string().check(z.refine((day) => isDate(day)));
const duration = z.string().check(z.refine(isDuration));
const wholeDays = z.string().check(z.regex(/^P(?=\d)(\d+W)?(\d+D)?$/));
const years = z.int().check(z.gte(0), z.lte(150));
const some = <Member extends z.ZodMiniType>(member: Member) => z.array(member).check(z.minLength(1));

const words = z.pipe(
  z.strictObject({ en: filled, es: filled, pl: filled }),
  z.transform(({ en, es, pl }): Text => ({ default: en, byLanguage: { es, pl } })),
);
const stateWords = z.strictObject({
  open: words,
  waiting: z.optional(words),
  met: words,
  waived: z.optional(words),
  refused: z.optional(words),
  tooLate: z.optional(words),
  details: z.optional(words),
});
const timeBefore = z.strictObject({
  before: duration,
  at: z.optional(z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/))),
});
const needed = z.strictObject({
  owner: z.enum(requirementOwners),
  due: timeBefore,
  from: z.optional(timeBefore),
  leadTime: z.optional(duration),
  questionnaire: z.optional(z.string().check(z.regex(/^\S+\|\S+$/))),
  metBy: z.optional(
    some(
      z.strictObject({
        evidence: z.enum(evidenceKinds),
        codes: z.optional(some(coded)),
        validFor: z.optional(wholeDays),
      }),
    ),
  ),
});
const conditions = z.strictObject({
  visitType: some(z.enum(knownVisitTypes.map(({ type }) => type))),
  service: z.optional(some(coded)),
  site: z.optional(some(filled)),
  payer: z.optional(some(z.enum([...Object.keys(payerNames), ...payerKinds]))),
  urgency: z.optional(some(z.enum(['routine', 'urgent']))),
  ageFrom: z.optional(years),
  ageUnder: z.optional(years),
  has: z.optional(some(key)),
  lacks: z.optional(some(key)),
  language: z.optional(some(z.string().check(z.regex(/^[a-z]{2,3}(-\w+)*$/i)))),
  interpreter: z.optional(z.boolean()),
});
const rule = z.strictObject({
  id: key,
  kind: z.enum(requirementKinds),
  effective: z.strictObject({ from: date, until: z.optional(date) }),
  requires: needed,
  words: stateWords,
  rows: some(
    z.strictObject({
      when: conditions,
      because: filled,
      requires: z.optional(z.union([z.literal('nothing'), needed])),
      words: z.optional(stateWords),
    }),
  ),
});
const tableFile = z.strictObject({ version: filled, approvedBy: filled, rules: some(rule) });
const groups = z.record(
  key,
  z.strictObject({
    says: filled,
    kinds: some(z.enum(evidenceKinds)),
    codes: some(coded),
    words: z.array(z.string().check(z.regex(/^[^\p{Lu}]+$/u))),
  }),
);

/**
 * The clinic's tables of what visits need, published: every check has been passed, or there is a ContentFault that names the file, the rule
 * and the field. Done once, when a process starts.
 */
export function loadRequirements(raw: RawRequirements = rawRequirements): RequirementTable {
  const known = checked('chart-groups.json', groups, raw.chartGroups);
  const files = Object.entries(raw.tables).map(([file, table]): RulesToCheck => {
    const { version, rules } = checked(file, tableFile, table);
    return { file, rules: rules.map((one): RequirementRule => ({ ...one, version })) };
  });
  checkRules(files, {
    groups: Object.keys(known),
    neverSaid: checked('never-said.json', some(filled), raw.neverSaid),
    fault,
  });
  return { rules: files.flatMap(({ rules }) => rules), groups: known, visitNames, payerNames };
}

function fault(file: string, place: string, why: string): ContentFault {
  return new ContentFault(`content/requirements/${file}, ${place}: ${why}`);
}

/** A place in a list of rules is named by the rule's id, which an editor can look for. */
function checked<T>(file: string, schema: z.ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const [list, at, ...field] = path;
  const inRule = list === 'rules' && typeof at === 'number';
  const place = inRule ? `rule ${ruleName(value, at)}, ${field.join('.')}` : path.join('.') || '(whole file)';
  const keys = issue?.code === 'unrecognized_keys' ? ` ${issue.keys.join(', ')}` : '';
  throw fault(file, place, `${issue?.code ?? 'invalid'}${keys}`);
}

function ruleName(file: unknown, at: number): string {
  const found = z.looseObject({ rules: z.array(z.unknown()) }).safeParse(file);
  const named = z.looseObject({ id: z.string() }).safeParse(found.data?.rules[at]);
  return named.data?.id ?? `number ${at + 1}`;
}

function isDate(day: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(day) && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
}
