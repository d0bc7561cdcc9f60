import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Tried with this one; what it cannot do is in README.md. */
const version = '1.5.33';

export interface MiniStack {
  readonly endpoint: string;
  /** What AWS clients and the CDK's command line need to talk to it and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The virtual environment with MiniStack in it, or why there is none. Made once, then reused. */
export function installMiniStack(folder: string): { readonly bin: string } | { readonly missing: string } {
  const venv = join(folder, `ministack-${version}`);
  const bin = join(venv, 'bin', 'ministack');
  if (existsSync(bin)) return { bin };
  const python = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'].find((name) => {
    const asked = spawnSync(name, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))']);
    return asked.status === 0;
  });
  if (python === undefined) return { missing: 'no Python 3.10 or newer with venv' };
  mkdirSync(dirname(venv), { recursive: true });
  // Nothing half-made may stay, or the next run would take it for whole.
  const attempt = (command: string, given: readonly string[]): boolean =>
    spawnSync(command, [...given], { stdio: ['ignore', 'inherit', 'inherit'], timeout: 300_000 }).status === 0;
  const made =
    attempt(python, ['-m', 'venv', venv]) &&
    attempt(join(venv, 'bin', 'pip'), [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--retries=1',
      '--timeout=20',
      `ministack==${version}`,
    ]);
  if (made && existsSync(bin)) return { bin };
  rmSync(venv, { recursive: true, force: true });
  return { missing: `ministack ${version} could not be installed from the Python package index` };
}

/**
 * Starts it on a loopback port and waits until it answers. Everything it keeps is in `folder`; its log is `ministack.log` there. Functions
 * run by a clock that is ahead of the wall's by what `clockFile` says.
 */
export async function startMiniStack(
  bin: string,
  { folder, port, clockFile }: { readonly folder: string; readonly port: number; readonly clockFile: string },
): Promise<MiniStack> {
  const endpoint = `http://127.0.0.1:${port}`;
  const client = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    // Nothing of the machine's own account may be found.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  // It writes its Node runner to the temporary folder as a CommonJS script; the repository's own package.json says ES modules.
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  const log = createWriteStream(join(folder, 'ministack.log'));
  const child = spawn(join(dirname(bin), 'python3'), [fileURLToPath(new URL('emulator.py', import.meta.url))], {
    cwd: folder,
    // Functions are run by the first `node` on the PATH; they inherit this environment.
    env: {
      PATH: `${nodeOfFunctions(folder)}${delimiter}${process.env.PATH ?? ''}`,
      HOME: folder,
      TMPDIR: folder,
      ...client,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: 'localhost',
      LAMBDA_EXECUTOR: 'local',
      // Each function really has only what its role says.
      AUTH: 'true',
      TOLD_ONCE_CLOCK_FILE: clockFile,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  await answering(`${endpoint}/_ministack/health`, child);
  return { endpoint, environment: client, stop: () => stop(child) };
}

/** A folder with a `node` that is this one, by the functions' clock. (NODE_OPTIONS are the functions' own, as they are deployed.) */
function nodeOfFunctions(folder: string): string {
  const bin = join(folder, 'bin');
  const shifted = fileURLToPath(new URL('shifted-time.cjs', import.meta.url));
  mkdirSync(bin);
  writeFileSync(join(bin, 'node'), `#!/bin/sh\nexec "${process.execPath}" --require "${shifted}" "$@"\n`, {
    mode: 0o755,
  });
  return bin;
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) break;
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill('SIGKILL');
  throw new Error('MiniStack does not answer; see ministack.log');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}
