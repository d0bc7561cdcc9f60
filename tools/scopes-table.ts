import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionSpec } from '../functions/function-spec.ts';
import { functions } from '../functions/functions.ts';
import { betweenMarks } from './marked-tables.ts';

/** The scopes that the EHR is asked for, in docs/deploy.md, between two marks. `npm run docs` writes them. */

export const deployPage = join(fileURLToPath(new URL('..', import.meta.url)), 'docs', 'deploy.md');

export function withScopes(page: string): string {
  return betweenMarks(page, 'docs/deploy.md', { scopes });
}

/** What the client needs in all, by resource type, and which functions ask for how much of it. */
function scopes(): string {
  const all: readonly FunctionSpec[] = functions;
  const byType = new Map<string, { readonly letters: Set<string>; readonly by: string[] }>();
  for (const { name, ehrAccess = {} } of all)
    for (const [type, may] of Object.entries(ehrAccess)) {
      const known = byType.get(type) ?? { letters: new Set(), by: [] };
      for (const letter of may) known.letters.add(letter);
      known.by.push(`${name} \`${may}\``);
      byType.set(type, known);
    }
  const rows = [...byType]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, { letters, by }]) => {
      const may = [...'cruds'].filter((letter) => letters.has(letter)).join('');
      const old = [/[rs]/.test(may) ? 'read' : '', /[cud]/.test(may) ? 'write' : ''].filter((each) => each !== '');
      return `| \`system/${type}.${may}\` | ${old.map((each) => `\`${each}\``).join(', ')} | ${by.join(', ')} |`;
    });
  return ['| scope | in v1 | who asks for it |', '|---|---|---|', ...rows].join('\n');
}
