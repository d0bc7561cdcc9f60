import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { FunctionSpec } from '../../functions/function-spec.ts';
import { functions } from '../../functions/functions.ts';
import { bundle } from '../../lib/bundling/bundle.ts';

const specs: readonly FunctionSpec[] = functions;
const written = (name: string): boolean => existsSync(new URL(`../../functions/${name}/index.ts`, import.meta.url));

test('a function that is not written is refused by name', () => {
  expect(() => bundle('never-written')).toThrow('functions/never-written/index.ts does not exist');
});

describe('a bundle', () => {
  const entry = fileURLToPath(new URL('./bundled/index.ts', import.meta.url));
  const variables = {
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_REGION: 'x',
  };
  const called = (env: Record<string, string>): string => {
    const { folder } = bundle('bundled-for-tests', entry);
    const script = "require('./index.js').handler().then((given) => console.log(JSON.stringify(given)))";
    const run = spawnSync(process.execPath, ['--enable-source-maps', '--input-type=commonjs', '--eval', script], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return run.stdout + run.stderr;
  };

  test('calls AWS with the credentials that Lambda puts into the environment', () => {
    expect(JSON.parse(called(variables))).toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
  });

  test('finds credentials nowhere else, and its stack leads to our source', () => {
    const said = called({ AWS_REGION: 'x', HOME: '/nowhere' });
    expect(said).toContain('No credentials in the environment');
    expect(said).toContain('environment-credentials.ts');
  });
});

const heavy = ['sms-received', 'voice-turn-taken', 'page-opened'];

describe.each(specs.map((spec) => [spec.name, spec] as const))('%s', (name, spec) => {
  test.skipIf(!written(name))('is bundled whole: CommonJS with a map, without the chain of credentials', () => {
    const { folder, bytes } = bundle(name);
    const code = readFileSync(join(folder, 'index.js'), 'utf8');
    expect(bytes).toBe(Buffer.byteLength(code));
    expect(code).not.toContain('credential_process');
    expect(code.trimEnd()).toMatch(/sourceMappingURL=index\.js\.map$/);
    const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module ?? '');
    // The SDK asks for this one only where a request is signed for several regions at once, and does without.
    const optional = '@aws-sdk/signature-v4-crt';
    expect(required.filter((module) => !isBuiltin(module) && module !== optional)).toEqual([]);
    // What patients wait for carries the reading of answers and of what is said about a visit, and every sentence, in three languages; the
    // EHR's and the carrier's doors need none of it. Staff sign in at the desk page, and JWTs weigh 25 KB.
    const most = name === 'desk-opened' ? 580 : heavy.includes(name) ? 520 : 400;
    if (spec.trigger.by === 'http') expect(bytes).toBeLessThan(most * 1024);
  });
});
