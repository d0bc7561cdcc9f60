import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { subscriptions } from '../events/subscriptions.ts';
import { functions } from '../functions/functions.ts';
import { checkImports, fewestModules, folders, root } from '../tools/check-imports.ts';

/** Every file of ours below a folder, as paths from the root. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

const files = folders.flatMap(filesBelow);
const typescript = files.filter((file) => file.endsWith('.ts'));
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** Comments may name what code may not use. */
function codeOf(file: string): string {
  return textOf(file)
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '');
}

function matching(candidates: readonly string[], pattern: RegExp): readonly string[] {
  return candidates.flatMap((file) => {
    const [found] = pattern.exec(codeOf(file)) ?? [];
    return found === undefined ? [] : [`${file}: ${found}`];
  });
}

describe('the import rule', () => {
  test('holds in every module of the house', async () => {
    const { modules, violations } = await checkImports();
    expect(violations).toEqual([]);
    expect(modules.length).toBeGreaterThanOrEqual(fewestModules);
    // Every TypeScript file was read, not only those that something imports.
    expect(typescript.filter((file) => !modules.includes(file))).toEqual([]);
  });

  const scratch = mkdtempSync(join(tmpdir(), 'told-once-imports-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  /** Each line is one planted import: the file, what it imports, and the rule that must catch it. */
  const planted = [
    ['events/planted.ts', '../domain/here.ts', 'events-import-zod-only'],
    ['events/planted.ts', 'node:crypto', 'events-import-zod-only'],
    ['domain/planted.ts', '../adapters/here.ts', 'domain-is-pure'],
    ['domain/intake/planted.ts', '@aws-sdk/client-dynamodb', 'domain-is-pure'],
    ['domain/planted.ts', 'node:fs', 'domain-is-pure'],
    ['domain/planted.ts', '../fhir-mappings/here.ts', 'domain-is-pure'],
    ['domain/planted.ts', 'fhir/r4.js', 'domain-is-pure'],
    ['fhir-mappings/planted.ts', 'node:https', 'mappings-do-no-io'],
    ['fhir-mappings/planted.ts', 'fhir-kit-client', 'mappings-do-no-io'],
    ['fhir-mappings/planted.ts', '../edge/here.ts', 'mappings-do-no-io'],
    ['content/planted.ts', '../functions/sms-received/here.ts', 'content-is-data'],
    ['web/planted.ts', '../domain/here.ts', 'web-knows-the-catalogue-only'],
    ['edge/planted.ts', '../adapters/here.ts', 'edge-draws-and-lets-in'],
    ['edge/planted.ts', '../fhir-mappings/here.ts', 'edge-draws-and-lets-in'],
    ['edge/planted.ts', 'twilio', 'edge-draws-and-lets-in'],
    ['adapters/twilio/planted.ts', '../../domain/conversation/here.ts', 'adapters-know-ports'],
    ['adapters/twilio/planted.ts', '../../functions/sms-received/here.ts', 'adapters-know-ports'],
    ['functions/sms-received/handler.ts', '../../adapters/here.ts', 'functions-decide-without-vendors'],
    ['functions/sms-received/planted.ts', '../../local/here.ts', 'functions-decide-without-vendors'],
    ['functions/sms-received/container.ts', '../../local/here.ts', 'local-is-for-one-machine'],
    ['functions/sms-received/index.ts', '../../adapters/here.ts', 'adapters-are-constructed-in-containers'],
    ['lib/planted.ts', '../functions/sms-received/handler.ts', 'lib-knows-names'],
    ['lib/planted.ts', '../domain/here.ts', 'lib-knows-names'],
    ['local/planted.ts', '../test/here.ts', 'tests-are-imported-by-nobody'],
    ['tools/planted.ts', '../local/here.ts', 'local-is-for-one-machine'],
    ['web/planted.ts', './missing.ts', 'nothing-is-missing'],
  ] as const;

  test.each(planted)('catches %s importing %s', async (from, to, rule) => {
    const house = mkdtempSync(join(scratch, 'house-'));
    const plant = (file: string, text: string) => {
      mkdirSync(join(house, dirname(file)), { recursive: true });
      writeFileSync(join(house, file), text);
    };
    for (const folder of [...folders, 'domain/conversation', 'functions/sms-received'])
      plant(`${folder}/here.ts`, 'export interface Here { readonly is: true }\n');
    plant('functions/sms-received/handler.ts', 'export interface Handler { readonly is: true }\n');
    expect((await checkImports(house, ['.'])).violations).toEqual([]);
    // An import of a type counts as much as any, and one beside `using` is seen.
    plant(
      from,
      `import type { Here } from '${to}';\nexport function planted(here: Here): void {\n  using it = here;\n}\n`,
    );
    const { violations } = await checkImports(house, ['.']);
    expect(violations.join('\n')).toContain(`${rule}: ${from} → `);
  });
});

describe('the pure folders', () => {
  const pure = typescript.filter((file) => /^(domain|events|fhir-mappings)\//.test(file));
  const impure =
    /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bMath\.random\b|\bprocess\.|\brandomUUID\b|\bgetRandomValues\b|\bperformance\.now\b|\bset(Timeout|Interval|Immediate)\b|(await|return|=) fetch\(|\bTemporal\.Now\b|\bimport\(/;

  test('read no clock, no random source, no environment, and wait for nothing', () => {
    expect(pure.length).toBeGreaterThan(100);
    expect(matching(pure, impure)).toEqual([]);
  });

  test.each(['Date.now()', 'new Date()', 'Math.random()', 'process.env.HOME', 'randomUUID()', "await fetch('x')"])(
    'would be caught with %s',
    (code) => expect(impure.test(`const it = ${code};`)).toBe(true),
  );

  test('may still make a date of a time that was handed in', () => expect(impure.test('new Date(now)')).toBe(false));
});

describe('the folders and files', () => {
  test('are no drawers', () => {
    const drawers = /(^|\/)(utils?|helpers?|common|shared|misc|lib\/lib|types)(\/|\.[a-z]+$)/;
    expect(files.filter((file) => drawers.test(file))).toEqual([]);
  });

  test('are named in kebab-case', () => {
    const odd = /[^a-z0-9.\-/]/;
    expect(typescript.filter((file) => odd.test(file))).toEqual([]);
  });

  test('hold no barrel: the only index.ts is a Lambda’s entry point, and nobody passes on what another file exports', () => {
    const indexes = typescript.filter((file) => basename(file) === 'index.ts' && !file.startsWith('test/'));
    expect(indexes.filter((file) => !/^functions\/[a-z0-9-]+\/index\.ts$/.test(file))).toEqual([]);
    expect(matching(typescript, /^export (\*|(type )?\{[^}]*\}) from .*$/m)).toEqual([]);
  });

  test('export nothing by default, but what a tool reads', () => {
    const wanted = typescript.filter((file) => basename(file) !== 'vitest.config.ts');
    expect(matching(wanted, /^export default .*$/m)).toEqual([]);
  });

  test('take zod whole, never the name z, which would keep all of it in a bundle', () => {
    expect(matching(typescript, /import (type )?\{[^}]*\bz\b[^}]*\} from 'zod(\/mini)?'/)).toEqual([]);
  });

  test('do not silence the compiler', () => {
    expect(typescript.filter((file) => /^\s*(\/\/|\/\*) *@ts-/m.test(textOf(file)))).toEqual([]);
  });
});

describe('the functions', () => {
  const named = functions.map(({ name }) => name);

  test('are the folders below functions/, each with its declaration and its handler', () => {
    const there = readdirSync(join(root, 'functions'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect([...named].sort()).toEqual([...there].sort());
    for (const name of named)
      expect(readdirSync(join(root, 'functions', name))).toEqual(
        expect.arrayContaining(['environment.ts', 'handler.ts']),
      );
  });

  test('begin in an index.ts of a few lines', () => {
    const entries = typescript.filter((file) => /^functions\/[a-z0-9-]+\/index\.ts$/.test(file));
    const long = entries.filter((file) => codeOf(file).trim().split('\n').length > 5);
    expect(long).toEqual([]);
  });

  test('that take from a queue are those who listen, and the other way round', () => {
    const queued = functions.filter(({ trigger }) => trigger.by === 'queue').map(({ name }) => name);
    const consumers = new Set<string>(subscriptions.map(({ consumer }) => consumer));
    expect([...queued].sort()).toEqual([...consumers].sort());
  });
});
