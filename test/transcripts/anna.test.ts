import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const play = fileURLToPath(new URL('../../local/plays/anna/play.ts', import.meta.url));

describe('npm run anna', () => {
  it('plays the whole night against a house of its own and finds every line as it should be', async () => {
    const { stdout } = await run(process.execPath, [play, '--folder', '/nowhere'], { timeout: 100_000 }).catch(
      (error: { stdout?: string; message: string }) => ({ stdout: `${error.stdout ?? ''}\n${error.message}` }),
    );
    expect(stdout).toMatch(/Anna told it once\. \d+ checks, all as it should be\.\s*$/);
  }, 120_000);
});
