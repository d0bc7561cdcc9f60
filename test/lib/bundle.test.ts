import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FunctionSpec } from '../../functions/function-spec.ts';
import { functions } from '../../functions/functions.ts';
import { bundle } from '../../lib/bundling/bundle.ts';

const specs: readonly FunctionSpec[] = functions;
const written = (name: string): boolean => existsSync(new URL(`../../functions/${name}/index.ts`, import.meta.url));

test('a function that is not written is refused by name', () => {
  expect(() => bundle('never-written')).toThrow('functions/never-written/index.ts does not exist');
});

describe.each(specs.map((spec) => [spec.name, spec] as const))('%s', (name, spec) => {
  test.skipIf(!written(name))('is bundled whole: CommonJS with a map, without the chain of credentials', () => {
    const { folder, bytes } = bundle(name);
    const code = readFileSync(join(folder, 'index.js'), 'utf8');
    expect(bytes).toBe(Buffer.byteLength(code));
    expect(code).not.toContain('credential_process');
    expect(code.trimEnd()).toMatch(/sourceMappingURL=index\.js\.map$/);
    const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module ?? '');
    expect(required.filter((module) => !isBuiltin(module))).toEqual([]);
    if (spec.trigger.by === 'http') expect(bytes).toBeLessThan(400 * 1024);
  });
});
