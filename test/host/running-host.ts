import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Endpoints } from '../../local/endpoints.ts';

/** The product in a process of its own, in a folder of its own: what a user starts with `npm start`, so that it can be killed. */
export interface RunningHost {
  readonly folder: string;
  /** As of the last start; the ports stay the same. */
  readonly endpoints: Endpoints;
  /** Everything that it printed on both streams, all its lives together. */
  printed(): string;
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
  /** Starts again in the same folder, after `kill` or `stop`; returns once it is ready, or as soon as it takes requests. */
  start(until?: 'ready' | 'listening'): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

const program = fileURLToPath(new URL('../../local/main.ts', import.meta.url));
const longestStart = 60_000;

/** Starts a fresh host and returns once it is ready. */
export async function startHost(args: readonly string[] = []): Promise<RunningHost> {
  const folder = mkdtempSync(join(tmpdir(), 'told-once-'));
  const file = join(folder, 'endpoints.json');
  let printed = '';
  let child: ChildProcess | undefined;
  let endpoints: Endpoints | undefined;

  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    const ending = child;
    child = undefined;
    if (ending === undefined) return null;
    if (ending.exitCode !== null || ending.signalCode !== null) return ending.exitCode;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    await exited;
    return ending.exitCode;
  };
  const isUp = async (until: 'ready' | 'listening'): Promise<boolean> => {
    if (until === 'ready' || endpoints === undefined) return existsSync(file);
    const health = await fetch(`${endpoints.api}/health`).catch(() => undefined);
    await health?.text();
    return health?.ok === true;
  };
  const start = async (until: 'ready' | 'listening' = 'ready'): Promise<void> => {
    // A killed host leaves the last one's file behind.
    rmSync(file, { force: true });
    const started = spawn(process.execPath, [program, '--folder', folder, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    const deadline = Date.now() + longestStart;
    while (!(await isUp(until))) {
      if (started.exitCode !== null) throw new Error(`The host ended at its start:\n${printed}`);
      if (Date.now() > deadline) {
        await end('SIGKILL');
        throw new Error(`The host was not ready in time:\n${printed}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (until === 'ready') endpoints = JSON.parse(readFileSync(file, 'utf8')) as Endpoints;
  };
  await start();
  return {
    folder,
    get endpoints() {
      if (endpoints === undefined) throw new Error('The host was never ready.');
      return endpoints;
    },
    printed: () => printed,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    start,
    remove: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
