import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { FunctionSpec } from '../functions/function-spec.ts';
import { functions } from '../functions/functions.ts';
import { betweenMarks } from './marked-tables.ts';

/** The parts of docs/architecture.md that are made from code and content, each between two marks. `npm run docs` writes them. */

const root = fileURLToPath(new URL('..', import.meta.url));
export const architecturePage = join(root, 'docs', 'architecture.md');

function bytes(limit: number): string {
  return limit % 1_048_576 === 0 ? `${limit / 1_048_576} MB` : `${limit / 1024} KB`;
}

function routes(): string {
  const all: readonly FunctionSpec[] = functions;
  const rows = all.flatMap(({ name, trigger }) =>
    trigger.by === 'http'
      ? trigger.routes.map(
          ({ method, path, bodyLimit }) =>
            `| \`${method} ${path}\` | ${bytes(bodyLimit)} | [${name}](../functions/${name}/environment.ts) |`,
        )
      : [],
  );
  return ['| route | body at most | function |', '|---|---|---|', ...rows].join('\n');
}

function workers(): string {
  const all: readonly FunctionSpec[] = functions;
  const rows = all.flatMap(({ name, does, trigger }) =>
    trigger.by === 'http' ? [] : [`| [${name}](../functions/${name}/handler.ts) | ${triggerOf(trigger)} | ${does} |`],
  );
  return ['| function | called by | does |', '|---|---|---|', ...rows].join('\n');
}

function triggerOf(trigger: FunctionSpec['trigger']): string {
  switch (trigger.by) {
    case 'queue':
      return 'its queue';
    case 'stream':
      return 'the table’s stream';
    case 'schedule':
      return `the clock, every ${trigger.everyMinutes} minutes`;
    case 'invoke':
      return 'an operator';
    case 'http':
      return 'HTTP';
  }
}

const visitTypes = z.array(
  z.object({
    type: z.string(),
    codes: z.array(z.object({ system: z.string(), code: z.string() })),
    questionnaire: z.optional(z.string()),
  }),
);

function visits(): string {
  const rules = visitTypes.parse(JSON.parse(readFileSync(join(root, 'content', 'visit-types.json'), 'utf8')));
  const rows = rules.map(({ type, codes, questionnaire }) => {
    const wanted = codes.map(({ system, code }) => `\`${system}\` \`${code}\``).join(' and ');
    const asked = questionnaire === undefined ? 'nothing' : `\`${questionnaire.replace('|', '\\|')}\``;
    return `| ${wanted} | \`${type}\` | ${asked} |`;
  });
  return ['| the Appointment carries | type | asked |', '|---|---|---|', ...rows].join('\n');
}

const tables = { routes, workers, visits } as const;

/** The page with each table as code and content now are. */
export function withTables(page: string): string {
  return betweenMarks(page, 'docs/architecture.md', tables);
}
