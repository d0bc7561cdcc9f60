import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Statement, VariableDeclarator } from '@swc/core';
import { Visitor } from '@swc/core/Visitor.js';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';

/** `npm run check:imports`: the import rule over the whole house. Fails on a violation, and where too few modules were seen. */

export const root = fileURLToPath(new URL('..', import.meta.url));
export const folders = [
  'adapters',
  'bench',
  'bin',
  'content',
  'domain',
  'edge',
  'events',
  'fhir-mappings',
  'functions',
  'lib',
  'local',
  'test',
  'tools',
  'web',
];

/**
 * dependency-cruiser sees nothing at all, and says nothing, where it finds no parser for TypeScript that it knows. The house only
 * grows; whoever makes it smaller than this lowers the number.
 */
export const fewestModules = 400;

export interface Imports {
  /** Our own modules that were read. */
  readonly modules: readonly string[];
  /** `rule: from → to`. */
  readonly violations: readonly string[];
}

/** Reads every import below `base` and holds it against `.dependency-cruiser.cjs`. */
export async function checkImports(base = root, below: readonly string[] = folders): Promise<Imports> {
  readUsingDeclarations();
  const { options, forbidden = [] } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as IConfiguration;
  const { output } = await cruise([...below], { ...options, baseDir: base, validate: true, ruleSet: { forbidden } });
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text where a result was asked for');
  return { modules: ownModules(output), violations: violationsOf(output) };
}

function ownModules({ modules }: ICruiseResult): readonly string[] {
  return modules.map(({ source }) => source).filter((source) => /^(?!node_modules\/).+\.(ts|js|mjs|cjs)$/.test(source));
}

function violationsOf({ summary }: ICruiseResult): readonly string[] {
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

/**
 * swc parses `using`, but the walker that comes with it, which dependency-cruiser uses, stops at it with an error.
 * @see https://github.com/tc39/proposal-explicit-resource-management
 */
/* oxlint-disable typescript/no-deprecated -- it is swc's old walker that must learn it */
function readUsingDeclarations(): void {
  const { visitStatement } = Visitor.prototype;
  if (visitStatement.name === 'visitStatementOrUsing') return;
  Visitor.prototype.visitStatement = function visitStatementOrUsing(this: Visitor, statement: Statement): Statement {
    if (!isUsing(statement)) return visitStatement.call(this, statement);
    for (const declarator of statement.decls) this.visitVariableDeclarator(declarator);
    return statement;
  };
}
/* oxlint-enable typescript/no-deprecated */

function isUsing(statement: Statement): statement is Statement & { readonly decls: readonly VariableDeclarator[] } {
  return (statement.type as string) === 'UsingDeclaration';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { modules, violations } = await checkImports();
  for (const violation of violations) console.error(violation);
  if (modules.length < fewestModules)
    console.error(
      `Only ${modules.length} modules were seen below ${relative(process.cwd(), root) || '.'}, so nothing is proven.`,
    );
  if (violations.length > 0 || modules.length < fewestModules) process.exitCode = 1;
  else console.log(`The import rule holds in ${modules.length} modules.`);
}
